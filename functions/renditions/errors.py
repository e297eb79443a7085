"""Every error that a function raises on purpose. The class names are the state machine's ErrorEquals strings.

    RenditionsError
    ├─ ImageRejected         the uploader's problem: permanent, recorded, published, never retried, never an alarm
    │  ├─ EmptyFile          the upload is empty, or a folder marker
    │  ├─ FileTooLarge       more bytes than the setting MAX_BYTES
    │  ├─ ObjectArchived     S3 keeps the object in an archive, from which it would have to be restored first
    │  ├─ ObjectEncrypted    the object is encrypted with a key that only the uploader has (SSE-C)
    │  ├─ MalwareFound       the malware scan found a threat in the file (MalwareScan=on)
    │  ├─ ScanUnsupported    the malware scan cannot look into the file (MalwareScan=on)
    │  ├─ UnsupportedFormat  the content is not in a format on the allow-list
    │  ├─ SideTooLong        a side longer than MAX_SIDE
    │  ├─ TooManyPixels      more pixels than MAX_PIXELS, or than the limit of its format
    │  ├─ TooManyFrames      more frames than MAX_FRAMES, or frames × pixels beyond MAX_ANIMATION_PIXELS
    │  ├─ TooManyScans       a JPEG with more scans than MAX_JPEG_SCANS
    │  ├─ MetadataTooLarge   more metadata than MAX_METADATA_BYTES
    │  ├─ InvalidFraming     the metadata renditions-focus or renditions-crop of the object is wrong
    │  ├─ UnknownPreset      the metadata renditions-preset of the object names no preset (PresetByMetadata=on)
    │  ├─ TooMuchMemory      decoding needs more memory than MAX_MEMORY, or than the function has
    │  └─ CorruptImage       the header or the pixels cannot be decoded
    ├─ SourceGone            the original was deleted or replaced before it was read
    ├─ ObjectExists          only for deletions that started before a release: the deleted key has an object
    ├─ StorageUnavailable    S3 or DynamoDB throttled, disconnected or answered 5xx: the state machine retries
    ├─ PagesLeft             a function had no time for all pages: the state machine calls it again (Pages=all)
    ├─ NotScannedYet         the malware scan has no verdict yet: the state machine asks again (MalwareScan=on)
    ├─ ScanFailed            the malware scan ended without a verdict, or never began (MalwareScan=on)
    ├─ UnknownRendition      the input names a rendition that does not exist
    └─ InvalidSettings       the settings of the deployment are wrong: fails at start, all faults in one message

Step Functions matches names exactly, not by inheritance, so each leaf is listed where it is caught.
Any other error is a failure: not caught, alarmed, redrivable.
"""

# Bytes of UTF-8. A sentence passes through the state machine, the record and the notice.
LONGEST_SENTENCE = 512


class RenditionsError(Exception):
    """Root of all errors raised on purpose. The message is plain sentences for people."""


class ImageRejected(RenditionsError):  # noqa: N818 - the name is a verdict that people read in the console
    """No renditions can be made from the original. The message tells the uploader what is wrong and what is allowed.

    It is cut at LONGEST_SENTENCE bytes, because text from the original may be part of it.
    """

    def __init__(self, message: str) -> None:
        if len(message.encode(errors="replace")) > LONGEST_SENTENCE:
            room = LONGEST_SENTENCE - len("…".encode())
            message = message.encode(errors="replace")[:room].decode(errors="ignore") + "…"
        super().__init__(message)


class EmptyFile(ImageRejected):
    """The upload is empty."""


class FileTooLarge(ImageRejected):
    """The upload has more bytes than allowed."""


class ObjectArchived(ImageRejected):
    """The object is in an archive storage class, so that it cannot be read."""


class ObjectEncrypted(ImageRejected):
    """The object is encrypted with a key that the uploader keeps, so that nobody else can read it."""


class MalwareFound(ImageRejected):
    """GuardDuty found malware in the file."""


class ScanUnsupported(ImageRejected):
    """GuardDuty cannot scan the file, for example because it is protected by a password."""


class UnsupportedFormat(ImageRejected):
    """The content is not in an allowed image format, whatever the name says."""


class SideTooLong(ImageRejected):
    """The image is wider or taller than allowed."""


class TooManyPixels(ImageRejected):
    """The image has more pixels than allowed for its format."""


class TooManyFrames(ImageRejected):
    """The animation has more frames than allowed, or its frames together have more pixels than allowed."""


class TooManyScans(ImageRejected):
    """The JPEG has more scans than allowed."""


class MetadataTooLarge(ImageRejected):
    """The file has more metadata than allowed."""


class InvalidFraming(ImageRejected):
    """The metadata of the object states a focus or a crop that is not one."""


class UnknownPreset(ImageRejected):
    """The metadata of the object names a preset that does not exist."""


class TooMuchMemory(ImageRejected):
    """Decoding the image needs more memory than there is."""


class CorruptImage(ImageRejected):
    """The file is damaged or cut off."""


class SourceGone(RenditionsError):  # noqa: N818 - the name is what an operator reads in the console
    """The original was deleted or replaced before it was read."""


class ObjectExists(RenditionsError):  # noqa: N818 - the name is what an operator reads in the console
    """The key in the deletion event has a current object. Only state machines of release 0.1 catch it."""


class StorageUnavailable(RenditionsError):  # noqa: N818 - the name is what an operator reads in the console
    """S3 or DynamoDB is unavailable; the same request may succeed later."""


class PagesLeft(RenditionsError):  # noqa: N818 - the name is what an operator reads in the console
    """Some pages of the original have no rendition yet; the next call continues with them."""


class NotScannedYet(RenditionsError):  # noqa: N818 - the name is what an operator reads in the console
    """GuardDuty has not tagged this version of the original yet; it may later."""


class ScanFailed(RenditionsError):  # noqa: N818 - the name is what an operator reads in the console
    """GuardDuty has no verdict on the original, and waiting does not help: for the operators to fix."""


class UnknownRendition(RenditionsError):  # noqa: N818 - the name is what an operator reads in the console
    """There is no rendition of this name."""


class InvalidSettings(RenditionsError):  # noqa: N818 - the name is what an operator reads in the console
    """One or more settings are missing or outside their range."""
