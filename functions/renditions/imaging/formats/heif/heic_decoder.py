"""The decoder of HEIC: libheif with libde265, through pillow-heif, which is only in packages that were built with it.

Nothing imports this module but the setting heic_input.
"""

import pillow_heif
from pillow_heif import options

# A broken package is found here and now, and not taken for a broken picture.
pillow_heif.libheif_version()

# None of these is looked at, let alone decoded. There is one processor for each picture.
options.THUMBNAILS = False
options.DEPTH_IMAGES = False
options.AUX_IMAGES = False
options.DECODE_THREADS = 1


class HeicFile(pillow_heif.HeifImageFile):
    """The primary picture of a file. Of what else libheif tells, EXIF alone is kept."""

    def _open(self) -> None:
        super()._open()  # type: ignore[no-untyped-call] # no annotations
        exif = self.info.get("exif")
        self.info = {"exif": exif} if exif else {}
