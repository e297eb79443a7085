"""libwebp's encoder: the bytes of Pillow without parameters of its own, and clear errors."""

import io
import sys
from typing import Any

import pytest
from PIL import Image

from renditions.errors import InvalidSettings
from renditions.imaging.formats.webp import encoder, libwebp
from tests.unit.imaging.pictures import mean_error, photograph

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="libwebp is built into Pillow's module")

TIFF = b"MM\0*\0\0\0\x08\0\0\0\0\0\0"
METADATA: list[dict[str, Any]] = [
    {},
    {"exif": b"Exif\0\0" + TIFF},
    {"xmp": b"<x/>"},
    {"icc_profile": b"profile" * 9, "exif": TIFF, "xmp": b"<xmp/>"},
]


def pictures() -> list[Image.Image]:
    """Return images in every mode that reaches the encoder, some of them with odd sides."""
    photo = photograph(333, 251)
    transparent = photo.copy()
    transparent.putalpha(Image.linear_gradient("L").resize(photo.size))
    opaque = photo.convert("RGBA")
    sizes = [photo.resize((1, 1)), photo.resize((640, 1)), transparent.resize((1, 16))]
    return [photo, transparent, opaque, photo.convert("L"), transparent.convert("LA"), *sizes]


@pytest.mark.parametrize("metadata", METADATA, ids=lambda metadata: "-".join(metadata) or "none")
@pytest.mark.parametrize("method", [0, 2, 4])
def test_without_parameters_of_its_own_the_bytes_are_those_of_pillow(
    method: int, metadata: dict[str, Any]
) -> None:
    for picture in pictures():
        buffer = io.BytesIO()
        picture.save(buffer, "WEBP", quality=81, method=method, **metadata)
        assert encoder.encoded(picture, quality=81, method=method, **metadata) == buffer.getvalue()


@pytest.mark.parametrize(
    "parameters",
    [
        {"filter_strength": 0},
        {"segments": 1},
        {"sns_strength": 0},
        {"filter_sharpness": 7},
        {"filter_type": 0},
    ],
)
def test_each_parameter_reaches_the_encoder(parameters: dict[str, Any]) -> None:
    picture = photograph(320, 240)
    usual = encoder.encoded(picture, quality=60, method=2)
    made = encoder.encoded(picture, quality=60, method=2, **parameters)
    assert made != usual
    with Image.open(io.BytesIO(made)) as shown:
        assert mean_error(shown.convert("RGB"), picture) < 8


def test_what_libwebp_refuses_is_an_error() -> None:
    with pytest.raises(ValueError, match="error 4"):
        encoder.encoded(photograph(8, 8), quality=80, segments=5)
    with pytest.raises(ValueError, match="error 5"):
        encoder.encoded(Image.new("RGB", (16_384, 1)), quality=80)
    with pytest.raises(AttributeError, match="strength"):
        encoder.encoded(photograph(8, 8), quality=80, strength=1)


@pytest.mark.parametrize("lacking", ["library", "interface"])
def test_a_libwebp_that_cannot_be_called_says_how_to_do_without(
    lacking: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    replaced: dict[str, Any] = {
        "library": (encoder, "_library", lambda: encoder._declared(None)),
        "interface": (encoder, "_INTERFACE", 0x0310),
    }
    monkeypatch.setattr(*replaced[lacking])
    with pytest.raises(InvalidSettings, match="Set RESIZER to pillow"):
        encoder.encoded(photograph(8, 8), quality=80)


def test_libwebp_can_be_called_on_this_machine() -> None:
    assert libwebp.is_available()
