"""Valid images of every kind, cut off at every kind of place."""

from collections.abc import Callable, Iterator
from dataclasses import replace

from tests.unit.imaging.heif_files import BOTH, avif, heic
from tests.unit.imaging.jpeg2000_files import codestream
from tests.unit.imaging.pictures import encoded, photograph

EVERY_FORMAT = replace(BOTH, jpeg2000_input="on")
_PICTURE, _OTHER = photograph(160, 120), photograph(160, 120, 2)


def _animated(image_format: str) -> bytes:
    return encoded(_PICTURE, image_format, save_all=True, append_images=[_OTHER])


WHOLE: dict[str, Callable[[], bytes]] = {
    "JPEG": lambda: encoded(_PICTURE, "JPEG"),
    "JPEG with restart markers": lambda: encoded(_PICTURE, "JPEG", restart_marker_rows=2),
    "progressive JPEG": lambda: encoded(_PICTURE, "JPEG", progressive=True, quality=90),
    "grey progressive JPEG": lambda: encoded(_PICTURE.convert("L"), "JPEG", progressive=True),
    "CMYK JPEG": lambda: encoded(_PICTURE.convert("CMYK"), "JPEG"),
    "PNG": lambda: encoded(_PICTURE, "PNG"),
    "palette PNG": lambda: encoded(_PICTURE.quantize(64), "PNG"),
    "animated PNG": lambda: _animated("PNG"),
    "GIF": lambda: encoded(_PICTURE.quantize(64), "GIF"),
    "animated GIF": lambda: _animated("GIF"),
    "BMP": lambda: encoded(_PICTURE, "BMP"),
    "grey BMP": lambda: encoded(_PICTURE.convert("L"), "BMP"),
    "TIFF": lambda: encoded(_PICTURE, "TIFF"),
    "TIFF with LZW": lambda: encoded(_PICTURE, "TIFF", compression="tiff_lzw"),
    "TIFF with deflate": lambda: encoded(_PICTURE, "TIFF", compression="tiff_deflate"),
    "TIFF with JPEG": lambda: encoded(_PICTURE, "TIFF", compression="jpeg"),
    "WebP": lambda: encoded(_PICTURE, "WEBP"),
    "lossless WebP": lambda: encoded(_PICTURE, "WEBP", lossless=True),
    "WebP with alpha": lambda: encoded(_PICTURE.convert("RGBA").rotate(20), "WEBP"),
    "animated WebP": lambda: _animated("WEBP"),
    "AVIF": lambda: avif(_PICTURE),
    "AVIF with alpha": lambda: avif(_PICTURE.convert("RGBA").rotate(20)),
    "animated AVIF": lambda: avif(_PICTURE, save_all=True, append_images=[_OTHER]),
    "HEIC": lambda: heic(_PICTURE),
    "HEIC in tiles": lambda: heic(_PICTURE, tile_size=64),
    "JPEG2000": lambda: encoded(_PICTURE, "JPEG2000"),
    "JPEG2000 in tiles": lambda: encoded(_PICTURE, "JPEG2000", tile_size=(64, 64)),
    "JPEG2000 without boxes": lambda: codestream(_PICTURE, irreversible=True),
}
_ENDS = {
    "JPEG": (b"\xff\xd9",),
    "PNG": (b"\0\0\0\0IEND\xae\x42\x60\x82",),
    "GIF": (b"\0;", b";"),
}


def truncations(kind: str) -> Iterator[tuple[str, bytes]]:
    """Yield (place, bytes): cut in the magic, the header, the pixels, before the end; then with the end added."""
    data = WHOLE[kind]()
    places = [1, 2, 3, 4, 8, 12, 16, 20, 26, 30, 40, 60, 100]
    places += [len(data) * part // 16 for part in range(1, 16)]
    places += [len(data) - 200, len(data) - 40]
    for place in sorted(one for one in places if one < len(data) - 12):
        yield f"{place} of {len(data)}", data[:place]
    for end in next((ends for name, ends in _ENDS.items() if name in kind and "TIFF" not in kind), ()):
        for place in [len(data) * part // 16 for part in range(2, 16)]:
            yield f"{place} of {len(data)} and the end", data[:place] + end
