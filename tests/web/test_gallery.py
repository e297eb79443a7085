"""Seeing, sharing and deleting images."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, expect

from tests.e2e.cloud import RENDITIONS
from tests.web.conftest import NewVisitor, visit
from tests.web.door import Door
from tests.web.visitor import Visitor

SAMPLES = Path(__file__).parents[2] / "samples"
Photographs = Callable[[int], list[Path]]
HEADERS = """async (url) => {
  const { headers } = await fetch(url, { cache: "no-store" });
  return [headers.get("Content-Type"), headers.get("Cache-Control")];
}"""


def upload_two(visitor: Visitor) -> None:
    visitor.choose(SAMPLES / "paint-brushes.jpg", SAMPLES / "fig-bowl.png")
    visitor.expect_ready("paint-brushes.jpg", "fig-bowl.png")


@pytest.fixture
def owner(visitor: Visitor) -> Visitor:
    """Somebody who has just uploaded two images, to do with them what they like."""
    upload_two(visitor)
    return visitor


@pytest.fixture(scope="module")
def account(browser: Browser, door: Door) -> str:
    """The name of somebody who has uploaded two images, which all tests share."""
    visitor = visit(browser, door, door.new_user("shared"))
    visitor.sign_in()
    upload_two(visitor)
    visitor.leave()
    return visitor.user


@pytest.fixture
def reader(new_visitor: NewVisitor, account: str) -> Visitor:
    """Somebody who comes back to two images, and keeps them as they are."""
    visitor = new_visitor(user=account)
    visitor.sign_in()
    visitor.expect_ready("paint-brushes.jpg", "fig-bowl.png")
    return visitor


def clipboard(visitor: Visitor) -> str:
    return str(visitor.page.evaluate("() => navigator.clipboard.readText()"))


def revisit(visitor: Visitor) -> None:
    """Load the page again, once its service worker is there."""
    visitor.page.wait_for_timeout(500)
    visitor.page.reload()
    expect(visitor.page.get_by_role("heading", name="Your images")).to_be_visible()


def picture_of(card: Locator) -> Locator:
    return card.locator("img.loaded")


def test_the_gallery_shows_the_newest_first_without_moving(owner: Visitor, photographs: Photographs) -> None:
    owner.choose(*photographs(1))
    owner.expect_ready("photograph-001.jpg")
    revisit(owner)
    owner.expect_ready("photograph-001.jpg", "paint-brushes.jpg", "fig-bowl.png")
    assert owner.page.locator(".card-name").first.inner_text() == "photograph-001.jpg"
    assert owner.shift() < 0.02


def test_thumbnails_have_a_srcset_a_size_and_a_placeholder(reader: Visitor) -> None:
    revisit(reader)
    picture = picture_of(reader.card("paint-brushes.jpg"))
    expect(picture).to_be_visible()
    widths = [one.split()[-1] for one in str(picture.get_attribute("srcset")).split(", ")]
    assert {"200w", "800w", "1365w"} <= set(widths)
    assert picture.get_attribute("sizes")
    assert (picture.get_attribute("width"), picture.get_attribute("height")) == ("1365", "1074")
    expect(reader.card("paint-brushes.jpg").locator("canvas.drawn")).to_be_attached()
    assert str(picture.evaluate("one => one.currentSrc")).startswith(reader.door.images)


def test_the_lightbox_opens_turns_and_closes(reader: Visitor) -> None:
    names = reader.page.locator(".card-name").all_inner_texts()
    reader.page.get_by_role("link", name=f"Open {names[0]}").click()
    lightbox = reader.page.get_by_role("dialog", name="Picture viewer")
    expect(lightbox).to_be_visible()
    expect(lightbox.get_by_role("img", name=names[0])).to_be_visible()
    reader.page.keyboard.press("ArrowRight")
    expect(lightbox.locator(".pswp__counter")).to_have_text("2 / 2")
    lightbox.get_by_role("button", name="Copy link").click()
    assert clipboard(reader).startswith(reader.door.images)
    reader.expect_accessible()
    reader.page.keyboard.press("Escape")
    expect(lightbox).to_have_count(0)
    assert reader.focused() == f"Open {names[1]}"


def test_links_and_html_can_be_copied(reader: Visitor) -> None:
    dialog = reader.details("paint-brushes.jpg")
    for name in RENDITIONS:
        dialog.get_by_role("button", name=f"Copy the link to the rendition {name.capitalize()}").click()
        expect(dialog.get_by_role("status")).to_have_text("Link copied")
        kind, caching = reader.page.evaluate(HEADERS, clipboard(reader))
        assert kind == "image/webp"
        assert "immutable" in caching
    dialog.get_by_role("button", name="Copy HTML").click()
    assert clipboard(reader).startswith("<picture>")
    assert clipboard(reader).count(reader.door.images) >= 4


def test_a_card_copies_the_link_of_the_large_rendition(reader: Visitor) -> None:
    reader.page.get_by_role("button", name="Copy the link to fig-bowl.png").click()
    expect(reader.page.locator(".toast")).to_have_text("Link copied")
    assert "/large." in clipboard(reader)


def test_the_original_and_a_rendition_can_be_downloaded(reader: Visitor) -> None:
    dialog = reader.details("paint-brushes.jpg")
    with reader.page.expect_download() as started:
        dialog.get_by_role("button", name="Download original").click()
    assert started.value.path().read_bytes() == (SAMPLES / "paint-brushes.jpg").read_bytes()
    assert started.value.suggested_filename == "paint-brushes.jpg"
    with reader.page.expect_download() as started:
        dialog.get_by_role("button", name="Download the rendition Large").click()
    assert started.value.suggested_filename == "paint-brushes-1365x1074.webp"
    assert started.value.path().read_bytes()[8:12] == b"WEBP"


def test_deleting_asks_and_deletes_for_good(owner: Visitor) -> None:
    dialog = owner.details("fig-bowl.png")
    dialog.get_by_role("button", name="Delete").click()
    question = owner.page.get_by_role("dialog", name="Delete fig-bowl.png?")
    question.get_by_role("button", name="Keep it").click()
    expect(owner.card("fig-bowl.png")).to_be_visible()
    owner.details("fig-bowl.png").get_by_role("button", name="Delete").click()
    question.get_by_role("button", name="Delete").click()
    expect(owner.card("fig-bowl.png")).to_have_count(0)
    expect(owner.page.locator(".toast")).to_have_text("fig-bowl.png is deleted.")
    assert owner.focused() == "Open paint-brushes.jpg"
    revisit(owner)
    owner.expect_ready("paint-brushes.jpg")
    expect(owner.page.locator(".card")).to_have_count(1)


def test_a_deletion_that_fails_says_so_and_keeps_the_card(reader: Visitor) -> None:
    reader.page.route(
        "**/api/images/*", lambda route: route.fulfill(status=503, json={"message": "Service Unavailable"})
    )
    reader.details("fig-bowl.png").get_by_role("button", name="Delete").click()
    reader.page.get_by_role("dialog", name="Delete fig-bowl.png?").get_by_role(
        "button", name="Delete"
    ).click()
    expect(reader.page.locator(".toast")).to_contain_text("fig-bowl.png could not be deleted.")
    expect(reader.card("fig-bowl.png").get_by_role("button").first).to_be_enabled()
    reader.page.unroute_all()
    reader.errors.clear()


def test_two_users_do_not_see_each_other(reader: Visitor, new_visitor: NewVisitor) -> None:
    stranger = new_visitor()
    stranger.sign_in()
    expect(stranger.page.get_by_role("heading", name="No images yet")).to_be_visible()
    revisit(reader)
    expect(reader.page.locator(".card")).to_have_count(2)


def test_an_image_from_another_device_appears_at_return(owner: Visitor, new_visitor: NewVisitor) -> None:
    phone = new_visitor(user=owner.user, viewport={"width": 390, "height": 844}, has_touch=True)
    phone.sign_in()
    expect(phone.page.locator(".card")).to_have_count(2)
    owner.choose(SAMPLES / "cat.gif")
    owner.expect_ready("cat.gif")
    phone.page.evaluate("() => document.dispatchEvent(new Event('visibilitychange'))")
    phone.expect_ready("cat.gif")


def test_polling_stops_when_nothing_is_pending(owner: Visitor) -> None:
    owner.page.wait_for_timeout(1000)
    asked: list[str] = []
    owner.page.on("request", lambda request: asked.append(request.url))
    owner.page.wait_for_timeout(4000)
    assert asked == []


def test_a_list_that_cannot_be_loaded_says_so_and_can_be_tried_again(reader: Visitor) -> None:
    reader.page.route("**/api/images?*", lambda route: route.fulfill(status=503, json={"message": "x"}))
    revisit(reader)
    expect(reader.page.get_by_role("alert")).to_have_text("Your images could not be loaded")
    reader.page.unroute_all()
    reader.errors.clear()
    reader.page.get_by_role("button", name="Try again").click()
    reader.expect_ready("paint-brushes.jpg", "fig-bowl.png")


def test_further_pages_come_while_scrolling(visitor: Visitor) -> None:
    """Seventy images by a stand-in for the list: making them would take a minute."""

    def image(number: int) -> dict[str, object]:
        return {
            "id": f"image-{number}",
            "name": f"{number}.jpg",
            "status": "REJECTED",
            "reason": {"code": "CorruptImage", "message": "Damaged."},
            "renditions": {},
        }

    def page(url: str) -> dict[str, object]:
        numbers, following = (range(48, 70), None) if "after=more" in url else (range(48), "more")
        return {"images": [image(number) for number in numbers], "next": following}

    visitor.page.route("**/api/images?*", lambda route: route.fulfill(json=page(route.request.url)))
    revisit(visitor)
    expect(visitor.page.locator(".card")).to_have_count(48)
    visitor.page.locator(".card").last.scroll_into_view_if_needed()
    expect(visitor.page.locator(".card")).to_have_count(70)
    expect(visitor.page.get_by_role("button", name="Show more")).to_be_hidden()
    visitor.page.unroute_all()
