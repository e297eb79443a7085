"""The files to damage: small valid images of every kind, and the attacks, which are invalid already."""

from collections.abc import Callable

from PIL import Image

from tests.unit.imaging.attacks.bombs import jpeg, png_with, rle_bmp, tiff
from tests.unit.imaging.attacks.truncations import WHOLE
from tests.unit.imaging.hdr_files import ultra_hdr
from tests.unit.imaging.heif_files import avif, coded, grid, heic, heif, irot
from tests.unit.imaging.jpeg2000_files import codestream, jp2, palette, profiled
from tests.unit.imaging.pictures import encoded, photograph, png_chunk, with_orientation
from tests.unit.imaging.profiles import rgb_profile

_PICTURE = photograph(80, 60)

FIXTURES: dict[str, Callable[[], bytes]] = WHOLE | {
    "JPEG with EXIF and profile": lambda: jpeg(80, 60, exif=with_orientation(6), icc_profile=rgb_profile()),
    "JPEG of a phone": lambda: encoded(_PICTURE, "MPO", save_all=True, append_images=[photograph(40, 30)]),
    "JPEG with gain map": lambda: ultra_hdr(80, 60),
    "PNG with EXIF and profile": lambda: encoded(
        _PICTURE, "PNG", exif=with_orientation(6), icc_profile=rgb_profile()
    ),
    "PNG with texts": lambda: png_with(png_chunk(b"zTXt", b"a\0\0x"), png_chunk(b"iTXt", b"b\0\0\0\0\0c")),
    "16-bit PNG": lambda: encoded(Image.new("I;16", (60, 40), 30_000), "PNG"),
    "1-bit PNG": lambda: encoded(_PICTURE.convert("1"), "PNG"),
    "GIF with transparency": lambda: encoded(_PICTURE.quantize(8), "GIF", transparency=2),
    "palette BMP": lambda: encoded(_PICTURE.quantize(16), "BMP"),
    "run-length coded BMP": lambda: rle_bmp(20_000),
    "TIFF of nothing but tags": lambda: tiff(pages=3),
    "big-endian TIFF": lambda: tiff(order=">").replace(b"II", b"MM", 1),
    "1-bit TIFF for fax": lambda: encoded(_PICTURE.convert("1"), "TIFF", compression="group4"),
    "big TIFF": lambda: encoded(_PICTURE, "TIFF", big_tiff=True),
    "TIFF with profile": lambda: encoded(_PICTURE, "TIFF", icc_profile=rgb_profile()),
    "WebP with EXIF and profile": lambda: encoded(
        _PICTURE, "WEBP", exif=with_orientation(6), icc_profile=rgb_profile()
    ),
    "AVIF with EXIF and profile": lambda: avif(_PICTURE, exif=with_orientation(6), icc_profile=rgb_profile()),
    "AVIF in tiles": lambda: heif(
        "AVIF", [grid(2, 1, (160, 60), [2, 3]).having(irot(1)), *[coded(_PICTURE, "AVIF")] * 2]
    ),
    "HEIC with EXIF and alpha": lambda: heic(_PICTURE.convert("RGBA").rotate(20), exif=with_orientation(6)),
    "JPEG2000 with profile": lambda: jp2(codestream(_PICTURE), profiled(rgb_profile())),
    "JPEG2000 with palette": lambda: jp2(
        codestream(_PICTURE.convert("L").point([value % 2 for value in range(256)])),
        palette((1, 2, 3), (9, 8, 7)),
    ),
    "JPEG2000 in layers and precincts": lambda: codestream(
        _PICTURE,
        irreversible=True,
        quality_layers=[40, 10],
        precinct_size=(32, 32),
        progression="RPCL",
        plt=True,
    ),
    "JPEG2000 of 16 bits": lambda: codestream(Image.new("I;16", (60, 40), 30_000)),
    "JPEG2000 with alpha": lambda: encoded(_PICTURE.convert("RGBA").rotate(20), "JPEG2000"),
    "HEIC in turned tiles": lambda: heif(
        "HEIC", [grid(2, 1, (160, 60), [2, 3]).having(irot(1)), *[coded(_PICTURE, "HEIC")] * 2]
    ),
}
