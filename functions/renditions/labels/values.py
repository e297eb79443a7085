"""The labels of one original: who made it, by what means, and what others may do with it. All of it is hostile text."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, fields, replace
from typing import Final, Self

# All of it as JSON in UTF-8: it goes through the states, into the record and into each notice.
LARGEST: Final = 4_096  # bytes
# Field → the most characters.
_LONGEST: Final = {
    "digital_source_type": 120, "credentials": 20, "credentials_generator": 100, "credentials_ai": 3,
    "creator": 500, "credit": 200, "copyright": 500, "web_statement": 500, "usage_terms": 1_000, "licence": 500,
    "licensor": 200, "licensor_url": 500, "data_mining": 200,
    "alt_text": 1_000, "extended_description": 2_000, "caption": 2_000, "dpi": 20,
}  # fmt: skip
# An address that is too long is left out: half of it leads nowhere.
_ADDRESSES: Final = ("digital_source_type", "web_statement", "licence", "licensor_url", "data_mining")
_OTHER_SCHEME: Final = r"(?!https?:)[A-Za-z][A-Za-z0-9+.-]*:(?!\d)"
_ELLIPSIS: Final = "…"
# Controls, halves of characters, and what is assigned to nobody.
_REFUSED: Final = frozenset({"Cc", "Cs", "Cn", "Co"})
# What is invisible or turns the direction of text. The two that join letters and parts of emoji stay.
_INVISIBLE: Final = "Cf"
_JOINING: Final = "\u200c\u200d"


@dataclass(frozen=True, slots=True)
class Labels:
    """What a file says; empty where it says nothing. Nothing of it is verified.

    ``digital_source_type`` is an address of IPTC's vocabulary. ``credentials`` is ``unverified`` if the file has
    content credentials (C2PA); ``credentials_generator`` is the program that they name, and ``credentials_ai`` whether
    they say that AI made the image: ``yes`` or ``no``. Several creators have ``; `` between them. ``licence`` and
    ``data_mining`` are addresses, of Creative Commons and PLUS for example. ``caption`` and ``dpi`` are for the record
    only.
    """

    digital_source_type: str = ""
    credentials: str = ""
    credentials_generator: str = ""
    credentials_ai: str = ""

    creator: str = ""
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
    def parse(cls, stored: Mapping[str, str]) -> Self:
        """Read ``to_json``. What this release does not know is ignored."""
        known = {field.name for field in fields(cls)}
        return cls(**{name: value for name, value in stored.items() if name in known})

    @classmethod
    def of(cls, found: Mapping[str, str]) -> Self:
        """Clean what a file says, and shorten it to what a record can hold."""
        cleaned = cls(**{name: _limited(name, _cleaned(name, text)) for name, text in found.items()})
        return cleaned.shortened(lambda labels: len(labels.as_text().encode()) <= LARGEST)

    @property
    def creators(self) -> list[str]:
        """The creators, one by one."""
        return [name for name in map(str.strip, self.creator.split(";")) if name]

    def to_json(self) -> dict[str, str]:
        """Return the fields that say something, as in the record."""
        return {name: value for name, value in asdict(self).items() if value}

    def as_text(self) -> str:
        """Return the same as compact JSON."""
        return json.dumps(self.to_json(), ensure_ascii=False, separators=(",", ":"))

    def chosen(self, setting: str) -> Self:
        """Return what the setting LABELS keeps: ``all``, ``origin``, ``rights`` or nothing."""
        kept = _GROUPS.get(setting, ())
        return self if setting == "all" else self.parse({name: getattr(self, name) for name in kept})

    def shortened(self, fits: Callable[[Self], bool]) -> Self:
        """Return the same with its longest texts cut, so that it ``fits``. The source type is always kept."""
        labels, longest = self, max(map(len, asdict(self).values()))
        while longest and not fits(labels):
            longest = longest * 9 // 10
            values = {name: _limited(name, text, longest) for name, text in asdict(self).items()}
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


def _cleaned(name: str, value: str) -> str:
    """Return ``value`` in one line, without what could deceive people or break what shows it."""
    from unicodedata import category  # noqa: PLC0415 - no start waits for it

    # A text of megabytes is cut first: what follows takes time for each character.
    harmless = (_harmless(character, category(character)) for character in value[: 4 * LARGEST])
    text = " ".join("".join(harmless).split())
    is_no_address = name in _ADDRESSES and (" " in text or re.match(_OTHER_SCHEME, text))
    return "" if is_no_address else text


def _harmless(character: str, category: str) -> str:
    if category == _INVISIBLE and character not in _JOINING:
        return ""
    return " " if category in _REFUSED else character


def _limited(name: str, text: str, longest: int = 2_000) -> str:
    longest = min(longest, _LONGEST[name])
    if len(text) <= longest:
        return text
    return "" if name in _ADDRESSES else text[: max(0, longest - 1)].rstrip(_ELLIPSIS + " ") + _ELLIPSIS
