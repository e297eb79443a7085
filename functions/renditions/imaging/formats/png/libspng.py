"""libspng, which decodes PNGs to the same pixels as Pillow in 60 % of the time, because it has SIMD for the filters.

The library is part of the package pyspng, whose Python code needs numpy and is not used. The declarations are those of
spng.h of version 0.7. libspng verifies every checksum; whatever it refuses is left to Pillow, which decides alone what
is damaged.
"""

import ctypes
import importlib.util
from ctypes import c_char_p, c_int, c_size_t, c_void_p
from functools import cache
from importlib.machinery import EXTENSION_SUFFIXES
from pathlib import Path
from typing import Any

from PIL import _imaging as core

_VERSION = b"0.7."
_RGBA, _GREY = 1, 64
_FORMATS = {"L": _GREY, "RGB": _RGBA, "RGBA": _RGBA}
_LARGEST_CHUNK, _LARGEST_CHUNKS = (
    4_000_000,
    8_000_000,
)  # bytes of profiles and texts, which it reads and we ignore


def decoded(data: bytes, mode: str, size: tuple[int, int]) -> Any:
    """Return the pixels of a PNG of 8 bits per sample, as Pillow keeps them in L, RGB and RGBA.

    None if libspng is missing or refuses the file.
    """
    library = _library()
    if library is None:
        return None
    pixels = bytearray(size[0] * size[1] * (1 if mode == "L" else 4))
    context = library.spng_ctx_new(0)
    try:
        library.spng_set_chunk_limits(context, _LARGEST_CHUNK, _LARGEST_CHUNKS)
        target = (ctypes.c_char * len(pixels)).from_buffer(pixels)
        if library.spng_set_png_buffer(context, data, len(data)) or library.spng_decode_image(
            context, target, len(pixels), _FORMATS[mode], 0
        ):
            return None
    finally:
        library.spng_ctx_free(context)
    # Image.frombuffer() would copy RGB. But Pillow stores it in four bytes, and so does libspng here.
    return core.map_buffer(pixels, size, "raw", 0, (mode, 0, 1))


@cache
def _library() -> ctypes.CDLL | None:
    package = importlib.util.find_spec("pyspng")
    folders = package.submodule_search_locations or () if package else ()
    names = (Path(folder, f"_pyspng_c{suffix}") for folder in folders for suffix in EXTENSION_SUFFIXES)
    try:
        library = ctypes.CDLL(str(next(name for name in names if name.exists())))
        library.spng_version_string.restype = c_char_p
        library.spng_ctx_new.restype = c_void_p
        library.spng_ctx_free.argtypes = (c_void_p,)
        library.spng_set_chunk_limits.argtypes = (c_void_p, c_size_t, c_size_t)
        library.spng_set_png_buffer.argtypes = (c_void_p, c_char_p, c_size_t)
        library.spng_decode_image.argtypes = (c_void_p, c_void_p, c_size_t, c_int, c_int)
    except (AttributeError, OSError, StopIteration):  # not in every package, or hidden symbols
        return None
    return library if library.spng_version_string().startswith(_VERSION) else None
