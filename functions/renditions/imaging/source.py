"""Opening an original: only the decoders of the allow-list, and every limit before any pixel is decoded."""

from PIL.ImageFile import ImageFile
from PIL.PngImagePlugin import PngImageFile
from PIL.WebPImagePlugin import WebPImageFile

from renditions.errors import InvalidSettings, UnsupportedFormat
from renditions.imaging.damage import decoding
from renditions.imaging.exif import read_orientation
from renditions.imaging.formats.bmp.header import is_run_length_coded
from renditions.imaging.formats.bmp.stored import StoredBmp
from renditions.imaging.formats.gif.canvas import CanvasGif
from renditions.imaging.formats.headers import declared_size, outline
from renditions.imaging.formats.jpeg.decoder import WholeJpegFile
from renditions.imaging.formats.metered import Metered
from renditions.imaging.formats.outline import Outline
from renditions.imaging.formats.png import chunks as png_chunks
from renditions.imaging.formats.recognition import allowed, in_words, recognised, stranger
from renditions.imaging.formats.tiff.stored import StoredTiff
from renditions.imaging.limits import (
    check_animation,
    check_bmp_rle,
    check_dimensions,
    check_frames,
    check_metadata,
    check_scans,
    check_size,
)
from renditions.imaging.picture import Header
from renditions.settings import WITHOUT_HEIC, Settings

# The classes themselves and not Image.open(), which would consult Pillow's process-wide pixel limit instead of our
# settings, try further plugins, and take a JPEG with attached pictures for a format of its own (MPO).
_DECODERS: dict[str, type[ImageFile]] = {
    "JPEG": WholeJpegFile,
    "PNG": PngImageFile,
    "GIF": CanvasGif,
    "BMP": StoredBmp,
    "TIFF": StoredTiff,
    "WebP": WebPImageFile,
}
# The formats whose frames the decoder counts, too; those of the others only the walk does.
_COUNTED_BY_DECODER = ("PNG", "WebP", "AVIF")


def read(data: bytes, settings: Settings) -> tuple[ImageFile, Header]:
    """The picture, not decoded yet, and its header. Raises every leaf of ImageRejected, in the order of the limits."""
    check_size(len(data), settings)
    image_format, formats = recognised(data), allowed(settings)
    if image_format is None or image_format not in formats:
        raise UnsupportedFormat(
            f"The file looks like {stranger(data)}, but only pictures in {in_words(formats)} are accepted: "
            "save or export it in one of these formats."
        )
    decoder = _decoder(image_format)
    with decoding(image_format):
        size = declared_size(data, image_format)
        check_dimensions(image_format, *size, settings)
        structure = outline(data, image_format, settings)
        _check_structure(data, image_format, size, structure, settings)
        image = _opened(data, structure, image_format, decoder)
        header = _header(data, image_format, image, structure)
    # Again, and of what the decoder says, for a header may be made to say different things to different readers.
    check_dimensions(image_format, header.width, header.height, settings)
    check_frames(header.frames, settings)
    if image_format != "TIFF":  # a TIFF's further pages are never read
        check_animation(header.frames, header.width, header.height, settings)
    return image, header


def _check_structure(
    data: bytes, image_format: str, declared: tuple[int, int], structure: Outline, settings: Settings
) -> None:
    """The limits on what the walk over the file has counted, before any decoder is entered."""
    if image_format == "BMP" and is_run_length_coded(data):
        check_bmp_rle(len(data), settings)
    check_frames(structure.frames, settings)
    if image_format != "TIFF":
        check_animation(structure.frames, *declared, settings)
    if structure.jpeg:
        check_scans(structure.jpeg.scans, settings)
    for size in structure.heif.sizes if structure.heif else ():
        check_dimensions(image_format, *size, settings)
    check_metadata(image_format, structure.metadata, settings)


def _decoder(image_format: str) -> type[ImageFile]:
    """The class that opens the format. AVIF and HEIC are let in by setting: only such a file loads its decoder."""
    if image_format in _DECODERS:
        return _DECODERS[image_format]
    if image_format == "AVIF":
        from renditions.imaging.formats.heif.avif_decoder import CroppedAvifFile  # noqa: PLC0415 - rare and large

        return CroppedAvifFile
    try:
        from renditions.imaging.formats.heif.heic_decoder import HeicFile  # noqa: PLC0415 - it need not be there
    except ImportError as fault:
        raise InvalidSettings(f"HEIC_INPUT is 'on' but {WITHOUT_HEIC}.") from fault
    return HeicFile


def _opened(data: bytes, structure: Outline, image_format: str, decoder: type[ImageFile]) -> ImageFile:
    file = Metered(structure.readable, image_format)
    image = decoder(file)
    file.release()
    if structure.heif and hasattr(image, "visible"):  # AVIF: libheif crops a HEIC itself
        image.visible = structure.heif.turns.crop
    if structure.jpeg and isinstance(image, WholeJpegFile):
        image.watch(data, structure.jpeg)
    return image


def _header(data: bytes, image_format: str, image: ImageFile, structure: Outline) -> Header:
    orientation = structure.heif.turns.orientation if structure.heif else read_orientation(data, image)
    width, height = _visible_size(image)
    if image_format == "TIFF" and orientation >= 5:  # here Pillow already tells the size as a viewer sees it
        width, height = height, width
    return Header(
        format=image_format,
        width=width,
        height=height,
        orientation=orientation,
        frames=max(structure.frames, _frames(image) if image_format in _COUNTED_BY_DECODER else 1),
        has_alpha=image.has_transparency_data,
        depth=png_chunks.depth(data) if image_format == "PNG" else 8,
        icc_profile=_profile(image, structure),
        file_size=len(data),
        coefficients=structure.jpeg.coefficients if structure.jpeg else 0,
    )


def _frames(image: ImageFile) -> int:
    return int(getattr(image, "n_frames", 1))


def _visible_size(image: ImageFile) -> tuple[int, int]:
    """Width and height as stored, without what an AVIF's decoder cuts away at the end."""
    left, upper, right, lower = getattr(image, "visible", None) or (0, 0, *image.size)
    return right - left, lower - upper


def _profile(image: ImageFile, structure: Outline) -> bytes | None:
    if structure.heif:
        return structure.heif.profile(image.mode)
    return structure.icc_profile or image.info.get("icc_profile")
