"""The HTML that shows an image: ``srcset``, ``sizes`` and a ``<picture>`` element. Pure."""

from collections.abc import Collection
from html import escape
from itertools import groupby
from operator import attrgetter
from urllib.parse import quote

from renditions.contracts import Rendition


def url(origin: str, key: str) -> str:
    """Return the URL of a rendition. A key may contain any character."""
    return f"{origin}/{quote(key, safe='/~')}"


def in_srcset(renditions: Collection[Rendition], watermarked: Collection[str] = ()) -> list[Rendition]:
    """Return the renditions that show the same image in different widths, smallest first.

    Leaves out those whose names are ``watermarked``, and crops: all have the shape of the widest. A small original has
    renditions of the same width, of which a browser needs only one.
    """
    clean = sorted((one for one in renditions if one.name not in watermarked), key=attrgetter("width"))
    shown = [one for one in clean if _has_shape_of(clean[-1], one)]
    return [next(same) for _, same in groupby(shown, key=attrgetter("width"))]


def _has_shape_of(widest: Rendition, one: Rendition) -> bool:
    """Whether both have the same aspect ratio, but for the rounding of a pixel."""
    return abs(one.height * widest.width - one.width * widest.height) <= widest.width


def srcset(origin: str, shown: Collection[Rendition]) -> str:
    """Return the value of a ``srcset`` attribute, with the width of each rendition."""
    return ", ".join(f"{url(origin, one.key)} {one.width}w" for one in shown)


def sizes(shown: Collection[Rendition]) -> str:
    """Return a ``sizes`` attribute: as wide as the window, but at most as wide as the largest rendition."""
    if not shown:
        return ""
    widest = max(one.width for one in shown)
    return f"(max-width: {widest}px) 100vw, {widest}px"


def picture(origin: str, shown: Collection[Rendition], alt: str = "") -> str:
    """Return a ``<picture>`` element to paste into a page. Without ``alt`` it is left for its author to fill in."""
    if not shown:
        return ""
    largest = list(shown)[-1]
    fallback = next((one for one in shown if one.name == "medium"), largest)
    kind, widths, hint = (
        escape(text) for text in (largest.content_type, srcset(origin, shown), sizes(shown))
    )
    return (
        f'<picture>\n  <source type="{kind}" srcset="{widths}" sizes="{hint}">\n'
        f'  <img src="{escape(url(origin, fallback.key))}" width="{largest.width}" height="{largest.height}" '
        f'alt="{escape(alt)}" '
        'loading="lazy" decoding="async">\n</picture>'
    )
