"""Signing in and out, and what is left behind."""

import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Route, expect

from tests.web.conftest import NewVisitor
from tests.web.visitor import Visitor

Photographs = Callable[[int], list[Path]]
TOKEN = re.compile(r"eyJ[\w-]{10,}")  # how every JSON Web Token begins


def ended_session(visitor: Visitor) -> None:
    """Make the API and the identity provider refuse the tokens of this page."""
    visitor.page.route(
        "**/api/images*", lambda route: route.fulfill(status=401, json={"message": "Unauthorized"})
    )
    visitor.page.route(
        "**/api/uploads", lambda route: route.fulfill(status=401, json={"message": "Unauthorized"})
    )
    visitor.page.route(
        "**/oauth2/token", lambda route: route.fulfill(status=400, json={"error": "invalid_grant"})
    )


def restore_service(visitor: Visitor) -> None:
    visitor.page.unroute_all()
    visitor.errors.clear()  # Chromium reports each refused request as an error


def test_a_visitor_sees_what_the_page_is_for_and_signs_in(new_visitor: NewVisitor) -> None:
    visitor = new_visitor()
    visitor.open()
    expect(visitor.page.get_by_role("heading", level=1)).to_be_visible()
    visitor.sign_in()
    expect(visitor.page.get_by_text(visitor.user)).to_be_visible()
    expect(visitor.page.get_by_role("heading", name="No images yet")).to_be_visible()
    assert urlsplit(visitor.page.url).query == ""


def test_the_sign_in_uses_a_code_with_a_proof_key(new_visitor: NewVisitor) -> None:
    visitor = new_visitor()
    visitor.open()
    with visitor.page.expect_request("**/oauth2/authorize?**") as asked:
        visitor.page.get_by_role("button", name="Sign in").click()
    query = parse_qs(urlsplit(asked.value.url).query)
    assert query["response_type"] == ["code"]
    assert query["code_challenge_method"] == ["S256"]
    assert query["redirect_uri"] == [visitor.door.url + "/"]


def test_a_code_that_this_page_did_not_ask_for_is_ignored(new_visitor: NewVisitor) -> None:
    visitor = new_visitor()
    visitor.page.goto(f"{visitor.door.url}/?code=stolen&state=foreign")
    expect(visitor.page.get_by_role("button", name="Sign in")).to_be_visible()
    assert urlsplit(visitor.page.url).query == ""


def test_a_refused_sign_in_says_so(new_visitor: NewVisitor) -> None:
    visitor = new_visitor()
    visitor.page.goto(f"{visitor.door.url}/?error=access_denied&state=x")
    expect(visitor.page.get_by_role("alert")).to_have_text("You could not be signed in. Try again.")


def test_no_token_is_ever_stored(visitor: Visitor) -> None:
    assert not TOKEN.search(visitor.stored())


def test_a_reload_keeps_the_user_signed_in(visitor: Visitor) -> None:
    visitor.page.wait_for_timeout(500)  # until the service worker is there
    visitor.page.reload()
    expect(visitor.page.get_by_role("heading", name="Your images")).to_be_visible()
    assert not TOKEN.search(visitor.stored())


def test_signing_out_ends_the_session(visitor: Visitor) -> None:
    visitor.page.get_by_role("button", name="Sign out").click()
    expect(visitor.page.get_by_role("button", name="Sign in")).to_be_visible()
    visitor.page.reload()
    expect(visitor.page.get_by_role("button", name="Sign in")).to_be_visible()
    visitor.page.get_by_role("button", name="Sign in").click()
    expect(visitor.page.locator("input[name=password]")).to_be_visible()


def test_going_back_after_signing_out_shows_no_image(visitor: Visitor, photographs: Photographs) -> None:
    visitor.choose(*photographs(1))
    visitor.expect_ready("photograph-001.jpg")
    visitor.page.get_by_role("button", name="Sign out").click()
    expect(visitor.page.get_by_role("button", name="Sign in")).to_be_visible()
    visitor.page.go_back()
    visitor.page.wait_for_timeout(500)
    expect(visitor.page.locator(".card")).to_have_count(0)


def test_an_expired_token_is_renewed_in_silence(visitor: Visitor, photographs: Photographs) -> None:
    refused: list[str] = []

    def refuse_first(route: Route) -> None:
        token = route.request.headers["authorization"]
        refused.append(token)
        if token == refused[0]:
            route.fulfill(status=401, json={"message": "Unauthorized"})
        else:
            route.continue_()

    visitor.page.route("**/api/uploads", refuse_first)
    visitor.choose(*photographs(3))
    visitor.expect_ready("photograph-001.jpg", "photograph-002.jpg", "photograph-003.jpg")
    assert len(set(refused)) == 2
    restore_service(visitor)


def test_a_session_that_has_ended_loses_no_upload(visitor: Visitor, photographs: Photographs) -> None:
    ended_session(visitor)
    visitor.choose(*photographs(2))
    banner = visitor.page.get_by_role("alert")
    expect(banner).to_contain_text("Your session has ended.")
    restore_service(visitor)
    banner.get_by_role("button", name="Sign in again").click()
    visitor.give_password()
    visitor.expect_ready("photograph-001.jpg", "photograph-002.jpg")
