"""Labels of whole files: found wherever a format keeps them, carried by every rendition, and nothing else with them."""

import io
import random
import shutil
import subprocess
import time
import zlib
from pathlib import Path

import pytest
from PIL import Image

from renditions.contracts import Rendered
from renditions.imaging import inspect, render
from renditions.imaging.labels.source_types import COMPOSITE_WITH_AI
from renditions.labels import Labels
from renditions.rendering import render as render_all
from renditions.settings import Settings
from tests.unit.imaging.labelled import AI, CAMERA, credentials, datasets, labelled, listed, packet, seen
from tests.unit.imaging.pictures import decoded, encoded, photograph, png_chunk

ON = Settings(jpeg2000_input="on", animation="keep")
FORMATS = ("JPEG", "PNG", "WEBP", "TIFF", "AVIF", "GIF", "JPEG2000")
OUTPUTS = ("jpeg", "webp", "png", "avif", "auto")
RIGHTS = (
    listed("dc:creator", "Seq", "Zoë", "B &amp; C")
    + listed("dc:rights", "Alt", "x-default|© &lt;Zoë&gt;")
    + listed("Iptc4xmpCore:AltTextAccessibility", "Alt", "x-default|A \"cat\"")
)  # fmt: skip
ATTRIBUTES = f'Iptc4xmpExt:DigitalSourceType="{AI}" xmpRights:WebStatement="https://x.org/?a=b&amp;c=d"'
# What cameras, agencies and programs add, each with a mark.
CANARIES = (
    '<exif:GPSLatitude>47,7.7N</exif:GPSLatitude><aux:SerialNumber>CANARY1</aux:SerialNumber>'
    '<dc:title><rdf:Alt><rdf:li xml:lang="x-default">CANARY2</rdf:li></rdf:Alt></dc:title>'
    '<dc:description><rdf:Alt><rdf:li xml:lang="x-default">CANARY3</rdf:li></rdf:Alt></dc:description>'
    "<xmpMM:DerivedFrom>CANARY4</xmpMM:DerivedFrom><Iptc4xmpExt:PersonInImage>CANARY5</Iptc4xmpExt:PersonInImage>"
    '<Iptc4xmpCore:CreatorContactInfo Iptc4xmpCore:CiEmailWork="CANARY6"/><photoshop:City>CANARY7</photoshop:City>'
    '<plus:Licensor><rdf:Seq><rdf:li plus:LicensorURL="https://l" plus:LicensorEmail="CANARY8"/></rdf:Seq>'
    "</plus:Licensor>"
)  # fmt: skip


def labels_of(data: bytes) -> Labels:
    return inspect(data, ON).labels


def made(data: bytes, output: str, rendition: str = "watermark") -> Rendered:
    """Return a rendition with the labels of the original, as the pipeline makes it."""
    settings = Settings(jpeg2000_input="on", animation="keep", output_format=output)
    return render(data, rendition, settings, labels=inspect(data, settings).labels)


@pytest.mark.parametrize("image_format", FORMATS)
def test_xmp_is_found_in_every_format(image_format: str) -> None:
    labels = labels_of(labelled(image_format, xmp=packet(RIGHTS, ATTRIBUTES)))
    assert labels.to_json() | {"dpi": ""} == {
        "digital_source_type": AI,
        "creator": "Zoë; B & C",
        "copyright": "© <Zoë>",
        "web_statement": "https://x.org/?a=b&c=d",
        "alt_text": 'A "cat"',
        "dpi": "",
    }


@pytest.mark.parametrize(
    "kind, start", [(b"iTXt", b"\0\0\0\0"), (b"iTXt", b"\1\0\0\0"), (b"zTXt", b"\0"), (b"tEXt", b"")]
)
def test_xmp_is_found_in_every_kind_of_text_of_a_png(kind: bytes, start: bytes) -> None:
    text = packet("<dc:rights>R</dc:rights>")
    packed = zlib.compress(text) if kind == b"zTXt" or start[:1] == b"\1" else text
    whole, chunk = encoded(photograph(9, 9), "PNG"), png_chunk(kind, b"XML:com.adobe.xmp\0" + start + packed)
    assert labels_of(whole[:33] + chunk + whole[33:]).copyright == "R"


@pytest.mark.parametrize("image_format", ["JPEG", "PNG", "TIFF", "JPEG2000"])
def test_iptc_is_found_where_a_format_keeps_it(image_format: str) -> None:
    stored = datasets((80, "Zoë".encode()), (110, b"Agency"), (120, b"A caption"))
    labels = labels_of(labelled(image_format, iptc=stored))
    assert (labels.creator, labels.credit, labels.caption) == ("Zoë", "Agency", "A caption")


def test_xmp_counts_more_than_iptc_and_iptc_more_than_exif() -> None:
    exif = Image.Exif()
    exif[0x013B], exif[0x8298], exif[0x010E] = "of EXIF", "Photographer\0Editor", "A lion"
    stored = datasets((80, b"of IPTC"), (110, b"of IPTC"))
    for image_format in ("JPEG", "PNG", "TIFF"):
        xmp = packet("<photoshop:Credit>of XMP</photoshop:Credit>")
        labels = labels_of(labelled(image_format, xmp=xmp, iptc=stored, exif=exif))
        assert (labels.credit, labels.creator, labels.copyright) == ("of XMP", "of IPTC", "Photographer")
        assert labels.caption == "A lion"


@pytest.mark.parametrize("image_format", FORMATS)
def test_content_credentials_are_found_in_every_format(image_format: str) -> None:
    labels = labels_of(labelled(image_format, jumbf=credentials(("c2pa.created", AI), generator="Painter")))
    found = (
        labels.credentials,
        labels.credentials_generator,
        labels.credentials_ai,
        labels.digital_source_type,
    )
    assert found == ("unverified", "Painter 1.0", "yes", AI)


def test_credentials_set_a_source_type_only_if_they_say_ai() -> None:
    photo = labelled("JPEG", jumbf=credentials(("c2pa.created", CAMERA)))
    assert labels_of(photo).to_json() | {"dpi": ""} == {
        "credentials": "unverified",
        "credentials_generator": "Generator 1.0",
        "credentials_ai": "no",
        "dpi": "",
    }


def test_where_xmp_and_credentials_contradict_each_other_ai_counts() -> None:
    stated = {
        one: packet(attributes=f'Iptc4xmpExt:DigitalSourceType="{one}"')
        for one in (CAMERA, COMPOSITE_WITH_AI)
    }
    for xmp, source, expected in (
        (CAMERA, AI, AI),
        (COMPOSITE_WITH_AI, CAMERA, COMPOSITE_WITH_AI),
        (COMPOSITE_WITH_AI, AI, COMPOSITE_WITH_AI),
        (CAMERA, CAMERA, CAMERA),
    ):
        data = labelled("JPEG", xmp=stated[xmp], jumbf=credentials(("c2pa.created", source)))
        assert labels_of(data).digital_source_type == expected


@pytest.mark.parametrize(
    "stated, expected",
    [
        ("trainedAlgorithmicMedia", AI),
        ("digsrctype:TrainedAlgorithmicMedia", AI),
        (f"{AI.lower()}?lang=en-GB", AI),
        (AI.replace("http:", "https:"), AI),
        (f"  {AI}/ ", AI),
        ("http://c2pa.org/digitalsourcetype/empty", "http://c2pa.org/digitalsourcetype/empty"),
        ("made with love", ""),
        ("javascript:alert(1)", ""),
    ],
)
def test_a_source_type_is_an_address_of_the_vocabulary(stated: str, expected: str) -> None:
    xmp = packet(attributes=f'Iptc4xmpExt:DigitalSourceType="{stated}"')
    assert labels_of(labelled("JPEG", xmp=xmp)).digital_source_type == expected


def test_the_resolution_is_what_the_file_says() -> None:
    exif = Image.Exif()
    exif[0x011A], exif[0x011B], exif[0x0128] = 118.11, 118.11, 3
    picture = photograph(20, 20)
    assert labels_of(encoded(picture, "JPEG", exif=exif.tobytes())).dpi == "300"
    assert labels_of(encoded(picture, "TIFF", dpi=(204, 98))).dpi == "204x98"
    assert labels_of(encoded(picture, "PNG", dpi=(600, 600))).dpi == "600"
    exif[0x0128] = 1  # only a ratio
    assert labels_of(encoded(picture, "JPEG", exif=exif.tobytes())).dpi == ""
    assert {labels_of(encoded(picture, name)).dpi for name in ("JPEG", "TIFF", "PNG", "WEBP")} == {""}


@pytest.mark.parametrize("output", OUTPUTS)
@pytest.mark.parametrize("image_format", [*FORMATS, "animated WEBP"])
def test_every_rendition_carries_the_labels_and_nothing_else(image_format: str, output: str) -> None:
    exif = Image.Exif()
    exif[0x010F], exif[0xA431] = "CANARY maker", "CANARY serial"
    exif.get_ifd(0x8825)[29] = "CANARY day"
    data = labelled(
        image_format,
        xmp=packet(RIGHTS + CANARIES, ATTRIBUTES),
        iptc=datasets((25, b"CANARY keyword"), (90, b"CANARY city")),
        jumbf=credentials(("c2pa.created", AI), generator="CANARY"),
        exif=exif,
    )
    for rendition in ("thumbnail", "watermark"):
        rendered = made(data, output, rendition)
        found = seen(rendered.data)
        assert found["DigitalSourceType"] == AI
        assert found["creator"]["Seq"]["li"] == ["Zoë", "B & C"]
        assert found["rights"]["Alt"]["li"]["text"] == "© <Zoë>"
        assert found["Licensor"]["Seq"]["li"] == {"parseType": "Resource", "LicensorURL": "https://l"}
        assert set(found) == {
            "DigitalSourceType", "creator", "rights", "WebStatement", "AltTextAccessibility", "Licensor",
        }  # fmt: skip
        assert not [one for one in (b"CANARY", b"SECRET", b"c2pa", b"jumb", b"47,7") if one in rendered.data]
        assert labels_of(rendered.data).creator == "Zoë; B & C"


def test_an_animation_keeps_its_labels_if_its_frames_are_those_of_the_original() -> None:
    data = labelled("animated WEBP", xmp=packet(RIGHTS))
    small = Settings(animation="keep", output_quality=100)
    rendered = render(data, "large", small, labels=labels_of(data))
    assert seen(rendered.data)["creator"]["Seq"]["li"] == ["Zoë", "B & C"]
    with Image.open(io.BytesIO(rendered.data)) as image:
        assert getattr(image, "n_frames", 1) == 3


def test_labels_change_no_pixel_and_without_them_no_byte_changes() -> None:
    data = labelled("JPEG", xmp=packet(RIGHTS))
    for output in ("jpeg", "webp", "png"):
        settings = Settings(output_format=output)
        with_labels, without = made(data, output), render(data, "watermark", settings)
        assert decoded(with_labels).tobytes() == decoded(without).tobytes()
        assert with_labels.note == without.note
        assert 400 < len(with_labels.data) - len(without.data) < 1500
    off = Settings(labels="off")
    assert inspect(data, off).labels == Labels()
    plain = render_all(data, "large")["large"].data
    assert seen(plain)["creator"]["Seq"]["li"] == ["Zoë", "B & C"]
    assert render_all(data, "large", labels="off")["large"].data == render(data, "large", off).data


def test_hostile_metadata_costs_neither_the_image_nor_time() -> None:
    bomb = packet("<dc:x/>" * 200_000)
    texts = png_chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + bomb) * 20
    whole = encoded(photograph(20, 20), "PNG")
    begun = time.process_time()
    assert labels_of(whole[:33] + texts + whole[33:]).creator == ""
    assert time.process_time() - begun < 3


@pytest.mark.parametrize("image_format", FORMATS)
def test_changed_bytes_never_stop_an_image_that_can_be_read(image_format: str) -> None:
    """Only the metadata is changed, so that the image itself stays what it is."""
    xmp, jumbf = packet(RIGHTS, ATTRIBUTES), credentials(("c2pa.created", AI))
    stored = datasets((80, b"Zoe"))
    changing = random.Random(7)  # noqa: S311 - which bytes change matters to nobody
    for _ in range(15):
        changed = [bytearray(one) for one in (xmp, stored, jumbf)]
        for one in changed:
            for _ in range(4):
                one[changing.randrange(len(one))] = changing.choice((0, 0x3C, 0xFF, 0x80))
        data = labelled(image_format, xmp=bytes(changed[0]), iptc=bytes(changed[1]), jumbf=bytes(changed[2]))
        assert len(labels_of(data).as_text()) <= 4096


@pytest.mark.skipif(not shutil.which("exiftool"), reason="exiftool is not installed")
@pytest.mark.parametrize("output", OUTPUTS)
def test_exiftool_reads_the_labels_too(output: str, tmp_path: Path) -> None:
    path = tmp_path / "rendition"
    path.write_bytes(made(labelled("JPEG", xmp=packet(RIGHTS, ATTRIBUTES)), output).data)
    command = ["exiftool", "-s3", "-n", "-sep", ";", "-DigitalSourceType", "-Creator", "-Rights", str(path)]
    found = subprocess.run(command, capture_output=True, check=True)
    assert found.stdout.decode().split("\n")[:3] == [AI, "Zoë;B & C", "© <Zoë>"]
