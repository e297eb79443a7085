"""The labels of one original: XMP counts more than IPTC-IIM, IPTC-IIM more than EXIF, as the industry has agreed."""

import contextlib
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, Final

from PIL import ExifTags
from PIL.ImageFile import ImageFile

from renditions.imaging.formats.embedded import MOST_PACKETS, Embedded
from renditions.imaging.formats.format import Exif, Format
from renditions.imaging.labels.source_types import prevailing
from renditions.imaging.silence_warnings import SILENCED
from renditions.labels import Labels

_SOURCE_TYPE: Final = "digital_source_type"
_PER_INCH, _PER_CENTIMETRE = 2, 3
_UNITS: Final = {_PER_INCH: 1.0, _PER_CENTIMETRE: 2.54}
_MOST_DPI: Final = 100_000
_JFIF_UNITS: Final = (1, 2)
_DEFAULTS: Final = ((72, 72), (1, 1))  # what Pillow reports of a JPEG and of a TIFF that do not say


def read(image_format: Format, data: bytes, image: ImageFile) -> Labels:
    """Return what the file says. An opened ``image`` that says nothing, or whose metadata is broken, has no labels."""
    found: dict[str, str] = {}
    for source in _sources(image_format, data, image):
        before = {name: text for name, text in found.items() if text.strip()}
        found = source | before
        if address := prevailing(before.get(_SOURCE_TYPE, ""), source.get(_SOURCE_TYPE, "")):
            found[_SOURCE_TYPE] = address
    return Labels.of(found)


def _sources(image_format: Format, data: bytes, image: ImageFile) -> Iterator[dict[str, str]]:
    """Yield what each part of the file says, the one that counts most first."""
    embedded: Embedded = _safely(partial(image_format.embedded, data)) or Embedded()
    # Most files have none of the first two and of the last, whose readers are loaded only for a file that has.
    for packet in embedded.xmp[:MOST_PACKETS]:
        from renditions.imaging.labels import xmp  # noqa: PLC0415

        yield _safely(partial(xmp.read, packet)) or {}
    for datasets in embedded.iptc[:MOST_PACKETS]:
        from renditions.imaging.labels import iptc  # noqa: PLC0415

        yield _safely(partial(iptc.read, datasets)) or {}
    yield _safely(partial(_of_exif, image_format, data, image)) or {}
    if embedded.jumbf:
        from renditions.imaging.labels import credentials  # noqa: PLC0415

        yield _safely(partial(credentials.read, embedded.jumbf)) or {}
    yield {"dpi": _safely(partial(_dpi, image_format, data, image)) or ""}


def _safely(read: Callable[[], Any]) -> Any:
    try:
        with SILENCED:
            return read()
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - hostile metadata makes its readers raise almost anything, and no image needs it
        return None


def _of_exif(image_format: Format, data: bytes, image: ImageFile) -> dict[str, str]:
    exif = image_format.exif(data, image)
    # The photographer's, then the editor's.
    owners = (_text(exif.get(ExifTags.Base.Copyright)).strip("\0 ")).split("\0")
    return {
        "creator": _text(exif.get(ExifTags.Base.Artist)),
        "copyright": next((one for one in owners if one.strip()), ""),
        "caption": _text(exif.get(ExifTags.Base.ImageDescription)),
    }


def _text(stored: object) -> str:
    """Return a text. EXIF is ASCII, but programs write UTF-8 and Pillow reads Latin-1."""
    text = stored.decode("latin-1") if isinstance(stored, bytes) else str(stored or "")
    with contextlib.suppress(UnicodeError):
        text = text.encode("latin-1").decode()
    return text.replace("\ufffd", "")


def _dpi(image_format: Format, data: bytes, image: ImageFile) -> str:
    """Return pixels per inch, as ``300`` or ``204x98``; empty if the file does not say so."""
    stated = image.info.get("dpi")
    if image.info.get("jfif_unit") not in _JFIF_UNITS:
        # Pillow takes the numbers in EXIF for inches, whatever their unit.
        stated = _dpi_of_exif(image_format.exif(data, image)) or (None if stated in _DEFAULTS else stated)
    across, down = (round(float(one)) for one in stated or (0, 0))
    if not (1 < across < _MOST_DPI and 1 < down < _MOST_DPI):
        return ""
    return str(across) if across == down else f"{across}x{down}"


def _dpi_of_exif(exif: Exif) -> tuple[float, float] | None:
    """Return pixels per inch, zeros if the unit is none, None if there is no resolution."""
    across, down = exif.get(ExifTags.Base.XResolution), exif.get(ExifTags.Base.YResolution)
    if across is None or down is None:
        return None
    unit = _UNITS.get(exif.get(ExifTags.Base.ResolutionUnit) or _PER_INCH, 0.0)
    return float(across) * unit, float(down) * unit
