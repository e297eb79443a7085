"""Every branch of MakeRenditions with the events of events/, on real bytes in real buckets."""

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from botocore.exceptions import ClientError
from PIL import Image

from renditions import fonts
from renditions.contracts import Rendition
from renditions.errors import CorruptImage, InvalidSettings, SourceGone, UnknownRendition
from renditions.framing import Framing
from renditions.labels import Labels
from renditions.labels.packet import xmp_packet
from renditions.settings import Settings
from tests.renditions import NAMES, PREVIEWED, SPECS, size_of
from tests.unit.conftest import ROOT, Bucket
from tests.unit.handlers.conftest import Load
from tests.unit.imaging.hdr_files import ultra_hdr

Validated = Callable[..., dict[str, Any]]
HANDLERS = {name: "watermark_image" if spec.watermarked else "resize_image" for name, spec in SPECS.items()}
BY_HANDLER = {
    handler: [name for name in NAMES if HANDLERS[name] == handler]
    for handler in sorted(set(HANDLERS.values()))
}
LONGEST = {name: 100 * number for number, name in enumerate(NAMES, start=1)}
SIZES = {f"{name.upper()}_SIZE": str(size) for name, size in LONGEST.items()}

every_rendition = pytest.mark.parametrize("name, handler", HANDLERS.items())
every_handler = pytest.mark.parametrize(
    "name, handler", [(next(reversed(group)), handler) for handler, group in BY_HANDLER.items()]
)


@pytest.fixture
def photograph(samples: Path) -> bytes:
    return (samples / "paint-brushes.jpg").read_bytes()


def request(rendition: str, image: dict[str, Any]) -> dict[str, Any]:
    """The input of a branch of MakeRenditions: the file under events/, with another image."""
    event: dict[str, Any] = json.loads((ROOT / f"events/{HANDLERS[rendition]}.json").read_text())
    assert set(event["image"]) == set(image)
    return {**event, "rendition": rendition, "image": image}


def picture(bucket: Bucket, key: str) -> Image.Image:
    return Image.open(io.BytesIO(bucket.get(key)["Body"].read()))


@every_rendition
def test_a_rendition_is_stored_as_the_output_says(
    load: Load, validated: Validated, renditions: Bucket, photograph: bytes, name: str, handler: str
) -> None:
    image = validated("holiday/beach.jpg", photograph)
    output = load(handler, **SIZES)(request(name, image))
    stored, made = renditions.get(output["key"]), picture(renditions, output["key"])
    preview = [output.pop(one) for one in ("dominant_colour", "placeholder")]
    assert all(preview) is (name == PREVIEWED)
    assert Rendition(**json.loads(json.dumps(output))).to_json() == output
    assert output["name"] == name
    assert output["bucket"] == renditions.name
    assert (output["width"], output["height"]) == made.size
    settings = Settings.from_environment(SIZES)
    assert made.size == size_of(name, image["width"], image["height"], settings)
    assert made.format == "WEBP"
    assert output["content_type"] == stored["ContentType"] == "image/webp"
    assert output["bytes"] == stored["ContentLength"]
    assert output["note"] == ""


@every_rendition
def test_the_key_contains_the_original_the_version_and_the_rendition(
    load: Load, validated: Validated, photograph: bytes, name: str, handler: str
) -> None:
    image = validated("Fotos 2026/Zoë + 100%2B día 🎉.jpg", photograph)
    output = load(handler)(request(name, image))
    assert output["key"] == f"Fotos 2026/Zoë + 100%2B día 🎉.jpg/{image['version']}/{name}.webp"


@every_handler
def test_another_output_format_has_its_own_extension_and_content_type(
    load: Load, validated: Validated, renditions: Bucket, photograph: bytes, name: str, handler: str
) -> None:
    output = load(handler, OUTPUT_FORMAT="png", **SIZES)(request(name, validated("a.jpg", photograph)))
    assert output["key"].endswith(f"/{name}.png")
    assert output["content_type"] == renditions.get(output["key"])["ContentType"] == "image/png"
    assert picture(renditions, output["key"]).format == "PNG"


@every_handler
def test_an_hdr_rendition_is_a_jpeg_where_all_others_are_webp(
    load: Load, validated: Validated, renditions: Bucket, photograph: bytes, name: str, handler: str
) -> None:
    function = load(handler, HDR="keep", **SIZES)
    bright = function(request(name, validated("a.jpg", ultra_hdr(320, 240))))
    plain = function(request(name, validated("b.jpg", photograph)))
    assert bright["key"].endswith(f"/{name}.jpg")
    assert bright["content_type"] == renditions.get(bright["key"])["ContentType"] == "image/jpeg"
    assert b"hdrgm:GainMapMax" in renditions.get(bright["key"])["Body"].read()
    assert plain["key"].endswith(f"/{name}.webp")


@every_handler
def test_a_function_stores_under_the_version_of_its_own_settings(
    load: Load, validated: Validated, photograph: bytes, name: str, handler: str
) -> None:
    """A deployment may come between two states. Pixels of new settings are never stored under an old version."""
    image = validated("a.jpg", photograph)
    output = load(handler, OUTPUT_QUALITY="50")(request(name, image))
    version = Settings(output_quality=50).version(image["digest"])
    assert version != image["version"]
    assert f"/{version}/" in output["key"]


@every_handler
def test_focus_and_crop_are_those_that_were_validated(
    load: Load, validated: Validated, renditions: Bucket, photograph: bytes, name: str, handler: str
) -> None:
    """A redrive weeks later finds them in the state, whatever the object's metadata says now."""
    framing = {"renditions-focus": "0,0", "renditions-crop": "0,0,0.5,0.25"}
    image = validated("a.jpg", photograph, metadata=framing)
    validated("a.jpg", photograph)
    environment = {f"{name.upper()}_SIZE": "64x48", f"{name.upper()}_FIT": "cover", "OUTPUT_FORMAT": "png"}
    output = load(handler, WATERMARK_TEXT="", **environment)(request(name, image))
    made = picture(renditions, output["key"]).convert("RGB")
    original = Image.open(io.BytesIO(photograph))
    box = Framing(crop=framing["renditions-crop"]).region(*original.size)
    corner = original.crop((0, 0, round(box[3] * 64 / 48), box[3])).resize((64, 48))
    assert made.size == (64, 48)
    assert np.abs(np.asarray(made, float) - np.asarray(corner.convert("RGB"), float)).mean() < 6


@every_handler
def test_making_a_rendition_twice_stores_one_file(
    load: Load, validated: Validated, renditions: Bucket, photograph: bytes, name: str, handler: str
) -> None:
    event = request(name, validated("a.jpg", photograph))
    function = load(handler)
    assert function(event) == function(event)
    assert len(renditions.keys()) == 1


@every_handler
def test_an_original_overwritten_after_validation_is_rendered_as_validated(
    load: Load, validated: Validated, uploads: Bucket, photograph: bytes, name: str, handler: str
) -> None:
    image = validated("a.jpg", photograph)
    uploads.put("a.jpg", b"something else")
    output = load(handler, **SIZES)(request(name, image))
    settings = Settings.from_environment(SIZES)
    assert (output["width"], output["height"]) == size_of(name, image["width"], image["height"], settings)


@every_handler
def test_a_deleted_original_ends_in_source_gone(
    load: Load, validated: Validated, uploads: Bucket, photograph: bytes, name: str, handler: str
) -> None:
    image = validated("a.jpg", photograph)
    uploads.s3.delete_object(Bucket=uploads.name, Key="a.jpg", VersionId=image["version_id"])
    with pytest.raises(SourceGone):
        load(handler)(request(name, image))


@every_handler
def test_a_replaced_original_in_a_bucket_without_versioning_ends_in_source_gone(
    load: Load, validated: Validated, plain_uploads: Bucket, photograph: bytes, name: str, handler: str
) -> None:
    image = validated("a.jpg", photograph, plain_uploads)
    event = request(name, image)
    assert load(handler)(event)["name"] == name
    plain_uploads.put("a.jpg", b"something else")
    with pytest.raises(SourceGone):
        load(handler)(event)


@every_handler
def test_damage_found_only_by_decoding_is_a_rejection_and_stores_nothing(
    load: Load, validated: Validated, renditions: Bucket, photograph: bytes, name: str, handler: str
) -> None:
    image = validated("a.jpg", photograph[: len(photograph) // 2] + b"\xff\xd9")
    with pytest.raises(CorruptImage, match=r"damaged or incomplete.*\.$"):
        load(handler)(request(name, image))
    assert renditions.keys() == []


@every_handler
def test_an_unknown_rendition_is_a_failure(
    load: Load, validated: Validated, photograph: bytes, name: str, handler: str
) -> None:
    event = {**request(name, validated("a.jpg", photograph)), "rendition": "poster"}
    with pytest.raises(UnknownRendition, match="no rendition poster"):
        load(handler)(event)


@every_handler
def test_a_missing_renditions_bucket_is_a_failure(
    load: Load, validated: Validated, photograph: bytes, name: str, handler: str
) -> None:
    image = validated("a.jpg", photograph)
    with pytest.raises(ClientError, match="NoSuchBucket"):
        load(handler, RENDITIONS_BUCKET="no-such-bucket")(request(name, image))


def logo() -> bytes:
    """A red square as a PNG."""
    file = io.BytesIO()
    Image.new("RGBA", (64, 64), (255, 0, 0, 255)).save(file, "PNG")
    return file.getvalue()


def reddest(bucket: Bucket, key: str) -> int:
    """How much more red than green and blue the reddest pixel is."""
    pixels = np.asarray(picture(bucket, key).convert("RGB")).astype(int)
    return int((pixels[..., 0] - pixels[..., 1:].max(axis=-1)).max())


@pytest.fixture
def grey() -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (400, 300), (128, 128, 128)).save(file, "JPEG")
    return file.getvalue()


LOGO_ONLY = {
    "WATERMARK_TEXT": "",
    "WATERMARK_LOGO_KEY": "brand/logo.png",
    "WATERMARK_OPACITY": "100",
    "WATERMARK_SCALE": "30",
}


def test_the_logo_in_the_uploads_bucket_is_in_the_rendition(
    load: Load, validated: Validated, uploads: Bucket, renditions: Bucket, grey: bytes
) -> None:
    uploads.put("brand/logo.png", logo())
    event = request("watermark", validated("a.jpg", grey))
    marked = load("watermark_image", **LOGO_ONLY)(event)
    assert reddest(renditions, marked["key"]) > 150


def test_another_bucket_can_hold_the_logo(
    load: Load, validated: Validated, plain_uploads: Bucket, renditions: Bucket, grey: bytes
) -> None:
    plain_uploads.put("brand/logo.png", logo())
    event = request("watermark", validated("a.jpg", grey))
    marked = load("watermark_image", **LOGO_ONLY, WATERMARK_LOGO_BUCKET=plain_uploads.name)(event)
    assert reddest(renditions, marked["key"]) > 150


def test_a_font_beside_the_logo_writes_the_text(
    load: Load, validated: Validated, plain_uploads: Bucket, renditions: Bucket, grey: bytes
) -> None:
    plain_uploads.put("brand/own.ttf", fonts.BUNDLED[0].read_bytes())
    event = request("watermark", validated("a.jpg", grey))
    text = {"WATERMARK_TEXT": "שלום", "WATERMARK_FONT_KEY": "brand/own.ttf"}
    marked = load("watermark_image", **text, WATERMARK_LOGO_BUCKET=plain_uploads.name)(event)
    assert marked["key"]
    with pytest.raises(InvalidSettings, match="WATERMARK_TEXT"):
        load("watermark_image", **text | {"WATERMARK_TEXT": "版"}, WATERMARK_LOGO_BUCKET=plain_uploads.name)(
            event
        )


def test_a_watermark_without_text_and_logo_changes_nothing(
    load: Load, validated: Validated, renditions: Bucket, grey: bytes
) -> None:
    event = request("watermark", validated("a.jpg", grey))
    plain = load("watermark_image", WATERMARK_TEXT="")(event)
    marked = load("watermark_image", WATERMARK_TEXT="© Renditions")(event)
    spread = [
        np.asarray(picture(renditions, one["key"]).convert("L")).astype(int).std() for one in (plain, marked)
    ]
    assert spread[0] < 1 < spread[1]


def test_a_missing_logo_is_a_failure_for_the_operators(load: Load, validated: Validated, grey: bytes) -> None:
    event = request("watermark", validated("a.jpg", grey))
    with pytest.raises(ClientError, match="NoSuchKey"):
        load("watermark_image", **LOGO_ONLY)(event)


def test_an_image_too_small_for_the_watermark_says_so_in_its_note(
    load: Load, validated: Validated, samples: Path
) -> None:
    event = request("watermark", validated("a.jpg", (samples / "coffee-small.jpg").read_bytes()))
    output = load("watermark_image")(event)
    assert "107" in output["note"]
    assert output["note"].endswith(".")


@pytest.mark.parametrize("name", ["large", "watermark"])
def test_a_preset_comes_from_the_image_and_not_from_the_package(
    load: Load, validated: Validated, renditions: Bucket, photograph: bytes, name: str
) -> None:
    """So a deployment or a redrive between two states changes nothing: the package here has no preset at all."""
    image = validated("a.jpg", photograph) | {"preset": "gone", "overrides": {f"{name}_size": "64x64"}}
    output = load(HANDLERS[name])(request(name, image))
    assert max(picture(renditions, output["key"]).size) == 64
    settings = Settings.from_environment({f"{name.upper()}_SIZE": "64x64"})
    assert output["key"] == f"a.jpg/{settings.version(image['digest'])}/{name}.webp"


@pytest.mark.parametrize("name", ["large", "watermark"])
def test_labels_come_from_the_image_so_that_a_key_never_gets_other_bytes(
    load: Load, validated: Validated, renditions: Bucket, photograph: bytes, name: str
) -> None:
    """The version depends on them, whatever the setting of the function is by then."""
    image = validated("a.jpg", photograph) | {"labels": {"creator": "Zoë"}}
    output = load(HANDLERS[name], LABELS="off")(request(name, image))
    version = Settings().version(image["digest"], labels=Labels(creator="Zoë"))
    assert output["key"] == f"a.jpg/{version}/{name}.webp" != f"a.jpg/{image['version']}/{name}.webp"
    assert picture(renditions, output["key"]).info["xmp"] == xmp_packet(Labels(creator="Zoë"))


@pytest.mark.parametrize("name", ["large", "watermark"])
def test_a_rendition_that_the_preset_switches_off_needs_no_original(
    load: Load, validated: Validated, uploads: Bucket, photograph: bytes, name: str
) -> None:
    image = validated("a.jpg", photograph) | {"preset": "shop", "skipped": [name], "etag": "gone"}
    output = load(HANDLERS[name])(request(name, image))
    assert output == {
        "name": name, "bucket": "", "key": "", "width": 0, "height": 0, "bytes": 0, "content_type": "",
        "note": "Skipped by the preset shop.", "pages": "", "dominant_colour": "", "placeholder": "",
    }  # fmt: skip
