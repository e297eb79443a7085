"""Reading the labels of an original: what its XMP, IPTC-IIM, EXIF and content credentials say about origin and rights.

No start waits for this package. What it reads is hostile: each reader has limits of its own on what it does with a
file that is built to keep it busy, and a fault means that the file says nothing.
"""

from PIL.ImageFile import ImageFile

from renditions.imaging.formats.format import Format
from renditions.labels import NONE, Labels


def read_labels(image_format: Format, data: bytes, image: ImageFile, setting: str) -> Labels:
    """Return the labels of an opened ``image`` that the setting LABELS keeps."""
    if setting == "off":
        return NONE
    from renditions.imaging.labels import reading  # noqa: PLC0415 - no start waits for it

    return reading.read(image_format, data, image).chosen(setting)
