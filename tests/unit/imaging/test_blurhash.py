"""BlurHash: the same text as that of the package on PyPI."""

import random

import blurhash as peer
import pytest
from PIL import Image

from renditions.imaging.blurhash import blurhash
from tests.unit.imaging.pictures import photograph


def by_peer(image: Image.Image, across: int, down: int) -> str:
    samples, width = image.tobytes(), 3 * image.width
    rows = [
        [samples[place : place + 3] for place in range(start, start + width, 3)]
        for start in range(0, len(samples), width)
    ]
    return str(peer.encode(rows, components_x=across, components_y=down))


@pytest.mark.parametrize("waves", [(1, 1), (4, 3), (3, 4), (9, 9)])
@pytest.mark.parametrize("size", [(1, 1), (1, 20), (20, 1), (32, 24)])
def test_the_text_is_that_of_the_reference(size: tuple[int, int], waves: tuple[int, int]) -> None:
    noise = Image.frombytes("RGB", size, random.Random(1).randbytes(3 * size[0] * size[1]))  # noqa: S311
    for image in (photograph(*size), noise, Image.new("RGB", size, (9, 99, 255))):
        assert blurhash(image, *waves) == by_peer(image, *waves)
