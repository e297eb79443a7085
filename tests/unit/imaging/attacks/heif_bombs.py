"""AVIF and HEIC that would be costly if their headers were trusted, for settings that accept both."""

import struct
from collections.abc import Iterator

from tests.unit.imaging import heif_files as made
from tests.unit.imaging.attacks.bombs import ACCEPTED, BROKEN, METADATA, PIXELS, Attack
from tests.unit.imaging.heif_files import Item, box, coded, full, grid, heif, ispe
from tests.unit.imaging.pictures import photograph

_FOREIGN = ("UnsupportedFormat",)
_SMALL = photograph(64, 64)


def resized(image_format: str, width: int, height: int) -> bytes:
    """Return a small image that declares another size."""
    return heif(image_format, [coded(_SMALL, image_format, size=(width, height))])


def many_items(image_format: str, count: int) -> bytes:
    return heif(image_format, [coded(_SMALL, image_format), *[Item(b"Exif", b"\0\0\0\0MM\0*")] * count])


def many_properties(image_format: str) -> bytes:
    """Return a file with 500,000 useless properties."""
    data = heif(image_format, [coded(_SMALL, image_format)])
    return data + box(b"meta", bytes(4), box(b"iprp", box(b"ipco", box(b"free") * 500_000)))


def many_boxes(image_format: str) -> bytes:
    return heif(image_format, [coded(_SMALL, image_format)], trailer=box(b"free") * 5_000_000)


def shared_bytes(image_format: str) -> bytes:
    """Return a grid of 10,000 tiles that share the same 2 MB."""
    tile = coded(_SMALL, image_format)
    padded = Item(tile.kind, tile.data, tile.properties)
    data = heif(image_format, [grid(100, 100, (6_400, 6_400), range(2, 10_002)), *[padded] * 10_000])
    start = data.index(b"iloc") + 4 + 4 + 2 + 2
    changed = bytearray(data)
    for number in range(1, 10_001):
        place = start + number * 14 + 6
        changed[place : place + 8] = struct.pack(">II", 100, len(data) - 200)
    return bytes(changed)


def endless_table(image_format: str) -> bytes:
    """Return a file that announces four billion entries in an empty table."""
    return heif(image_format, [coded(_SMALL, image_format)]).replace(
        b"ipma\0\0\0\0\0\0\0\1", b"ipma\0\0\0\0\xff\xff\xff\xff"
    )


def endless_track() -> bytes:
    """Return an animated AVIF of four billion frames of one byte each."""
    entry = box(b"av01", bytes(24), struct.pack(">HH", 64, 64), bytes(50))
    tables = box(
        b"stbl",
        full(b"stsd", struct.pack(">I", 1), entry),
        full(b"stsc", struct.pack(">IIII", 1, 1, 0xFFFFFFFF, 1)),
        full(b"stsz", struct.pack(">II", 1, 0xFFFFFFFF)),
        full(b"stco", struct.pack(">II", 1, 0)),
    )
    media = box(b"mdia", full(b"hdlr", bytes(4), b"pict", bytes(13)), box(b"minf", tables))
    return box(b"ftyp", b"avis", bytes(4), b"avif") + box(b"moov", box(b"trak", media))


def nested_boxes() -> bytes:
    data = b""
    for _ in range(20_000):
        data = box(b"moov", data)
    return box(b"ftyp", b"avis", bytes(4), b"avif") + data


def large_metadata(image_format: str) -> bytes:
    return heif(image_format, [coded(_SMALL, image_format), Item(b"mime", bytes(40_000_000))])


def large_profile(image_format: str) -> bytes:
    return heif(image_format, [coded(_SMALL, image_format).having(made.icc(bytes(40_000_000)))])


def _of(image_format: str) -> Iterator[Attack]:
    yield Attack(f"{image_format} of 16,000²", lambda: resized(image_format, 16_000, 16_000), PIXELS)
    yield Attack(
        f"{image_format} of 4,294,967,295²",
        lambda: resized(image_format, 2**32 - 1, 2**32 - 1),
        ("SideTooLong",),
    )
    yield Attack(
        f"{image_format} of 7,000² without pixels", lambda: resized(image_format, 7_000, 7_000), BROKEN
    )
    yield Attack(f"{image_format} of 0²", lambda: resized(image_format, 0, 0), BROKEN)
    yield Attack(
        f"{image_format} of 5,000 items", lambda: many_items(image_format, 5_000), (ACCEPTED, "CorruptImage")
    )
    yield Attack(
        f"{image_format} of 65,000 items",
        lambda: many_items(image_format, 65_000),
        (*METADATA, "CorruptImage"),
    )
    yield Attack(f"{image_format} with 500,000 properties", lambda: many_properties(image_format), BROKEN)
    yield Attack(f"{image_format} with five million boxes", lambda: many_boxes(image_format), METADATA)
    yield Attack(f"{image_format} whose tiles share their bytes", lambda: shared_bytes(image_format), BROKEN)
    yield Attack(f"{image_format} with a table without end", lambda: endless_table(image_format), BROKEN)
    yield Attack(f"{image_format} with 40 MB of XMP", lambda: large_metadata(image_format), METADATA)
    yield Attack(f"{image_format} with a 40 MB profile", lambda: large_profile(image_format), METADATA)
    yield Attack(
        f"{image_format} that is a JPEG inside",
        lambda: heif(image_format, [Item(b"jpeg", b"\xff\xd8\xff", (ispe(64, 64),))]),
        _FOREIGN,
    )


HEIF_BOMBS = [
    *_of("AVIF"),
    *_of("HEIC"),
    Attack("AVIF of four billion frames", endless_track, (*METADATA, "CorruptImage")),
    Attack("AVIF of 20,000 boxes in each other", nested_boxes, BROKEN),
]
