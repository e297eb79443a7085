"""The boxes of a JPEG 2000 file: where its codestream is, and how its components become colours."""

import struct
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field

from renditions.errors import UnsupportedFormat
from renditions.imaging.formats.structure import too_many_parts

_MOST_BOXES = 10_000
_MOST_CHANNELS = 64  # four components, or the columns of a palette, and what nobody shows
_TO_THE_END, _LONG = 0, 1
_ENUMERATED, _RESTRICTED, _ANY_PROFILE = 1, 2, 3
RGB, GREY, YCC, CMYK = "RGB", "L", "YCbCr", "CMYK"
_SPACES = {12: CMYK, 15: GREY, 16: RGB, 17: GREY, 18: YCC}
_SPACES_OF_PROFILES = {b"RGB ": RGB, b"GRAY": GREY, b"CMYK": CMYK}
_COLOUR, _OPACITY, _PREMULTIPLIED = range(3)
_DIRECT = 0
_BYTE = 8
_METRES_PER_INCH = 0.0254


def unsupported(content: str) -> UnsupportedFormat:
    """Return the rejection of a file with ``content`` that cannot be shown."""
    return UnsupportedFormat(
        f"The JPEG2000 image has {content}, which is not supported. "
        "Save it as RGB or greyscale with 8 or 16 bits per sample and upload that file."
    )


@dataclass(slots=True)
class Container:
    """What the boxes say; nothing for a bare codestream, whose (start, end) are in ``codestreams``.

    ``space`` is one of RGB, GREY, YCC and CMYK; empty if unknown. ``columns`` are those of a palette, with a value of 8
    bits per entry. ``channels`` are (component, column or None). ``order`` are the channels of the colours, None if
    they are in order; ``alpha`` is the channel with opacity, by which the colours may be multiplied already. ``dpi``
    are pixels per inch, across and down.
    """

    codestreams: list[tuple[int, int]] = field(default_factory=list)
    size: tuple[int, int] | None = None
    space: str = ""
    profile: bytes | None = None
    metadata: int = 0
    columns: list[list[int]] = field(default_factory=list)
    channels: list[tuple[int, int | None]] = field(default_factory=list)
    order: list[int] | None = None
    alpha: int | None = None
    is_premultiplied: bool = False
    dpi: tuple[float, float] | None = None


def read(data: bytes) -> Container:
    """Read the boxes of ``data``. Raises ValueError if it is cut off, UnsupportedFormat or MetadataTooLarge."""
    found = Container()
    if data.startswith(b"\xff\x4f"):
        found.codestreams.append((0, len(data)))
        return found
    for kind, start, end in boxes(data, 0, len(data)):
        if kind == b"jp2h" and found.size is None:
            _read_header(data, start, end, found)
        elif kind == b"jp2c":
            found.codestreams.append((start, end))
        elif kind in (b"xml ", b"uuid", b"asoc", b"jpch", b"jplh"):
            found.metadata += end - start
    if found.size is None or not found.codestreams:
        raise ValueError("header or codestream missing")
    return found


def boxes(data: bytes, start: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """Yield (type, start of the content, end) of each box. Ignores what follows the last one."""
    for _ in range(_MOST_BOXES):
        if end - start < _BYTE:
            return
        size, kind, header = _number(data, start, 4), data[start + 4 : start + 8], 8
        if size == _LONG:
            size, header = _number(data, start + 8, 8), 16
        elif size == _TO_THE_END:
            size = end - start
        if size < header or start + size > end:
            raise ValueError("a box is cut off")
        yield kind, start + header, start + size
        start += size
    raise too_many_parts("JPEG2000", _MOST_BOXES)


def _number(data: bytes, start: int, size: int) -> int:
    return int.from_bytes(data[start : start + size], "big")


def _read_header(data: bytes, start: int, end: int, found: Container) -> None:
    for kind, begin, stop in boxes(data, start, end):
        content = data[begin:stop]
        if kind == b"ihdr":
            found.size = (_number(content, 4, 4), _number(content, 0, 4))
        elif kind == b"colr" and not (found.space or found.profile):
            _read_colours(content, found)
        elif kind == b"pclr" and not found.columns:
            _read_palette(content, found)
        elif kind == b"cmap":
            found.channels = [
                (_number(content, at, 2), content[at + 3] if content[at + 2] != _DIRECT else None)
                for at in _entries(content, 0, 4)
            ]
        elif kind == b"cdef":
            _read_channels(content, found)
        elif kind == b"res ":
            with suppress(ValueError, struct.error):  # no reason to reject an image
                _read_resolution(data, begin, stop, found)


def _entries(content: bytes, start: int, size: int) -> range:
    """Return where the entries about channels begin, each of ``size`` bytes."""
    entries = range(start, len(content) - size + 1, size)
    if len(entries) > _MOST_CHANNELS:
        raise ValueError("more channels than any encoder writes")
    return entries


def _read_colours(content: bytes, found: Container) -> None:
    """Read one specification of the colours. The first that can be used counts."""
    method = content[0]
    if method == _ENUMERATED:
        number = _number(content, 3, 4)
        if number not in _SPACES:
            raise unsupported(f"colours of the kind {number}")
        found.space = _SPACES[number]
    elif method in (_RESTRICTED, _ANY_PROFILE):
        found.metadata += len(content)
        found.profile = content[3:]
        if found.profile[16:20] not in _SPACES_OF_PROFILES:
            raise unsupported("a colour profile of another kind than RGB, greyscale or CMYK")
        found.space = _SPACES_OF_PROFILES[found.profile[16:20]]


def _read_palette(content: bytes, found: Container) -> None:
    entries, columns = _number(content, 0, 2), content[2]
    depths = [(depth & 0x7F) + 1 for depth in content[3 : 3 + columns]]
    if not 0 < entries <= 1 << _BYTE or not 0 < columns <= 4 or max(depths) > 2 * _BYTE:
        raise unsupported(f"a palette of {entries} × {columns} values")
    at = 3 + columns
    rows: list[list[int]] = []
    for _ in range(entries):
        row = []
        for depth in depths:
            size = 1 if depth <= _BYTE else 2
            if at + size > len(content):
                raise ValueError("the palette is cut off")
            row.append(_number(content, at, size) * 255 // ((1 << depth) - 1))
            at += size
        rows.append(row)
    found.columns = [list(column) for column in zip(*rows, strict=True)]


def _read_channels(content: bytes, found: Container) -> None:
    """Read which channel holds which colour, and which the opacity."""
    colours: dict[int, int] = {}
    for at in _entries(content, 2, 6):
        channel, kind, belongs = (_number(content, at + place, 2) for place in (0, 2, 4))
        if kind == _COLOUR:
            colours[belongs] = channel
        elif kind in (_OPACITY, _PREMULTIPLIED) and belongs == 0 and found.alpha is None:
            found.alpha, found.is_premultiplied = channel, kind == _PREMULTIPLIED
    found.order = [colours[number] for number in sorted(colours)]


def _read_resolution(data: bytes, start: int, end: int, found: Container) -> None:
    """Read pixels per metre, each a fraction and an exponent: of the scan, or else for display."""
    for kind, begin, _ in boxes(data, start, end):
        if kind == b"resc" or (kind == b"resd" and not found.dpi):
            down, below_down, across, below_across, *powers = struct.unpack_from(">4H2b", data, begin)
            if below_down and below_across:
                found.dpi = (
                    across / below_across * 10.0 ** powers[1] * _METRES_PER_INCH,
                    down / below_down * 10.0 ** powers[0] * _METRES_PER_INCH,
                )
