"""The formats that are accepted, recognized by their first bytes and never by a name or a Content-Type."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from renditions.errors import ImageRejected, UnsupportedFormat
from renditions.imaging.formats import FORMATS, mangled
from renditions.imaging.formats.camera_raw import has_mark
from renditions.imaging.formats.format import Format
from renditions.settings import Settings

_HEAD = 1024  # bytes in which a format shows


def recognize(data: bytes, settings: Settings) -> Format:
    """Return the format of ``data``. Raises UnsupportedFormat for one that the settings do not accept."""
    found = None if has_mark(data[:_HEAD]) else format_of(data)
    if found and mangled.is_text(data):
        raise UnsupportedFormat(mangled.SENTENCE)
    if found is None or not found.is_enabled(settings):
        raise UnsupportedFormat(_rejection(data, found, settings))
    return found


@contextmanager
def text_named(data: bytes) -> Iterator[None]:
    """Say so if an image is rejected because a program took it for text. Raises UnsupportedFormat instead."""
    try:
        yield
    except ImageRejected as rejection:
        if format_of(data) and mangled.may_be_text(data):
            raise UnsupportedFormat(mangled.SENTENCE) from rejection
        raise


def format_of(data: bytes) -> Format | None:
    """Return the format of ``data``, accepted or not, or None."""
    head = data[:_HEAD]
    return next((one for one in FORMATS if one.matches(head)), None)


def _rejection(data: bytes, found: Format | None, settings: Settings) -> str:
    """Return what ``data`` appears to be and what to do. ``found`` is its format, which is not accepted."""
    upload = f"Upload a {_any_of([one.name for one in FORMATS if one.is_enabled(settings)])}."
    if found:
        article = "an" if found.name[0] in "AEIOU" else "a"
        return f"This looks like {article} {found.name} image. {upload}"
    from renditions.imaging.formats import mistakes  # noqa: PLC0415 - only for such a file

    described, advice = mistakes.sentences(data, format_of)
    return f"{described or 'Not a supported image format.'} {advice or upload}".strip()


def _any_of(names: Sequence[str]) -> str:
    return f"{', '.join(names[:-1])} or {names[-1]}"
