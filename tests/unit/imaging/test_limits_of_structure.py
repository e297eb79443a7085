"""The limits on the structure of a file: their order, their sentences, and that valid files are accepted."""

import logging
import warnings
from collections.abc import Callable

import pytest
from PIL import Image

from renditions.errors import (
    FileTooLarge,
    ImageRejected,
    MetadataTooLarge,
    SideTooLong,
    TooManyFrames,
    TooManyScans,
)
from renditions.imaging import inspect, render
from renditions.settings import Settings
from tests.unit.imaging.attacks.bombs import (
    frames_gif,
    packed,
    png_with,
    resized_png,
    rle_bmp,
    scans_jpeg,
    tiff,
)
from tests.unit.imaging.pictures import decoded, encoded, mean_error, photograph, png_chunk

TEXT = png_chunk(b"tEXt", b"Comment\0" + b"x" * 3000)


def rejection_of(data: bytes, settings: Settings, error: type[ImageRejected]) -> str:
    with pytest.raises(error) as rejection:
        inspect(data, settings)
    return str(rejection.value)


@pytest.mark.parametrize(
    "data, settings, error, sentence",
    [
        (
            frames_gif(6),
            Settings(max_frames=5),
            TooManyFrames,
            "The file has more than 5 frames or pages, the maximum allowed. Upload a shorter file.",
        ),
        (
            tiff(pages=6),
            Settings(max_frames=5),
            TooManyFrames,
            "The file has more than 5 frames or pages, the maximum allowed. Upload a shorter file.",
        ),
        (
            scans_jpeg(7),
            Settings(max_jpeg_scans=15),
            TooManyScans,
            (
                "The JPEG image has more than 15 scans, the maximum allowed. Export the image again and "
                "upload the new file."
            ),
        ),
        (
            png_with(TEXT),
            Settings(max_metadata_bytes=3000),
            MetadataTooLarge,
            (
                "The PNG file has more than 3,000 bytes of metadata, the maximum allowed. Export the image "
                "without metadata and upload that file."
            ),
        ),
        (
            rle_bmp(20_000),
            Settings(max_bmp_rle_bytes=10_000),
            FileTooLarge,
            (
                "The run-length encoded BMP has 17,082 bytes. At most 10,000 bytes are allowed. Save it as PNG and "
                "upload that file."
            ),
        ),
    ],
)
def test_a_rejection_states_the_limit(
    data: bytes, settings: Settings, error: type[ImageRejected], sentence: str
) -> None:
    assert rejection_of(data, settings, error) == sentence


def test_a_file_at_a_limit_is_accepted() -> None:
    assert inspect(frames_gif(4), Settings(max_frames=5)).frames == 5
    assert inspect(tiff(pages=5), Settings(max_frames=5)).frames == 5
    assert inspect(scans_jpeg(6), Settings(max_jpeg_scans=15)).width == 64
    assert inspect(png_with(TEXT), Settings(max_metadata_bytes=3008)).width == 60


def test_sides_are_checked_before_metadata_and_before_missing_pixels() -> None:
    strict = Settings(max_metadata_bytes=1, max_side=50)
    rejection_of(png_with(TEXT), strict, SideTooLong)
    rejection_of(resized_png(60, 60)[:200], strict, SideTooLong)


@pytest.mark.parametrize(
    "chunk",
    [
        png_chunk(b"zTXt", b"a\0\0" + packed(5_000_000)),
        png_chunk(b"iTXt", b"a\0\1\0\0\0" + packed(5_000_000)),
        png_chunk(b"iCCP", b"a\0\0" + packed(5_000_000)),
        png_chunk(b"iCCP", b"a\0\7" + packed(100)),
        png_chunk(b"tEXt", b"transparency\0anything"),
        png_chunk(b"tEXt", b"a\0b")[:-1] + b"?",
        png_chunk(b"zTXt", b"a\0\0no deflated data"),
    ],
    ids=[
        "text",
        "international text",
        "profile",
        "unknown packing",
        "Pillow's key",
        "check sum",
        "no deflate",
    ],
)
@pytest.mark.parametrize("at_end", [False, True], ids=["before the pixels", "after them"])
def test_ancillary_chunks_of_a_png_never_cause_a_rejection(
    chunk: bytes,
    at_end: bool,  # noqa: FBT001 - a case
) -> None:
    plain = encoded(photograph(60, 40), "PNG")
    place = len(plain) - 12 if at_end else 33
    data = plain[:place] + chunk + plain[place:]
    rendered = render(data, "thumbnail", Settings(output_format="png"))
    assert mean_error(decoded(rendered), photograph(60, 40)) == 0


def test_a_png_damaged_anywhere_in_its_pixels_is_rejected() -> None:
    data = encoded(photograph(60, 40), "PNG")
    for place in range(60, len(data) - 20, 97):
        damaged = data[:place] + bytes((data[place] ^ 1,)) + data[place + 1 :]
        with pytest.raises(ImageRejected):
            render(damaged, "thumbnail", Settings())


SECRET = (231, 17, 201)
INCOMPLETE: dict[str, Callable[[], bytes]] = {
    "a GIF whose frame covers a corner": lambda: _corner_gif(),  # noqa: PLW0108 - defined below
    "a TIFF with a strip that is not there": lambda: tiff((279, 4, 1, 100)),
    "a JPEG cut off": lambda: encoded(photograph(300, 200), "JPEG")[:-3000] + b"\xff\xd9",
    "a PNG with too few rows": lambda: resized_png(60, 40)[:100],
    "a BMP cut off": lambda: encoded(photograph(300, 200), "BMP")[:-3000],
    "a run-length coded BMP that jumps": lambda: rle_bmp(20_000)[:-4] + b"\0\2\xff\0",
    "a WebP cut off": lambda: encoded(photograph(300, 200), "WEBP")[:-300],
}


def _corner_gif() -> bytes:
    data = encoded(photograph(20, 20).quantize(8), "GIF")
    return data[:6] + b"\x2c\1\xc8\0" + data[10:]


@pytest.mark.parametrize("kind", INCOMPLETE)
def test_no_pixel_of_one_image_shows_in_the_next(kind: str) -> None:
    """A warm process gets an image of one strong colour, and then one that leaves pixels out."""
    data = INCOMPLETE[kind]()
    first = _result(data)
    for mode in ("RGB", "RGBA", "P"):
        for image_format in ("PNG", "GIF", "WEBP"):
            secret = Image.new("RGB", (300, 200), SECRET).convert(mode)
            render(encoded(secret, image_format), "thumbnail", Settings())
    again = _result(data)
    assert again == first
    if isinstance(again, bytes):
        colours = decoded_colours(again)
        assert all(max(abs(a - b) for a, b in zip(one, SECRET, strict=True)) > 20 for one in colours)


def _result(data: bytes) -> bytes | str:
    try:
        return render(data, "thumbnail", Settings(output_format="png")).data
    except ImageRejected as rejection:
        return str(rejection)


def decoded_colours(data: bytes) -> set[tuple[int, ...]]:
    from io import BytesIO

    image = Image.open(BytesIO(data)).convert("RGB")
    return {colour for _, colour in image.getcolors(1 << 20) or []}  # type: ignore[misc]


def test_damaged_files_leave_nothing_in_the_log(
    caplog: pytest.LogCaptureFixture, recwarn: pytest.WarningsRecorder
) -> None:
    warnings.simplefilter("always")
    with caplog.at_level(logging.WARNING):
        for data in (
            tiff((277, 3, 1, 9)),
            tiff((270, 2, 40_000_000, 3000)),
            tiff()[:3000],
            frames_gif(3)[:-9],
        ):
            _result(data)
    assert not caplog.records
    assert not [one for one in recwarn if "PIL" in one.filename]
