"""libwebp's decoder, for what Pillow has no call for: decoding one image, at a reduced size if that is wanted.

The declarations are those of webp/decode.h. libwebp promises that they stay within a major version of its interface,
and checks the version in the first call.
"""

import ctypes
from ctypes import c_char_p, c_int, c_size_t, c_uint32, c_void_p
from functools import cache

from PIL import Image, _webp

_INTERFACE = 0x0209
_FORMATS = {"RGB": 0, "RGBA": 1}


class _Features(ctypes.Structure):
    _fields_ = (
        *((name, c_int) for name in ("width", "height", "alpha", "animation", "format")),
        ("pad", c_uint32 * 5),
    )


class _Pixels(ctypes.Structure):
    # A union in C. Its other member, for YUV, is the longer one.
    _fields_ = (("start", c_void_p), ("stride", c_int), ("size", c_size_t), ("others", c_void_p * 7))


class _Output(ctypes.Structure):
    _fields_ = (
        *((name, c_int) for name in ("colours", "width", "height", "is_external")),
        ("pixels", _Pixels),
        ("pad", c_uint32 * 4),
        ("private", c_void_p),
    )


class _Options(ctypes.Structure):
    _fields_ = (
        *((name, c_int) for name in ("unfiltered", "coarse", "is_cropped", "left", "top", "width", "height")),
        *((name, c_int) for name in ("is_scaled", "scaled_width", "scaled_height", "threads", "dithering")),
        *((name, c_int) for name in ("flipped", "alpha_dithering")),
        ("pad", c_uint32 * 5),
    )


class _Config(ctypes.Structure):
    _fields_ = (("input", _Features), ("output", _Output), ("options", _Options))


def is_available() -> bool:
    """Return whether libwebp can be called. On Windows it is built into Pillow's module."""
    return library() is not None


def decoded(data: bytes, mode: str, scaled: tuple[int, int] | None = None) -> Image.Image:
    """Return the still image ``data`` in RGB or RGBA, ``scaled`` or in full. Raises OSError if it is damaged."""
    libwebp, config = library(), _Config()
    if libwebp is None or not libwebp.WebPInitDecoderConfigInternal(ctypes.byref(config), _INTERFACE):
        raise OSError("libwebp cannot be called")
    config.output.colours = _FORMATS[mode]
    if scaled:
        config.options.is_scaled, config.options.scaled_width, config.options.scaled_height = 1, *scaled
    try:
        if libwebp.WebPDecode(data, len(data), ctypes.byref(config)):
            raise OSError("the pixels are damaged")
        pixels, size = config.output.pixels, (config.output.width, config.output.height)
        view = memoryview((ctypes.c_char * pixels.size).from_address(pixels.start))
        return Image.frombytes(mode, size, view, "raw", mode, pixels.stride, 1)
    finally:
        libwebp.WebPFreeDecBuffer(ctypes.byref(config.output))


@cache
def library() -> ctypes.CDLL | None:
    """Return the library that Pillow's own module has loaded."""
    try:
        loaded = ctypes.CDLL(_webp.__file__)
        loaded.WebPDecode.argtypes = (c_char_p, c_size_t, c_void_p)
        loaded.WebPFreeDecBuffer.restype = None
        loaded.WebPInitDecoderConfigInternal.argtypes = (c_void_p, c_int)
    except (AttributeError, OSError):
        return None
    return loaded
