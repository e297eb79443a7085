"""Encoding: formats, quality, the size in bytes, and no metadata."""

import io
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, JpegImagePlugin, PngImagePlugin

from renditions.imaging import render
from renditions.settings import Settings
from tests.unit.imaging.pictures import decoded, encoded, mean_error, photograph, png_chunk, rendered_pixels
from tests.unit.imaging.profiles import rgb_profile

OUTPUTS = [
    ("webp", "WEBP", "image/webp"),
    ("jpeg", "JPEG", "image/jpeg"),
    ("png", "PNG", "image/png"),
    ("avif", "AVIF", "image/avif"),
]
EXTENSIONS = {"webp": "webp", "jpeg": "jpg", "png": "png", "avif": "avif"}


@pytest.mark.parametrize("output_format, written, content_type", OUTPUTS)
def test_each_output_format_is_written_and_looks_right(
    output_format: str, written: str, content_type: str
) -> None:
    rendered = render(
        encoded(photograph(180, 120), "PNG"), "thumbnail", Settings(output_format=output_format)
    )
    result = decoded(rendered)
    assert (rendered.content_type, rendered.extension) == (content_type, EXTENSIONS[output_format])
    assert (result.format, result.size, (rendered.width, rendered.height)) == (
        written,
        (180, 120),
        (180, 120),
    )
    assert mean_error(result, photograph(180, 120)) < 8
    assert rendered.note == ""


@pytest.mark.parametrize("output_format", ["webp", "jpeg", "avif"])
def test_quality_trades_bytes_for_likeness(output_format: str) -> None:
    data = encoded(photograph(180, 120), "PNG")
    low, high = (
        render(data, "thumbnail", Settings(output_format=output_format, output_quality=quality))
        for quality in (20, 95)
    )
    assert len(low.data) < len(high.data)
    assert mean_error(decoded(low), photograph(180, 120)) > mean_error(decoded(high), photograph(180, 120))


def test_a_jpeg_is_progressive_with_halved_colour() -> None:
    rendered = render(encoded(photograph(180, 120), "PNG"), "thumbnail", Settings(output_format="jpeg"))
    result = Image.open(io.BytesIO(rendered.data))
    assert isinstance(result, JpegImagePlugin.JpegImageFile)
    assert result.info["progressive"]
    assert JpegImagePlugin.get_sampling(result) == 2


DRAWING = Image.linear_gradient("L").resize((120, 90)).convert("1")
BOUNDED = [
    *(("webp", encoded(photograph(180, 120), "WEBP", quality=quality)) for quality in (5, 40, 75)),
    ("webp", encoded(DRAWING.convert("RGB"), "WEBP", lossless=True)),
    *(("jpeg", encoded(photograph(180, 120), "JPEG", quality=quality)) for quality in (10, 40, 75)),
    ("jpeg", encoded(photograph(180, 120).convert("L"), "JPEG", quality=40)),
    ("png", encoded(DRAWING, "PNG", optimize=True)),
    ("png", encoded(photograph(180, 120).quantize(16), "PNG", optimize=True)),
    ("png", encoded(photograph(180, 120).convert("RGBA").quantize(200), "PNG", optimize=True)),
]


@pytest.mark.parametrize("rendition", ["thumbnail", "watermark"])
@pytest.mark.parametrize("output_format, data", BOUNDED)
def test_a_rendition_of_the_originals_size_and_format_has_no_more_bytes(
    output_format: str, data: bytes, rendition: str
) -> None:
    rendered = render(data, rendition, Settings(output_format=output_format, watermark_min_side=200))
    original = Image.open(io.BytesIO(data))
    assert (rendered.width, rendered.height) == original.size
    assert len(rendered.data) <= len(data)
    assert mean_error(decoded(rendered), original) < (12 if output_format != "png" else 0.01)


@pytest.mark.parametrize("colours", [16, 256])
def test_a_watermark_on_a_small_png_costs_no_bytes(colours: int) -> None:
    original = photograph(600, 400).quantize(colours, dither=Image.Dither.NONE)
    data = encoded(original, "PNG", optimize=True)
    rendered = render(data, "watermark", Settings(output_format="png"))
    assert len(rendered.data) <= 1.05 * len(data)
    assert 0 < mean_error(decoded(rendered), original) < 4


def test_a_better_compressed_png_is_kept_without_its_metadata() -> None:
    packed = encoded(photograph(180, 120), "PNG", optimize=True)
    text = png_chunk(b"tEXt", b"Comment\0SECRET")
    rendered = render(
        packed[:33] + text + packed[33:-12] + packed[-12:], "thumbnail", Settings(output_format="png")
    )
    assert len(rendered.data) <= len(packed)
    assert mean_error(decoded(rendered), photograph(180, 120)) == 0
    assert b"SECRET" not in rendered.data


@pytest.mark.parametrize("output_format", ["jpeg", "avif"])
@pytest.mark.parametrize("quality", [33, 50, 75, 85, 97])
def test_one_quality_means_about_the_same_likeness_in_every_format(output_format: str, quality: int) -> None:
    data = (Path(__file__).parents[3] / "samples/living-room.jpg").read_bytes()
    exact = rendered_pixels(data)
    webp, other = (
        mean_error(rendered_pixels(data, output_format=name, output_quality=quality), exact)
        for name in ("webp", output_format)
    )
    assert other < 1.6 * webp + 2


def secretive(image_format: str, size: tuple[int, int]) -> bytes:
    """Return an image with everything that cameras and programs add, marked SECRET."""
    exif = Image.Exif()
    exif[0x010F] = "SECRET maker"
    exif[0x8298] = "SECRET owner"
    exif.get_ifd(0x8825)[29] = "SECRET place"
    exif.get_ifd(0x8825)[1] = "N"
    text = PngImagePlugin.PngInfo()
    text.add_text("Comment", "SECRET text")
    text.add_itxt("XML:com.adobe.xmp", "SECRET xmp")
    extras: dict[str, dict[str, Any]] = {
        "JPEG": {"comment": b"SECRET comment", "xmp": b"SECRET xmp"},
        "PNG": {"pnginfo": text},
        "WEBP": {"xmp": b"SECRET xmp"},
        "TIFF": {"description": "SECRET description"},
        "GIF": {"comment": b"SECRET comment"},
    }
    icc = rgb_profile("SECRET space")
    return encoded(
        photograph(*size), image_format, exif=exif.tobytes(), icc_profile=icc, **extras[image_format]
    )


@pytest.mark.parametrize("output_format", [output for output, _, _ in OUTPUTS])
@pytest.mark.parametrize("image_format", ["JPEG", "PNG", "WEBP", "TIFF", "GIF"])
@pytest.mark.parametrize("size", [(450, 300), (90, 60)], ids=["resized", "unchanged"])
def test_no_metadata_survives(image_format: str, output_format: str, size: tuple[int, int]) -> None:
    data = secretive(image_format, size)
    assert b"SECRET" in data
    for rendition in ("thumbnail", "watermark"):
        rendered = render(data, rendition, Settings(output_format=output_format, watermark_size=240))
        result = decoded(rendered)
        assert b"SECRET" not in rendered.data
        assert not result.getexif()
        assert not {"exif", "xmp", "comment", "icc_profile", "photoshop", "Comment"} & result.info.keys()


@pytest.mark.parametrize("output_format", [output for output, _, _ in OUTPUTS])
@pytest.mark.parametrize("image_format", ["JPEG", "PNG", "WEBP", "TIFF"])
@pytest.mark.parametrize("size", [(450, 300), (90, 60)], ids=["resized", "unchanged"])
def test_only_artist_and_copyright_are_kept_if_set(
    image_format: str, output_format: str, size: tuple[int, int]
) -> None:
    exif = Image.Exif()
    for tag, text in ((0x010F, "SECRET maker"), (0x0132, "SECRET date"), (0x9C9D, "SECRET author")):
        exif[tag] = text
    name = "Zoe" if image_format == "TIFF" else "Zoë"  # Pillow writes only ASCII to a TIFF
    exif[0x013B], exif[0x8298] = f"{name} M.".encode(), f"2026 {name}\n".encode()
    exif[0x0112] = 6
    exif.get_ifd(0x8825)[29] = "SECRET place"
    data = encoded(
        photograph(*size), image_format, exif=exif.tobytes(), icc_profile=rgb_profile("SECRET space")
    )
    for rendition in ("thumbnail", "watermark"):
        settings = Settings(output_format=output_format, watermark_size=240, kept_metadata="credit")
        rendered = render(data, rendition, settings)
        kept = {
            tag: str(text).encode("latin-1").decode() for tag, text in decoded(rendered).getexif().items()
        }
        assert kept == {0x013B: f"{name} M.", 0x8298: f"2026 {name}"}
        assert b"SECRET" not in rendered.data


def test_a_credit_is_short_and_without_one_there_is_no_exif() -> None:
    settings = Settings(kept_metadata="credit")
    exif = Image.Exif()
    exif[0x8298] = "c" * 5000
    long = decoded(render(encoded(photograph(60, 40), "JPEG", exif=exif.tobytes()), "thumbnail", settings))
    assert dict(long.getexif()) == {0x8298: "c" * 200}
    none = render(encoded(photograph(60, 40), "JPEG", exif=b"Exif\0\0broken"), "thumbnail", settings)
    assert b"EXIF" not in none.data
