"""The values of an animation: whole pictures, one after the other, each for its time."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Self

from PIL import Image


@dataclass(frozen=True, slots=True)
class Frame:
    """What a viewer shows for ``duration`` milliseconds. The pixels hold until the next frame is asked for."""

    image: Image.Image
    duration: float


@dataclass(frozen=True, slots=True)
class Animation:
    """``count`` frames, played ``plays`` times, 0 meaning for ever.

    ``frames`` begins with the first one each time it is called, and makes each when it is asked for: all of
    them would not fit into memory. ``largest`` is how many pixels the decoder makes for one at most.
    """

    count: int
    plays: int
    largest: int
    frames: Callable[[], Iterator[Frame]]

    def through(self, change: Callable[[Image.Image], Image.Image]) -> Self:
        """The same animation with ``change`` made to each frame."""
        frames = self.frames
        return replace(
            self,
            frames=lambda: (replace(frame, image=change(frame.image)) for frame in frames()),
        )
