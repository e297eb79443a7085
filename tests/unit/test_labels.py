"""The values of labels, and the packet that is composed from them."""

import xml.etree.ElementTree as ET
from dataclasses import asdict, fields

import pytest

from renditions.labels import NONE, Labels
from renditions.labels.packet import xmp_packet
from renditions.settings import LABELS, Settings

DIGEST = "0" * 64
AI = "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"


def full(text: str) -> Labels:
    """Return labels whose every field is this text."""
    names = [field.name for field in fields(Labels)]
    return Labels.of(dict.fromkeys(names, text) | {"digital_source_type": AI})


def test_a_value_is_one_line_that_deceives_nobody() -> None:
    hostile = "  A\r\n\tB\x00\x1b[31m\u202eC\u2066\ufeff\U000e0041\ud800\ufffe\uffff\u2028D  "
    assert Labels.of({"copyright": hostile}).copyright == "A B [31mC D"
    assert Labels.of({"alt_text": "e\u0301 क्‍ष 👩‍🚀"}).alt_text == "e\u0301 क्‍ष 👩‍🚀"


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "data:text/html,x", " file:///etc", "two words", "x" * 600]
)
def test_what_is_no_address_of_the_web_is_left_out(address: str) -> None:
    assert Labels.of(dict.fromkeys(("web_statement", "licence", "licensor_url"), address)) == NONE


@pytest.mark.parametrize(
    "address", ["https://x.org/a?b=c&d", "http://x.org", "x.org/terms", "x.org:8080/terms"]
)
def test_an_address_of_the_web_stays_as_it_is(address: str) -> None:
    assert Labels.of({"licence": address}).licence == address


@pytest.mark.parametrize("text", ["x" * 9000, "&" * 9000, "é" * 9000, "\U0001f389" * 9000, '"<&>' * 3000])
def test_labels_fit_their_limits_whatever_they_are_made_of(text: str) -> None:
    labels = full(text)
    assert len(labels.as_text().encode()) <= 4096
    packet = xmp_packet(labels)
    assert len(packet) <= 4096
    assert AI.encode() in packet
    ET.fromstring(packet.decode())  # noqa: S314 - our own
    assert labels.copyright.endswith("…")
    assert Labels.parse(labels.to_json()) == labels


def test_short_values_stay_whole_where_long_ones_are_cut() -> None:
    labels = Labels.of(
        {"creator": "Zoë", "alt_text": "Harbour", "extended_description": "x " * 4000, "caption": "y" * 3000}
    )
    packet = xmp_packet(labels, elements=f"<a:b xmlns:a='c'>{'d' * 2500}</a:b>").decode()
    assert len(packet.encode()) <= 4096
    assert ">Zoë<" in packet
    assert ">Harbour<" in packet


def test_without_labels_for_a_rendition_there_is_no_packet_and_the_version_is_what_it_was() -> None:
    recorded = Labels(credentials="unverified", credentials_ai="no", caption="c", dpi="300")
    assert xmp_packet(NONE) == xmp_packet(recorded) == b""
    version = Settings().version(DIGEST)
    assert Settings().version(DIGEST, labels=recorded) == version == Settings(labels="off").version(DIGEST)
    versions = {Settings().version(DIGEST, labels=Labels(creator=name)) for name in ("", "A", "B")}
    assert len(versions) == 3


@pytest.mark.parametrize("setting", LABELS)
def test_the_setting_chooses_the_labels(setting: str) -> None:
    kept = {name for name, text in asdict(full("https://x.org").chosen(setting)).items() if text}
    origin = {"digital_source_type", "credentials", "credentials_generator", "credentials_ai"}
    texts = {"alt_text", "extended_description", "caption", "dpi"}
    everything = set(asdict(NONE))
    expected = {"all": everything, "origin": origin, "rights": everything - origin - texts, "off": set()}[
        setting
    ]
    assert kept == expected


def test_labels_of_a_later_release_are_ignored() -> None:
    assert Labels.parse({"creator": "A", "mood": "B"}) == Labels(creator="A")
