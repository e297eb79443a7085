"""IncludeKeys and ExcludeKeys, as the functions and the command read them."""

import pytest

from renditions.wanted_keys import ALL_KEYS, WantedKeys


@pytest.mark.parametrize(
    "include, exclude, wanted, others",
    [
        ("", "", {"a", "b/c.tmp", ""}, set()),
        ("in/*,*.jpg", "", {"in/a", "b.jpg", "in/"}, {"a", "In/a", "b.JPG", "x/in/a"}),
        ("", "cache/*,*.tmp", {"a", "x/cache/a"}, {"cache/a", "a.tmp", "cache/"}),
    ],
)
def test_a_key_is_wanted_as_the_rule_says(
    include: str, exclude: str, wanted: set[str], others: set[str]
) -> None:
    keys = WantedKeys.from_environment({"INCLUDE_KEYS": include, "EXCLUDE_KEYS": exclude})
    assert all(one in keys for one in wanted)
    assert not any(one in keys for one in others)


def test_without_parameters_every_key_is_wanted() -> None:
    assert WantedKeys.from_environment({}) == ALL_KEYS
