"""The list of formats: one value per format, and nothing about a format anywhere else."""

import ast
import io
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path

import pytest
from PIL.PpmImagePlugin import PpmImageFile

from renditions.errors import TooManyPixels, UnsupportedFormat
from renditions.imaging import inspect, render
from renditions.imaging.formats import FORMATS, recognition
from renditions.imaging.formats.format import Format
from renditions.imaging.formats.structure import Structure
from renditions.settings import Settings
from tests.unit.imaging.attacks.truncations import EVERY_FORMAT
from tests.unit.imaging.heif_files import avif, heic
from tests.unit.imaging.pictures import encoded, mean_error, photograph, rendered_pixels

RENDITIONS = Path(__file__).parents[4] / "functions/renditions"
PICTURE = photograph(128, 64)  # whole blocks: HEIC pads and crops other sizes
EXAMPLES: dict[str, Callable[[], bytes]] = {
    "JPEG": lambda: encoded(PICTURE, "JPEG"),
    "PNG": lambda: encoded(PICTURE, "PNG"),
    "GIF": lambda: encoded(PICTURE, "GIF"),
    "BMP": lambda: encoded(PICTURE, "BMP"),
    "TIFF": lambda: encoded(PICTURE, "TIFF"),
    "WebP": lambda: encoded(PICTURE, "WEBP"),
    "AVIF": lambda: avif(PICTURE),
    "HEIC": lambda: heic(PICTURE),
    "JPEG2000": lambda: encoded(PICTURE, "JPEG2000"),
}
# These modules name output formats.
OUTPUT_MODULES = {"outputs.py", "encode.py", "joining.py"}
# What needs names where the formats cannot be imported, or has one module for each format with a gain map.
WITHOUT_FORMATS = {
    RENDITIONS / path
    for path in (
        "api/accepted.py", "recipe.py", "imaging/gain_maps/finding.py", "imaging/gain_maps/in_heif.py",
    )
}  # fmt: skip

each_format = pytest.mark.parametrize("image_format", FORMATS, ids=lambda one: one.name)


def test_every_format_has_a_name_of_its_own_and_an_example_here() -> None:
    assert [one.name for one in FORMATS] == list(EXAMPLES)


@each_format
def test_a_file_matches_its_own_format_and_no_other(image_format: Format) -> None:
    head = EXAMPLES[image_format.name]()[:1024]
    assert [one.name for one in FORMATS if one.matches(head)] == [image_format.name]


@each_format
def test_every_field_of_a_format_has_a_value(image_format: Format) -> None:
    optional = {"frames", "paged"}
    missing = {one.name for one in fields(Format) if getattr(image_format, one.name) is None}
    assert missing <= optional
    assert isinstance(image_format.is_enabled(Settings()), bool)
    assert image_format.is_enabled(EVERY_FORMAT)
    assert image_format.most_pixels(Settings()) > 0
    assert list(image_format.scales) == sorted(image_format.scales, reverse=True)


@each_format
def test_size_structure_and_decoder_of_a_format_agree(image_format: Format) -> None:
    data = EXAMPLES[image_format.name]()
    structure = image_format.walk(data, Settings())
    opened = image_format.load_decoder()(io.BytesIO(structure.readable))
    structure.prepare(opened)
    assert image_format.declared_size(data) == image_format.stored_size(opened) == (128, 64)
    assert structure.frames == 1
    assert image_format.exif(data, opened).get(0x0112) is None


def test_a_new_format_is_one_more_value_in_the_list(monkeypatch: pytest.MonkeyPatch) -> None:
    data = encoded(PICTURE, "PPM")
    with pytest.raises(UnsupportedFormat):
        inspect(data, Settings())
    new = Format(
        name="PPM",
        matches=lambda head: head.startswith(b"P6"),
        declared_size=lambda data: (int(data.split()[1]), int(data.split()[2])),
        walk=lambda data, _settings: Structure(data),
        load_decoder=lambda: PpmImageFile,
    )
    monkeypatch.setattr(recognition, "FORMATS", (*FORMATS, new))
    assert inspect(data, Settings()).format == "PPM"
    assert mean_error(rendered_pixels(data), PICTURE) == 0
    with pytest.raises(TooManyPixels, match="The PPM image has 128 × 64"):
        render(data, "thumbnail", Settings(max_pixels=1000))
    with pytest.raises(UnsupportedFormat, match=r"TIFF, WebP, AVIF or PPM\.$"):
        inspect(b"a letter", Settings())


def test_only_the_package_of_a_format_names_it() -> None:
    names = {one.name for one in FORMATS}
    modules = [
        path
        for path in RENDITIONS.rglob("*.py")
        if path.name not in OUTPUT_MODULES
        and RENDITIONS / "imaging/formats" not in path.parents
        and path not in WITHOUT_FORMATS
    ]
    named = {
        f"{path.relative_to(RENDITIONS)}:{node.lineno}"
        for path in modules
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Constant) and node.value in names
    }
    assert len(modules) > 40
    assert not named
