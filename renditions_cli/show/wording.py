"""Numbers, times and notes as text for people."""

from collections.abc import Iterable
from datetime import datetime

from renditions.settings import Settings

LONGEST_NAME = max(map(len, Settings().renditions()))  # of a rendition
UNITS = {"kB": 10**3, "MB": 10**6, "GB": 10**9}


def file_size(count: int) -> str:
    """Return ``count`` bytes in decimal units with at most three digits: ``182 kB``, ``1.4 MB``."""
    if count < 1000:
        return f"{count} B"
    unit = next((unit for unit, size in UNITS.items() if count < 999.5 * size), "GB")  # more would read 1000
    value = count / UNITS[unit]
    return f"{value:.1f} {unit}" if value < 9.95 and unit != "kB" else f"{value:.0f} {unit}"


def pixel_size(width: int, height: int) -> str:
    """Return ``1600 x 1067``."""
    return f"{width} x {height}"


def duration(seconds: float) -> str:
    """Return ``2.4 s``, or ``3 min 07 s`` from one minute on."""
    if seconds < 59.95:  # more would read 60.0 s
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest:02d} s"


def clock_time(moment: datetime) -> str:
    """Return the local time of day, to the millisecond: ``14:03:07.218``."""
    return moment.astimezone().strftime("%H:%M:%S.%f")[:-3]


def counted(count: int, noun: str) -> str:
    """Return ``1 image``, ``5 images``."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def frames_or_pages(image_format: str | None, count: int | None) -> str:
    """Return ``, 12 frames`` of an animation, ``, 12 pages`` of a TIFF, nothing for a single image."""
    noun = "page" if image_format == "TIFF" else "frame"
    return f", {counted(count, noun)}" if count and count > 1 else ""


def grouped_notes(notes: Iterable[tuple[str, str]]) -> list[str]:
    """Return each note once, after the names that have it: ``medium, large: Only the first …``. Input: (name, note)."""
    named: dict[str, list[str]] = {}
    for name, note in notes:
        if note:
            named.setdefault(note, []).append(name)
    return [f"{', '.join(names)}: {note}" for note, names in named.items()]


def age(since: datetime, now: datetime) -> str:
    """Return the time from ``since`` to ``now`` in one unit: ``40 s``, ``5 min``, ``3 h``, ``2 days``."""
    seconds = max((now - since).total_seconds(), 0)
    if seconds < 60:
        return f"{seconds:.0f} s"
    if seconds < 5400:
        return f"{seconds / 60:.0f} min"
    return f"{seconds / 3600:.0f} h" if seconds < 172_800 else f"{seconds / 86_400:.0f} days"
