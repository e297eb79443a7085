"""Who may ask the console."""

import pytest

from renditions_cli.console.guard import NOT_THIS_PAGE, NOT_THIS_SERVER, STALE_PAGE, Guard
from tests.unit.cli.console.conftest import PORT, TOKEN, Ask, error


@pytest.mark.parametrize("host", ["127.0.0.1:4580", "localhost:4580"])
def test_the_page_gets_an_answer_at_both_names(ask: Ask, host: str) -> None:
    assert ask("/api/stack", host=host, origin=f"http://{host}", sec_fetch_site="same-origin").status == 200


@pytest.mark.parametrize("host", ["evil.example:4580", "127.0.0.1", "127.0.0.1:80", "", None])
def test_a_name_that_was_rebound_to_this_machine_gets_nothing(ask: Ask, host: str | None) -> None:
    for path in ("/", "/api/stack"):
        assert error(ask(path, host=host)) == (421, NOT_THIS_SERVER)


@pytest.mark.parametrize("header", ["Bearer wrong", "Bearer ", "secret", "Bearer sécret", None])
def test_without_the_token_nothing_is_told(ask: Ask, header: str | None) -> None:
    assert error(ask("/api/stack", authorization=header)) == (401, STALE_PAGE)
    assert error(ask("/api/stop", document={"arn": "a"}, authorization=header)) == (401, STALE_PAGE)


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "http://evil.example"}, {"origin": "null"}, {"origin": "http://127.0.0.1:3000"},
        {"sec_fetch_site": "cross-site"}, {"sec_fetch_site": "same-site"},
    ],
)  # fmt: skip
def test_another_page_gets_nothing_even_with_the_token(ask: Ask, headers: dict[str, str]) -> None:
    assert error(ask("/api/stack", **headers)) == (403, NOT_THIS_PAGE)


def test_the_token_is_in_the_part_of_the_address_that_browsers_keep_to_themselves() -> None:
    assert Guard(PORT, TOKEN).address == "http://127.0.0.1:4580/#token=secret"


def test_each_run_has_another_token_that_is_not_in_its_representation() -> None:
    one, other = Guard(PORT), Guard(PORT)
    assert one.token != other.token
    assert len(one.token) > 40
    assert one.token not in repr(one)
