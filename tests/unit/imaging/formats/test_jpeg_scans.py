"""An eighth of a progressive JPEG is decoded from a part of its scans, without any difference."""

import io
from typing import Any

import pytest
from PIL import Image

from renditions.errors import CorruptImage
from renditions.imaging import render
from renditions.imaging.formats.jpeg.decoder import StrictJpegFile
from renditions.imaging.formats.jpeg.markers import START_OF_SCAN, Jpeg, walk
from renditions.imaging.formats.jpeg.scans import for_an_eighth
from renditions.settings import Settings
from tests.renditions import LARGEST, largest
from tests.unit.imaging.pictures import encoded, photograph

SAMPLINGS = [0, 1, 2, "4:1:1"]


def progressive(size: tuple[int, int] = (1603, 1207), mode: str = "RGB", **options: Any) -> bytes:
    return encoded(photograph(*size).convert(mode), "JPEG", progressive=True, **options)


def eighth(data: bytes, *, needed_only: bool) -> Image.Image:
    image = StrictJpegFile(io.BytesIO(data))
    image.watch(data, walk(data, 100))
    image.draft(None, (image.width // 8, image.height // 8))
    if needed_only:
        image.skip_details()
    image.load()
    return image


def luma_detail(structure: Jpeg) -> int:
    """Return an offset in the data of the last scan of the first component."""
    scans = zip(
        (one.body for one in structure.segments if one.marker == START_OF_SCAN),
        structure.starts,
        structure.stops,
        strict=True,
    )
    return max((start + stops[-1]) // 2 for body, start, stops in scans if body[1] == 1 and body[-3] > 0)


@pytest.mark.parametrize("mode", ["L", "RGB", "CMYK"])
@pytest.mark.parametrize("sampling", SAMPLINGS)
@pytest.mark.parametrize("restarts", [0, 7])
@pytest.mark.parametrize("size", [(643, 481), (17, 2100), (8, 8)])
def test_no_pixel_changes(size: tuple[int, int], restarts: int, sampling: object, mode: str) -> None:
    data = progressive(size, mode, subsampling=sampling, restart_marker_blocks=restarts)
    assert eighth(data, needed_only=True).tobytes() == eighth(data, needed_only=False).tobytes()


@pytest.mark.parametrize("sampling", SAMPLINGS)
def test_the_decoder_gets_a_complete_image_a_fraction_as_large(sampling: object) -> None:
    data = progressive(quality=92, subsampling=sampling)
    needed = for_an_eighth(memoryview(data), walk(data, 100))
    walk(needed, 100)  # raises if scans or precision are missing
    assert len(needed) < 0.5 * len(data)


def test_a_baseline_image_stays_unchanged() -> None:
    data = encoded(photograph(800, 600), "JPEG")
    assert eighth(data, needed_only=True).tobytes() == eighth(data, needed_only=False).tobytes()


def test_damage_to_the_first_scans_is_detected() -> None:
    data = bytearray(progressive(quality=92))
    start = walk(bytes(data), 100).starts[0]
    data[start + 200 : start + 4200] = bytes(4000)
    with pytest.raises(CorruptImage):
        render(bytes(data), "thumbnail", Settings(thumbnail_size=100))


def test_damage_to_details_is_detected_by_renditions_that_show_them() -> None:
    data = bytearray(progressive(quality=92))
    place = luma_detail(walk(bytes(data), 100))
    data[place : place + 4000] = bytes(4000)
    sound = render(progressive(quality=92), "thumbnail", Settings(thumbnail_size=100))
    assert render(bytes(data), "thumbnail", Settings(thumbnail_size=100)).data == sound.data
    with pytest.raises(CorruptImage):
        render(bytes(data), LARGEST, Settings(**largest(800)))
