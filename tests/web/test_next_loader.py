"""The loader for next/image in examples/, in the engine that runs it for users."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser

LOADER = (Path(__file__).parents[2] / "examples" / "next_loader.mjs").read_text()
URL = """async ([source, src, width]) => {
  globalThis.process = { env: { NEXT_PUBLIC_RENDITIONS_URL: "https://d1.cloudfront.net" } };
  const { default: loader } = await import("data:text/javascript," + encodeURIComponent(source));
  return loader({ src, width, quality: 75 });
}"""


@pytest.mark.parametrize(
    "width, rendition",
    [(16, "thumbnail"), (200, "thumbnail"), (201, "medium"), (1600, "large"), (3840, "large")],
)
def test_the_loader_takes_the_rendition_that_is_large_enough(
    browser: Browser, width: int, rendition: str
) -> None:
    page = browser.new_page()
    made = page.evaluate(URL, [LOADER, "Zoë & me.jpg/cbc3fa477b8e8447", width])
    page.close()
    assert made == f"https://d1.cloudfront.net/Zo%C3%AB%20%26%20me.jpg/cbc3fa477b8e8447/{rendition}.webp"
