"""The application's own words: which are chosen, how they are cleaned, and what they become."""

import json
from typing import Any
from urllib.parse import parse_qs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from renditions.context import LARGEST_CONTEXT, Wanted, Words, as_json, message_attributes
from renditions.errors import InvalidSettings

NAMES = ("tenant", "Project")


def context(
    metadata: dict[str, str], tags: dict[str, str] | None = None, names: Any = NAMES
) -> dict[str, str]:
    return Words(metadata, tags or {}).context(names)


def test_only_chosen_names_are_passed_on_and_metadata_comes_first() -> None:
    assert context({"tenant": "acme", "secret": "s"}, {"tenant": "t", "Project": "p", "x": "y"}) == {
        "tenant": "acme",
        "Project": "p",
    }


def test_metadata_has_no_case_but_tags_have() -> None:
    assert context({"project": "a"}, {"Tenant": "b", "project": "c"}) == {"Project": "a"}


def test_an_empty_value_counts_as_none() -> None:
    """SNS refuses an empty attribute."""
    assert context({"tenant": ""}, {"tenant": "", "Project": ""}) == {}
    assert context({"tenant": ""}, {"tenant": "tag"}) == {"tenant": "tag"}


@pytest.mark.parametrize(
    "stored, meant",
    [
        ("=?UTF-8?Q?Z=C3=BCrich?=", "Zürich"),
        ("=?utf-8?b?w5xiZXI=?=", "Über"),
        ("=?UTF-8?B?w5w=?= =?UTF-8?B?YmVy?=", "Über"),
        ("a =?UTF-8?Q?=C3=BC?= b", "a ü b"),
        ("=?UTF-8?B?broken", "=?UTF-8?B?broken"),
        ("=?no-such-charset?B?w5w=?=", "=?no-such-charset?B?w5w=?="),
        ("=?UTF-8?B?A?=", "=?UTF-8?B?A?="),
        ("=?UTF-8?Q?=FF=FE?=", "=?UTF-8?Q?=FF=FE?="),
        ("1=?2", "1=?2"),
        ("a\x00b\x1f\n\x85\ufffe\U0001ffff", "a\ufffdb\ufffd\ufffd\ufffd\ufffd\ufffd"),
        ("=?UTF-8?Q?=00=E2=80=AE?=", "\ufffd\u202e"),
        ('{"tenant": "other"}', '{"tenant": "other"}'),
        ("عربى 🎉", "عربى 🎉"),
    ],
)
def test_a_value_is_decoded_and_cleaned(stored: str, meant: str) -> None:
    assert context({"tenant": stored}) == {"tenant": meant}


def test_the_longest_values_are_cut_visibly_and_short_ones_stay_whole() -> None:
    cut = context(
        {"tenant": "acme", "project": "ü" * 1000, "title": "t" * 2000}, names=("tenant", "project", "title")
    )
    assert cut["tenant"] == "acme"
    assert cut["project"] == "ü" * (len(cut["project"]) - 1) + "…"
    assert cut["title"] == "t" * (len(cut["title"]) - 1) + "…"
    assert LARGEST_CONTEXT - 4 < len(as_json(cut).encode()) <= LARGEST_CONTEXT


@given(st.dictionaries(st.sampled_from([f"name{number}" for number in range(8)]), st.text(max_size=300)))
def test_whatever_is_uploaded_fits_and_is_valid_for_sns(values: dict[str, str]) -> None:
    """SNS takes what XML takes: tab, line ends and all characters from the space on that are characters."""
    chosen = context(values, names=[f"name{number}" for number in range(8)])
    assert len(as_json(chosen).encode()) <= LARGEST_CONTEXT
    assert json.loads(as_json(chosen)) == chosen
    attributes = json.loads(message_attributes(chosen))
    assert {name: one["StringValue"] for name, one in attributes.items()} == chosen
    for value in chosen.values():
        assert value
        assert all(
            one >= " " and not "\ud800" <= one <= "\udfff" and one not in "\ufffe\uffff" for one in value
        )


def test_a_value_becomes_a_tag_as_it_is_or_not_at_all() -> None:
    """A value that was changed to fit could be that of another tenant."""
    names = ("a", "b", "c", "d", "e")
    metadata = {"a": "Zoë Ω 1+-=._:/@", "b": "acme!", "c": "k" * 257, "d": "a\x07b", "e": "k" * 256}
    text, refused = Words(metadata, {}).rendition_tags(names)
    assert parse_qs(text) == {"a": [metadata["a"]], "e": [metadata["e"]]}
    assert refused == ("b", "c", "d")
    assert Words({}, {}).rendition_tags(names) == ("", ())


def test_the_settings_are_names_with_commas_between_them() -> None:
    wanted = Wanted.from_environment({"CONTEXT_KEYS": "tenant,Project,tenant", "RENDITION_TAGS": "status"})
    assert wanted == Wanted(("tenant", "Project"), ("status",))
    assert Wanted.from_environment({}) == Wanted()


@pytest.mark.parametrize(
    "variable, value",
    [
        *[
            ("CONTEXT_KEYS", value)
            for value in ("status", "a,bucket", "origin", "a b", "1a", "__proto__", "a.b", "a:b", "é")
        ],
        ("CONTEXT_KEYS", "a,b,c,d,e,f,g,h"),
        ("CONTEXT_KEYS", "k" * 65),
        ("RENDITION_TAGS", "superseded"),
    ],
)
def test_a_name_that_cannot_be_passed_on_is_refused(variable: str, value: str) -> None:
    with pytest.raises(InvalidSettings, match=rf"^{variable} is .* at most 7 names"):
        Wanted.from_environment({variable: value})
