"""OpenJPEG itself, for several components of more than 8 bits: Pillow rounds their white up to 256, stored as 0.

The declarations are those of openjpeg.h, which have not changed since version 2.0.
"""

import ctypes
from contextlib import ExitStack
from ctypes import POINTER, c_int, c_int64, c_size_t, c_uint16, c_uint32, c_uint64, c_void_p
from functools import cache
from typing import Any

from PIL import Image, _imaging

from renditions.imaging.formats.sixteen_bits import strips

_CODESTREAM, _IS_INPUT, _BUFFER = 0, 1, 1 << 20
_PARAMETERS = 1 << 16  # bytes, of which the structure takes some 8,000
_BITS, _SAMPLE = 8, 4  # of the result; bytes of a decoded sample
_TABLE = 65_536  # entries that Pillow expects

_Read = ctypes.CFUNCTYPE(c_size_t, c_void_p, c_size_t, c_void_p)
_Skip = ctypes.CFUNCTYPE(c_int64, c_int64, c_void_p)
_Seek = ctypes.CFUNCTYPE(c_int, c_int64, c_void_p)


class _Component(ctypes.Structure):
    _fields_ = (
        *((name, c_uint32) for name in ("dx", "dy", "width", "height", "left", "top", "bits", "unused")),
        *((name, c_uint32) for name in ("is_signed", "resolutions", "factor")),
        ("samples", c_void_p),
        ("alpha", c_uint16),
    )


class _Decoded(ctypes.Structure):
    _fields_ = (
        *((name, c_uint32) for name in ("left", "top", "right", "bottom", "count")),
        ("space", c_int),
        ("components", POINTER(_Component)),
        ("profile", c_void_p),
        ("profile_length", c_uint32),
    )


def is_available() -> bool:
    """Return whether OpenJPEG can be called. On Windows it is built into Pillow's module."""
    return _library() is not None


def decoded(data: bytes, levels: int) -> list[Image.Image]:
    """Return the components of a codestream in the mode L, by the upper 8 bits of each sample.

    The sides are divided by 2 ** ``levels``. Raises OSError for a damaged codestream.
    """
    library = _library()
    if library is None:
        raise OSError("OpenJPEG cannot be called")
    with ExitStack() as stack:
        codec = c_void_p(library.opj_create_decompress(_CODESTREAM))
        stack.callback(library.opj_destroy_codec, codec)
        stream = c_void_p(library.opj_stream_create(_BUFFER, _IS_INPUT))
        stack.callback(library.opj_stream_destroy, stream)
        source = _Source(data)  # as long as the stream calls it
        source.feed(library, stream)
        parameters = ctypes.create_string_buffer(_PARAMETERS)
        library.opj_set_default_decoder_parameters(parameters)
        image = POINTER(_Decoded)()
        stack.callback(lambda: library.opj_image_destroy(image))
        if not (
            library.opj_setup_decoder(codec, parameters)
            and library.opj_read_header(stream, codec, ctypes.byref(image))
            and library.opj_set_decoded_resolution_factor(codec, levels)
            and library.opj_decode(codec, stream, image)
            and library.opj_end_decompress(codec, stream)
        ):
            raise OSError("the codestream is damaged")
        return [_upper_bits(one) for one in image.contents.components[: image.contents.count]]


def _upper_bits(component: Any) -> Image.Image:
    size, bits = (component.width, component.height), component.bits
    if not component.samples:
        raise OSError("a component has no samples")
    shown = Image.new("L", size)
    half = 1 << bits - 1 if component.is_signed else 0
    table = [value >> bits - _BITS if bits > _BITS else value << _BITS - bits for value in range(1 << bits)]
    table += [0] * (_TABLE - len(table))  # which has no such sample
    for left, top, right, bottom in strips(size):
        start = component.samples + top * size[0] * _SAMPLE
        view = (ctypes.c_char * ((bottom - top) * size[0] * _SAMPLE)).from_address(start)
        samples = Image.frombytes("I", (right - left, bottom - top), memoryview(view))
        shown.paste(samples.point(lambda value: value + half).point(table, "L"), (left, top))
    return shown


class _Source:
    """A codestream that OpenJPEG reads by calling functions."""

    def __init__(self, data: bytes) -> None:
        self._data, self._place = data, 0
        self._calls = _Read(self._read), _Skip(self._skip), _Seek(self._seek)

    def feed(self, library: ctypes.CDLL, stream: c_void_p) -> None:
        """Have ``stream`` read from here."""
        read, skip, seek = self._calls
        library.opj_stream_set_read_function(stream, read)
        library.opj_stream_set_skip_function(stream, skip)
        library.opj_stream_set_seek_function(stream, seek)
        library.opj_stream_set_user_data_length(stream, len(self._data))

    def _read(self, target: int, most: int, _user: object) -> int:
        part = self._data[self._place : self._place + most]
        if not part:
            return c_size_t(-1).value  # the end
        ctypes.memmove(target, part, len(part))
        self._place += len(part)
        return len(part)

    def _skip(self, count: int, _user: object) -> int:
        before, self._place = self._place, max(0, min(self._place + count, len(self._data)))
        return self._place - before

    def _seek(self, place: int, _user: object) -> int:
        is_inside = 0 <= place <= len(self._data)
        self._place = place if is_inside else self._place
        return is_inside


@cache
def _library() -> ctypes.CDLL | None:
    """Return the library that Pillow's own module has loaded, with what the functions take."""
    pointer = c_void_p
    try:
        library = ctypes.CDLL(_imaging.__file__)
        for name, result, *arguments in (
            ("opj_create_decompress", pointer, c_int),
            ("opj_destroy_codec", None, pointer),
            ("opj_stream_create", pointer, c_size_t, c_int),
            ("opj_stream_destroy", None, pointer),
            ("opj_stream_set_read_function", None, pointer, _Read),
            ("opj_stream_set_skip_function", None, pointer, _Skip),
            ("opj_stream_set_seek_function", None, pointer, _Seek),
            ("opj_stream_set_user_data_length", None, pointer, c_uint64),
            ("opj_set_default_decoder_parameters", None, pointer),
            ("opj_setup_decoder", c_int, pointer, pointer),
            ("opj_read_header", c_int, pointer, pointer, pointer),
            ("opj_set_decoded_resolution_factor", c_int, pointer, c_uint32),
            ("opj_decode", c_int, pointer, pointer, pointer),
            ("opj_end_decompress", c_int, pointer, pointer),
            ("opj_image_destroy", None, pointer),
        ):
            function = getattr(library, name)
            function.restype, function.argtypes = result, arguments
    except (AttributeError, OSError):
        return None
    return library
