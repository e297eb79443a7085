"""AVIF and HEIC, two codecs in one container, HEIF.

No start waits for this package: only a file in one of the formats loads more of it than their brands. HEIC is off by
default, because its decoder is not in the package.
"""

from collections.abc import Callable

from PIL.ImageFile import ImageFile

from renditions.errors import InvalidSettings
from renditions.imaging.formats.embedded import Embedded
from renditions.imaging.formats.format import Format
from renditions.imaging.formats.heif import brands
from renditions.imaging.formats.structure import Size, Structure
from renditions.settings import WITHOUT_HEIC, Settings

_APPLES_GAIN_MAP, _TONE_MAP = b"urn:com:apple:photo:2020:aux:hdrgainmap", b"tmap"


def _size_of_avif(data: bytes) -> Size:
    from renditions.imaging.formats.heif import codecs, walk  # noqa: PLC0415 - only for such a file

    return walk.declared_size(data, codecs.AV1)


def _walk_avif(data: bytes, _settings: Settings) -> Structure:
    from renditions.imaging.formats.heif import codecs, walk  # noqa: PLC0415 - the same

    return walk.walk(data, codecs.AV1)


def _decoder_of_avif() -> Callable[..., ImageFile]:
    from renditions.imaging.formats.heif.avif_decoder import CroppedAvifFile  # noqa: PLC0415 - large

    return CroppedAvifFile


def _size_of_heic(data: bytes) -> Size:
    from renditions.imaging.formats.heif import codecs, walk  # noqa: PLC0415 - only for such a file

    return walk.declared_size(data, codecs.HEVC)


def _walk_heic(data: bytes, _settings: Settings) -> Structure:
    from renditions.imaging.formats.heif import codecs, walk  # noqa: PLC0415 - the same

    return walk.walk(data, codecs.HEVC)


def _decoder_of_heic() -> Callable[..., ImageFile]:
    try:
        from renditions.imaging.formats.heif.heic_decoder import HeicFile  # noqa: PLC0415 - may not be installed
    except ImportError as error:
        raise InvalidSettings(f"HEIC_INPUT is 'on' but {WITHOUT_HEIC}.") from error
    return HeicFile


def _may_have_gain_map(data: bytes, _image: ImageFile) -> bool:
    return _APPLES_GAIN_MAP in data or _TONE_MAP in data


def _embedded(data: bytes) -> Embedded:
    from renditions.imaging.formats.heif import embedded  # noqa: PLC0415 - no start waits for it

    return embedded.embedded(data)


# Both decoders keep an image of up to 2 bytes per sample, its alpha channel, and what they convert them to.
AVIF = Format(
    name="AVIF",
    matches=lambda head: brands.codec_brand(head) in brands.AVIF,
    declared_size=_size_of_avif,
    walk=_walk_avif,
    load_decoder=_decoder_of_avif,
    is_enabled=lambda settings: settings.avif_input == "on",
    pixel_setting="MAX_AVIF_PIXELS",
    decoder_counts_frames=True,
    decoder_pixel_bytes=16,
    stored_size=lambda image: image.visible_size,
    may_have_gain_map=_may_have_gain_map,
    embedded=_embedded,
)
HEIC = Format(
    name="HEIC",
    matches=lambda head: brands.codec_brand(head) in brands.HEIC,
    declared_size=_size_of_heic,
    walk=_walk_heic,
    load_decoder=_decoder_of_heic,
    is_enabled=lambda settings: settings.heic_input == "on",
    pixel_setting="MAX_HEIC_PIXELS",
    may_be_drawn=False,
    decoder_pixel_bytes=18,
    may_have_gain_map=_may_have_gain_map,
    embedded=_embedded,
)
