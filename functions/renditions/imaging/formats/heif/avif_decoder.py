"""The decoder of AVIF: Pillow's own, which knows nothing of cropping."""

from PIL.AvifImagePlugin import AvifImageFile


class CroppedAvifFile(AvifImageFile):
    """``visible`` is the part that viewers show: left, upper, right, lower in pixels; None for all."""

    visible: tuple[int, int, int, int] | None = None

    def seek(self, frame: int) -> None:
        """Turn to another frame, which is decoded as a whole before it is cropped, too."""
        if self.visible and frame != self.tell():
            self._size, self._im = self._decoder.get_info()[0], None
        super().seek(frame)

    def load_end(self) -> None:
        """Cut the rest away, now that all is decoded."""
        if self.visible:
            self.im = self.im.crop(self.visible)
            self._size = self.im.size
