"""The decoder of AVIF: Pillow's, extended to crop."""

from PIL.AvifImagePlugin import AvifImageFile


class CroppedAvifFile(AvifImageFile):
    """An AVIF that is cropped to ``visible``, the part that viewers show: left, upper, right, lower in pixels."""

    visible: tuple[int, int, int, int] | None = None

    @property
    def visible_size(self) -> tuple[int, int]:
        """Width and height of the visible part; of the whole image if it is not cropped."""
        left, upper, right, lower = self.visible or (0, 0, *self.size)
        return right - left, lower - upper

    def seek(self, frame: int) -> None:
        """Go to another frame, which is decoded as a whole before it is cropped."""
        if self.visible and frame != self.tell():
            self._size, self._im = self._decoder.get_info()[0], None
        super().seek(frame)

    def load_end(self) -> None:
        """Crop the decoded image."""
        if self.visible:
            self.im = self.im.crop(self.visible)
            self._size = self.im.size
