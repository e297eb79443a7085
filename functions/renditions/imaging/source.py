"""Opening an original: only the formats that are accepted, and every limit before any pixel is decoded."""

from PIL.ImageFile import ImageFile

from renditions.imaging.decoding_errors import decoding
from renditions.imaging.exif import read_orientation
from renditions.imaging.formats.bounded_reader import BoundedReader
from renditions.imaging.formats.format import Format
from renditions.imaging.formats.recognition import recognize
from renditions.imaging.formats.sixteen_bits import SixteenBits
from renditions.imaging.formats.structure import Size, Structure
from renditions.imaging.limits import (
    check_animation,
    check_dimensions,
    check_frames,
    check_metadata,
    check_size,
)
from renditions.imaging.picture import Header
from renditions.settings import Settings


def read(data: bytes, settings: Settings) -> tuple[ImageFile, Header]:
    """Open ``data`` and return the image, not yet decoded, and its header.

    Raises every leaf of ImageRejected, in the order of the limits, and InvalidSettings for a decoder that is missing.
    """
    check_size(len(data), settings)
    image_format = recognize(data, settings)
    # The class of the format and not Image.open(), which would apply Pillow's process-wide pixel limit instead of the
    # settings, try further plugins, and take a JPEG with attached images for a format of its own (MPO).
    decoder = image_format.load_decoder()
    with decoding(image_format.name):
        declared = image_format.declared_size(data)
        check_dimensions(image_format, *declared, settings)
        structure = image_format.walk(data, settings)
        _check_structure(image_format, declared, structure, settings)
        file = BoundedReader(structure.readable, image_format.name)
        image = decoder(file)
        file.lift_limit()
        structure.prepare(image)
        header = _header(data, image_format, image, structure)
    _check_header(header, settings)
    return image, header


def _check_structure(image_format: Format, declared: Size, structure: Structure, settings: Settings) -> None:
    """Check what the walk over the file has counted, before any decoder reads the file."""
    check_frames(structure.frames, settings)
    check_animation(image_format, structure.frames, *declared, settings)
    for size in structure.sizes:
        check_dimensions(image_format, *size, settings)
    check_metadata(image_format, structure.metadata, settings)


def _check_header(header: Header, settings: Settings) -> None:
    """Check what the decoder found: a header may be built to mean different things to different readers."""
    check_dimensions(header.format, header.width, header.height, settings)
    check_frames(header.frames, settings)
    check_animation(header.format, header.frames, header.width, header.height, settings)


def _header(data: bytes, image_format: Format, image: ImageFile, structure: Structure) -> Header:
    orientation = structure.orientation or read_orientation(image_format, data, image)
    width, height = image_format.stored_size(image)
    counted = int(getattr(image, "n_frames", 1)) if image_format.decoder_counts_frames else 1
    profile = structure.profile(image)
    return Header(
        format=image_format,
        width=width,
        height=height,
        orientation=orientation,
        frames=max(structure.frames, counted),
        has_alpha=image.has_transparency_data,
        samples=image_format.samples(data, image),
        icc_profile=image.recode(profile) if isinstance(image, SixteenBits) else profile,
        file_size=len(data),
        coefficients=structure.coefficients,
        others=structure.others(image),
        lacks_pages=structure.lacks_pages,
    )
