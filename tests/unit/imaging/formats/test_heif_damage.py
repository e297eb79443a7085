"""AVIF and HEIC that are inconsistent are rejected, and valid ones are not."""

import struct
from collections.abc import Callable

import pytest

from renditions.errors import (
    CorruptImage,
    ImageRejected,
    SideTooLong,
    TooManyPixels,
    UnsupportedFormat,
)
from renditions.imaging import inspect, render
from tests.unit.imaging import heif_files as made
from tests.unit.imaging.heif_files import BOTH, ON, Item, alike, both, coded, corners, grid, heif
from tests.unit.imaging.pictures import (
    UPRIGHT,
    flat,
    photograph,
    quadrants,
    rendered_pixels,
)


@both
@pytest.mark.parametrize(
    "kind", [b"jpeg", b"j2k1", b"unci", b"avc1", b"vvc1", b"iovl", b"tmap", b"mski", b"other"]
)
def test_only_the_codec_of_the_format_is_decoded(image_format: str, kind: bytes) -> None:
    other = made.KINDS["HEIC" if image_format == "AVIF" else "AVIF"] if kind == b"other" else kind
    item = coded(quadrants(64, 64), image_format)
    wrong = Item(other, item.data, item.properties)
    derived = Item(other, item.data, item.properties, {b"auxl": [1]}).having(made.ALPHA)
    for items in ([wrong], [grid(1, 1, (64, 64), [2]), wrong], [item, derived]):
        with pytest.raises(UnsupportedFormat, match="Export the image as JPEG or PNG"):
            render(heif(image_format, items), "thumbnail", BOTH)


LIES: dict[str, tuple[Callable[[str], list[Item]], type[ImageRejected]]] = {
    "a picture that says it is of 60,000²": (
        lambda name: [coded(quadrants(64, 64), name, size=(60_000, 60_000))], SideTooLong,
    ),
    "a picture that says it is of 16,000²": (
        lambda name: [coded(quadrants(64, 64), name, size=(16_000, 16_000))], TooManyPixels,
    ),
    "a picture that says it is smaller than it is": (lambda name: [made.hidden(name)], TooManyPixels),
    "a tile that is larger than it says": (lambda name: [grid(1, 1, (64, 64), [2]), made.hidden(name)], TooManyPixels),
    "an alpha that is larger than it says": (
        lambda name: [
            coded(quadrants(64, 64), name), made.hidden(name).referring({b"auxl": [1]}).having(made.ALPHA),
        ],
        TooManyPixels,
    ),
    "fewer tiles than rows and columns": (
        lambda name: [grid(2, 2, (128, 128), [2]), coded(quadrants(64, 64), name)], CorruptImage,
    ),
    "one tile for all": (
        lambda name: [grid(16, 16, (1024, 1024), [2] * 256), coded(quadrants(64, 64), name)], CorruptImage,
    ),
    "tiles beyond the picture": (
        lambda name: [grid(2, 1, (60, 60), [2, 3]), *[coded(quadrants(64, 64), name)] * 2], CorruptImage,
    ),
    "a grid of itself": (lambda name: [grid(1, 1, (64, 64), [1])], UnsupportedFormat),
    "a picture that is itself": (
        lambda name: [Item(b"iden", b"", (made.ispe(64, 64),), {b"dimg": [1]})], UnsupportedFormat,
    ),
    "no size": (lambda name: [Item(made.KINDS[name], b"\x0a\x0b")], CorruptImage),
    "no bytes": (lambda name: [Item(made.KINDS[name], b"", coded(quadrants(64, 64), name).properties)], CorruptImage),
    "cropped to nothing": (
        lambda name: [coded(quadrants(64, 64), name).having(made.clap(0, 0))], CorruptImage,
    ),
    "cropped beyond its edges": (
        lambda name: [coded(quadrants(64, 64), name).having(made.clap(64, 64, right=8))], CorruptImage,
    ),
    "cropped by a fraction of nothing": (
        lambda name: [coded(quadrants(64, 64), name).having(made.box(b"clap", bytes(32)))], CorruptImage,
    ),
}  # fmt: skip


@both
@pytest.mark.parametrize("lie", LIES)
def test_an_inconsistent_file_is_rejected(lie: str, image_format: str) -> None:
    make, error = LIES[lie]
    with pytest.raises(error, match=r"\.$"):
        render(heif(image_format, make(image_format)), "thumbnail", made.FEW_PIXELS)


def test_a_unit_too_long_for_the_decoder_is_not_called_damaged() -> None:
    item = coded(quadrants(64, 64), "HEIC")
    size = 16_777_217
    longer = Item(item.kind, struct.pack(">I", size) + b"\x26\x01" + b"\xaa" * (size - 2), item.properties)
    with pytest.raises(UnsupportedFormat, match="an image in units of more than 16,777,216 bytes"):
        inspect(heif("HEIC", [longer]), BOTH)


@both
@pytest.mark.parametrize("zeros", [400, 4_000])
def test_an_interrupted_download_filled_with_zeros_is_rejected(image_format: str, zeros: int) -> None:
    data = made.WRITERS[image_format](photograph(400, 300))
    assert render(data, "thumbnail", BOTH).width == 200
    with pytest.raises(CorruptImage):
        render(data[:-zeros] + bytes(zeros), "thumbnail", BOTH)


@both
def test_flat_images_of_odd_sizes_are_not_taken_for_damaged(image_format: str) -> None:
    for size in ((1, 1), (1, 700), (700, 1), (63, 65), (1500, 1000)):
        for colour in ((0, 0, 0), (255, 255, 255)):
            facts = inspect(made.WRITERS[image_format](flat(colour, size)), BOTH)
            assert (facts.width, facts.height) == size


@both
def test_bytes_after_the_last_box_are_ignored(image_format: str) -> None:
    data = heif(
        image_format, [coded(quadrants(64, 64), image_format)], trailer=b"\0\0\0\0\xff\xfe\0\x01 a trailer"
    )
    assert alike(corners(rendered_pixels(data, **ON)), UPRIGHT[1])
