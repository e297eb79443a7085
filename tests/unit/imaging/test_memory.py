"""The memory for a rendition is estimated before anything is decoded."""

import os
import subprocess
import sys

import pytest

from renditions.errors import TooMuchMemory
from renditions.imaging import inspect, render
from renditions.settings import Settings
from tests.unit.imaging.pictures import encoded, flat

LARGE = (5000, 4000)


def test_a_rejection_for_memory_states_need_and_limit() -> None:
    data = encoded(flat((10, 20, 30), LARGE), "PNG")
    with pytest.raises(TooMuchMemory) as rejection:
        render(data, "large", Settings(max_memory=190))
    assert str(rejection.value) == (
        "Decoding the PNG image of 5,000 × 4,000 pixels needs about 227 MB of memory. Only 190 MB are available. "
        "Upload a smaller version, or raise RenditionMemory."
    )
    assert render(data, "thumbnail", Settings(max_memory=1769)).width == 200


def test_inspecting_needs_no_memory() -> None:
    assert inspect(encoded(flat((1, 2, 3), LARGE), "PNG"), Settings(max_memory=128)).width == 5000


def test_a_jpeg_decoded_at_a_reduced_scale_needs_less_unless_progressive() -> None:
    picture, settings = flat((10, 20, 30), LARGE), Settings(max_memory=150)
    assert render(encoded(picture, "JPEG"), "thumbnail", settings).width == 200
    with pytest.raises(TooMuchMemory):
        render(encoded(picture, "JPEG", progressive=True), "thumbnail", settings)


def test_without_a_limit_nothing_is_rejected() -> None:
    assert render(encoded(flat((1, 2, 3), LARGE), "PNG"), "thumbnail", Settings()).width == 200


def test_the_default_limit_is_the_memory_of_the_function() -> None:
    assert Settings.from_environment({"AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "1769"}).max_memory == 1769
    chosen = {"AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "1769", "MAX_MEMORY": "512"}
    assert Settings.from_environment(chosen).max_memory == 512


@pytest.mark.skipif(sys.platform != "linux", reason="Only Linux limits the memory of a process.")
@pytest.mark.parametrize("image_format", ["PNG", "JPEG", "TIFF", "GIF"])
def test_running_out_of_memory_raises_memory_error(image_format: str) -> None:
    """Pillow reports it in several ways, one of them the error for damaged files."""
    script = """
import resource, sys
from renditions.imaging import render
from renditions.settings import Settings
data = sys.stdin.buffer.read()
settings = Settings(large_size=8192)
in_use = int(open("/proc/self/statm").read().split()[0]) * resource.getpagesize()
resource.setrlimit(resource.RLIMIT_AS, (in_use + 30_000_000, -1))
try:
    render(data, "large", settings)
except BaseException as fault:
    print(type(fault).__name__)
"""
    packed = {"compression": "tiff_lzw"} if image_format == "TIFF" else {}
    data = encoded(flat((10, 20, 30), LARGE), image_format, **packed)
    done = subprocess.run(
        [sys.executable, "-c", script],
        input=data,
        capture_output=True,
        check=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert done.stdout.split() == [b"MemoryError"], done.stderr


def test_transparency_needs_one_more_copy() -> None:
    data = encoded(flat((10, 20, 30, 128), LARGE, "RGBA"), "PNG")
    with pytest.raises(TooMuchMemory, match="about 304 MB"):
        render(data, "large", Settings(max_memory=250))
