"""The colour of a HEIF image: an ICC profile, or code points for which a profile is made."""

from dataclasses import dataclass

from PIL.ImageFile import ImageFile

from renditions.imaging.formats.heif import nclx
from renditions.imaging.formats.heif.boxes import Box, Reader


@dataclass(frozen=True, slots=True)
class Colour:
    """``code_points`` are the numbers of H.273 for primaries and transfer characteristics."""

    icc_profile: bytes | None
    code_points: tuple[int, int] | None

    def profile(self, image: ImageFile) -> bytes | None:
        """Return the ICC profile for the pixels of ``image``, if necessary one that is made from the code points."""
        if self.icc_profile or not self.code_points or not image.mode.startswith("RGB"):
            return self.icc_profile
        return nclx.profile(*self.code_points)


def read(reader: Reader, properties: list[Box]) -> Colour:
    """Return the first profile and the first code points among the ``properties``."""
    icc_profile, code_points = None, None
    for box in properties:
        kind = reader.data[box.start : box.start + 4] if box.kind == b"colr" else b""
        if kind in (b"prof", b"rICC"):
            icc_profile = icc_profile or reader.data[box.start + 4 : box.end]
        elif kind == b"nclx":
            code_points = code_points or (reader.number(box.start + 4, 2), reader.number(box.start + 6, 2))
    return Colour(icc_profile, code_points)
