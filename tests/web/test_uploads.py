"""Getting files to the service: every way in, progress, refusals, retries, no network, a reload."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Route, expect

from tests.e2e.pictures import jpeg
from tests.web.conftest import NewVisitor
from tests.web.visitor import Visitor

SAMPLES = Path(__file__).parents[2] / "samples"
# The stack under test has none.
WITH_PRESETS = """
const json = Response.prototype.json;
Response.prototype.json = async function () {
  const answer = await json.call(this);
  return this.url.endsWith("/api/config") ? { ...answer, presets: ["portraits", "products"] } : answer;
};
"""
Photographs = Callable[[int], list[Path]]


def is_upload(url: str) -> bool:
    return "uploadsbucket" in url.lower()


def test_files_dropped_anywhere_are_uploaded(visitor: Visitor, photographs: Photographs) -> None:
    files = photographs(3)
    visitor.drag(files, "dragEnter", "dragOver")
    expect(visitor.page.get_by_text("Drop to upload")).to_be_visible()
    visitor.drag(files, "drop")
    expect(visitor.page.get_by_text("Drop to upload")).to_be_hidden()
    visitor.expect_ready(*(file.name for file in files))


def test_a_preset_of_the_stack_is_chosen_for_the_files_that_follow(
    new_visitor: NewVisitor, photographs: Photographs
) -> None:
    visitor, asked = new_visitor(), []

    def note(route: Route) -> None:
        body = json.loads(route.request.post_data or "")
        asked.append(body.pop("preset"))
        route.continue_(post_data=body)  # this stack has none

    visitor.context.add_init_script(WITH_PRESETS)
    visitor.context.route("**/api/uploads", note)
    visitor.sign_in()
    first, second = photographs(2)
    visitor.choose(first)
    visitor.expect_ready(first.name)
    visitor.page.get_by_label("Preset").select_option("products")
    visitor.drop([second])
    visitor.expect_ready(second.name)
    assert asked == ["", "products"]


def test_a_drag_that_is_given_up_changes_nothing(visitor: Visitor, photographs: Photographs) -> None:
    visitor.drag(photographs(1), "dragEnter", "dragOver", "dragCancel")
    visitor.page.mouse.move(200, 200)
    expect(visitor.page.get_by_text("Drop to upload")).to_be_hidden()
    expect(visitor.page.locator(".card")).to_have_count(0)


def test_dragging_a_picture_of_the_page_uploads_nothing(visitor: Visitor, photographs: Photographs) -> None:
    visitor.choose(*photographs(1))
    visitor.expect_ready("photograph-001.jpg")
    visitor.card("photograph-001.jpg").locator(".card-open").drag_to(visitor.page.locator(".drop-zone"))
    visitor.page.wait_for_timeout(500)
    expect(visitor.page.locator(".card")).to_have_count(1)


def test_a_pasted_image_is_uploaded(visitor: Visitor) -> None:
    visitor.page.evaluate(
        """async () => {
          const canvas = Object.assign(document.createElement("canvas"), { width: 300, height: 200 });
          canvas.getContext("2d").fillRect(20, 20, 100, 100);
          const blob = await new Promise((resolve) => canvas.toBlob(resolve));
          await navigator.clipboard.write([new ClipboardItem({ "image/png": blob })]);
        }"""
    )
    visitor.page.keyboard.press("Control+v")
    visitor.expect_ready("image.png")


def test_a_dropped_folder_gives_its_images(visitor: Visitor, tmp_path: Path) -> None:
    inner = tmp_path / "holiday" / "day two"
    inner.mkdir(parents=True)
    (inner / "beach.jpg").write_bytes(jpeg(320, 240, shade=1))
    (tmp_path / "holiday" / ".DS_Store").write_bytes(b"junk")
    visitor.drop([tmp_path / "holiday"])
    visitor.expect_ready("beach.jpg")
    expect(visitor.page.locator(".card")).to_have_count(1)


def test_progress_is_shown_and_a_picture_at_once(visitor: Visitor) -> None:
    visitor.on_a_network(150)
    visitor.choose(SAMPLES / "paint-brushes.jpg")
    card = visitor.card("paint-brushes.jpg")
    progress = card.get_by_role("progressbar", name="Upload of paint-brushes.jpg")
    expect(progress).to_be_visible()
    expect(card.locator("canvas.drawn")).to_be_visible()
    expect(card).to_contain_text("Uploading ·")
    expect(visitor.page.locator(".strip")).to_contain_text("Uploading 1 of 1 image")
    shares = []
    while progress.is_visible():
        shares.append(card.evaluate("one => one.querySelector('progress').value"))
        visitor.page.wait_for_timeout(100)
    assert shares == sorted(shares)
    assert len(set(shares)) > 2
    visitor.expect_ready("paint-brushes.jpg")


def test_an_upload_can_be_cancelled(visitor: Visitor) -> None:
    visitor.on_a_network(10)
    visitor.choose(SAMPLES / "paint-brushes.jpg")
    visitor.page.get_by_role("button", name="Cancel the upload of paint-brushes.jpg").click()
    expect(visitor.page.locator(".card")).to_have_count(0)
    expect(visitor.page.locator(".strip")).to_be_hidden()


def test_what_is_no_image_is_refused_before_it_is_sent(visitor: Visitor, tmp_path: Path) -> None:
    sent: list[str] = []
    visitor.page.on("request", lambda request: sent.append(request.url))
    (tmp_path / "empty.jpg").touch()
    (tmp_path / "report.jpg").write_bytes(b"%PDF-1.7 and so on")
    visitor.choose(tmp_path / "empty.jpg", tmp_path / "report.jpg")
    expect(visitor.card("empty.jpg")).to_contain_text("The file is empty (0 bytes). Upload the image again.")
    expect(visitor.card("report.jpg")).to_contain_text("This looks like a PDF document. Upload a JPEG, PNG,")
    assert not [url for url in sent if url.endswith("/api/uploads")]
    visitor.page.get_by_role("button", name="Remove report.jpg").click()
    expect(visitor.page.locator(".card")).to_have_count(1)


def test_a_rejected_file_says_why_in_its_card_and_can_be_removed(visitor: Visitor, tmp_path: Path) -> None:
    (tmp_path / "cut.jpg").write_bytes(jpeg(800, 600)[:5000])
    visitor.choose(tmp_path / "cut.jpg")
    card = visitor.card("cut.jpg")
    expect(card).to_have_attribute("data-kind", "rejected", timeout=60_000)
    expect(card).to_contain_text("Not accepted")
    expect(card.locator(".card-reason")).not_to_be_empty()
    card.get_by_role("button", name="Remove cut.jpg").click()
    expect(visitor.page.locator(".card")).to_have_count(0)
    visitor.page.wait_for_timeout(500)
    visitor.page.reload()
    expect(visitor.page.get_by_role("heading", name="No images yet")).to_be_visible()


def test_a_fault_that_passes_is_not_seen(visitor: Visitor, photographs: Photographs) -> None:
    attempts: list[str] = []

    def fail_twice(route: Route) -> None:
        attempts.append(route.request.url)
        if len(attempts) <= 2:
            route.abort("connectionreset")
        else:
            route.continue_()

    visitor.page.route(is_upload, fail_twice)
    visitor.choose(*photographs(1))
    visitor.expect_ready("photograph-001.jpg")
    assert len(attempts) == 3
    expect(visitor.page.locator(".card")).to_have_count(1)
    visitor.errors.clear()  # Chromium reports each broken connection as an error


def test_what_cannot_be_sent_can_be_retried(visitor: Visitor, photographs: Photographs) -> None:
    refusal = "<Error><Code>InvalidRequest</Code></Error>"
    visitor.page.route(is_upload, lambda route: route.fulfill(status=400, body=refusal))
    visitor.choose(*photographs(2))
    expect(visitor.cards("unsent")).to_have_count(2)
    expect(visitor.page.locator(".strip")).to_contain_text("2 images could not be uploaded")
    visitor.page.unroute_all()
    visitor.errors.clear()
    visitor.page.get_by_role("button", name="Retry all").click()
    visitor.expect_ready("photograph-001.jpg", "photograph-002.jpg")


def test_the_quota_is_explained_and_not_retried(visitor: Visitor, photographs: Photographs) -> None:
    sentence = (
        "You have 1,000 images, the most that one person can keep here. Delete some, then upload again."
    )
    asked: list[int] = []

    def full(route: Route) -> None:
        asked.append(1)
        route.fulfill(status=429, json={"error": {"code": "TooManyImages", "message": sentence}})

    visitor.page.route("**/api/uploads", full)
    visitor.choose(*photographs(1))
    expect(visitor.card("photograph-001.jpg")).to_contain_text(sentence)
    assert len(asked) == 1
    visitor.errors.clear()


def test_uploads_wait_for_the_network_and_go_on(visitor: Visitor, photographs: Photographs) -> None:
    visitor.context.set_offline(True)
    expect(visitor.page.get_by_text("You are offline.")).to_be_visible()
    visitor.choose(*photographs(2))
    expect(visitor.cards("queued").or_(visitor.cards("uploading"))).to_have_count(2)
    visitor.context.set_offline(False)
    expect(visitor.page.get_by_text("You are offline.")).to_be_hidden()
    visitor.expect_ready("photograph-001.jpg", "photograph-002.jpg")
    visitor.errors.clear()


def test_a_network_lost_during_an_upload_is_waited_for(visitor: Visitor) -> None:
    visitor.on_a_network(60)
    visitor.choose(SAMPLES / "paint-brushes.jpg")
    expect(visitor.card("paint-brushes.jpg")).to_contain_text("Uploading ·")
    visitor.context.set_offline(True)
    visitor.page.wait_for_timeout(1500)
    visitor.context.set_offline(False)
    visitor.on_a_network(10_000)
    visitor.expect_ready("paint-brushes.jpg")
    expect(visitor.page.locator(".card")).to_have_count(1)
    visitor.errors.clear()


def test_a_reload_during_an_upload_loses_nothing(visitor: Visitor) -> None:
    visitor.on_a_network(20)
    visitor.choose(SAMPLES / "paint-brushes.jpg", SAMPLES / "fig-bowl.png")
    expect(visitor.page.locator(".strip")).to_contain_text("Uploading 1 of 2 images")
    visitor.page.wait_for_timeout(1000)
    visitor.page.reload()
    visitor.on_a_network(10_000)
    visitor.expect_ready("paint-brushes.jpg", "fig-bowl.png")
    expect(visitor.page.locator(".card")).to_have_count(2)
    visitor.page.wait_for_timeout(500)
    assert "paint-brushes" not in visitor.stored()


def test_signing_out_asks_when_uploads_are_not_finished(visitor: Visitor) -> None:
    visitor.on_a_network(10)
    visitor.choose(SAMPLES / "paint-brushes.jpg")
    visitor.page.get_by_role("button", name="Sign out").click()
    dialog = visitor.page.get_by_role("dialog", name="Sign out now?")
    expect(dialog).to_contain_text("1 image not uploaded yet.")
    dialog.get_by_role("button", name="Stay").click()
    expect(visitor.card("paint-brushes.jpg")).to_be_visible()
    visitor.page.get_by_role("button", name="Sign out").click()
    dialog.get_by_role("button", name="Sign out").click()
    expect(visitor.page.get_by_role("button", name="Sign in")).to_be_visible()
    assert "paint-brushes" not in visitor.stored()


@pytest.mark.long
@pytest.mark.timeout(900)
def test_two_hundred_files_in_one_drop_all_end_well(visitor: Visitor, photographs: Photographs) -> None:
    visitor.drop(photographs(200))
    expect(visitor.page.locator(".card")).to_have_count(200)
    expect(visitor.cards("completed")).to_have_count(200, timeout=800_000)
    expect(visitor.page.locator(".strip")).to_be_hidden()
