"""AVIF and HEIC, encoded by their libraries or built box by box, valid or not."""

import io
import struct
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

import numpy as np
import pillow_heif
import pytest
from PIL import Image

from renditions.settings import Settings
from tests.unit.imaging.pictures import array, encoded

ON = {"avif_input": "on", "heic_input": "on"}
BOTH = Settings(avif_input="on", heic_input="on")
FEW_PIXELS = replace(BOTH, max_avif_pixels=1_100_000, max_heic_pixels=1_100_000)
FORMATS = ("AVIF", "HEIC")
both = pytest.mark.parametrize("image_format", FORMATS)
KINDS = {"AVIF": b"av01", "HEIC": b"hvc1"}
_TRANSFORMING, _ESSENTIAL = (b"irot", b"imir", b"clap"), 0x80
_BRANDS = {"AVIF": b"avif", "HEIC": b"heic"}


def heic(image: Image.Image, **options: Any) -> bytes:
    """Return ``image`` as libheif and x265 write it."""
    buffer = io.BytesIO()
    quick = {"quality": 90, "enc_params": {"preset": "ultrafast"}}
    pillow_heif.from_pillow(image).save(buffer, **{**quick, **options})
    return buffer.getvalue()


def avif(image: Image.Image, **options: Any) -> bytes:
    """Return ``image`` as Pillow writes it."""
    return encoded(image, "AVIF", **{"quality": 90, "speed": 9, **options})


WRITERS = {"AVIF": avif, "HEIC": heic}


def box(kind: bytes, *contents: bytes) -> bytes:
    content = b"".join(contents)
    return struct.pack(">I", 8 + len(content)) + kind + content


def full(kind: bytes, *contents: bytes, version: int = 0) -> bytes:
    """Return a box with version and flags."""
    return box(kind, bytes((version, 0, 0, 0)), *contents)


def ispe(width: int, height: int) -> bytes:
    return full(b"ispe", struct.pack(">II", width, height))


def irot(quarters: int) -> bytes:
    return box(b"irot", bytes((quarters,)))


def imir(axis: int) -> bytes:
    return box(b"imir", bytes((axis,)))


def clap(width: int, height: int, right: int = 0, down: int = 0) -> bytes:
    """Return a clean aperture whose centre is moved by halves of pixels."""
    return box(b"clap", struct.pack(">IIIIiIiI", width, 1, height, 1, right, 2, down, 2))


def nclx(primaries: int, transfer: int, matrix: int = 6) -> bytes:
    return box(b"colr", b"nclx", struct.pack(">HHHB", primaries, transfer, matrix, 0x80))


def icc(profile: bytes) -> bytes:
    return box(b"colr", b"prof", profile)


def auxiliary(name: bytes) -> bytes:
    return full(b"auxC", name + b"\0")


ALPHA = auxiliary(b"urn:mpeg:mpegB:cicp:systems:auxiliary:alpha")


@dataclass(frozen=True)
class Item:
    """``references`` maps types of references to the numbers of the items that they refer to."""

    kind: bytes
    data: bytes = b""
    properties: Sequence[bytes] = ()
    references: Mapping[bytes, Sequence[int]] = field(default_factory=dict)

    def having(self, *properties: bytes) -> "Item":
        """Return the same item with more properties, in this order."""
        return replace(self, properties=(*self.properties, *properties))

    def referring(self, references: Mapping[bytes, Sequence[int]]) -> "Item":
        """Return the same item with these references."""
        return replace(self, references=references)


def coded(image: Image.Image, image_format: str, *, size: tuple[int, int] | None = None) -> Item:
    """Return ``image`` as an item that declares ``size``. The library wrote its stream and configuration."""
    data = WRITERS[image_format](image)
    start = data.index({"AVIF": b"av1C", "HEIC": b"hvcC"}[image_format]) - 4
    configuration = data[start : start + int.from_bytes(data[start : start + 4], "big")]
    stream = data[data.index(b"mdat") + 4 :]
    return Item(KINDS[image_format], stream, (ispe(*(size or image.size)), configuration))


@lru_cache(maxsize=2)
def hidden(image_format: str) -> Item:
    """Return a flat image of more pixels than FEW_PIXELS that declares 64 × 64."""
    return coded(Image.new("RGB", (1_060, 1_060), (1, 2, 3)), image_format, size=(64, 64))


def grid(columns: int, rows: int, size: tuple[int, int], tiles: Sequence[int]) -> Item:
    data = bytes((0, 0, rows - 1, columns - 1)) + struct.pack(">HH", *size)
    return Item(b"grid", data, (ispe(*size),), {b"dimg": tiles})


def heif(
    image_format: str,
    items: Sequence[Item],
    *,
    major: bytes = b"",
    compatible: Sequence[bytes] = (),
    primary: int = 1,
    trailer: bytes = b"",
) -> bytes:
    """Return a file with ``items``, numbered from 1. ``trailer`` follows its last box."""
    brands = (major or _BRANDS[image_format], bytes(4), b"mif1", b"miaf", *compatible)
    head = box(b"ftyp", *brands)
    draft = _meta(items, primary, 0)
    media = box(b"mdat", *(item.data for item in items))
    return head + _meta(items, primary, len(head) + len(draft) + 8) + media + trailer


def _meta(items: Sequence[Item], primary: int, start: int) -> bytes:
    numbered = list(enumerate(items, start=1))
    entries = [
        full(b"infe", struct.pack(">HH", number, 0), item.kind, b"\0", version=2) for number, item in numbered
    ]
    shared = list(dict.fromkeys(one for item in items for one in item.properties))
    associations = [
        struct.pack(">HB", number, len(item.properties))
        + bytes(
            1 + shared.index(one) | (_ESSENTIAL if one[4:8] in _TRANSFORMING else 0)
            for one in item.properties
        )
        for number, item in numbered
    ]
    references = [
        box(kind, struct.pack(">HH", number, len(targets)), struct.pack(f">{len(targets)}H", *targets))
        for number, item in numbered
        for kind, targets in item.references.items()
    ]
    return full(
        b"meta",
        full(b"hdlr", bytes(4), b"pict", bytes(13)),
        full(b"pitm", struct.pack(">H", primary)),
        full(b"iinf", struct.pack(">H", len(items)), *entries),
        full(b"iref", *references) if references else b"",
        box(b"iprp", box(b"ipco", *shared), full(b"ipma", struct.pack(">I", len(items)), *associations)),
        full(b"iloc", b"\x44\0", struct.pack(">H", len(items)), *_places(items, start)),
    )


def _places(items: Sequence[Item], start: int) -> Iterator[bytes]:
    for number, item in enumerate(items, start=1):
        yield struct.pack(">HHHII", number, 0, 1, start, len(item.data))
        start += len(item.data)


def corners(image: Image.Image) -> list[tuple[int, ...]]:
    """Return the colours in the middle of each quarter."""
    small = array(image.convert("RGB").resize((4, 4), Image.Resampling.BOX))
    return [tuple(small[y, x].round().astype(int).tolist()) for y in (0, 3) for x in (0, 3)]


def alike(shown: list[tuple[int, ...]], expected: tuple[tuple[int, ...], ...], tolerance: int = 10) -> bool:
    """Return whether the colours are those ``expected``, apart from compression."""
    return bool(np.abs(np.array(shown) - np.array(expected)).max() <= tolerance)
