"""The application's own words about an original: chosen user metadata and tags, as context and as tags of renditions.

Only with ContextKeys or RenditionTags. Whoever uploads chooses the values, so that they are cleaned before they reach
JSON, message attributes or tags. Nothing else of the metadata and tags leaves this module.
"""

import json
import re
import unicodedata
from binascii import Error as InvalidBase64
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from typing import Final, Self
from urllib.parse import urlencode

from renditions.errors import InvalidSettings

# Bytes of JSON in UTF-8.
LARGEST_CONTEXT: Final = 1024
# SNS delivers a message with more than ten attributes to no queue with raw delivery. Three are our own. An object has
# at most ten tags, and one is for the renditions that expire.
MOST_NAMES: Final = 7
LONGEST_TAG: Final = 256

_NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,63}")
_RESERVED: Final = {"CONTEXT_KEYS": ("status", "bucket", "origin"), "RENDITION_TAGS": ("superseded",)}
# SNS refuses control characters, halves of characters and what Unicode calls noncharacters.
_REFUSED: Final = frozenset({"Cc", "Cs"})
_REPLACEMENT: Final = "\N{REPLACEMENT CHARACTER}"
_ELLIPSIS: Final = "…"


@dataclass(frozen=True, slots=True)
class Wanted:
    """The names that the settings allow: those of the context, and those of the tags of renditions."""

    context: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> Self:
        """Read CONTEXT_KEYS and RENDITION_TAGS, names with commas between them. Raises InvalidSettings."""
        return cls(_names(environ, "CONTEXT_KEYS"), _names(environ, "RENDITION_TAGS"))


def _names(environ: Mapping[str, str], variable: str) -> tuple[str, ...]:
    names = tuple(dict.fromkeys(filter(None, environ.get(variable, "").split(","))))
    wrong = [one for one in names if not _NAME.fullmatch(one) or one in _RESERVED[variable]]
    if wrong or len(names) > MOST_NAMES:
        raise InvalidSettings(
            f"{variable} is {environ[variable]!r} but must be at most {MOST_NAMES} names with commas between them, "
            f"each of letters, digits, _ and -, beginning with a letter, and not {', '.join(_RESERVED[variable])}."
        )
    return names


@dataclass(frozen=True, slots=True)
class Words:
    """The user metadata of an original, whose names S3 has in lower case, and its tags, as they are on S3."""

    metadata: Mapping[str, str]
    tags: Mapping[str, str]

    def chosen(self, names: Iterable[str]) -> dict[str, str]:
        """Return the values of these names that the original has. Metadata comes before a tag of the same name."""
        found = {name: self.metadata.get(name.lower()) or self.tags.get(name, "") for name in names}
        cleaned = {name: _clean(_decoded(value)) for name, value in found.items()}
        return {name: value for name, value in cleaned.items() if value}

    def context(self, names: Iterable[str]) -> dict[str, str]:
        """Return the context: what is chosen, in at most LARGEST_CONTEXT bytes.

        If there is more, the longest values are cut and end in an ellipsis, so that short ones stay whole.
        """
        found = self.chosen(names)
        longest = max(map(len, found.values()), default=0)
        while len(as_json(found).encode()) > LARGEST_CONTEXT:
            longest -= 1
            found = {name: _cut(value, longest) for name, value in found.items()}
        return found

    def rendition_tags(self, names: Iterable[str]) -> tuple[str, tuple[str, ...]]:
        """Return the tags of the renditions as S3 takes them, ``a=b&c=d``, and the names whose values S3 refuses.

        A value is never changed to fit: the tag of another tenant may look like that.
        """
        found = self.chosen(names)
        refused = tuple(name for name, value in found.items() if not _is_tag(value))
        return urlencode({name: value for name, value in found.items() if name not in refused}), refused


def as_json(context: Mapping[str, str]) -> str:
    """Return the context as it is in the record: compact JSON."""
    return json.dumps(context, ensure_ascii=False, separators=(",", ":"))


def message_attributes(context: Mapping[str, str]) -> str:
    """Return the same as message attributes of SNS, in JSON. The state machines cannot derive them."""
    named = {name: {"DataType": "String", "StringValue": value} for name, value in context.items()}
    return json.dumps(named, ensure_ascii=False, separators=(",", ":"))


def _decoded(value: str) -> str:
    """Decode a value that S3 returns as RFC 2047 because it is not ASCII. What cannot be decoded stays as it is."""
    if "=?" not in value:
        return value
    try:
        return str(make_header(decode_header(value)))
    except (HeaderParseError, InvalidBase64, LookupError, ValueError):
        return value


def _clean(value: str) -> str:
    return "".join(_REPLACEMENT if _is_refused(character) else character for character in value)


def _is_refused(character: str) -> bool:
    return unicodedata.category(character) in _REFUSED or ord(character) & 0xFFFE == 0xFFFE


def _cut(value: str, longest: int) -> str:
    return (
        value if len(value) <= longest else value[: max(0, longest - 1)].removesuffix(_ELLIPSIS) + _ELLIPSIS
    )


def _is_tag(value: str) -> bool:
    """Whether S3 accepts the value of a tag: letters, digits and spaces of any script, and + - = . _ : / @."""
    allowed = (one in "+-=._:/@" or unicodedata.category(one)[0] in "LNZ" for one in value)
    return len(value) <= LONGEST_TAG and all(allowed)
