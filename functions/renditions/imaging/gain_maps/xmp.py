"""The metadata of Ultra HDR and of Apple's photographs, which are XMP, and the packets for a rendition."""

from collections.abc import Iterator
from xml.etree import ElementTree as ET

from renditions.imaging.gain_map import Channel, Coding, UnsuitableGainMapError
from renditions.labels import NONE, Labels
from renditions.labels.packet import xmp_packet

_GAIN_MAP = "http://ns.adobe.com/hdr-gain-map/1.0/"
_APPLE = "http://ns.apple.com/HDRGainMap/1.0/"
_APPLE_KIND = "urn:com:apple:photo:2020:aux:hdrgainmap"
_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_CONTAINER = "http://ns.google.com/photos/1.0/container/"
_ITEM = f"{_CONTAINER}item/"

Values = dict[str, list[str]]  # local name → one value, or one for each channel


def values_of(packet: bytes) -> tuple[Values, Values | None]:
    """Return the values of Ultra HDR, and those of Apple if the packet is that of its gain map. Raises ValueError."""
    root = _parsed(packet)
    return dict(_values(root, _GAIN_MAP)), apples_of(packet) if _APPLE_KIND.encode() in packet else None


def apples_of(packet: bytes) -> Values:
    """Return the values of Apple. Raises ValueError."""
    return dict(_values(_parsed(packet), _APPLE))


def _parsed(packet: bytes) -> ET.Element:
    text = packet.decode()
    if "<!" in text.replace("<!--", ""):  # entities, which XMP has none of
        raise ValueError("XMP with a document type")
    try:
        return ET.fromstring(text.strip("\0 \n\r\t\ufeff"))  # noqa: S314 - at most 64 kB, without entities
    except ET.ParseError as error:
        raise ValueError("broken XMP") from error


def _values(root: ET.Element, namespace: str) -> Iterator[tuple[str, list[str]]]:
    """Yield the name and the values of the properties in ``namespace``, attributes or elements."""
    start = f"{{{namespace}}}"
    for element in root.iter():
        for name, value in element.items():
            if name.startswith(start):
                yield name.removeprefix(start), [value]
        if element.tag.startswith(start):
            items = [one.text or "" for one in element.iter(f"{{{_RDF}}}li")]
            yield element.tag.removeprefix(start), items or [element.text or ""]


def coding_of(values: Values) -> Coding | None:
    """Return what the ``values`` of Ultra HDR say; None if there are none.

    Raises ValueError, LookupError, UnsuitableGainMapError.
    """
    if "Version" not in values or "GainMapMax" not in values:
        return None
    if values.get("BaseRenditionIsHDR", ["False"])[0].strip().lower() == "true":
        raise UnsuitableGainMapError("it makes HDR darker")
    columns = [
        _numbers(values, "GainMapMin", 0.0),
        _numbers(values, "GainMapMax"),
        _numbers(values, "Gamma", 1.0),
        _numbers(values, "OffsetSDR", 1 / 64),
        _numbers(values, "OffsetHDR", 1 / 64),
    ]
    channels = tuple(Channel(*row) for row in zip(*columns, strict=True))
    stops, base_stops = _numbers(values, "HDRCapacityMax"), _numbers(values, "HDRCapacityMin", 0.0)
    return Coding.checked(channels, stops[0], base_stops[0])


def _numbers(values: Values, name: str, default: float | None = None) -> list[float]:
    """Return three numbers, one for each channel."""
    found = [float(one) for one in values[name]] if default is None or name in values else [default]
    if len(found) not in (1, 3):
        raise ValueError("neither one channel nor three")
    return found * 3 if len(found) == 1 else found


def primary_packet(labels: Labels, map_length: int) -> bytes:
    """Return the packet for a base with ``labels`` that is followed by a gain map of ``map_length`` bytes."""
    items = "".join(
        f'<rdf:li rdf:parseType="Resource"><Container:Item Item:Semantic="{semantic}" Item:Mime="image/jpeg"{length}/>'
        "</rdf:li>"
        for semantic, length in (("Primary", ""), ("GainMap", f' Item:Length="{map_length}"'))
    )
    namespaces = f' xmlns:hdrgm="{_GAIN_MAP}" xmlns:Container="{_CONTAINER}" xmlns:Item="{_ITEM}"'
    return xmp_packet(
        labels,
        f'{namespaces} hdrgm:Version="1.0"',
        f"<Container:Directory><rdf:Seq>{items}</rdf:Seq></Container:Directory>",
    )


def map_packet(coding: Coding) -> bytes:
    """Return the packet for the gain map itself."""
    single = {
        "Version": "1.0",
        "BaseRenditionIsHDR": "False",
        "HDRCapacityMin": _text(coding.base_stops),
        "HDRCapacityMax": _text(coding.stops),
    }
    of_channels = {
        "GainMapMin": [_text(one.low) for one in coding.channels],
        "GainMapMax": [_text(one.high) for one in coding.channels],
        "Gamma": [_text(one.gamma) for one in coding.channels],
        "OffsetSDR": [_text(one.base_offset) for one in coding.channels],
        "OffsetHDR": [_text(one.alternate_offset) for one in coding.channels],
    }
    if len(coding.channels) == 1:
        single |= {name: texts[0] for name, texts in of_channels.items()}
        of_channels = {}
    attributes = "".join(f' hdrgm:{name}="{text}"' for name, text in single.items())
    elements = "".join(_sequence(name, texts) for name, texts in of_channels.items())
    return xmp_packet(NONE, f' xmlns:hdrgm="{_GAIN_MAP}"{attributes}', elements)


def _sequence(name: str, texts: list[str]) -> str:
    items = "".join(f"<rdf:li>{text}</rdf:li>" for text in texts)
    return f"<hdrgm:{name}><rdf:Seq>{items}</rdf:Seq></hdrgm:{name}>"


def _text(number: float) -> str:
    return f"{number:.9f}".rstrip("0").rstrip(".")
