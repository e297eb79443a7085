"""XMP, read with expat: the properties of the allow-list, of the image itself, and nothing else.

Properties of what the image is made of (``xmpMM:Ingredients``, an artwork that it shows) lie deeper and do not count.
A document type is refused, and with it every entity. A packet that breaks off counts as far as it goes.
Prefixes are resolved here: expat would write the address of a namespace, however long, before each name.
"""

import contextlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final
from xml.parsers import expat

from renditions.imaging.formats.embedded import LARGEST_XMP
from renditions.imaging.labels.source_types import normalized, prevailing

_RDF: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns# "
_XML: Final = "http://www.w3.org/XML/1998/namespace"
_RESOURCE, _LANGUAGE = f"{_RDF}resource", f"{_XML} lang"
_DEFAULT_LANGUAGE: Final = "x-default"
_LICENSOR: Final = "http://ns.useplus.org/ldf/xmp/1.0/ Licensor"
_OF_LICENSOR: Final = {
    "http://ns.useplus.org/ldf/xmp/1.0/ LicensorName": "licensor",
    "http://ns.useplus.org/ldf/xmp/1.0/ LicensorURL": "licensor_url",
}
_PROPERTIES: Final = {
    "http://iptc.org/std/Iptc4xmpExt/2008-02-29/ DigitalSourceType": "digital_source_type",
    "http://purl.org/dc/elements/1.1/ creator": "creator",
    "http://ns.adobe.com/photoshop/1.0/ Credit": "credit",
    "http://purl.org/dc/elements/1.1/ rights": "copyright",
    "http://ns.adobe.com/xap/1.0/rights/ WebStatement": "web_statement",
    "http://ns.adobe.com/xap/1.0/rights/ UsageTerms": "usage_terms",
    "http://creativecommons.org/ns# license": "licence",
    "http://web.resource.org/cc/ license": "licence",
    "http://ns.useplus.org/ldf/xmp/1.0/ DataMining": "data_mining",
    "http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/ AltTextAccessibility": "alt_text",
    "http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/ ExtDescrAccessibility": "extended_description",
    "http://purl.org/dc/elements/1.1/ description": "caption",
    _LICENSOR: "licensor",
}
_NAMESPACES: Final = {name.partition(" ")[0] for name in (_RDF, *_PROPERTIES, *_OF_LICENSOR)}
_DECLARED: Final = "xmlns"
_MOST_ELEMENTS, _DEEPEST = 50_000, 64
_MOST_CHARACTERS: Final = 65_536  # that are kept of one packet
# What no XML may contain, by which programs break a packet.
_INVALID: Final = bytes({*range(32)} - set(b"\t\n\r"))
# An ampersand that programs forget to escape.
_BARE: Final = re.compile(r"&(?!(?:#[0-9]{1,7}|#x[0-9A-Fa-f]{1,6}|amp|lt|gt|quot|apos);)")
_MARKS: Final = (
    (b"\xff\xfe\0\0", "utf-32-le"), (b"\0\0\xfe\xff", "utf-32-be"),
    (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"),
    (b"<\0\0\0", "utf-32-le"), (b"\0\0\0<", "utf-32-be"), (b"<\0", "utf-16-le"), (b"\0<", "utf-16-be"),
)  # fmt: skip
# The surrogate for a byte that is not UTF-8 → the character that Windows-1252 has there.
_WINDOWS: Final = {0xDC00 + byte: bytes((byte,)).decode("cp1252", "replace") for byte in range(0x80, 0x100)}


class _Stop(Exception):  # noqa: N818 - no error
    """Enough is read."""


def read(packet: bytes) -> dict[str, str]:
    """Return field → value of Labels. Empty for what is no XMP."""
    reader = _Reader()
    parser = expat.ParserCreate("utf-8")
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse
    parser.StartElementHandler, parser.EndElementHandler = reader.start, reader.end
    parser.CharacterDataHandler = reader.text
    with contextlib.suppress(expat.ExpatError, _Stop):
        parser.Parse(_as_utf8(packet), True)  # noqa: FBT003 - positional only
    return reader.found


def _refuse(*_declared: object) -> None:
    raise _Stop


def _as_utf8(packet: bytes) -> bytes:
    """Return the packet in UTF-8, whatever its encoding, without what would stop a parser."""
    encoding = next((name for mark, name in _MARKS if packet.startswith(mark)), "utf-8")
    faults = "surrogateescape" if encoding == "utf-8" else "replace"
    text = packet[:LARGEST_XMP].decode(encoding, faults).translate(_WINDOWS)
    # Some programs write a zero, spaces or worse before the first tag.
    _, tag, rest = text.partition("<")
    return (tag + _BARE.sub("&amp;", rest)).encode("utf-8", "replace").translate(None, _INVALID)


@dataclass(slots=True)
class _Element:
    """An element within a property, with its own text, and its language."""

    name: str
    language: str = ""
    text: list[str] = field(default_factory=list)


@dataclass(slots=True)
class _Reader:
    """Handles the events of expat. ``rdf`` is the depth of rdf:RDF: its children describe the image.

    ``spaces``: prefix → namespace, empty for one in which no property is. ``outer``: depth of the element that declares
    a prefix, the prefix, and what it is outside of that element.
    """

    found: dict[str, str] = field(default_factory=dict)
    depth: int = 0
    rdf: int = 0
    elements: int = 0
    characters: int = 0
    spaces: dict[str, str] = field(default_factory=lambda: {"xml": _XML})
    outer: list[tuple[int, str, str]] = field(default_factory=list)
    inside: list[_Element] = field(default_factory=list)
    values: list[tuple[str, str]] = field(default_factory=list)
    licensor: dict[str, str] = field(default_factory=dict)

    def start(self, tag: str, stated: Mapping[str, str]) -> None:
        self.depth += 1
        self.elements += 1
        if self.elements > _MOST_ELEMENTS or self.depth > _DEEPEST:
            raise _Stop
        self._declare(stated)
        name = self._resolved(tag)
        attributes = {self._resolved(one): value for one, value in stated.items() if ":" in one}
        if self.inside:
            self._enter(name, attributes)
        elif not self.rdf:
            self.rdf = self.depth if name == f"{_RDF}RDF" else 0
        elif self.depth == self.rdf + 1:
            for attribute, value in attributes.items():
                self._keep(attribute, [("", value)])
        elif self.depth == self.rdf + 2 and name in _PROPERTIES:
            self._enter(name, attributes)

    def text(self, text: str) -> None:
        if self.inside and self.characters < _MOST_CHARACTERS:
            self.characters += len(text)
            self.inside[-1].text.append(text)

    def end(self, tag: str) -> None:
        if self.inside:
            self._leave(self._resolved(tag))
        elif self.depth == self.rdf:
            raise _Stop
        while self.outer and self.outer[-1][0] == self.depth:
            _, prefix, namespace = self.outer.pop()
            self.spaces[prefix] = namespace
        self.depth -= 1

    def _declare(self, attributes: Mapping[str, str]) -> None:
        for name, namespace in attributes.items():
            declared, _, prefix = name.partition(":")
            if declared == _DECLARED:
                self.outer.append((self.depth, prefix, self.spaces.get(prefix, "")))
                self.spaces[prefix] = namespace if namespace in _NAMESPACES else ""

    def _resolved(self, tag: str) -> str:
        prefix, _, local = tag.rpartition(":")
        return f"{self.spaces.get(prefix, '')} {local}"

    def _enter(self, name: str, attributes: Mapping[str, str]) -> None:
        self.inside.append(_Element(name, attributes.get(_LANGUAGE, "")))
        if _RESOURCE in attributes and (len(self.inside) == 1 or self._is_member(name)):
            self.values.append(("", attributes[_RESOURCE]))
        if self.inside[0].name == _LICENSOR:
            parts = {_OF_LICENSOR[one]: text for one, text in attributes.items() if one in _OF_LICENSOR}
            if name in _OF_LICENSOR and _RESOURCE in attributes:
                parts[_OF_LICENSOR[name]] = attributes[_RESOURCE]
            self.licensor = parts | self.licensor

    def _is_member(self, name: str) -> bool:
        """Whether the current element is a member of the property's own list, and not of a list in one of its parts."""
        return name == f"{_RDF}li" and len(self.inside) == 3  # the property, its list, the member

    def _leave(self, name: str) -> None:
        is_member = self._is_member(name)
        element = self.inside.pop()
        text = "".join(element.text)
        if not self.inside:
            self._finish(name, text)
        elif self.inside[0].name == _LICENSOR:
            self._leave_licensor(name, text)
        elif is_member:
            self.values.append((element.language, text))
        elif name in (f"{_RDF}value", f"{_RDF}Description"):
            self.inside[-1].text = [text]  # the value of a property that has qualifiers

    def _leave_licensor(self, name: str, text: str) -> None:
        if name in _OF_LICENSOR and text.strip():
            self.licensor.setdefault(_OF_LICENSOR[name], text)
        elif name == f"{_RDF}li" and self.licensor:  # the first one counts
            self._keep_licensor()

    def _finish(self, name: str, text: str) -> None:
        if name == _LICENSOR:
            self._keep_licensor()
        else:
            self._keep(name, self.values or [("", text)])
        self.values = []

    def _keep_licensor(self) -> None:
        if not self.found.keys() & set(_OF_LICENSOR.values()):
            self.found |= self.licensor
        self.licensor = {}

    def _keep(self, name: str, values: list[tuple[str, str]]) -> None:
        """Keep the first value that says something: of texts in several languages that of the default one."""
        wanted = _PROPERTIES.get(name)
        said = [(language, text) for language, text in values if text.strip()]
        if not wanted or not said or name == _LICENSOR:
            return
        if wanted == "creator":
            self.found.setdefault(wanted, "; ".join(text for _, text in said))
        else:
            by_language = {language.lower(): text for language, text in reversed(said)}
            text = by_language.get(_DEFAULT_LANGUAGE, said[0][1])
            if wanted != "digital_source_type":
                self.found.setdefault(wanted, text)
            elif address := prevailing(self.found.get(wanted, ""), normalized(text)):
                self.found[wanted] = address
