"""The page for everybody: keyboard, screen reader, small windows, large type, little motion, slow networks."""

from pathlib import Path

from playwright.sync_api import Response, expect

from tests.e2e.pictures import jpeg
from tests.web.conftest import NewVisitor
from tests.web.visitor import Visitor

SAMPLES = Path(__file__).parents[2] / "samples"
PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "device_scale_factor": 2}
LARGEST_PAGE = 61_000  # bytes over the wire, without pictures


def test_axe_finds_nothing_in_any_view(new_visitor: NewVisitor, tmp_path: Path) -> None:
    visitor = new_visitor()
    visitor.open()
    visitor.expect_accessible()
    visitor.sign_in()
    visitor.expect_accessible()
    (tmp_path / "cut.jpg").write_bytes(jpeg(800, 600)[:5000])
    (tmp_path / "report.jpg").write_bytes(b"%PDF-1.7")
    visitor.choose(SAMPLES / "fig-bowl.png", tmp_path / "cut.jpg", tmp_path / "report.jpg")
    visitor.expect_ready("fig-bowl.png")
    expect(visitor.card("cut.jpg")).to_have_attribute("data-kind", "rejected", timeout=60_000)
    visitor.expect_accessible()
    dialog = visitor.details("fig-bowl.png")
    visitor.expect_accessible()
    dialog.get_by_role("button", name="Delete").click()
    visitor.expect_accessible()


def test_everything_can_be_done_with_the_keyboard_alone(new_visitor: NewVisitor) -> None:
    visitor = new_visitor()
    keyboard = visitor.page.keyboard

    def tab_to(name: str) -> None:
        for _ in range(40):
            keyboard.press("Tab")
            if visitor.focused() == name:
                return
        raise AssertionError(f"Tab does not reach {name!r}; it ends at {visitor.focused()!r}.")

    visitor.open()
    tab_to("Sign in")
    keyboard.press("Enter")
    visitor.give_password()
    tab_to("Choose images")
    with visitor.page.expect_file_chooser() as chooser:
        keyboard.press("Enter")
    chooser.value.set_files([str(SAMPLES / "fig-bowl.png"), str(SAMPLES / "coffee-small.jpg")])
    visitor.expect_ready("fig-bowl.png", "coffee-small.jpg")
    tab_to("Open fig-bowl.png")
    keyboard.press("Enter")
    expect(visitor.page.get_by_role("dialog", name="Picture viewer")).to_be_visible()
    visitor.page.wait_for_timeout(500)
    keyboard.press("Escape")
    expect(visitor.page.get_by_role("dialog")).to_have_count(0)
    assert visitor.focused() == "Open fig-bowl.png"
    tab_to("Links and details of fig-bowl.png")
    keyboard.press("Enter")
    assert visitor.focused() == "fig-bowl.png"  # the title, so that a screen reader begins there
    tab_to("Copy the link to the rendition Large")
    keyboard.press("Enter")
    expect(visitor.page.get_by_text("Link copied")).to_be_visible()
    keyboard.press("Escape")
    assert visitor.focused() == "Links and details of fig-bowl.png"
    keyboard.press("Enter")
    tab_to("Delete")
    keyboard.press("Enter")
    assert visitor.focused() == "Keep it"  # the harmless answer
    tab_to("Delete")
    keyboard.press("Enter")
    expect(visitor.card("fig-bowl.png")).to_have_count(0)
    assert visitor.focused() == "Open coffee-small.jpg"
    tab_to("Sign out")
    keyboard.press("Enter")
    expect(visitor.page.get_by_role("button", name="Sign in")).to_be_visible()


def test_a_screen_reader_hears_how_it_goes(visitor: Visitor, tmp_path: Path) -> None:
    voice = visitor.page.locator(".visually-hidden[role=status]")
    visitor.choose(SAMPLES / "fig-bowl.png", SAMPLES / "coffee-small.jpg")
    expect(voice).to_have_text("2 images added.")
    expect(voice).to_have_text("2 images ready.", timeout=60_000)


def test_a_phone_shows_two_columns_and_nothing_sticks_out(new_visitor: NewVisitor) -> None:
    phone = new_visitor(**PHONE)
    phone.open()
    phone.expect_no_sideways_scroll()
    phone.sign_in()
    phone.expect_no_sideways_scroll()
    phone.choose(SAMPLES / "fig-bowl.png", SAMPLES / "coffee-small.jpg")
    phone.expect_ready("fig-bowl.png", "coffee-small.jpg")
    phone.expect_no_sideways_scroll()
    first, second = (phone.page.locator(".card").nth(index).bounding_box() for index in (0, 1))
    assert first
    assert second
    assert first["y"] == second["y"]
    phone.details("fig-bowl.png")
    phone.expect_no_sideways_scroll()
    phone.expect_accessible()


def test_twice_the_size_still_fits(new_visitor: NewVisitor) -> None:
    """A window of 1280 pixels at 200 % is laid out as one of 640, at 400 % as one of 320."""
    for width in (640, 320):
        visitor = new_visitor(viewport={"width": width, "height": 430})
        visitor.sign_in()
        visitor.expect_no_sideways_scroll()


def test_less_motion_is_respected(new_visitor: NewVisitor) -> None:
    visitor = new_visitor(reduced_motion="reduce")
    visitor.sign_in()
    durations = visitor.page.evaluate(
        "() => [...document.querySelectorAll('*')].map((one) => parseFloat(getComputedStyle(one).transitionDuration))"
    )
    assert max(durations) < 0.001


def test_the_page_weighs_less_than_61_kilobytes(new_visitor: NewVisitor) -> None:
    visitor = new_visitor()
    weights: dict[str, int] = {}

    def weigh(answer: Response) -> None:
        if answer.url.startswith(visitor.door.url) and "/api/" not in answer.url and answer.ok:
            weights[answer.url] = int(answer.headers.get("content-length", 0))

    visitor.page.on("response", weigh)
    visitor.sign_in()
    visitor.choose(SAMPLES / "coffee-small.jpg")
    visitor.expect_ready("coffee-small.jpg")
    visitor.page.get_by_role("link", name="Open coffee-small.jpg").click()
    expect(visitor.page.get_by_role("dialog", name="Picture viewer")).to_be_visible()
    assert any("photoswipe" in url for url in weights)
    assert all(weights.values())
    assert sum(weights.values()) < LARGEST_PAGE, weights
