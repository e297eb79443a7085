"""What an original says about its origin and its rights, the values and the XMP that each rendition carries of them.

    Labels                   the values, as in the record
    packet.xmp_packet        the XMP for a rendition

Reading them from a file is the business of ``renditions.imaging.labels``.
"""

from renditions.labels.values import NONE, Labels

__all__ = ["NONE", "Labels"]
