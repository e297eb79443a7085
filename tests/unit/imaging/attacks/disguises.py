"""Files in other formats that are named like images, and images that are something else as well."""

import io
import zipfile

from tests.unit.imaging.attacks.bombs import ACCEPTED, BROKEN, Attack, jpeg
from tests.unit.imaging.pictures import encoded, photograph

_REFUSED = ("UnsupportedFormat",)


def written(image_format: str, mode: str = "RGB") -> bytes:
    """Return a file that Pillow writes and would also read."""
    return encoded(photograph(64, 64).convert(mode), image_format)


def archive() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as opened:
        opened.writestr("payload.txt", "payload" * 100)
    return buffer.getvalue()


_STARTS = {
    "SVG": b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><image href="file:///etc/passwd"/></svg>',
    "HTML": b"<!DOCTYPE html><html><script>alert(1)</script></html>",
    "script": b"#!/bin/sh\nrm -rf /\n",
    "text that starts like a BMP": b"BM is a car maker with a long history of making cars, motor cycles and engines.",
    "PSD": b"8BPS\0\1" + bytes(6) + b"\0\3\0\0\0\x40\0\0\0\x40\0\x08\0\3" + bytes(5000),
    "ELF": b"\x7fELF\2\1\1" + bytes(9) + b"\2\0\x3e\0" + bytes(500),
    "EXE": b"MZ\x90\0" + bytes(500),
    "MP4": b"\0\0\0\x20ftypisom\0\0\2\0isomiso2avc1mp41" + bytes(500),
    "HEIC": b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(500),
    "QuickTime": b"\0\0\0\x14ftypqt  \0\0\0\0qt  " + bytes(500),
    "AVI": b"RIFF\0\1\0\0AVI LIST" + bytes(500),
    "WAV": b"RIFF\0\1\0\0WAVEfmt " + bytes(500),
    "MP3": b"ID3\3\0\0\0\0\0\x21" + bytes(500),
    "gzip": b"\x1f\x8b\x08" + bytes(500),
    "RAR": b"Rar!\x1a\7\0" + bytes(500),
    "7z": b"7z\xbc\xaf\x27\x1c" + bytes(500),
    "RTF": b"{\\rtf1 picture}",
    "WMF": b"\xd7\xcd\xc6\x9a" + bytes(500),
    "EMF": b"\1\0\0\0\x6c\0\0\0" + bytes(500),
    "CUR": b"\0\0\2\0\1\0" + bytes(500),
    "JPEG XL": b"\xff\x0a" + bytes(500),
    "JPEG 2000 codestream": b"\xff\x4f\xff\x51" + bytes(500),
    "FLIF": b"FLIF44\0" + bytes(100),
    "DjVu": b"AT&TFORM" + bytes(100),
    "HDF5": b"\x89HDF\r\n\x1a\n" + bytes(100),
    "MNG": b"\x8aMNG\r\n\x1a\n" + bytes(100),
    "FITS": b"SIMPLE  =                    T".ljust(2880),
    "one byte": b"\xff",
    "null bytes": bytes(4096),
}
FOREIGN = [
    *(Attack(f"{name} as a picture", lambda data=data: data, _REFUSED) for name, data in _STARTS.items()),  # type: ignore[misc]
    *(
        Attack(f"{one} as a picture", lambda one=one: written(one), _REFUSED)  # type: ignore[misc]
        for one in (
            "PDF",
            "EPS",
            "ICO",
            "ICNS",
            "JPEG2000",
            "PPM",
            "TGA",
            "PCX",
            "SGI",
            "DDS",
            "IM",
            "QOI",
        )
    ),
    Attack("XBM as a picture", lambda: written("XBM", "1"), _REFUSED),
    Attack("ZIP as a picture", archive, _REFUSED),
]
POLYGLOTS = [
    Attack("JPEG that is a ZIP archive too", lambda: jpeg() + archive(), (ACCEPTED,)),
    Attack(
        "PNG that is a web page too",
        lambda: encoded(photograph(160, 120), "PNG") + _STARTS["HTML"],
        (ACCEPTED,),
    ),
    Attack("GIF that is a script too", lambda: b"GIF89a/*" + bytes(20) + b"*/=1;alert(1)//", BROKEN),
    Attack(
        "BMP that is a script too",
        lambda: b"BM/*" + encoded(photograph(160, 120), "BMP")[4:] + b"*/",
        (ACCEPTED,),
    ),
    Attack("PDF with a picture in it", lambda: b"%PDF-1.4\n" + jpeg(), _REFUSED),
    Attack("web page with a picture behind it", lambda: _STARTS["HTML"] + jpeg(), _REFUSED),
    Attack("JPEG with a script as comment", lambda: jpeg(comment=b"<script>alert(1)</script>"), (ACCEPTED,)),
]
