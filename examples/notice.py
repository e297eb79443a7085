"""The notice as typed dictionaries. Made by `make format` from docs/notice.schema.json.

A notice may have fields that are not here. Ignore them, and notices with a status that is not here.
"""

from typing import Literal, NotRequired, TypedDict

# What the original says about its origin and its rights, by name: digital_source_type, credentials,
# credentials_generator, credentials_ai, creator, credit, copyright, web_statement, usage_terms, licence, licensor,
# licensor_url, data_mining, alt_text, extended_description, caption, dpi (docs/labels.md). At most 4,096 bytes as
# JSON: the longest values are cut, and end in an ellipsis. Whoever uploads chooses the values, and nobody has
# verified them. Empty if there are none, absent in notices of earlier releases.
Labels = dict[str, str]


class MeasuredImage(TypedDict):
    """The original with its facts."""

    # The original as s3://bucket/key, which identifies the image and is the partition key of its record. The key is
    # not URL-encoded.
    uri: str
    # ETag of the original, without quotation marks.
    etag: str
    # S3 version id of the original; the string null if the bucket is not versioned.
    version_id: str
    # 16 hex digits derived from the original's content and the settings; part of each rendition's key.
    version: str
    # 16 hex digits derived from the settings that matter to this image, without its content; empty in the rare notice
    # about an execution that began before the stack was updated, absent in notices of earlier releases.
    recipe: NotRequired[str]
    # Format of the original, identified by content. The list is open.
    format: str
    # Of the original in pixels, with its orientation applied.
    width: int
    # Of the original in pixels, with its orientation applied.
    height: int
    # Size of the original's file, in bytes.
    bytes: int
    # Of the original's bytes, as 64 hex digits; empty in the rare notice about an execution that began before the
    # stack was updated, absent in notices of earlier releases.
    sha256: NotRequired[str]
    # Frames of an animation or pages of a TIFF; 1 for a still image.
    frames: int
    # EXIF orientation of the original, 1 to 8. Width and height above, and all renditions, are already upright.
    orientation: int
    # When the photograph was taken, by the camera's clock, often without a zone; empty if unknown.
    taken_at: str
    # Make and model of the camera; empty if unknown.
    camera: str
    # Where the uploader wants people to look: x,y as fractions of the upright original; empty for none, absent in
    # notices of earlier releases.
    focus: NotRequired[str]
    # What the uploader keeps of the original: x,y,width,height as fractions of it, upright; empty for all, absent in
    # notices of earlier releases.
    crop: NotRequired[str]
    # What became of the original's HDR gain map; none if it has none, absent in notices of earlier releases. The list
    # is open.
    hdr: NotRequired[str]
    # How much brighter than white the gain map makes the original, in stops; 0 without one, absent in notices of
    # earlier releases.
    hdr_stops: NotRequired[float]
    # Name of the preset whose settings the renditions have; empty for none, absent in notices of earlier releases.
    preset: NotRequired[str]
    labels: NotRequired[Labels]
    # Of the thumbnail, as #rrggbb in sRGB.
    dominant_colour: str
    # The thumbnail as a BlurHash (https://blurha.sh), to show until a rendition has loaded.
    placeholder: str


# The user metadata and tags of the original that the stack passes on (ContextKeys), by name. At most 1,024 bytes as
# JSON: the longest values are cut, and end in an ellipsis. Whoever uploads chooses the values. Empty if there are
# none, absent in notices of earlier releases.
Context = dict[str, str]


class Rendition(TypedDict):
    """One stored file.

    Its key never changes its meaning, so caches can keep it indefinitely. Only if a preset of the stack switches the
    rendition off, there is no file: all texts but the note are empty and all numbers 0.
    """

    # Bucket of the file; empty if there is none.
    bucket: str
    # Object key, {original key}/{version}/{rendition}.{ext}; at most 1,024 bytes of UTF-8, not URL-encoded. Use it as
    # it is and do not construct it: a very long original key is shortened. Empty if there is no file.
    key: str
    # In pixels; 0 if there is no file.
    width: int
    # In pixels; 0 if there is no file.
    height: int
    # Size of the file, in bytes; 0 if there is none.
    bytes: int
    # Media type of the file, the same as its Content-Type on S3; empty if there is none. The list is open.
    content_type: str
    # What was left out and why, for example the watermark of a very small image; usually empty. Begins with Skipped
    # if a preset switches the rendition off.
    note: str
    # The further pages of a TIFF that have a file, as ranges; empty if there are none. The key of page 2 has -p0002
    # before the dot of the extension. Absent in notices of earlier releases.
    pages: NotRequired[str]


class Renditions(TypedDict):
    """The stored files, by name.

    There may be others besides these, and some without a file if a preset of the stack switches them off.
    """

    thumbnail: Rendition
    medium: Rendition
    large: Rendition
    watermark: Rendition


class Execution(TypedDict):
    """The Step Functions execution that processed the image."""

    # Identifies the execution. A notice that is delivered twice has the same execution ARN and status.
    arn: str
    # Opens the execution in the console, for those who can sign in to the account.
    console_url: str
    # When the execution claimed the image, UTC.
    started_at: str
    # When the record got this status, UTC.
    completed_at: str


class CompletedNotice(TypedDict):
    """All renditions are stored and can be read."""

    # Version of this schema. It changes only if a reader of the old version would misread the document.
    schema_version: Literal["1"]
    status: Literal["COMPLETED"]
    # What started the execution. upload: the event of S3 about an upload or a deletion. backfill: a backfill, which
    # makes renditions again. reconciliation: the search for what no event has started. The list is open; absent in
    # notices of earlier releases.
    origin: NotRequired[str]
    image: MeasuredImage
    context: NotRequired[Context]
    renditions: Renditions
    execution: Execution


class Image(TypedDict):
    """The original, without facts: it was not measured or cannot be used."""

    # The original as s3://bucket/key, which identifies the image and is the partition key of its record. The key is
    # not URL-encoded.
    uri: str
    # ETag of the original, without quotation marks.
    etag: str


# Always an empty object.
NoRenditions = dict[str, object]


class Served(TypedDict):
    """The earlier upload under this key whose renditions are still in use.

    Both fields are empty if there is none. The record names its renditions.
    """

    # ETag of that upload. Also empty if a release before this field existed has processed it.
    etag: str
    # Its version, which is part of each rendition's key. Empty: no image is served under this key.
    version: str


class ReasonOfARejection(TypedDict):
    """Why the original cannot be used."""

    # For programs. EmptyFile: no bytes. FileTooLarge: too many bytes. ObjectArchived: in an archive storage class of
    # S3. ObjectEncrypted: encrypted with a key of the uploader (SSE-C). MalwareFound: the malware scan found a
    # threat. ScanUnsupported: cannot be scanned for malware. UnsupportedFormat: not an image of an accepted format.
    # SideTooLong: a side has too many pixels. TooManyPixels: width × height is too large. TooManyFrames: too many
    # frames, or too many pixels in all frames. TooManyScans: too many scans in a JPEG. MetadataTooLarge: too much
    # metadata, or too many parts. InvalidFraming: the focus or the crop in the metadata of the object is wrong.
    # UnknownPreset: the metadata of the object names a preset that does not exist. TooMuchMemory: decoding needs too
    # much memory. CorruptImage: damaged or truncated. The list is open.
    code: str
    # For people. Its wording may change; programs use the code.
    sentence: str


class RejectedNotice(TypedDict):
    """The original cannot be used. The uploader must upload a corrected file."""

    # Version of this schema. It changes only if a reader of the old version would misread the document.
    schema_version: Literal["1"]
    status: Literal["REJECTED"]
    # What started the execution. upload: the event of S3 about an upload or a deletion. backfill: a backfill, which
    # makes renditions again. reconciliation: the search for what no event has started. The list is open; absent in
    # notices of earlier releases.
    origin: NotRequired[str]
    image: Image
    context: NotRequired[Context]
    renditions: NoRenditions
    served: Served
    reason: ReasonOfARejection
    execution: Execution


class ReasonOfAFailure(TypedDict):
    """What went wrong, to quote to the operators."""

    # Name of the error with which the execution ended, or TIMED_OUT or ABORTED if it had none. The list is open.
    code: str
    # For people. Its wording may change; programs use the code.
    sentence: str


class FailedNotice(TypedDict):
    """The pipeline failed; the file was not rejected.

    After the operators have removed the cause and redriven the execution, a completed notice follows.
    """

    # Version of this schema. It changes only if a reader of the old version would misread the document.
    schema_version: Literal["1"]
    status: Literal["FAILED"]
    # What started the execution. upload: the event of S3 about an upload or a deletion. backfill: a backfill, which
    # makes renditions again. reconciliation: the search for what no event has started. The list is open; absent in
    # notices of earlier releases.
    origin: NotRequired[str]
    image: Image
    context: NotRequired[Context]
    renditions: NoRenditions
    served: Served
    reason: ReasonOfAFailure
    execution: Execution


class DeletedImage(TypedDict):
    """The deleted original."""

    # The original as s3://bucket/key, which identifies the image and is the partition key of its record. The key is
    # not URL-encoded.
    uri: str
    # When the original was deleted, UTC, from the S3 event.
    deleted_at: str


class DeletedNotice(TypedDict):
    """The original was deleted, and so were the renditions of all its versions. Caches may still contain some."""

    # Version of this schema. It changes only if a reader of the old version would misread the document.
    schema_version: Literal["1"]
    status: Literal["DELETED"]
    # What started the execution. upload: the event of S3 about an upload or a deletion. backfill: a backfill, which
    # makes renditions again. reconciliation: the search for what no event has started. The list is open; absent in
    # notices of earlier releases.
    origin: NotRequired[str]
    image: DeletedImage
    context: NotRequired[Context]
    renditions: NoRenditions
    execution: Execution


# The JSON document that the notifications topic sends once per image that is completed, rejected, failed or deleted.
# Version 1 may gain fields, renditions, statuses, reason codes, formats and media types. Fields are removed, renamed
# or given another meaning only under a new schema_version. So ignore fields and notices with a status that you do not
# know, and refuse a schema_version that you do not know.
Notice = CompletedNotice | RejectedNotice | FailedNotice | DeletedNotice
