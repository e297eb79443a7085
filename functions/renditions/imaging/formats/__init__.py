"""The input formats, one package each. A package describes its format in one ``Format`` value, listed here.

To add a format, write its package and add its value to ``FORMATS``.
"""

from renditions.imaging.formats.bmp import BMP
from renditions.imaging.formats.format import Format
from renditions.imaging.formats.gif import GIF
from renditions.imaging.formats.heif import AVIF, HEIC
from renditions.imaging.formats.jpeg import JPEG
from renditions.imaging.formats.jpeg2000 import JPEG2000
from renditions.imaging.formats.png import PNG
from renditions.imaging.formats.tiff import TIFF
from renditions.imaging.formats.webp import WEBP

# Rejections name the accepted formats in this order.
FORMATS: tuple[Format, ...] = (JPEG, PNG, GIF, BMP, TIFF, WEBP, AVIF, HEIC, JPEG2000)
