"""The labels of one original: who made it, by what means, and what others may do with it. All of it is hostile text."""

import json
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, fields, replace
from typing import Any, Final, Self

# The whole value in the record, as JSON in UTF-8: it goes through the states, and into each notice.
LARGEST: Final = 4_096  # bytes
MOST_CREATORS: Final = 8
_ELLIPSIS: Final = "…"
# Field → the most characters. An address that is longer is left out: half of it leads nowhere.
_LONGEST: Final = {
    "creator": 200, "credit": 200, "copyright": 500, "usage_terms": 1_000, "licensor": 200, "alt_text": 1_000,
    "extended_description": 2_000, "caption": 2_000, "credentials_generator": 100,
}  # fmt: skip
_LONGEST_ADDRESS: Final = 500
_LONGEST_SOURCE_TYPE: Final = 120  # so short that it is always kept
_ADDRESSES: Final = frozenset(
    {"digital_source_type", "web_statement", "licence", "licensor_url", "data_mining"}
)
_OTHER_SCHEME: Final = r"(?!https?:)[A-Za-z][A-Za-z0-9+.-]*:(?!\d)"
# Controls, halves of characters, what is assigned to nobody, and the marks that turn the direction of what follows.
_REFUSED: Final = frozenset({"Cc", "Cs", "Cn", "Co"})
_TURNING: Final = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c\ufeff")


@dataclass(frozen=True, slots=True)
class Labels:
    """What a file says; empty where it says nothing. Nothing of it is verified.

    ``digital_source_type`` is an address of IPTC's vocabulary. ``credentials`` is ``unverified`` if the file has
    content credentials (C2PA); ``credentials_generator`` is the program that they name, and ``credentials_ai`` whether
    they say that AI made the image: ``yes`` or ``no``. ``licence`` and ``data_mining`` are addresses, of Creative
    Commons and PLUS for example. ``caption`` and ``dpi`` are for the record only.
    """

    digital_source_type: str = ""
    credentials: str = ""
    credentials_generator: str = ""
    credentials_ai: str = ""

    creator: tuple[str, ...] = ()
    credit: str = ""
    copyright: str = ""
    web_statement: str = ""
    usage_terms: str = ""
    licence: str = ""
    licensor: str = ""
    licensor_url: str = ""
    data_mining: str = ""

    alt_text: str = ""
    extended_description: str = ""
    caption: str = ""
    dpi: str = ""

    @classmethod
    def parse(cls, stored: Mapping[str, Any]) -> Self:
        """Read ``to_json``. What this release does not know is ignored."""
        known = {field.name for field in fields(cls)}
        found = {name: value for name, value in stored.items() if name in known}
        return cls(**found | {"creator": tuple(found.get("creator", ()))})

    @classmethod
    def of(cls, found: Mapping[str, Any]) -> Self:
        """Clean what a file says, and shorten it to what a record can hold."""
        cleaned = {name: _cleaned(name, value) for name, value in found.items()}
        creators = [_cleaned("creator", one) for one in found.get("creator", ())]
        cleaned["creator"] = tuple(dict.fromkeys(filter(None, creators)))[:MOST_CREATORS]
        return cls(**cleaned).shortened(lambda labels: len(labels.as_text().encode()) <= LARGEST)

    def to_json(self) -> dict[str, Any]:
        """Return the fields that say something, as in the record."""
        found = {name: value for name, value in asdict(self).items() if value}
        return found | {"creator": list(self.creator)} if self.creator else found

    def as_text(self) -> str:
        """Return the same as compact JSON."""
        return json.dumps(self.to_json(), ensure_ascii=False, separators=(",", ":"))

    def chosen(self, setting: str) -> Self:
        """Return what the setting LABELS keeps: ``all``, ``origin``, ``rights`` or nothing."""
        if setting == "all":
            return self
        kept = _GROUPS.get(setting, ())
        return self.parse({name: value for name, value in asdict(self).items() if name in kept})

    def shortened(self, fits: Callable[[Self], bool]) -> Self:
        """Return the same with its longest texts cut, so that it ``fits``. Addresses stay whole or are left out."""
        labels, longest = self, max(map(len, _texts(self)), default=0)
        while longest and not fits(labels):
            longest = longest * 9 // 10
            values = {name: _limited(name, value, longest) for name, value in asdict(self).items()}
            labels = replace(self, **values | {"digital_source_type": self.digital_source_type})
        return labels


NONE: Final = Labels()
_GROUPS: Final = {
    "origin": ("digital_source_type", "credentials", "credentials_generator", "credentials_ai"),
    "rights": (
        "creator", "credit", "copyright", "web_statement", "usage_terms",
        "licence", "licensor", "licensor_url", "data_mining",
    ),
}  # fmt: skip


def _texts(labels: Labels) -> list[str]:
    return [*labels.creator, *(value for value in asdict(labels).values() if isinstance(value, str))]


def _cleaned(name: str, value: Any) -> Any:
    """Return ``value`` in one line, without what could deceive people or break what shows it."""
    if not isinstance(value, str):
        return value
    # A text of megabytes is cut first: what follows takes time for each character.
    text = " ".join("".join(map(_harmless, value[: 4 * LARGEST])).split())
    if name in _ADDRESSES:
        longest = _LONGEST_SOURCE_TYPE if name == "digital_source_type" else _LONGEST_ADDRESS
        return "" if re.match(_OTHER_SCHEME, text) or " " in text else _limited(name, text, longest)
    return _limited(name, text, _LONGEST.get(name, LARGEST))


def _harmless(character: str) -> str:
    if character in _TURNING:
        return ""
    is_refused = unicodedata.category(character) in _REFUSED or ord(character) & 0xFFFE == 0xFFFE
    return " " if is_refused else character


def _limited(name: str, value: Any, longest: int) -> Any:
    if isinstance(value, tuple):
        return tuple(_limited(name, one, longest) for one in value)
    if len(value) <= longest:
        return value
    return "" if name in _ADDRESSES else value[: max(0, longest - 1)].rstrip(_ELLIPSIS + " ") + _ELLIPSIS
