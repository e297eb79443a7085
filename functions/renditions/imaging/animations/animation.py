"""The values of an animation: whole images, one after the other, each with a duration."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Self

from PIL import Image


@dataclass(frozen=True, slots=True)
class Frame:
    """What a viewer shows for ``duration`` milliseconds. The pixels are valid until the next frame is read."""

    image: Image.Image
    duration: float


@dataclass(frozen=True, slots=True)
class Animation:
    """``count`` frames, played ``plays`` times; 0 means endlessly.

    Each call of ``frames`` begins with the first frame and makes each one when it is read, as not all of them would fit
    into memory. ``largest`` is the number of pixels that the decoder makes of a frame at most.
    """

    count: int
    plays: int
    largest: int
    frames: Callable[[], Iterator[Frame]]

    def through(self, change: Callable[[Image.Image], Image.Image]) -> Self:
        """Return the same animation with ``change`` applied to each frame."""
        frames = self.frames
        return replace(
            self,
            frames=lambda: (replace(frame, image=change(frame.image)) for frame in frames()),
        )
