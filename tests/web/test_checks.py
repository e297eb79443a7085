"""The checks of the page say what the server says, word for word."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from renditions.errors import ImageRejected
from renditions.imaging.formats.recognition import recognize
from renditions.imaging.limits import check_size
from renditions.settings import Settings
from tests.e2e import pictures
from tests.web.conftest import visit
from tests.web.door import Door

ASK = """async ([bytes, size, limits]) => {
  const { problemWith } = await import("/modules/checks.js");
  const file = new File([Uint8Array.from(atob(bytes), (one) => one.charCodeAt(0))], "x");
  return problemWith(size === null ? file : { size, slice: () => file }, limits);
}"""
HEADS = [
    pictures.jpeg(32, 32), pictures.avif(32, 32), pictures.heic(64, 64), pictures.film(),
    b"\x89PNG\r\n\x1a\n", b"II*\0", b"MM\0+", b"RIFF\0\0\0\0WEBP", b"BM" + bytes(12) + b"\x28\0\0\0", b"GIF89a",
    b"\0\0\0\x18ftypmif1\0\0\0\0mif1heic", b"\0\0\0\x18ftypmif1\0\0\0\0mif1mia2", b"\0\0\0\x18ftypmp42",
    b"%PDF-1.7", b"<svg xmlns=''/>", b"<?xml version='1.0'?>\n<!DOCTYPE svg><svg>", b"<!doctype HTML>", b"PK\x03\x04",
    b"8BPS", b"\xff\x0a", b"\0\0\0\x0cjP  ", b"\xff\x4f\xff\x51", b"\0\0\1\0", b"%!PS", b"RIFF\0\0\0\0AVI ",
    b"hello", b"\xff\xd8", "ümläu".encode(), b"BM" + bytes(12) + b"\x29\0\0\0",
]  # fmt: skip

CHANGED = [
    b"/9j/4AAQSkZJRg==", b"data:image/jpeg;base64,/9j/", b"--form\r\nContent-Disposition: x", b"\x1f\x8b\x08\0\0\0",
    b"\xef\xbb\xbf<svg xmlns=''/>", b"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\0\x10JFIF", b"a letter",
]  # fmt: skip


@pytest.fixture(scope="module")
def page(browser: Browser, door: Door) -> Iterator[Page]:
    """The page of somebody who need not sign in, because its checks ask nobody."""
    visitor = visit(browser, door, "nobody")
    visitor.open()
    yield visitor.page
    visitor.leave()


def sentence(check: object, *arguments: object) -> str:
    try:
        check(*arguments)  # type: ignore[operator]
    except ImageRejected as rejection:
        return str(rejection)
    return ""


@pytest.mark.parametrize("switches", [{}, {"heic_input": "on"}], ids=["default", "all"])
def test_the_page_recognizes_what_the_server_recognizes(page: Page, switches: dict[str, str]) -> None:
    import base64

    settings = Settings(**switches)  # type: ignore[arg-type]
    formats = ["JPEG", "PNG", "GIF", "BMP", "TIFF", "WebP", "AVIF", *(["HEIC"] if switches else [])]
    limits = {"max_bytes": settings.max_bytes, "formats": formats}
    for head in HEADS:
        said = page.evaluate(ASK, [base64.b64encode(head).decode(), None, limits])
        assert said == sentence(recognize, head, settings), head[:24]


@pytest.mark.parametrize("head", CHANGED, ids=str)
def test_what_was_changed_on_the_way_is_left_to_the_server(page: Page, head: bytes) -> None:
    import base64

    limits = {"max_bytes": 1000, "formats": ["JPEG"]}
    assert page.evaluate(ASK, [base64.b64encode(head).decode(), None, limits]) == ""
    assert sentence(recognize, head, Settings())


@pytest.mark.parametrize("size", [0, 52_428_801, 123_456_789])
def test_the_page_has_the_limits_of_the_server(page: Page, size: int) -> None:
    settings = Settings()
    limits = {"max_bytes": settings.max_bytes, "formats": ["JPEG"]}
    assert page.evaluate(ASK, ["", size, limits]) == sentence(check_size, size, settings)
