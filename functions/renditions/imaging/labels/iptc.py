"""IPTC-IIM (the Information Interchange Model, version 4.2): the datasets of the allow-list."""

from typing import Final

_MARKER, _ENVELOPE, _APPLICATION = 0x1C, 1, 2
_CHARACTER_SET: Final = (_ENVELOPE, 90)
_UTF8: Final = b"\x1b%G"
_CREATOR: Final = (_APPLICATION, 80)
_FIELDS: Final = {
    _CREATOR: "creator",
    (_APPLICATION, 110): "credit",
    (_APPLICATION, 116): "copyright",
    (_APPLICATION, 120): "caption",
}
_EXTENDED: Final = 0x8000  # a length with this bit is that of the length
_MOST_DATASETS: Final = 10_000


def read(datasets: bytes) -> dict[str, str]:
    """Return field → value of Labels, of the datasets up to the first that is cut off."""
    found: dict[str, str] = {}
    encoding = ""
    position = 0
    for _ in range(_MOST_DATASETS):
        header = datasets[position : position + 5]
        if len(header) < 5 or header[0] != _MARKER:
            break
        key, length = (header[1], header[2]), int.from_bytes(header[3:5], "big")
        content = datasets[position + 5 : position + 5 + length]
        if length >= _EXTENDED or len(content) < length:
            break
        if key == _CHARACTER_SET:
            encoding = "utf-8" if content.startswith(_UTF8) else ""
        elif key == _CREATOR and "creator" in found:
            found["creator"] += f"; {_decoded(content, encoding)}"
        elif key in _FIELDS:
            found.setdefault(_FIELDS[key], _decoded(content, encoding))
        position += 5 + length
    return found


def _decoded(content: bytes, encoding: str) -> str:
    """Decode a text. Without a character set, programs write UTF-8 or what Windows writes."""
    try:
        return content.decode("utf-8", "replace" if encoding else "strict")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")
