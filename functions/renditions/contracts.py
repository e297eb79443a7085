"""What goes into and comes out of each Task state, as frozen dataclasses. Their JSON is what the console shows."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Self


@dataclass(frozen=True, slots=True)
class Upload:
    """One version of one object in the uploads bucket, from the event that S3 sent. The key is never URL-decoded.

    ``version_id`` is None when the bucket is not versioned; ``bytes`` is the size that S3 announced.
    """

    bucket: str
    key: str
    etag: str
    version_id: str | None
    bytes: int

    @classmethod
    def from_event(cls, event: Mapping[str, Any]) -> Self:
        """Parse an EventBridge "Object Created" event."""
        found = event["detail"]["object"]
        return cls(
            bucket=event["detail"]["bucket"]["name"],
            key=found["key"],
            etag=found["etag"],
            version_id=found.get("version-id"),
            bytes=found["size"],
        )

    @property
    def uri(self) -> str:
        """The image's identity everywhere: ``s3://bucket/key``."""
        return f"s3://{self.bucket}/{self.key}"


@dataclass(frozen=True, slots=True)
class Original:
    """One key of the uploads bucket, whatever object it has now, or none."""

    bucket: str
    key: str

    @classmethod
    def from_event(cls, event: Mapping[str, Any]) -> Self:
        """Parse an EventBridge event of S3: "Object Created" or "Object Deleted"."""
        return cls(bucket=event["detail"]["bucket"]["name"], key=event["detail"]["object"]["key"])

    @property
    def uri(self) -> str:
        """The image's identity everywhere: ``s3://bucket/key``."""
        return f"s3://{self.bucket}/{self.key}"


@dataclass(frozen=True, slots=True)
class TidyRequest:
    """Input of the Retire… and Remove… states: whose renditions to tidy. ``because`` is for the log."""

    bucket: str
    key: str
    because: str

    def original(self) -> Original:
        """The key whose record decides."""
        return Original(self.bucket, self.key)


@dataclass(frozen=True, slots=True)
class Record:
    """What tidying has to know of an image's record: who owns it, and the keys of the renditions that it names."""

    status: str
    execution_arn: str
    keys: frozenset[str]


@dataclass(frozen=True, slots=True)
class Tidied:
    """Output of the Retire… and Remove… states: the status found, and how many files were retired or removed."""

    status: str
    retired: int = 0
    removed: int = 0

    def to_json(self) -> dict[str, Any]:
        """The document that the state machine carries."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Facts:
    """What the header of a picture says. ``width`` and ``height`` are pixels as a viewer sees them, oriented.

    ``orientation`` is the EXIF value 1 to 8 as stored; ``frames`` is 1 unless the file is animated or has pages.
    ``taken_at`` is the camera's own clock as in ISO 8601, ``camera`` its make and model; either may be empty.
    """

    format: str
    width: int
    height: int
    orientation: int
    frames: int
    has_alpha: bool
    taken_at: str = ""
    camera: str = ""


@dataclass(frozen=True, slots=True)
class Image:
    """A validated original: the output of ValidateImage and the input of every rendition.

    ``digest`` is the SHA-256 of the bytes, ``version`` that of the content together with the settings.
    """

    bucket: str
    key: str
    etag: str
    version_id: str
    bytes: int
    digest: str
    version: str
    format: str
    width: int
    height: int
    frames: int
    orientation: int
    has_alpha: bool
    taken_at: str
    camera: str

    @classmethod
    def of(cls, upload: Upload, facts: Facts, size: int, digest: str, version: str) -> Self:
        """What was uploaded, with what was found in it; ``size`` is in bytes."""
        return cls(
            bucket=upload.bucket,
            key=upload.key,
            etag=upload.etag,
            version_id=upload.version_id or "null",
            bytes=size,
            digest=digest,
            version=version,
            format=facts.format,
            width=facts.width,
            height=facts.height,
            frames=facts.frames,
            orientation=facts.orientation,
            has_alpha=facts.has_alpha,
            taken_at=facts.taken_at,
            camera=facts.camera,
        )

    def upload(self) -> Upload:
        """Where the bytes are, for reading exactly this version again."""
        version_id = None if self.version_id == "null" else self.version_id
        return Upload(self.bucket, self.key, self.etag, version_id, self.bytes)

    def to_json(self) -> dict[str, Any]:
        """The document that the state machine carries."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class RenditionRequest:
    """Input of one branch of MakeRenditions: which rendition to make from which original."""

    rendition: str
    image: Image

    @classmethod
    def from_event(cls, event: Mapping[str, Any]) -> Self:
        """Parse the payload that the state machine sends."""
        return cls(rendition=event["rendition"], image=Image(**event["image"]))


@dataclass(frozen=True, slots=True)
class Rendered:
    """One rendition as bytes, before it is stored. ``note`` says what was left out and why, or is empty.

    ``dominant_colour`` (#rrggbb) and ``placeholder`` (a BlurHash) are those of the thumbnail, empty for the others.
    """

    data: bytes
    width: int
    height: int
    content_type: str
    extension: str
    note: str = ""
    dominant_colour: str = ""
    placeholder: str = ""

    def preview(self) -> dict[str, str]:
        """What a page shows before the picture has loaded, as every branch hands it on."""
        return {"dominant_colour": self.dominant_colour, "placeholder": self.placeholder}


@dataclass(frozen=True, slots=True)
class Rendition:
    """One stored rendition: the output of a branch, one entry of the record's map and of the notice."""

    name: str
    bucket: str
    key: str
    width: int
    height: int
    bytes: int
    content_type: str
    note: str

    def to_json(self) -> dict[str, Any]:
        """The document that the state machine carries."""
        return asdict(self)
