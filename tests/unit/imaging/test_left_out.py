"""A note says how many frames, pages or images of a file are not shown, and what to do to see them."""

import struct
from typing import Any

import pytest

from renditions.imaging import render
from renditions.settings import Settings
from tests.unit.imaging.animations import PHOTOGRAPHS, SIZE, animated, apng, flat_part
from tests.unit.imaging.heif_files import ALPHA, BOTH, auxiliary, coded, grid, heif
from tests.unit.imaging.pictures import GREEN, RED, encoded, flat
from tests.unit.imaging.tiffs import page, pages_tiff

STEREO, PANORAMA, PREVIEW, UNDEFINED = 0x020002, 0x020001, 0x010001, 0
PICTURE = flat(RED, (64, 64))
REDUCED, MASK = (4, [1]), (4, [4])


def note(data: bytes, **settings: Any) -> str:
    return render(data, "thumbnail", Settings(**settings)).note


def several(kind: int) -> bytes:
    """Return a JPEG that contains two more images of a ``kind``."""
    data = bytearray(encoded(PICTURE, "MPO", save_all=True, append_images=[PICTURE] * 2))
    first = data.index(struct.pack("<L", 0x030000), data.index(b"MPF\0") + 54)
    for number in (1, 2):
        struct.pack_into("<L", data, first + 16 * number, kind)
    return bytes(data)


def pages(*more: dict[int, Any]) -> bytes:
    return pages_tiff("<", [page(64, 48, RED), *more], [])


@pytest.mark.parametrize("image_format", ["GIF", "WEBP", "PNG", "AVIF"])
def test_frames_that_are_not_shown_are_counted(image_format: str) -> None:
    data = animated(PHOTOGRAPHS, image_format)
    assert note(data) == "Only one of 5 frames is shown. To show all, set ANIMATION to keep."
    assert note(data, output_format="jpeg").endswith("set ANIMATION to keep, and OUTPUT_FORMAT to webp.")
    assert note(data, animation="keep") == ""


def test_the_stand_in_of_an_animation_is_no_frame() -> None:
    parts, stand_in = [flat_part(GREEN, SIZE)], flat_part(RED, SIZE).pixels
    assert note(apng(SIZE, parts, default=stand_in)) == ""
    assert note(apng(SIZE, parts * 2, default=stand_in)).startswith("Only one of 2 frames")


def test_pages_that_are_not_shown_are_counted() -> None:
    assert note(pages(*[page(64, 48, GREEN)] * 39)) == (
        "Only one of 40 pages in the file is shown. "
        "To show all, set PAGES to all, or upload each of the pages as a file of its own."
    )


def test_previews_and_masks_are_no_pages() -> None:
    assert note(pages(page(16, 12, GREEN, t254=REDUCED), page(64, 48, (255,), t254=MASK))) == ""


@pytest.mark.parametrize(
    "kind, is_shown", [(STEREO, True), (PANORAMA, True), (PREVIEW, False), (UNDEFINED, False)]
)
def test_images_that_belong_to_a_jpeg_are_counted_but_not_previews(kind: int, is_shown: bool) -> None:  # noqa: FBT001 - of a case
    assert note(several(kind)).startswith("Only one of 3 images in the file is shown.") is is_shown


def test_a_broken_index_of_a_jpeg_is_ignored() -> None:
    data = several(STEREO)
    at = data.index(b"MPF\0") + 8
    assert note(data[:at] + bytes(8) + data[at + 8 :]) == ""


def test_a_burst_is_counted_but_not_what_belongs_to_an_image() -> None:
    one = coded(PICTURE, "AVIF")
    alpha = coded(PICTURE.convert("L"), "AVIF").having(ALPHA).referring({b"auxl": [1]})
    depth = one.having(auxiliary(b"urn:mpeg:mpegB:cicp:systems:auxiliary:depth")).referring({b"auxl": [1]})
    thumbnail = one.referring({b"thmb": [1]})
    assert render(heif("AVIF", [one, alpha, depth, thumbnail]), "thumbnail", BOTH).note == ""
    assert render(heif("AVIF", [grid(2, 1, (128, 64), [2, 3]), one, one]), "thumbnail", BOTH).note == ""
    burst = render(heif("AVIF", [one, one, one, thumbnail]), "thumbnail", BOTH).note
    assert burst.startswith("Only one of 3 images in the file is shown.")
