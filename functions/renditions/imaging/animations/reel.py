"""An animation as Pillow's writer wants it: one image that can be sought from frame to frame."""

from typing import Any

from PIL import Image

from renditions.imaging.animations.animation import Animation

# A WebP holds durations of 24 bits and plays of 16; its encoder counts all milliseconds in 31 bits.
_LONGEST, _LONGEST_IN_ALL = (1 << 24) - 1, (1 << 31) - 1
_MOST_PLAYS = (1 << 16) - 1


class Reel(Image.Image):
    """Frames that are made one by one, while the writer asks for them: for being saved once, from the start.

    ``options`` are for its ``save``. The durations in it fill as the frames come, always before the writer needs one.
    """

    def __init__(self, animation: Animation) -> None:
        super().__init__()
        self.n_frames = animation.count
        self._frames = animation.frames()
        self._place = -1
        self._durations: list[float] = []
        self._longest = min(_LONGEST, _LONGEST_IN_ALL // animation.count)
        self.options: dict[str, Any] = {
            "save_all": True,
            "duration": self._durations,
            "loop": min(animation.plays, _MOST_PLAYS),
        }
        self.seek(0)

    def seek(self, frame: int) -> None:
        """Go on to the next frame; where the writer goes back to when it has done does not matter."""
        if frame != self._place + 1:
            return
        shown = next(self._frames)
        self._place = frame
        self._durations.append(min(shown.duration, self._longest))
        self.im, self._mode, self._size = shown.image.im, shown.image.mode, shown.image.size

    def tell(self) -> int:
        """The number of the frame that is shown, from 0."""
        return self._place
