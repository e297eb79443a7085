"""Resizing by SIMD and by Pillow: the same pixels but for their last bits, and a clear error where that fails.

RANDOM_RESIZES=20000 in the environment tries that many random images, modes, sizes and boxes instead of some.
"""

import importlib.util
import os
import random
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from threading import Thread
from types import SimpleNamespace

import numpy as np
import PIL
import pytest
from numpy.typing import NDArray
from PIL import Image
from PIL.Image import Resampling

from renditions import imaging
from renditions.errors import InvalidSettings
from renditions.imaging import render, resampling
from renditions.imaging.resampling import check_resizer, resized
from renditions.settings import PILLOW, SIMD, Settings
from tests.unit.imaging.pictures import array, encoded, photograph

SAMPLES = Path(__file__).parents[3] / "samples"
CASES = int(os.environ.get("RANDOM_RESIZES", "300"))
# Of 255, for photographs at their own proportions.
MOST, MEAN = 6, 0.3

with_simd = pytest.mark.skipif(
    importlib.util.find_spec("cykooz_resizer") is None,
    reason="cykooz-resizer has no wheel for this machine: Pillow resizes",
)


@cache
def camera() -> Image.Image:
    """Return a part of a real photograph."""
    with Image.open(SAMPLES / "living-room.jpg") as opened:
        opened.draft("RGB", (1280, 1918))
        return opened.convert("RGB").crop((100, 300, 740, 780))


def premultiplied(image: Image.Image) -> NDArray[np.int_]:
    samples: NDArray[np.int_] = array(image.convert("RGBa") if image.mode == "RGBA" else image).astype(int)
    return samples


def differences(
    image: Image.Image, size: tuple[int, int], kernel: Resampling, box: resampling.Box | None
) -> NDArray[np.int_]:
    one = premultiplied(resized(image, size, kernel, SIMD, box))
    other = premultiplied(image.resize(size, kernel, box=box))
    found: NDArray[np.int_] = np.abs(one - other)
    return found


def in_mode(image: Image.Image, mode: str) -> Image.Image:
    if mode != "RGBA":
        return image.convert(mode)
    image = image.copy()
    image.putalpha(image.convert("L").transpose(Image.Transpose.ROTATE_180))
    return image


@with_simd
@pytest.mark.parametrize("mode", ["L", "RGB", "RGBA", "CMYK"])
@pytest.mark.parametrize("long_side", [20, 100, 400, 630])
@pytest.mark.parametrize("kernel", [Resampling.LANCZOS, Resampling.BICUBIC])
def test_simd_and_pillow_agree_on_photographs(mode: str, long_side: int, kernel: Resampling) -> None:
    picture = in_mode(camera(), mode)
    scale = long_side / max(picture.size)
    size = (round(picture.width * scale), round(picture.height * scale))
    for box in (None, (0.25, 0.5, picture.width - 0.75, picture.height - 0.375)):
        difference = differences(picture, size, kernel, box)
        assert difference.max() <= MOST
        assert difference.mean() < MEAN


@with_simd
def test_both_resize_any_picture_to_any_size_from_any_box() -> None:
    """Proportions may change, which photographs never see: single samples may then differ by more."""
    chance = random.Random(1)  # noqa: S311 - nothing secret
    source = photograph(320, 240)
    for number in range(CASES):
        mode = chance.choice(["L", "RGB", "RGBA", "CMYK"])
        width, height = chance.randint(1, 320), chance.randint(1, 240)
        picture = in_mode(source.crop((0, 0, width, height)), mode)
        size = (chance.randint(1, 320), chance.randint(1, 240))
        left, upper = chance.uniform(0, width * 0.9), chance.uniform(0, height * 0.9)
        box = (
            left,
            upper,
            chance.uniform(left + width * 0.05, width),
            chance.uniform(upper + height * 0.05, height),
        )
        kernel = chance.choice([Resampling.LANCZOS, Resampling.BICUBIC])
        part = box if kernel == Resampling.LANCZOS else None  # Pillow resizes boxes with the other
        made = resized(picture, size, kernel, SIMD, part)
        assert (made.mode, made.size) == (mode, size)
        difference = differences(picture, size, kernel, part)
        few = difference.max() <= 2  # the mean says little about a handful of samples
        assert few or difference.mean() < 2 * MEAN, (number, mode, picture.size, size, box)


@with_simd
@pytest.mark.parametrize(
    "width, box, size",
    [
        (14, (4.4375, 0.0, 9.5625, 2.0), (41, 16)),
        (67, (3.6666666666666665, 0.3333333333333333, 67.0, 1.3333333333333333), (10, 2)),
    ],
    ids=["enlarged", "reduced"],
)
def test_a_box_whose_ends_are_the_middles_of_pixels_is_safe(
    width: int, box: resampling.Box, size: tuple[int, int]
) -> None:
    """With these, the library has crashed."""
    for mode in ("L", "RGB", "RGBA", "CMYK"):
        picture = in_mode(photograph(width, 2), mode)
        for kernel in (Resampling.LANCZOS, Resampling.BICUBIC):
            assert resized(picture, size, kernel, SIMD, box).size == size


@with_simd
def test_a_box_around_the_whole_image_is_none() -> None:
    """That of a file decoded at a fraction that divides its sides, as most photographs are."""
    picture = photograph(90, 60)
    without = resized(picture, (40, 27), Resampling.BICUBIC, SIMD)
    assert resized(picture, (40, 27), Resampling.BICUBIC, SIMD, (0, 0, 90.0, 60.0)) == without
    assert resized(picture, (40, 27), Resampling.BICUBIC, PILLOW) != without


@with_simd
def test_both_resize_from_boxes_whose_ends_are_fractions_of_few_digits() -> None:
    """Random ones of many digits never meet the middle of a pixel."""
    chance = random.Random(2)  # noqa: S311 - nothing secret
    source = photograph(90, 60)
    for _ in range(CASES):
        parts = chance.choice([1, 2, 3, 5, 7, 8, 16])
        left, upper = chance.randint(0, 20 * parts) / parts, chance.randint(0, 20 * parts) / parts
        box = (
            left, upper, left + chance.randint(1, 60 * parts) / parts, upper + chance.randint(1, 30 * parts) / parts
        )  # fmt: skip
        size = (chance.randint(1, 90), chance.randint(1, 60))
        kernel = chance.choice([Resampling.LANCZOS, Resampling.BICUBIC])
        assert resized(source, size, kernel, SIMD, box).size == size


@with_simd
@pytest.mark.parametrize("mode", ["LA", "I", "F"])
def test_modes_that_only_pillow_knows_are_resized_by_pillow(mode: str) -> None:
    picture = photograph(60, 40).convert("L").convert(mode)
    expected = picture.resize((30, 20), Resampling.LANCZOS, reducing_gap=2.0)
    assert resized(picture, (30, 20), Resampling.LANCZOS, SIMD).tobytes() == expected.tobytes()


@with_simd
@pytest.mark.parametrize("kernel", [Resampling.LANCZOS, Resampling.BICUBIC])
def test_resizing_in_place_makes_the_same_pixels(kernel: Resampling) -> None:
    picture = in_mode(camera(), "RGBA")
    kept = picture.tobytes()
    expected = resized(picture, (200, 150), kernel, SIMD)
    assert (picture.mode, picture.tobytes()) == ("RGBA", kept)
    made = resized(picture, (200, 150), kernel, SIMD, in_place=True)
    assert (made.mode, made.tobytes()) == (expected.mode, expected.tobytes())
    assert picture.tobytes() != kept


@with_simd
def test_the_pixels_do_not_depend_on_the_processor() -> None:
    """A version that was made on one machine must be the same on all others."""
    library = importlib.import_module("cykooz_resizer")
    picture = photograph(317, 211)
    made = set()
    for extensions in ("none", "sse4_1", "avx2"):
        resizer, target = library.Resizer(), Image.new("RGB", (100, 67))
        if not hasattr(library.CpuExtensions, extensions):
            continue
        resizer.cpu_extensions = library.CpuExtensions[extensions]
        algorithm = library.ResizeAlg.convolution(library.FilterType.lanczos3)
        resizer.resize_pil(picture, target, library.ResizeOptions(algorithm))
        made.add(target.tobytes())
    assert made == {resized(picture, (100, 67), Resampling.LANCZOS, SIMD).tobytes()}


@with_simd
def test_threads_do_not_share_a_resizer() -> None:
    picture, made = photograph(300, 200), set[bytes]()

    def resize() -> None:
        made.update(resized(picture, (99, 66), Resampling.LANCZOS, SIMD).tobytes() for _ in range(20))

    threads = [Thread(target=resize) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 1


@pytest.fixture
def unchecked() -> Iterator[None]:
    """Let the check run again, before and after the test."""
    resampling._simd.cache_clear()
    yield
    resampling._simd.cache_clear()


@with_simd
@pytest.mark.usefixtures("unchecked")
def test_another_pillow_is_refused_before_its_memory_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(PIL, "__version__", "14.0.0")
    monkeypatch.setattr(importlib, "import_module", pytest.fail)
    with pytest.raises(
        InvalidSettings, match=r"cannot be used with Pillow 14\.0\.0\. .* Set RESIZER to pillow"
    ):
        check_resizer(Settings(resizer="simd"))
    check_resizer(Settings(resizer="pillow"))


@with_simd
@pytest.mark.usefixtures("unchecked")
@pytest.mark.parametrize("fault", ["wrong pixels", "an exception"])
def test_a_library_with_other_pixels_is_refused(monkeypatch: pytest.MonkeyPatch, fault: str) -> None:
    class Resizer:
        def resize_pil(self, source: Image.Image, target: Image.Image, options: object) -> None:
            if fault == "an exception":
                raise ValueError
            target.paste(source.resize(target.size, Resampling.BOX))

    broken = SimpleNamespace(**vars(importlib.import_module("cykooz_resizer")) | {"Resizer": Resizer})
    monkeypatch.setattr(importlib, "import_module", lambda name: broken)
    with pytest.raises(InvalidSettings, match=r"pixels differ from Pillow's\. Set RESIZER to pillow"):
        imaging.check_resizer(Settings())


@with_simd
@pytest.mark.usefixtures("unchecked")
def test_a_library_for_another_machine_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(name: str) -> None:
        raise ImportError("wrong ELF class")

    monkeypatch.setattr(importlib, "import_module", fail)
    with pytest.raises(InvalidSettings, match="It cannot be loaded: wrong ELF class"):
        render(encoded(photograph(400, 300), "PNG"), "thumbnail", Settings())


def test_pillow_resizes_as_ever() -> None:
    """Without the library every byte and every version stays what it was."""
    picture = photograph(400, 300)
    expected = picture.resize((100, 75), Resampling.LANCZOS, reducing_gap=2.0)
    assert resized(picture, (100, 75), Resampling.LANCZOS, PILLOW).tobytes() == expected.tobytes()
