"""The decoder of HEIC: libheif with libde265, through pillow-heif, which is only in packages built with it.

Only the setting heic_input makes anything import this module.
"""

import pillow_heif
from pillow_heif import options

# Fails here and now if the package is broken, instead of rejecting images as broken.
pillow_heif.libheif_version()

# None of these is read, let alone decoded. There is one processor per image.
options.THUMBNAILS = False
options.DEPTH_IMAGES = False
options.AUX_IMAGES = False
options.DECODE_THREADS = 1


class HeicFile(pillow_heif.HeifImageFile):
    """The primary image of a file. Keeps only EXIF of what else libheif reads."""

    def _open(self) -> None:
        super()._open()  # type: ignore[no-untyped-call] # no annotations
        exif = self.info.get("exif")
        self.info = {"exif": exif} if exif else {}
