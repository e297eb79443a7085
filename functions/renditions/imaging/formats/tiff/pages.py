"""The directories of a TIFF, read without Pillow, which makes a Python object of every number in every tag."""

from itertools import accumulate

from renditions.errors import UnsupportedFormat
from renditions.imaging.formats.camera_raw import CAMERA_RAW
from renditions.imaging.formats.paged_file import PagedFile
from renditions.imaging.formats.structure import Structure
from renditions.imaging.formats.tiff.bigtiff import as_classic
from renditions.imaging.formats.tiff.directories import MOST_READ, SIZES, Directory, Reader, Tags, value
from renditions.settings import Settings

# 50 million pixels have fewer tiles.
_MOST_VALUES = 250_000
_BYTE_TYPES = (1, 2, 7)
_WIDTH, _HEIGHT, _BITS, _PHOTOMETRIC = 256, 257, 258, 262
_COMPRESSION, _SAMPLES, _TILE_WIDTH, _TILE_HEIGHT = 259, 277, 322, 323
# Description, XMP, IPTC, Photoshop's resources, the profile. Photoshop's layers (37724) are not read.
_METADATA = (270, 700, 33723, 34377, 34675)
# Compressions that people use but that are not supported.
_COMPRESSION_NAMES = {
    **dict.fromkeys((33003, 33005, 34712), "JPEG 2000"),
    **dict.fromkeys((50002, 52546), "JPEG XL"),
    6: "old JPEG",
    34661: "JBIG",
    34887: "LERC",
    34925: "LZMA",
    34934: "JPEG XR",
    50001: "WebP",
}
# None, CCITT (four kinds), LZW, JPEG, deflate (two numbers), PackBits, Zstandard. libtiff supports more, some of them
# rarely used and often exploited: old JPEG, LZMA (whose dictionary may take gigabytes), ThunderScan, LogLuv.
_COMPRESSIONS = (1, 2, 3, 4, 5, 7, 8, 32771, 32773, 32946, 50000)
# Pillow logs an error above this.
_MOST_SAMPLES = 6
# A tile may be larger than a small image, but never much larger.
_LARGEST_TILE = 4_194_304
_UNCOMPRESSED, _YCBCR = 1, 6
# What a page is: a bit field, and the older number.
_KIND, _REDUCED, _MASK = 254, 1, 4
_OLD_KIND, _OLD_REDUCED = 255, 2
_MAKE, _ORIENTATION, _SUB_DIRECTORIES, _DNG_VERSION = 271, 274, 330, 50706
_SENSOR_DATA = (32803, 34892)  # colour filter array, linear raw
# Packed, Sony, Samsung (two), Kodak (three), Nikon, lossy DNG, Pentax.
_RAW_COMPRESSIONS = (32769, 32767, 32770, 32772, 262, 32867, 65000, 34713, 34892, 65535)
# Pages among which the image is searched for; no more have their tags read.
_MOST_SEARCHED = 32


def walk(data: bytes, most_pages: int) -> Structure:
    """Return the structure of the TIFF ``data``. Counts pages to one above ``most_pages``.

    Raises ValueError for a page that cannot be decoded at a reasonable cost, UnsupportedFormat for an unsupported
    compression or a camera's raw file.
    """
    reader = Reader(data)
    pages = reader.pages(most_pages)
    if not pages:
        raise ValueError("no page")
    shown = _shown(reader, pages)
    tags = shown.tags or {}
    _check(tags, len(data))
    metadata = sum(count * SIZES.get(kind, 1) for tag, (kind, count, _) in tags.items() if tag in _METADATA)
    readable = data if shown is pages[0] else reader.beginning_with(shown)
    others = len(_further(pages, shown))
    return Structure(
        as_classic(readable, SIZES),
        frames=len(pages),
        metadata=metadata,
        orientation=_inherited_orientation(tags, pages[0].tags or {}),
        lacks_pages=len(pages) <= most_pages and reader.leads_on(pages[-1]),
        others=lambda _: others,
    )


def paged(data: bytes, settings: Settings) -> PagedFile:
    """Return the pages of the TIFF ``data``, up to the limits on their number and their pixels together.

    Previews and masks are no pages. Raises what ``walk`` raises.
    """
    reader = Reader(data)
    # A page may have a preview or a mask. Those beyond are not looked at, and count as pages.
    found = reader.pages(settings.max_frames, read=2 * settings.pages_max + MOST_READ)
    shown = _shown(reader, found)
    further = _further(found, shown)
    pixels = [_pixels(one.tags) if one.tags else settings.max_pixels for one in (shown, *further)]
    most = settings.pages_max_megapixels * 1_000_000
    count = max(1, min(sum(total <= most for total in accumulate(pixels)), settings.pages_max))
    # The page that is shown may take its orientation from the first, or be part of it.
    last = shown if any(one is shown for one in found) else found[0]

    def page(number: int) -> bytes:
        return reader.ending_with(last) if number == 1 else reader.only(further[number - 2])

    lacks_pages = len(found) <= settings.max_frames and reader.leads_on(found[-1])
    return PagedFile(tuple(pixels[:count]), 1 + len(further), page, lacks_pages)


def declared_size(data: bytes) -> tuple[int, int]:
    """Return width and height of the page that is shown, (0, 0) if there is none. Raises UnsupportedFormat."""
    reader = Reader(data)
    pages = reader.pages(_MOST_SEARCHED)
    tags = (_shown(reader, pages).tags or {}) if pages else {}
    return value(tags, _WIDTH), value(tags, _HEIGHT)


def _shown(reader: Reader, pages: list[Directory]) -> Directory:
    """Return the page that is shown: the first, unless it is a preview or a mask of another, or part of a raw file.

    Raises UnsupportedFormat for a camera's raw file, whose first page is often a preview.
    """
    first, parts = pages[0], list(reader.below(pages[0]))
    if any(_is_raw(one.tags) for one in (*pages[:_MOST_SEARCHED], *parts) if one.tags):
        raise UnsupportedFormat(CAMERA_RAW)
    whole = [one for one in parts if one.tags and not _is_secondary(one.tags) and _pixels(one.tags)]
    if _is_secondary(first.tags or {}):
        candidates = whole + [one for one in pages[1:] if one.tags and not _is_secondary(one.tags)]
        if not candidates and _SUB_DIRECTORIES in (first.tags or {}) and not any(one.tags for one in parts):
            if _MAKE in (first.tags or {}):
                raise UnsupportedFormat(CAMERA_RAW)
            raise ValueError("the image that the preview shows is missing")
        return next(iter(candidates), None) or _largest_preview(pages)
    larger = [one for one in whole if _pixels(one.tags or {}) > _pixels(first.tags or {})]
    return max(larger, key=lambda one: _pixels(one.tags or {}), default=first)


def _further(pages: list[Directory], shown: Directory) -> list[Directory]:
    """Return the pages besides the one that is shown, of which the first may be a preview or the whole."""
    return [one for one in pages[1:] if one is not shown and not (one.tags and _is_secondary(one.tags))]


def _largest_preview(pages: list[Directory]) -> Directory:
    """Return the largest page that is no mask, in a file that has only previews and masks; or the first."""
    shown = [one for one in pages if one.tags and not _kind(one.tags) & _MASK]
    return max(shown, key=lambda one: _pixels(one.tags or {}), default=pages[0])


def _is_raw(tags: Tags) -> bool:
    """Return whether a directory is that of a camera's raw file: by Adobe's mark, sensor data, or its compression."""
    return (
        _DNG_VERSION in tags
        or value(tags, _PHOTOMETRIC) in _SENSOR_DATA
        or value(tags, _COMPRESSION) in _RAW_COMPRESSIONS
    )


def _is_secondary(tags: Tags) -> bool:
    """Return whether a directory is a reduced version or a mask of another image."""
    return bool(_kind(tags) & (_REDUCED | _MASK)) or value(tags, _OLD_KIND) == _OLD_REDUCED


def _kind(tags: Tags) -> int:
    return value(tags, _KIND)


def _pixels(tags: Tags) -> int:
    return value(tags, _WIDTH) * value(tags, _HEIGHT)


def _inherited_orientation(shown: Tags, first: Tags) -> int | None:
    """Return the orientation of the first page for a page that states none, None if the page decides itself."""
    stated = value(first, _ORIENTATION)
    return stated if shown is not first and _ORIENTATION not in shown and 1 <= stated <= 8 else None


def _check(tags: Tags, length: int) -> None:
    """Check the first page of a file of ``length`` bytes. Raises ValueError for values that no program writes."""
    if any(count > _MOST_VALUES and kind not in _BYTE_TYPES for kind, count, _ in tags.values()):
        raise ValueError("a tag has too many values")
    compression = value(tags, _COMPRESSION)
    if _COMPRESSION in tags and compression not in _COMPRESSIONS:
        name = _COMPRESSION_NAMES.get(compression, f"method {compression}")
        raise UnsupportedFormat(
            f"The TIFF image is compressed with {name}, which is not supported. "
            "Save it uncompressed or with LZW, deflate or JPEG and upload that file."
        )
    if value(tags, _SAMPLES) > _MOST_SAMPLES:
        raise UnsupportedFormat(
            f"The TIFF image has {value(tags, _SAMPLES)} samples per pixel. At most {_MOST_SAMPLES} are supported. "
            "Save it as greyscale, RGB or CMYK and upload that file."
        )
    if compression in (0, _UNCOMPRESSED) and _least_bytes(tags) > length:
        raise ValueError("more pixels than the file holds")
    tile = value(tags, _TILE_WIDTH) * value(tags, _TILE_HEIGHT)
    if tile > max(_LARGEST_TILE, 4 * value(tags, _WIDTH) * value(tags, _HEIGHT)):
        raise ValueError("tiles much larger than the image")


def _least_bytes(tags: Tags) -> int:
    """Return how many bytes uncompressed pixels take at least."""
    samples = 1 if value(tags, _PHOTOMETRIC) == _YCBCR else max(1, value(tags, _SAMPLES))
    each = 2 if tags.get(_BITS, (0, 1, 1))[1] > 1 else max(1, value(tags, _BITS))
    return value(tags, _WIDTH) * value(tags, _HEIGHT) * samples * each // 8
