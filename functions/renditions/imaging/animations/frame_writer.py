"""An animation in the form that Pillow's writer needs: one image that can be sought from frame to frame."""

from typing import Any

from PIL import Image

from renditions.imaging.animations.animation import Animation

# A WebP holds durations of 24 bits and plays of 16; its encoder counts all milliseconds in 31 bits.
_LONGEST, _LONGEST_IN_ALL = (1 << 24) - 1, (1 << 31) - 1
_MOST_PLAYS = (1 << 16) - 1


class SeekableFrames(Image.Image):
    """Frames that are made one by one while Pillow writes them. Can be saved once.

    ``options`` are for its ``save``. The list of durations in it fills with the frames, always before Pillow needs one.
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
        """Go on to the next frame. Ignores the writer's way back after the last one."""
        if frame != self._place + 1:
            return
        shown = next(self._frames)
        self._place = frame
        self._durations.append(min(shown.duration, self._longest))
        self.im, self._mode, self._size = shown.image.im, shown.image.mode, shown.image.size

    def tell(self) -> int:
        """Return the number of the current frame, from 0."""
        return self._place
