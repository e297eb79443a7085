"""parameters/archive.txt is valid, and its memory suffices for the largest page that docs/archives.md promises."""

import re
from dataclasses import replace
from typing import Any

import pytest

from renditions.imaging.decode import shrink_on_load
from renditions.imaging.memory import estimate
from renditions.imaging.picture import Picture
from renditions.imaging.source import read
from renditions.settings import Settings
from tests.contract.conftest import ROOT
from tests.unit.imaging.attacks.bombs import resized_jpeg, tiff
from tests.unit.imaging.jpeg2000_files import codestream, declaring
from tests.unit.imaging.pictures import flat

VALUES = dict(line.split("=") for line in (ROOT / "parameters/archive.txt").read_text().splitlines())
A3 = (7016, 9921)  # pixels at 600 dpi
THREE = (277, 3, 1, 3)
LZW, RGB = (259, 3, 1, 5), (262, 3, 1, 2)
# The header of a page, and the bytes of its file.
PAGES = {
    "JPEG": (resized_jpeg(*A3), 40_000_000),
    "TIFF": (tiff((256, 4, 1, A3[0]), (257, 4, 1, A3[1]), LZW, RGB, THREE), int(VALUES["MaxBytes"])),
    "JPEG2000": (declaring(codestream(flat((9, 9, 9), (64, 64))), A3, A3), 250_000_000),
}


def settings() -> Settings:
    snake = {re.sub(r"(?<!^)(?=[A-Z])", "_", name).upper(): value for name, value in VALUES.items()}
    return Settings.from_environment(snake)


def test_every_value_is_one_that_the_template_allows(template: dict[str, Any]) -> None:
    for name, value in VALUES.items():
        parameter = template["Parameters"][name]
        assert value in parameter.get("AllowedValues", [value])
        low, high = parameter.get("MinValue", 0), parameter.get("MaxValue", 10**12)
        assert parameter["Type"] != "Number" or low <= int(value) <= high
        assert value != str(parameter.get("Default")), f"{name} is what it is anyway"
    assert settings().jpeg2000_input == "on"


@pytest.mark.parametrize("kind", PAGES)
@pytest.mark.parametrize("rendition", Settings().renditions())
def test_the_memory_suffices_for_a_page(kind: str, rendition: str) -> None:
    data, size = PAGES[kind]
    image, header = read(data, settings())
    assert (header.width, header.height) == A3
    # The walk counts the coded bytes of a JPEG 2000 twice more.
    coefficients = header.coefficients + (2 * size if kind == "JPEG2000" else 0)
    page = replace(header, file_size=size, coefficients=coefficients)
    picture = shrink_on_load(Picture(image, page, settings().rendition(rendition), settings()))
    assert estimate(picture) < int(VALUES["RenditionMemory"]) << 20
