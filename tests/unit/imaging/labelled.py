"""Files with labels, composed as cameras, agencies and generators write them: XMP, IPTC-IIM, EXIF and C2PA."""

import io
import struct
import zlib
from collections.abc import Mapping, Sequence
from typing import Any

from PIL import Image, TiffImagePlugin

from renditions.imaging.labels.source_types import IPTC
from tests.unit.imaging.animations import PHOTOGRAPHS
from tests.unit.imaging.jpeg2000_files import codestream, enumerated, jp2
from tests.unit.imaging.pictures import encoded, photograph, png_chunk

AI, CAMERA = f"{IPTC}trainedAlgorithmicMedia", f"{IPTC}digitalCapture"
NAMESPACES = {
    "dc": "http://purl.org/dc/elements/1.1/",
    "photoshop": "http://ns.adobe.com/photoshop/1.0/",
    "xmpRights": "http://ns.adobe.com/xap/1.0/rights/",
    "xmpMM": "http://ns.adobe.com/xap/1.0/mm/",
    "Iptc4xmpExt": "http://iptc.org/std/Iptc4xmpExt/2008-02-29/",
    "Iptc4xmpCore": "http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/",
    "plus": "http://ns.useplus.org/ldf/xmp/1.0/",
    "cc": "http://creativecommons.org/ns#",
    "exif": "http://ns.adobe.com/exif/1.0/",
    "aux": "http://ns.adobe.com/exif/1.0/aux/",
}
_SPACES = " ".join(f'xmlns:{prefix}="{address}"' for prefix, address in NAMESPACES.items())
_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_C2PA = bytes.fromhex("d8fec3d61b0e483c92975828877ec481")
_XMP_BOX = bytes.fromhex("be7acfcb97a942e89c71999491e3afac")
_IPTC_BOX = bytes.fromhex("33c7a4d2b81d4723a0baf1a3e097ad38")
SIZE = (90, 60)


def packet(elements: str = "", attributes: str = "") -> bytes:
    """Return an XMP packet with these properties, as XML."""
    return (
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>\n'
        f'<x:xmpmeta xmlns:x="adobe:ns:meta/" x:xmptk="a program"><rdf:RDF xmlns:rdf="{_RDF}">\n'
        f'<rdf:Description rdf:about="" {_SPACES} {attributes}>\n{elements}\n</rdf:Description></rdf:RDF></x:xmpmeta>\n'
        f'{" " * 100}<?xpacket end="w"?>'
    ).encode()


def listed(name: str, kind: str, *values: str) -> str:
    """Return a property with a ``Seq``, ``Bag`` or ``Alt``. A value may begin with its language, as ``de|Text``."""
    members = [one.rpartition("|") for one in values]
    items = "".join(
        f"<rdf:li{f' xml:lang={language!r}' if language else ''}>{text}</rdf:li>"
        for language, _, text in members
    )
    return f"<{name}><rdf:{kind}>{items}</rdf:{kind}></{name}>"


def datasets(*entries: tuple[int, bytes], utf8: bool = True) -> bytes:
    """Return IPTC-IIM of the application record, by number."""
    start = b"\x1c\x01\x5a\0\3\x1b%G" if utf8 else b""
    return start + b"".join(
        b"\x1c\x02" + struct.pack(">BH", number, len(text)) + text for number, text in entries
    )


def resources(iptc: bytes) -> bytes:
    """Return Photoshop's image resources: a thumbnail, then IPTC-IIM."""
    pairs = ((0x040C, b"SECRET thumbnail"), (0x0404, iptc))
    return b"".join(
        b"8BIM" + struct.pack(">HHI", number, 0, len(content)) + content + bytes(len(content) % 2)
        for number, content in pairs
    )


def cbor(value: Any) -> bytes:
    """Return a value as CBOR."""
    if isinstance(value, str):
        return _head(3, len(value.encode())) + value.encode()
    if isinstance(value, Mapping):
        return _head(5, len(value)) + b"".join(cbor(key) + cbor(one) for key, one in value.items())
    if isinstance(value, Sequence):
        return _head(4, len(value)) + b"".join(map(cbor, value))
    return _head(0, value)


def _head(kind: int, number: int) -> bytes:
    return bytes((kind << 5 | 26,)) + struct.pack(">I", number)


def box(kind: bytes, *contents: bytes) -> bytes:
    content = b"".join(contents)
    return struct.pack(">I", 8 + len(content)) + kind + content


def superbox(label: str, *contents: bytes) -> bytes:
    """Return a box of JUMBF with its description."""
    return box(
        b"jumb", box(b"jumd", label[:4].encode().ljust(16, b"\0"), b"\3", label.encode(), b"\0"), *contents
    )


def statement(label: str, value: Any) -> bytes:
    return superbox(label, box(b"cbor", cbor(value)))


def actions(*pairs: tuple[str, str]) -> bytes:
    """Return the statement about what was done: the action, and the source type or nothing."""
    done = [
        {"action": action} | ({"digitalSourceType": source} if source else {}) for action, source in pairs
    ]
    return statement("c2pa.actions.v2", {"actions": done})


def manifest(label: str, generator: str, *statements: bytes) -> bytes:
    claim = {"claim_generator_info": [{"name": generator, "version": "1.0"}], "alg": "sha256"}
    return superbox(
        label,
        superbox("c2pa.assertions", superbox("c2pa.thumbnail", box(b"bidb", b"SECRET")), *statements),
        statement("c2pa.claim.v2", claim),
        superbox("c2pa.signature", box(b"cbor", b"\x40")),
    )


def store(*manifests: bytes) -> bytes:
    """Return content credentials. The last manifest is the active one."""
    return superbox("c2pa", *manifests)


def credentials(*pairs: tuple[str, str], generator: str = "Generator") -> bytes:
    """Return content credentials of one manifest."""
    return store(manifest("urn:c2pa:1", generator, actions(*pairs)))


def labelled(
    image_format: str,
    *,
    xmp: bytes = b"",
    iptc: bytes = b"",
    jumbf: bytes = b"",
    exif: Image.Exif | None = None,
) -> bytes:
    """Return a photograph with these parts where the format keeps them."""
    return _WRITERS[image_format](xmp, iptc, jumbf, (exif or Image.Exif()).tobytes() if exif else b"")


def _jpeg(xmp: bytes, iptc: bytes, jumbf: bytes, exif: bytes) -> bytes:
    whole = with_xmp(encoded(photograph(*SIZE), "JPEG", **({"exif": exif} if exif else {})), xmp)
    parts = [
        _segment(0xED, b"Photoshop 3.0\0", resources(iptc)) if iptc else b"",
        # In two segments, each with the header of the box.
        *(
            _segment(0xEB, b"JP\2\x11", struct.pack(">I", 1 + number), jumbf[:8], jumbf[8:][part])
            for number, part in enumerate((slice(0, 50), slice(50, None)))
            if jumbf
        ),
    ]
    return whole[:2] + b"".join(parts) + whole[2:]


def with_xmp(jpeg: bytes, xmp: bytes) -> bytes:
    """Return a JPEG with an XMP packet; without one, as it is."""
    return jpeg[:2] + (_segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0", xmp) if xmp else b"") + jpeg[2:]


def _segment(marker: int, *contents: bytes) -> bytes:
    content = b"".join(contents)
    return struct.pack(">BBH", 0xFF, marker, 2 + len(content)) + content


def _png(xmp: bytes, iptc: bytes, jumbf: bytes, exif: bytes) -> bytes:
    whole = encoded(photograph(*SIZE), "PNG", **({"exif": exif} if exif else {}))
    raw = b"\niptc\n%8d\n" % len(resources(iptc)) + resources(iptc).hex().encode() + b"\n"
    parts = [
        png_chunk(b"caBX", jumbf) if jumbf else b"",
        png_chunk(b"iTXt", b"XML:com.adobe.xmp\0\1\0\0\0" + zlib.compress(xmp)) if xmp else b"",
        png_chunk(b"zTXt", b"Raw profile type iptc\0\0" + zlib.compress(raw)) if iptc else b"",
    ]
    return whole[:33] + b"".join(parts) + whole[33:]


def _webp(xmp: bytes, _iptc: bytes, jumbf: bytes, exif: bytes) -> bytes:
    options = {"xmp": xmp, "exif": exif.removeprefix(b"Exif\0\0")}
    whole = encoded(photograph(*SIZE), "WEBP", **{name: one for name, one in options.items() if one})
    if not jumbf:
        return whole
    body = whole[8:] + b"C2PA" + struct.pack("<I", len(jumbf)) + jumbf + bytes(len(jumbf) % 2)
    return b"RIFF" + struct.pack("<I", len(body)) + body


def _animated(xmp: bytes, _iptc: bytes, _jumbf: bytes, _exif: bytes) -> bytes:
    return encoded(PHOTOGRAPHS[0], "WEBP", save_all=True, append_images=PHOTOGRAPHS[1:3], xmp=xmp)


def _tiff(xmp: bytes, iptc: bytes, jumbf: bytes, exif: bytes) -> bytes:
    tags = TiffImagePlugin.ImageFileDirectory_v2()
    if exif:
        read = Image.Exif()
        read.load(exif)
        for tag in (0x010E, 0x013B, 0x8298):
            if tag in read:
                tags[tag] = read[tag]
    for tag, content in ((700, xmp), (34377, resources(iptc) if iptc else b""), (52545, jumbf)):
        if content:
            tags.tagtype[tag] = 7
            tags[tag] = content
    return encoded(photograph(*SIZE), "TIFF", tiffinfo=tags)


def _avif(xmp: bytes, _iptc: bytes, jumbf: bytes, exif: bytes) -> bytes:
    options = {name: one for name, one in (("xmp", xmp), ("exif", exif)) if one}
    whole = encoded(photograph(*SIZE), "AVIF", speed=10, **options)
    return whole + (box(b"uuid", _C2PA, bytes(4), b"manifest\0", bytes(8), jumbf) if jumbf else b"")


def _gif(xmp: bytes, _iptc: bytes, jumbf: bytes, _exif: bytes) -> bytes:
    whole = encoded(photograph(*SIZE).quantize(16), "GIF")
    trailer = b"\1" + bytes(range(255, -1, -1)) + b"\0"
    blocks = b"".join(bytes((len(one),)) + one for one in _pieces(jumbf))
    start = 13 + 3 * (2 << (whole[10] & 7))
    parts = [
        b"!\xff\x0bXMP DataXMP" + xmp + trailer if xmp else b"",
        b"!\xff\x0bC2PA_GIF\1\0\0" + blocks + b"\0" if jumbf else b"",
    ]
    return whole[:start] + b"".join(parts) + whole[start:]


def _pieces(content: bytes) -> list[bytes]:
    return [content[start : start + 255] for start in range(0, len(content), 255)]


def _jpeg2000(xmp: bytes, iptc: bytes, jumbf: bytes, _exif: bytes) -> bytes:
    found = ((_XMP_BOX, xmp), (_IPTC_BOX, iptc), (_C2PA, jumbf))
    boxes = b"".join(box(b"uuid", name, content) for name, content in found if content)
    return jp2(codestream(photograph(*SIZE)), enumerated(16), more=boxes)


_WRITERS = {
    "JPEG": _jpeg, "PNG": _png, "WEBP": _webp, "animated WEBP": _animated, "TIFF": _tiff, "AVIF": _avif, "GIF": _gif,
    "JPEG2000": _jpeg2000,
}  # fmt: skip


def seen(data: bytes) -> dict[str, Any]:
    """Return the properties in the XMP of a file as Pillow and ElementTree read them, by their local names."""
    with Image.open(io.BytesIO(data)) as image:
        found = image.getxmp()
    description = found["xmpmeta"]["RDF"]["Description"] if found else {}
    return {name: one for name, one in description.items() if name != "about"}
