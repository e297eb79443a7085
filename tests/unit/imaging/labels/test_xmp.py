"""XMP: every form in which programs write the properties of the list, and nothing else."""

import time

import pytest

from renditions.imaging.labels.xmp import read
from tests.unit.imaging.labelled import AI, listed, packet

NO_MINING = "http://ns.useplus.org/ldf/vocab/DMI-PROHIBITED"
FIRST_LICENSOR = (
    '<plus:Licensor><rdf:Seq><rdf:li rdf:parseType="Resource"><plus:LicensorEmail>m@x</plus:LicensorEmail>'
    "<plus:LicensorURL>https://l</plus:LicensorURL></rdf:li>"
    '<rdf:li plus:LicensorURL="https://m"/></rdf:Seq></plus:Licensor>'
)
LICENSOR_AS_RESOURCE = (
    '<plus:Licensor rdf:parseType="Resource"><plus:LicensorURL rdf:resource="https://l"/></plus:Licensor>'
)
OTHER_PREFIXES = (
    '<n:rights xmlns:n="http://purl.org/dc/elements/1.1/">N</n:rights>'
    '<dc:rights xmlns:dc="https://x">X</dc:rights><dc:creator>C</dc:creator>'
)
LICENSOR_IN_ATTRIBUTES = (
    "<plus:Licensor><rdf:Bag><rdf:li>"
    '<rdf:Description plus:LicensorName="L"/></rdf:li></rdf:Bag></plus:Licensor>'
)


@pytest.mark.parametrize(
    "elements, attributes, expected",
    [
        ("", f'Iptc4xmpExt:DigitalSourceType="{AI}"', {"digital_source_type": AI}),
        (f"<Iptc4xmpExt:DigitalSourceType>{AI}</Iptc4xmpExt:DigitalSourceType>", "", {"digital_source_type": AI}),
        (f'<Iptc4xmpExt:DigitalSourceType rdf:resource="{AI}"/>', "", {"digital_source_type": AI}),
        (listed("dc:creator", "Seq", "A &amp; B", "C"), "", {"creator": "A & B; C"}),
        (listed("dc:rights", "Alt", "de|Falsch", "x-default|Right"), "", {"copyright": "Right"}),
        (listed("dc:rights", "Alt", "de|Falsch", "X-Default|Right"), "", {"copyright": "Right"}),
        (listed("dc:rights", "Alt", "de|Erstes", "fr|Second"), "", {"copyright": "Erstes"}),
        (listed("dc:rights", "Bag", " ", "Second"), "", {"copyright": "Second"}),
        ("<dc:rights>Plain</dc:rights>", "", {"copyright": "Plain"}),
        (
            '<dc:rights rdf:parseType="Resource"><rdf:value>Qualified</rdf:value><exif:GPS>7</exif:GPS></dc:rights>',
            "",
            {"copyright": "Qualified"},
        ),
        ("<dc:rights><rdf:Description><rdf:value>I</rdf:value></rdf:Description></dc:rights>", "", {"copyright": "I"}),
        ('<cc:license rdf:resource="https://c.org/by"/>', "", {"licence": "https://c.org/by"}),
        ("", f'plus:DataMining="{NO_MINING}"', {"data_mining": NO_MINING}),
        (FIRST_LICENSOR, "", {"licensor_url": "https://l"}),
        (LICENSOR_AS_RESOURCE, "", {"licensor_url": "https://l"}),
        (f"<Iptc4xmpExt:DigitalSourceType>{AI}</Iptc4xmpExt:DigitalSourceType>",
         'Iptc4xmpExt:DigitalSourceType="digitalCapture"', {"digital_source_type": AI}),
        (OTHER_PREFIXES, "", {"copyright": "N", "creator": "C"}),
        (LICENSOR_IN_ATTRIBUTES, "", {"licensor": "L"}),
        ("<dc:title>T</dc:title>" + listed("dc:subject", "Bag", "S"), 'photoshop:City="C"', {}),
    ],
)  # fmt: skip
def test_a_property_is_read_in_every_form(elements: str, attributes: str, expected: dict[str, str]) -> None:
    assert read(packet(elements, attributes)) == expected


def test_what_an_image_is_made_of_or_shows_does_not_count() -> None:
    nested = listed("dc:rights", "Alt", "x-default|of another")
    inside = f'<rdf:Bag><rdf:li rdf:parseType="Resource">{nested}</rdf:li></rdf:Bag>'
    assert read(packet(f"<xmpMM:Ingredients>{inside}</xmpMM:Ingredients>")) == {}
    assert read(packet(f"<Iptc4xmpExt:ArtworkOrObject>{inside}</Iptc4xmpExt:ArtworkOrObject>")) == {}
    assert read(packet(f'<dc:creator>{inside}<exif:GPS rdf:resource="7"/></dc:creator>')) == {}


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_a_packet_may_have_any_encoding_of_unicode(encoding: str) -> None:
    assert read(packet("<dc:rights>©</dc:rights>").decode().lstrip("\ufeff").encode(encoding)) == {
        "copyright": "©"
    }


def test_a_broken_packet_counts_as_far_as_it_goes() -> None:
    whole = packet("<dc:rights>\x00A\x0b\x80</dc:rights><photoshop:Credit>C</photoshop:Credit>")
    assert read(b"\0\0 " + whole.replace(b"\xc2\x80", b"\xff") + b"\0<") == {
        "copyright": "Aÿ",
        "credit": "C",
    }
    assert read(whole[: whole.index(b"<photoshop:Credit>C") + 8]) == {"copyright": "A\x80"}
    assert read(whole.replace(b"<photoshop", b"</x><photoshop")) == {"copyright": "A\x80"}
    assert read(packet("<dc:rights>A & B&copy; &amp; &#67;</dc:rights>")) == {"copyright": "A & B&copy; & C"}


@pytest.mark.parametrize(
    "document_type",
    [
        '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]>',
        '<!DOCTYPE x SYSTEM "file:///etc/passwd">',
        '<!DOCTYPE x [<!ENTITY % d SYSTEM "http://localhost/d"> %d;]>',
    ],
)
def test_a_document_type_is_refused_with_all_its_entities(document_type: str) -> None:
    assert read(document_type.encode() + packet("<dc:rights>&b;</dc:rights>")) == {}


@pytest.mark.parametrize(
    "elements",
    [
        "<dc:x/>" * 300_000,
        "<dc:creator>" + "<rdf:li>" * 200_000,
        listed("dc:creator", "Seq", *["ab"] * 90_000),
        f"<dc:rights>{'&amp;' * 400_000}</dc:rights>",
        f"<dc:rights>{'x' * 50_000_000}</dc:rights>",
        f'<n:x xmlns:n="{"n" * 1_000_000}" ' + " ".join(f'n:a{one}=""' for one in range(20_000)) + "/>",
    ],
    ids=["elements", "depth", "members", "references", "50 MB", "long namespace"],
)
def test_a_hostile_packet_takes_a_moment(elements: str) -> None:
    data, begun = packet(elements), time.process_time()
    assert sum(map(len, read(data).values())) < 3_000_000
    assert time.process_time() - begun < 1.5


def test_what_is_no_xmp_says_nothing() -> None:
    for data in (b"", b"SECRET xmp", b"\xff\xfe", b"<", b"<x/>", b"\0" * 1000):
        assert read(data) == {}
