"""The XMP packet of a rendition, composed from its labels alone: nothing is copied from the packet of the original."""

from dataclasses import asdict
from typing import Final

from renditions.labels.values import NONE, Labels

LARGEST: Final = 4_096  # bytes

# Field → property, and how XMP stores it.
_PLAIN, _SEQUENCE, _BY_LANGUAGE, _ADDRESS = range(4)
_PROPERTIES: Final = {
    "digital_source_type": ("Iptc4xmpExt:DigitalSourceType", _PLAIN),
    "creator": ("dc:creator", _SEQUENCE),
    "credit": ("photoshop:Credit", _PLAIN),
    "copyright": ("dc:rights", _BY_LANGUAGE),
    "web_statement": ("xmpRights:WebStatement", _PLAIN),
    "usage_terms": ("xmpRights:UsageTerms", _BY_LANGUAGE),
    "licence": ("cc:license", _ADDRESS),
    "data_mining": ("plus:DataMining", _PLAIN),
    "alt_text": ("Iptc4xmpCore:AltTextAccessibility", _BY_LANGUAGE),
    "extended_description": ("Iptc4xmpCore:ExtDescrAccessibility", _BY_LANGUAGE),
}
_LICENSOR: Final = {"licensor": "plus:LicensorName", "licensor_url": "plus:LicensorURL"}
_NAMESPACES: Final = {
    "Iptc4xmpExt": "http://iptc.org/std/Iptc4xmpExt/2008-02-29/",
    "Iptc4xmpCore": "http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "photoshop": "http://ns.adobe.com/photoshop/1.0/",
    "xmpRights": "http://ns.adobe.com/xap/1.0/rights/",
    "cc": "http://creativecommons.org/ns#",
    "plus": "http://ns.useplus.org/ldf/xmp/1.0/",
}
_RDF: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
# The marks by which programs find a packet in a file of any format (XMP specification, part 1, 7.3).
_BEGIN: Final = '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>'
_END: Final = '<?xpacket end="r"?>'


def xmp_packet(labels: Labels = NONE, attributes: str = "", elements: str = "") -> bytes:
    """Return an XMP packet of at most LARGEST bytes with the labels; empty if there is nothing to say.

    Long texts are cut to fit. Further properties, such as those of a gain map, are written as they are given:
    ``attributes`` of the description, with their namespaces (`` xmlns:a="b" a:c="d"``), and ``elements`` in it.
    """
    shortened = labels.shortened(lambda one: len(_packet(one, attributes, elements)) <= LARGEST)
    return _packet(shortened, attributes, elements)


def _packet(labels: Labels, attributes: str, elements: str) -> bytes:
    properties = _properties(labels)
    if not (properties or attributes or elements):
        return b""
    declared = "".join(
        f' xmlns:{prefix}="{address}"'
        for prefix, address in _NAMESPACES.items()
        if f"<{prefix}:" in properties
    )
    return (
        f'{_BEGIN}<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="{_RDF}">'
        f'<rdf:Description rdf:about=""{declared}{attributes}>{properties}{elements}</rdf:Description>'
        f"</rdf:RDF></x:xmpmeta>{_END}"
    ).encode()


def _properties(labels: Labels) -> str:
    values = {**asdict(labels), "creator": labels.creators}
    found = (_property(name, kind, values[field]) for field, (name, kind) in _PROPERTIES.items())
    licensor = "".join(
        f"<{name}>{_escaped(value)}</{name}>" for field, name in _LICENSOR.items() if (value := values[field])
    )
    if licensor:
        member = f'<rdf:li rdf:parseType="Resource">{licensor}</rdf:li>'
        licensor = f"<plus:Licensor><rdf:Seq>{member}</rdf:Seq></plus:Licensor>"
    return "".join(found) + licensor


def _property(name: str, kind: int, value: str | list[str]) -> str:
    if not value:
        return ""
    if isinstance(value, list):
        members = "".join(f"<rdf:li>{_escaped(one)}</rdf:li>" for one in value)
        return f"<{name}><rdf:Seq>{members}</rdf:Seq></{name}>"
    text = _escaped(value)
    if kind == _BY_LANGUAGE:
        return f'<{name}><rdf:Alt><rdf:li xml:lang="x-default">{text}</rdf:li></rdf:Alt></{name}>'
    if kind == _ADDRESS:
        return f'<{name} rdf:resource="{text}"/>'
    return f"<{name}>{text}</{name}>"


def _escaped(text: str) -> str:
    for character, entity in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ('"', "&quot;")):
        text = text.replace(character, entity)
    return text
