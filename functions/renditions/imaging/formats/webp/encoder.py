"""libwebp's encoder with all its parameters, of which Pillow passes on three. With those alone, the bytes are Pillow's.

The declarations are those of webp/encode.h. libwebp promises that they stay within a major version of its interface,
and checks the version in the first calls.
"""

import ctypes
from ctypes import c_char_p, c_float, c_int, c_size_t, c_uint32, c_void_p
from functools import cache

import PIL
from PIL import Image

from renditions.errors import InvalidSettings
from renditions.imaging.formats.webp.libwebp import library
from renditions.imaging.formats.webp.metadata import with_metadata

_INTERFACE = 0x0210
_OUT_OF_MEMORY = (1, 2)
_PREFIX = b"Exif\0\0"  # of EXIF in JPEG, not in WebP
# Later versions within the major one may have more members.
_RESERVE = ("reserve", c_uint32 * 16)


class _Config(ctypes.Structure):
    __slots__ = ()  # a parameter that does not exist is an error
    _fields_ = (
        *(("lossless", c_int), ("quality", c_float), ("method", c_int)),
        *(("image_hint", c_int), ("target_size", c_int), ("target_psnr", c_float)),
        *((name, c_int) for name in ("segments", "sns_strength")),
        *((name, c_int) for name in ("filter_strength", "filter_sharpness", "filter_type", "autofilter")),
        *((name, c_int) for name in ("alpha_compression", "alpha_filtering", "alpha_quality")),
        *((name, c_int) for name in ("passes", "show_compressed", "preprocessing")),
        *((name, c_int) for name in ("partitions", "partition_limit", "emulate_jpeg_size", "thread_level")),
        *((name, c_int) for name in ("low_memory", "near_lossless", "exact", "use_delta_palette")),
        *((name, c_int) for name in ("use_sharp_yuv", "qmin", "qmax")),
        _RESERVE,
    )


class _Picture(ctypes.Structure):
    _fields_ = (
        *((name, c_int) for name in ("use_argb", "colourspace", "width", "height")),
        *(("y", c_void_p), ("u", c_void_p), ("v", c_void_p), ("y_stride", c_int), ("uv_stride", c_int)),
        *(("a", c_void_p), ("a_stride", c_int), ("pad1", c_uint32 * 2)),
        *(("argb", c_void_p), ("argb_stride", c_int), ("pad2", c_uint32 * 3)),
        *(("writer", c_void_p), ("custom", c_void_p)),
        *(("extra_info_type", c_int), ("extra_info", c_void_p), ("stats", c_void_p), ("error", c_int)),
        *(("progress_hook", c_void_p), ("user_data", c_void_p), ("pad3", c_uint32 * 3)),
        *(("pad4", c_void_p), ("pad5", c_void_p), ("pad6", c_uint32 * 8)),
        *(("memory", c_void_p), ("memory_argb", c_void_p), ("pad7", c_void_p * 2)),
        _RESERVE,
    )


class _Writer(ctypes.Structure):
    _fields_ = (("start", c_void_p), ("size", c_size_t), ("most", c_size_t), ("pad", c_uint32), _RESERVE)


def encoded(
    image: Image.Image, *, icc_profile: bytes = b"", exif: bytes = b"", xmp: bytes = b"", **parameters: int
) -> bytes:
    """Return ``image`` as a lossy WebP. ``parameters`` are members of WebPConfig: ``quality``, 1 to 100, and others.

    Raises InvalidSettings if libwebp cannot be called, AttributeError for a parameter that it does not have, ValueError
    if it refuses a value or the size, MemoryError.
    """
    libwebp, config, picture, writer = _library(), _Config(), _Picture(), _Writer()
    is_known = libwebp.WebPConfigInitInternal(ctypes.byref(config), 0, 75.0, _INTERFACE)
    if not (is_known and libwebp.WebPPictureInitInternal(ctypes.byref(picture), _INTERFACE)):
        raise _unusable()
    for name, value in parameters.items():
        setattr(config, name, value)
    libwebp.WebPMemoryWriterInit(ctypes.byref(writer))
    picture.writer = ctypes.cast(libwebp.WebPMemoryWrite, c_void_p).value
    picture.custom = ctypes.addressof(writer)
    try:
        _import(libwebp, image, picture)
        if not libwebp.WebPEncode(ctypes.byref(config), ctypes.byref(picture)):
            raise MemoryError if picture.error in _OUT_OF_MEMORY else ValueError(f"error {picture.error}")
        made = ctypes.string_at(writer.start, writer.size)
    finally:
        libwebp.WebPMemoryWriterClear(ctypes.byref(writer))
        libwebp.WebPPictureFree(ctypes.byref(picture))
    return with_metadata(made, icc_profile, exif.removeprefix(_PREFIX), xmp)


def _import(libwebp: ctypes.CDLL, image: Image.Image, picture: _Picture) -> None:
    """Copy the pixels into ``picture``, in YUV. Pillow makes a copy in RGB first."""
    mode = "RGBA" if image.has_transparency_data else "RGB"
    pixels = (image if image.mode == mode else image.convert(mode)).tobytes()
    picture.width, picture.height = image.size
    copy = libwebp.WebPPictureImportRGBA if mode == "RGBA" else libwebp.WebPPictureImportRGB
    if not copy(ctypes.byref(picture), pixels, len(mode) * image.width):
        raise MemoryError


@cache
def _library() -> ctypes.CDLL:
    """Return libwebp with the types of the encoder's functions. Raises InvalidSettings."""
    return _declared(library())


def _declared(libwebp: ctypes.CDLL | None) -> ctypes.CDLL:
    if libwebp is None:
        raise _unusable()
    libwebp.WebPConfigInitInternal.argtypes = (c_void_p, c_int, c_float, c_int)
    libwebp.WebPPictureInitInternal.argtypes = (c_void_p, c_int)
    for copy in (libwebp.WebPPictureImportRGB, libwebp.WebPPictureImportRGBA):
        copy.argtypes = (c_void_p, c_char_p, c_int)
    libwebp.WebPEncode.argtypes = (c_void_p, c_void_p)
    for step in (libwebp.WebPMemoryWriterInit, libwebp.WebPMemoryWriterClear, libwebp.WebPPictureFree):
        step.argtypes, step.restype = (c_void_p,), None
    return libwebp


def _unusable() -> InvalidSettings:
    return InvalidSettings(
        f"libwebp cannot be called with Pillow {PIL.__version__}. Set RESIZER to pillow, or build the package with the "
        "versions in functions/requirements.txt."
    )
