"""JPEGs with gain maps as phones, editors and attackers write them, put together here byte by byte."""

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

import numpy as np
from PIL import Image

from tests.unit.imaging.pictures import encoded

XMP, ISO = b"http://ns.adobe.com/xap/1.0/\0", b"urn:iso:std:iso:ts:21496:-1\0"
HDRGM = "http://ns.adobe.com/hdr-gain-map/1.0/"
OFFSET = 1 / 64


@dataclass(frozen=True)
class Gain:
    """The numbers of a gain map: for one channel, or a row for each of three."""

    high: Sequence[float] = (2.5,)
    low: Sequence[float] = (0.0,)
    gamma: Sequence[float] = (1.0,)
    stops: float = 2.5
    base_stops: float = 0.0
    offset: float = OFFSET


GAIN = Gain()


@lru_cache(maxsize=8)
def scene(width: int, height: int) -> tuple[Image.Image, Image.Image]:
    """Return a base in colour and a grey map of the same size: soft shapes, a bright disc with a hard edge, a spark."""
    y, x = np.mgrid[:height, :width] / max(width, height)
    soft = np.stack([0.5 + 0.3 * np.sin(9 * x + band) * np.cos(7 * y - band) for band in range(3)], axis=-1)
    disc = np.hypot(x - 0.6, y - 0.3) < 0.12
    gain = 0.15 + 0.2 * np.sin(5 * x) ** 2 + 0.5 * disc + 0.3 * (np.hypot(x - 0.2, y - 0.5) < 0.03)
    soft[disc] = 0.95
    base, light = (np.clip(255 * one, 0, 255).astype(np.uint8) for one in (soft, gain))
    return Image.fromarray(base), Image.fromarray(light)


@lru_cache(maxsize=2)
def texture(width: int, height: int) -> tuple[Image.Image, Image.Image]:
    """Return the same with detail of every size, as leaves in the sun have, and a map that brightens what is bright."""
    random, detail = np.random.default_rng(5), np.zeros((height, width))
    for step in (1, 2, 4, 8, 16):
        grain = Image.fromarray(random.normal(0, 10, (height // step, width // step)).astype(np.float32))
        detail += np.asarray(grain.resize((width, height), Image.Resampling.BICUBIC))
    base = Image.fromarray(np.clip(100 + detail, 0, 255).astype(np.uint8))
    green = base.point([one * 4 // 5 for one in range(256)])
    return Image.merge("RGB", (base, base, green)), base.point([max(0, one - 60) for one in range(256)])


def segment(marker: int, body: bytes) -> bytes:
    """Return a JPEG segment."""
    return struct.pack(">BBH", 0xFF, marker, len(body) + 2) + body


def inserted(jpeg: bytes, segments: bytes) -> bytes:
    """Return ``jpeg`` with ``segments`` at its beginning."""
    return jpeg[:2] + segments + jpeg[2:]


def description(attributes: str, elements: str = "", namespace: str = HDRGM) -> bytes:
    """Return an XMP segment."""
    text = (
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        f'<rdf:Description rdf:about="" xmlns:hdrgm="{namespace}" {attributes}>{elements}</rdf:Description>'
        "</rdf:RDF></x:xmpmeta>"
    )
    return segment(0xE1, XMP + text.encode())


def hdrgm(gain: Gain = GAIN) -> bytes:
    """Return the XMP of a map as Ultra HDR has it."""
    rows = {"GainMapMin": gain.low, "GainMapMax": gain.high, "Gamma": gain.gamma}
    many = {name: row for name, row in rows.items() if len(row) > 1}
    single = {name: row[0] for name, row in rows.items() if name not in many}
    single |= {"OffsetSDR": gain.offset, "OffsetHDR": gain.offset}
    single |= {"HDRCapacityMin": gain.base_stops, "HDRCapacityMax": gain.stops}
    attributes = " ".join(f'hdrgm:{name}="{number}"' for name, number in single.items())
    elements = "".join(
        f"<hdrgm:{name}><rdf:Seq>{''.join(f'<rdf:li>{one}</rdf:li>' for one in row)}</rdf:Seq></hdrgm:{name}>"
        for name, row in many.items()
    )
    return description(f'hdrgm:Version="1.0" hdrgm:BaseRenditionIsHDR="False" {attributes}', elements)


def iso(gain: Gain = GAIN, flags: int = 0x40) -> bytes:
    """Return the segment of a map as ISO 21496-1 has it."""
    count = max(len(gain.high), len(gain.low), len(gain.gamma))
    numbers = [gain.base_stops, gain.stops]
    for channel in range(count):
        numbers += [row[channel % len(row)] for row in (gain.low, gain.high, gain.gamma)]
        numbers += [gain.offset] * 2
    body = struct.pack(">HHB", 0, 0, flags | (0x80 if count == 3 else 0))
    for number in numbers:
        body += struct.pack(">iI", *Fraction(number).limit_denominator(100_000).as_integer_ratio())
    return segment(0xE2, ISO + body)


def index(offset: int, length: int, base: int = 0) -> bytes:
    """Return an index (MPF) of two images."""
    entries = struct.pack(">IIIHHIIIHH", 0x030000, base, 0, 0, 0, 0, length, offset, 0, 0)
    fields = struct.pack(">HHI4s", 0xB000, 7, 4, b"0100") + struct.pack(">HHII", 0xB001, 4, 1, 2)
    fields += struct.pack(">HHII", 0xB002, 7, len(entries), 50)
    return segment(0xE2, b"MPF\0MM\0*" + struct.pack(">IH", 8, 3) + fields + bytes(4) + entries)


def directory(length: int) -> bytes:
    """Return the XMP of a base as Ultra HDR has it."""
    item = '<rdf:li rdf:parseType="Resource"><Container:Item Item:Semantic="{}" Item:Mime="image/jpeg"{}/></rdf:li>'
    items = item.format("Primary", "") + item.format("GainMap", f' Item:Length="{length}"')
    return description(
        'xmlns:Container="http://ns.google.com/photos/1.0/container/" '
        'xmlns:Item="http://ns.google.com/photos/1.0/container/item/" hdrgm:Version="1.0"',
        f"<Container:Directory><rdf:Seq>{items}</rdf:Seq></Container:Directory>",
    )


def with_map(
    base: bytes,
    light: bytes,
    gain: Gain = GAIN,
    *,
    kinds: Sequence[str] = ("xmp", "iso"),
    mpf: int | None = 0,
    between: bytes = b"",
) -> bytes:
    """Return the JPEG ``base`` followed by the map ``light``.

    ``kinds`` are the metadata in both. ``mpf`` is an error in the index, in bytes, or None for no index.
    """
    light = inserted(light, (hdrgm(gain) if "xmp" in kinds else b"") + (iso(gain) if "iso" in kinds else b""))
    head = (directory(len(light)) if "xmp" in kinds else b"") + (
        segment(0xE2, ISO + bytes(4)) if "iso" in kinds else b""
    )
    if mpf is not None:
        place = 2 + len(head) + 8
        whole = len(base) + len(head) + len(index(0, 0))
        head += index((whole + len(between) - place + mpf) % 2**32, len(light), whole)
    return inserted(base, head) + between + light


def maker_note(**rationals: tuple[int, int]) -> bytes:
    """Return EXIF with a maker note of Apple's: tags as ``t33`` with their fractions."""
    start = 14 + 2 + 12 * len(rationals) + 4
    entries = [
        struct.pack(">HHII", int(name[1:]), 10, 1, start + 8 * number)
        for number, name in enumerate(rationals)
    ]
    values = (struct.pack(">ii", *fraction) for fraction in rationals.values())
    count = struct.pack(">H", len(rationals))
    exif = Image.Exif()
    exif.get_ifd(0x8769)[0x927C] = (
        b"Apple iOS\0\0\1MM" + count + b"".join(entries) + bytes(4) + b"".join(values)
    )
    return exif.tobytes()


NOTE = maker_note(t33=(11, 10), t48=(1, 100))  # 2.3 stops


def apples(stated: str) -> bytes:
    """Return the XMP of Apple's gain map."""
    return description(
        'xmlns:HDRGainMap="http://ns.apple.com/HDRGainMap/1.0/" xmlns:apdi="http://ns.apple.com/pixeldatainfo/1.0/" '
        f'HDRGainMap:HDRGainMapVersion="65536" {stated}',
        "<apdi:AuxiliaryImageType>urn:com:apple:photo:2020:aux:hdrgainmap</apdi:AuxiliaryImageType>",
    )[4 + len(XMP) :]


def apple(width: int = 640, height: int = 480, *, note: bytes = NOTE, headroom: str = "") -> bytes:
    """Return the scene as an iPhone stores it as a JPEG: a grey map of half the sides, described by its XMP only."""
    base, light = scene(width, height)
    xmp = apples(f'HDRGainMap:HDRGainMapHeadroom="{headroom}"' if headroom else "")
    gain_map = encoded(light.resize((width // 2, height // 2)), "JPEG", quality=92)
    gain_map = inserted(gain_map, segment(0xE1, XMP + xmp))
    whole = encoded(base, "JPEG", quality=92, exif=note)
    length = len(index(0, 0))
    return inserted(whole, index(len(whole) + length - 10, len(gain_map), len(whole) + length)) + gain_map


def ultra_hdr(
    width: int = 640,
    height: int = 480,
    *,
    shrink: int = 2,
    quality: int = 92,
    gain: Gain = GAIN,
    **options: object,
) -> bytes:
    """Return the scene as a phone stores it, with a grey map of 1 / ``shrink`` of the sides. ``options``: with_map."""
    base, light = scene(width, height)
    light = light.resize((width // shrink, height // shrink), Image.Resampling.BOX)
    return with_map(
        encoded(base, "JPEG", quality=quality, subsampling="4:4:4"),
        encoded(light, "JPEG", quality=quality),
        gain,
        **options,  # type: ignore[arg-type]
    )
