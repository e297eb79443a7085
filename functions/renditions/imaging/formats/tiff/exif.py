"""The EXIF of a TIFF, which is not a block of its own: its tags are those of the page."""

from typing import Any

from PIL.TiffImagePlugin import TiffImageFile


class TiffExif:
    """The EXIF of the first page of an opened file."""

    def __init__(self, image: TiffImageFile) -> None:
        self._image = image

    def get(self, tag: int) -> Any:
        """Return the value of a tag of the page, or None."""
        return self._image.tag_v2.get(tag)

    def get_ifd(self, tag: int) -> Any:
        """Return a mapping with the tags of a directory, such as the one that describes the shot."""
        return self._image.getexif().get_ifd(tag)
