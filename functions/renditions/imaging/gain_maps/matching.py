"""The gain map matched to its base as it will be decoded, so that both together show the light of the original.

Resizing and compression change the base. Both show most in fine texture, of which a gain map that is resized on its own
knows nothing.
"""

import io
from dataclasses import replace

from PIL.JpegImagePlugin import JpegImageFile

from renditions.imaging.gain_map import Gains
from renditions.imaging.gain_maps.averaging import correction
from renditions.imaging.gain_maps.following import SMALL, finished
from renditions.imaging.gain_maps.joining import encoded_map
from renditions.imaging.gain_maps.light import (
    Light,
    Rows,
    between,
    brightened,
    is_countable,
    light,
    loss,
    sampled,
)
from renditions.imaging.picture import Picture

# Average loss in stops. A small rendition is matched if it loses a little, others if they lose much: there, few
# photographs do, and the map takes up to half as many bytes as the base. Resizing has lost as much in these.
_LITTLE, _MUCH = 0.04, 0.09
_CAREFUL = 70  # quality: a lower one is chosen for fewer bytes
_LEAST_QUALITY = 85  # a step of a smooth gain map is a step of light
_QUALITY_OF_TEXTURE = 60  # which hides its own losses


def encoded(base: bytes, picture: Picture, gains: Gains, quality: int) -> bytes:
    """Return the gain map of a finished ``picture`` that is encoded as ``base``, a JPEG of that ``quality``.

    A map that is matched is as large as the base, and brightens what is left to what was there. That of an original
    that is not resized stays as it is.
    """
    shown, decoded = picture.image, JpegImageFile(io.BytesIO(base))
    is_small = shown.width * shown.height <= SMALL
    is_matchable = gains.base and quality >= _CAREFUL and is_countable(gains.coding)
    lost = loss(shown, decoded) if is_matchable else 0
    if lost < (_LITTLE if is_small else _MUCH):
        return encoded_map(finished(picture, gains), gains.coding, max(_LEAST_QUALITY, quality))
    samples = finished(picture, replace(gains, scale=1.0))
    more = correction(picture, gains) if lost >= _MUCH else None
    further = more and finished(picture, more)

    def ratios(rows: Rows) -> Light:
        lit = brightened(light(shown.crop(rows), gains.coding), samples.crop(rows), gains.coding)
        lit = brightened(lit, further.crop(rows), more.coding) if more and further else lit
        return between(light(decoded.crop(rows), gains.coding), lit, samples.mode)

    matched = sampled(ratios, shown.size, gains.coding, samples.mode)
    return encoded_map(matched, gains.coding, quality if is_small else min(quality, _QUALITY_OF_TEXTURE))
