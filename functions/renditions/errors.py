"""Every error that a function raises on purpose. The class names are the state machine's ErrorEquals strings.

    RenditionsError
    ├─ ImageRejected         the uploader's: permanent, recorded, published, never retried, never an alarm
    │  ├─ EmptyFile          nothing was uploaded, or a folder marker
    │  ├─ FileTooLarge       more bytes than the setting MAX_BYTES
    │  ├─ UnsupportedFormat  the first bytes are of no format on the allow-list
    │  ├─ SideTooLong        a side longer than MAX_SIDE
    │  ├─ TooManyPixels      more pixels than MAX_PIXELS, or than the limit of JPEG, AVIF or HEIC
    │  ├─ TooManyFrames      more frames than MAX_FRAMES, or frames × pixels beyond MAX_ANIMATION_PIXELS
    │  ├─ TooManyScans       a JPEG that passes over its pixels more often than MAX_JPEG_SCANS
    │  ├─ MetadataTooLarge   more bytes beside the pixels than MAX_METADATA_BYTES
    │  ├─ TooMuchMemory      decoding needs more memory than MAX_MEMORY, or than the function has
    │  └─ CorruptImage       the header or the pixels cannot be decoded
    ├─ SourceGone            the original was deleted or replaced before it was read: nothing is left to do
    ├─ ObjectExists          the deleted key has an object again, or still: nothing is to be removed
    ├─ StorageUnavailable    S3 or DynamoDB throttled, broke off or answered 5xx: retried by the state machine
    ├─ UnknownRendition      the caller's: a rendition was asked for that is not made
    └─ InvalidSettings       the deployment's settings are wrong: fails at start, every fault in one message

Step Functions matches names exactly, not by inheritance, so each leaf is listed where it is caught.
Anything else that is raised is a failure: not caught, alarmed, redrivable.
"""

# Bytes of UTF-8. A sentence travels through the state machine, the record and the notice.
LONGEST_SENTENCE = 512


class RenditionsError(Exception):
    """Root of all errors raised on purpose. The message is one plain sentence."""


class ImageRejected(RenditionsError):  # noqa: N818 - the name is a verdict that people read in the console
    """The original cannot become renditions. The message tells the uploader what was found and what is allowed.

    It is cut at LONGEST_SENTENCE bytes, whatever an original has put into it.
    """

    def __init__(self, message: str) -> None:
        if len(message.encode(errors="replace")) > LONGEST_SENTENCE:
            room = LONGEST_SENTENCE - len("…".encode())
            message = message.encode(errors="replace")[:room].decode(errors="ignore") + "…"
        super().__init__(message)


class EmptyFile(ImageRejected):
    """The upload has no bytes."""


class FileTooLarge(ImageRejected):
    """The upload has more bytes than allowed."""


class UnsupportedFormat(ImageRejected):
    """The bytes are no picture of an allowed format, whatever the name says."""


class SideTooLong(ImageRejected):
    """The picture is longer or taller than allowed."""


class TooManyPixels(ImageRejected):
    """The picture has more pixels than allowed for its format."""


class TooManyFrames(ImageRejected):
    """The animation has more frames than allowed, or its frames together have more pixels than allowed."""


class TooManyScans(ImageRejected):
    """The JPEG passes over its pixels more often than allowed."""


class MetadataTooLarge(ImageRejected):
    """The file holds more metadata than allowed."""


class TooMuchMemory(ImageRejected):
    """Decoding the picture would need more memory than there is."""


class CorruptImage(ImageRejected):
    """The picture's bytes are damaged or cut off."""


class SourceGone(RenditionsError):  # noqa: N818 - the name is what an operator reads in the console
    """The original was deleted or replaced before it was read."""


class ObjectExists(RenditionsError):  # noqa: N818 - the name is what an operator reads in the console
    """The key whose deletion was told has a current object."""


class StorageUnavailable(RenditionsError):  # noqa: N818 - the name is what an operator reads in the console
    """S3 or DynamoDB could not serve the request now; the same request may succeed later."""


class UnknownRendition(RenditionsError):  # noqa: N818 - the name is what an operator reads in the console
    """The rendition that was asked for is none of those that are made."""


class InvalidSettings(RenditionsError):  # noqa: N818 - the name is what an operator reads in the console
    """One or more settings are outside what they allow."""
