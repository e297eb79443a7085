"""Makes docs/images/web-*.jpg and console.jpg from the real pages: `python -m tests.web.screenshots`, with Chromium."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from PIL import Image
from playwright.sync_api import Browser, Page, expect, sync_playwright

from renditions_cli.aws.stack import stack_of
from renditions_cli.console.server import serving
from tests.e2e.pictures import jpeg
from tests.web.conftest import ARGUMENTS, chromium
from tests.web.door import Door, open_door
from tests.web.visitor import Visitor

ROOT = Path(__file__).parents[2]
IMAGES = ROOT / "docs" / "images"
SAMPLES = ROOT / "samples"
DESKTOP: dict[str, Any] = {"viewport": {"width": 1280, "height": 860}}
PHONE: dict[str, Any] = {
    "viewport": {"width": 390, "height": 800},
    "device_scale_factor": 2,
    "has_touch": True,
}
# Parts of the samples, as shares of width and height, for a gallery that somebody could have.
PARTS = {
    "coffee mill.jpg": ("living-room.jpg", (0.05, 0.02, 0.55, 0.5)),
    "the drum.jpg": ("living-room.jpg", (0.45, 0.3, 1, 0.95)),
    "reds and blues.jpg": ("paint-brushes.jpg", (0.2, 0, 0.75, 0.6)),
}


def originals(folder: Path) -> list[Path]:
    """Write and return the files of the gallery, newest last."""
    for name, (sample, box) in PARTS.items():
        image = Image.open(SAMPLES / sample).convert("RGB")
        sides = (image.width, image.height) * 2
        image.crop(tuple(int(side * share) for side, share in zip(sides, box, strict=True))).save(  # type: ignore[arg-type]
            folder / name, quality=92
        )
    (folder / "scan cut off.jpg").write_bytes(jpeg(800, 600)[:5000])
    whole = [SAMPLES / name for name in ("living-room.jpg", "fig-bowl.png", "cat.gif", "paint-brushes.jpg")]
    return [*(folder / name for name in PARTS), *whole[:2], folder / "scan cut off.jpg", *whole[2:]]


def take(visitor: Visitor, name: str) -> None:
    """Keep what the visitor sees now."""
    keep(visitor.page, f"web-{name}")


def keep(page: Page, name: str) -> None:
    """Keep what a page shows now."""
    page.wait_for_timeout(700)  # until everything has faded in
    with TemporaryDirectory() as folder:
        shot = Path(folder) / "shot.png"
        page.screenshot(path=shot)
        Image.open(shot).convert("RGB").save(IMAGES / f"{name}.jpg", quality=82, optimize=True)


def fill(visitor: Visitor, files: list[Path]) -> None:
    """Upload the gallery, one after the other, so that its order is always the same."""
    for file in files:
        visitor.choose(file)
        expect(visitor.card(file.name)).to_have_attribute(
            "data-kind", "completed" if "cut" not in file.name else "rejected"
        )


def views(visitor: Visitor, kind: str, files: list[Path], latest: Path) -> None:
    """Take the three main views."""
    visitor.open()
    take(visitor, f"sign-in-{kind}")
    visitor.sign_in()
    fill(visitor, files)
    visitor.on_a_network(25)
    visitor.choose(latest)
    take(visitor, f"gallery-{kind}")
    visitor.on_a_network(10_000)
    visitor.expect_ready("paint-brushes.jpg")
    visitor.details("paint-brushes.jpg")
    take(visitor, f"details-{kind}")
    visitor.context.close()


def console(browser: Browser, door: Door) -> None:
    """Take the console with an execution of a sample."""
    stack = stack_of(door.stack)
    stack.s3().upload_file(str(SAMPLES / "living-room.jpg"), stack.outputs.uploads_bucket, "living-room.jpg")
    with serving(lambda: stack, port=0) as guard:
        page = browser.new_page(viewport={"width": 1400, "height": 900})
        page.goto(guard.address)
        row = page.locator("tbody tr").filter(has_text="living-room.jpg").first
        expect(row.locator(".badge.succeeded")).to_be_visible(timeout=30_000)
        row.get_by_role("link").click()
        page.get_by_role("button", name="Fit the window").click()
        page.locator("[data-state=Watermark]").click()
        expect(page.locator(".panel img")).to_be_visible()
        keep(page, "console")
        page.close()


def main() -> None:
    """Take all pictures: a light desktop and a dark phone."""
    with TemporaryDirectory() as folder, open_door(Path(folder)) as door, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=ARGUMENTS)
        files, user = originals(Path(folder)), door.new_user("ada.lovelace")
        desktop = Visitor(browser.new_context(**DESKTOP), door, user)
        phone = Visitor(browser.new_context(**PHONE, color_scheme="dark"), door, user)
        console(browser, door)
        views(desktop, "desktop", files, files[1])
        views(phone, "phone", [], files[0])


if __name__ == "__main__":
    main()
