"""What is known of an AVIF or HEIC before it is decoded."""

from dataclasses import dataclass, field

from renditions.imaging.formats.heif import nclx

Size = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Turns:
    """From the pixels as stored to those that a viewer shows.

    ``orientation`` is the value 1 to 8 as EXIF has it. ``crop`` is the visible part of the picture as stored: left,
    upper, right, lower in pixels. ``offsets`` are where the boxes that turn begin.
    """

    orientation: int = 1
    crop: tuple[int, int, int, int] | None = None
    offsets: tuple[int, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class Heif:
    """The picture that will be decoded.

    ``readable`` is the file as the decoder gets it. ``sizes`` are width and height of all that will
    be decoded, as the container and the coded streams declare them. ``metadata`` is counted in bytes.
    ``colours`` are numbers of H.273 for primaries and transfer.
    """

    readable: bytes
    sizes: tuple[Size, ...]
    turns: Turns
    metadata: int = 0
    frames: int = 1
    icc_profile: bytes | None = None
    colours: tuple[int, int] | None = None

    def profile(self, mode: str) -> bytes | None:
        """The ICC profile for pixels of ``mode``, where need be one that says what the file says in numbers."""
        if self.icc_profile or not self.colours or not mode.startswith("RGB"):
            return self.icc_profile
        return nclx.profile(*self.colours)
