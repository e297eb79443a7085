"""Two readers that are not ours see the light of the original in its HDR renditions: `make hdr`."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from renditions.framing import WHOLE, Framing
from renditions.imaging import render
from renditions.settings import Settings
from tests.unit.imaging.hdr_files import GAIN, Gain, scene, texture, ultra_hdr, with_map
from tests.unit.imaging.pictures import encoded, with_orientation
from tests.unit.imaging.profiles import rgb_profile

ROOT = Path(__file__).parents[2]
PYTHON = ROOT / ".local" / "hdr" / "bin" / "python"
SIZE = (1600, 1200)
MEAN, PEAK = 0.1, 0.15  # stops

pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(not PYTHON.exists(), reason="the readers are not installed: make hdr"),
]


def photo(
    shrink: int = 2, gain: Gain = GAIN, *, colour: bool = False, exif: bytes = b"", **options: Any
) -> bytes:
    base, light = scene(*SIZE)
    if colour:
        bands = (
            light,
            light.point([one * 4 // 5 for one in range(256)]),
            light.point([one // 2 for one in range(256)]),
        )
        light = Image.merge("RGB", bands)
    light = light.resize((SIZE[0] // shrink, SIZE[1] // shrink), Image.Resampling.BOX)
    extra = {name: options.pop(name) for name in ("icc_profile",) if name in options}
    return with_map(
        encoded(base, "JPEG", quality=95, subsampling="4:4:4", exif=exif, **extra),
        encoded(light, "JPEG", quality=95, subsampling="4:4:4"),
        gain,
        **options,
    )


CASES: dict[str, Callable[[], bytes]] = {
    "a map as large as the base": lambda: photo(1),
    "half": lambda: photo(2),
    "a quarter": lambda: photo(4),
    "XMP only": lambda: photo(kinds=("xmp",)),
    "a low minimum and a gamma": lambda: photo(gain=Gain(low=(-1.0,), high=(3.0,), gamma=(1.4,), stops=3.0)),
    "in colour": lambda: photo(colour=True),
    "three channels": lambda: photo(
        gain=Gain(high=(2.0, 2.5, 1.5), low=(0.0, -0.5, 0.0), gamma=(1.0, 1.2, 0.9)), colour=True
    ),
    "Display P3": lambda: photo(icc_profile=rgb_profile()),
}


def seen(folder: Path, original: bytes, made: bytes, turns: int, *box: int) -> dict[str, dict[str, float]]:
    paths = folder / "original.jpg", folder / "rendition.jpg"
    for path, data in zip(paths, (original, made), strict=True):
        path.write_bytes(data)
    command = [PYTHON, ROOT / "tests" / "hdr" / "readers.py", *paths, turns, *box]
    done = subprocess.run([str(one) for one in command], check=True, capture_output=True, text=True)
    found: dict[str, dict[str, float]] = json.loads(done.stdout)
    sys.stdout.write(f"{done.stdout}\n")
    return found


def assert_same_light(found: dict[str, dict[str, float]]) -> None:
    for one in found.values():
        assert one["mean"] < MEAN
        assert abs(one["peak"] - one["expected"]) < PEAK


@pytest.mark.parametrize("size", [200, 800])
@pytest.mark.parametrize("kind", CASES)
def test_a_rendition_has_the_light_of_its_original(kind: str, size: int, tmp_path: Path) -> None:
    data = CASES[kind]()
    made = render(data, "large", Settings(hdr="keep", large_size=size))
    assert_same_light(seen(tmp_path, data, made.data, 0, 0, 0, *SIZE))


def test_a_thumbnail_has_the_light_of_fine_texture(tmp_path: Path) -> None:
    base, light = (encoded(one, "JPEG", quality=95, subsampling="4:4:4") for one in texture(*SIZE))
    data = with_map(base, light)
    made = render(data, "thumbnail", Settings(hdr="keep"))
    for one in seen(tmp_path, data, made.data, 0, 0, 0, *SIZE).values():
        assert one["mean"] < MEAN  # the peak is that of single pixels, and not of their averages


@pytest.mark.parametrize(
    "turns, orientation, framing, box",
    [
        (0, 1, Framing("", "0.5,0.25,0.5,0.5"), (800, 300, 800, 600)),
        (1, 6, WHOLE, (0, 0, 1200, 1600)),
        (2, 3, Framing("", "0,0,0.5,0.5"), (0, 0, 800, 600)),
        (3, 8, Framing("", "0.5,0.5,0.5,0.5"), (600, 800, 600, 800)),
    ],
)
def test_a_crop_and_a_rotation_take_the_light_along(
    turns: int, orientation: int, framing: Framing, box: tuple[int, ...], tmp_path: Path
) -> None:
    data = photo(exif=with_orientation(orientation))
    made = render(data, "large", Settings(hdr="keep", large_size=400), framing=framing)
    assert_same_light(seen(tmp_path, data, made.data, turns, *box))


def test_the_light_is_not_that_of_the_base(tmp_path: Path) -> None:
    """Else the comparison would prove nothing."""
    data = photo()
    dark = ultra_hdr(*SIZE, gain=Gain(high=(0.01,), stops=2.5))
    made = render(dark, "large", Settings(hdr="keep", large_size=400))
    for one in seen(tmp_path, data, made.data, 0, 0, 0, *SIZE).values():
        assert one["mean"] > 5 * MEAN
