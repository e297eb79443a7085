"""The input and output of each Task state as frozen dataclasses. The console shows their JSON."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final, Self

from renditions.framing import Framing
from renditions.labels import NONE, Labels
from renditions.page_keys import key_of_page, ranges_in
from renditions.recipe import Traits, recipe
from renditions.settings import KEEP, Settings

if TYPE_CHECKING:
    from renditions.presets import Choice

# The origin of an execution that makes the renditions of an existing image again.
BACKFILL: Final = "backfill"

Content = bytes  # within Image, `bytes` is an attribute


def bucket_and_key(uri: str) -> tuple[str, str]:
    """Return the parts of ``s3://bucket/key``, of which a key may contain more slashes. What is missing is empty."""
    bucket, _, key = uri.removeprefix("s3://").partition("/")
    return bucket, key


@dataclass(frozen=True, slots=True)
class Upload:
    """One version of one object in the uploads bucket, from S3's event. The key is never URL-decoded.

    ``version_id`` is None if the bucket has no versioning; ``bytes`` is the size in the event.
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
            version_id=found.get("version-id") or None,  # a backfill has empty text where it knows none
            bytes=found["size"],
        )

    @property
    def uri(self) -> str:
        """The ``image_uri``, which identifies the image everywhere: ``s3://bucket/key``."""
        return f"s3://{self.bucket}/{self.key}"


@dataclass(frozen=True, slots=True)
class Original:
    """A key of the uploads bucket, whether or not it has an object."""

    bucket: str
    key: str

    @classmethod
    def from_event(cls, event: Mapping[str, Any]) -> Self:
        """Parse an EventBridge event from S3: "Object Created" or "Object Deleted"."""
        return cls(bucket=event["detail"]["bucket"]["name"], key=event["detail"]["object"]["key"])

    @property
    def uri(self) -> str:
        """The ``image_uri``, which identifies the image everywhere: ``s3://bucket/key``."""
        return f"s3://{self.bucket}/{self.key}"


@dataclass(frozen=True, slots=True)
class CurrentObject:
    """Output of ConfirmDeleted and ConfirmGone: whether the key of the event has an object.

    ``predates_event``: the object is older than the event, so that no event of its own will follow. Only then are
    ``etag`` and ``start`` filled: the name and the input of the execution that processes the object. ``expires_at``:
    when DynamoDB may remove the record of the deletion, in seconds since 1970, as text.
    """

    exists: bool
    predates_event: bool = False
    etag: str = ""
    start: Mapping[str, Any] = field(default_factory=dict)
    expires_at: str = ""

    def to_json(self) -> dict[str, Any]:
        """Return the document for the state machine."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class TidyRequest:
    """Input of the Retire… and Remove… states: the original whose renditions to tidy. ``because`` is for the log."""

    bucket: str
    key: str
    because: str

    @classmethod
    def from_event(cls, event: Mapping[str, Any]) -> Self:
        """Parse the payload, with the bucket and the key, or with the ``image_uri`` if the state has only that."""
        if "image_uri" in event:
            return cls(*bucket_and_key(str(event["image_uri"])), event["because"])
        return cls(event["bucket"], event["key"], event["because"])

    def original(self) -> Original:
        """Return the key, whose record decides what stays."""
        return Original(self.bucket, self.key)


@dataclass(frozen=True, slots=True)
class Tidied:
    """Output of the Retire… and Remove… states: the record's status, and how many files were retired or removed.

    ``left``: how many files could not be retired, because S3 refuses to read or tag them.
    """

    status: str
    retired: int = 0
    removed: int = 0
    left: int = 0

    def to_json(self) -> dict[str, Any]:
        """Return the document for the state machine."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Facts:
    """What the header of an image says. ``width`` and ``height`` are pixels after applying the EXIF orientation.

    ``orientation`` is the EXIF value 1 to 8 as stored; ``frames`` is 1 unless the file is animated or has pages.
    ``pages`` is how many of those get renditions.
    ``taken_at`` is the time on the camera's clock in ISO 8601, ``camera`` its make and model; either may be empty.
    ``hdr_stops`` is how much brighter than white its gain map makes the image, in stops; 0 without one.
    ``labels`` are what the settings keep of them.
    """

    format: str
    width: int
    height: int
    orientation: int
    frames: int
    has_alpha: bool
    taken_at: str = ""
    camera: str = ""
    pages: int = 1
    hdr_stops: float = 0
    labels: Labels = NONE

    def hdr(self, settings: Settings) -> str:
        """Return what these settings make of the gain map: ``kept`` or ``dropped``; ``none`` if there is none."""
        if not self.hdr_stops:
            return "none"
        return "kept" if settings.hdr == KEEP else "dropped"


@dataclass(frozen=True, slots=True)
class Image:
    """A validated original: the output of ValidateImage and the input of every rendition.

    ``digest`` is the SHA-256 of the bytes, ``version`` depends on the content, the settings, the ``resizer``, where
    the uploader wants people to look (``focus`` and ``crop``) and the ``labels``. ``hdr`` says what becomes of the
    gain map: ``kept`` or ``dropped``; ``none`` if there is none. ``recipe`` depends on the settings that matter to the
    image, and not on its content. ``tags`` are for the renditions, as S3 takes them:
    ``a=b&c=d``. ``preset`` is the name of the preset, or empty. What follows from it comes along, so that all
    renditions have the same: the settings that differ, ``overrides``, and the renditions that are not made,
    ``skipped``. ``pages`` is how many pages get renditions, on which the version depends, too.
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
    resizer: str = "pillow"  # what executions that began before there was a choice have used
    recipe: str = ""
    pages: int = 1
    focus: str = ""
    crop: str = ""
    hdr: str = "none"
    hdr_stops: float = 0
    labels: Mapping[str, str] = field(default_factory=dict)
    tags: str = ""
    preset: str = ""
    overrides: Mapping[str, Any] = field(default_factory=dict)
    skipped: Sequence[str] = ()

    @classmethod
    def of(  # noqa: PLR0913 - everything that is known about an original
        cls,
        upload: Upload,
        facts: Facts,
        data: Content,
        framing: Framing,
        settings: Settings,
        choice: "Choice",
        *,
        tags: str,
    ) -> Self:
        """Combine the upload with its ``data``, the facts about it, and what the version depends on.

        ``settings`` are those without the preset.
        """
        import hashlib  # noqa: PLC0415 - OpenSSL: a process that only renders does without its 3.5 MB

        preset = choice.preset
        settings = preset.settings(settings)
        hdr = facts.hdr(settings)
        settings = _for_hdr(settings, hdr)
        traits = Traits(
            facts.format,
            facts.width,
            facts.height,
            facts.frames,
            facts.has_alpha,
            framing,
            facts.labels,
            has_gain_map=hdr != "none",
        )
        digest = hashlib.sha256(data).hexdigest()
        return cls(
            bucket=upload.bucket,
            key=upload.key,
            etag=upload.etag,
            version_id=upload.version_id or "null",
            bytes=len(data),
            digest=digest,
            version=settings.version(digest, framing, facts.labels, pages=facts.pages),
            resizer=settings.resized_by,
            recipe=recipe(settings, traits, preset.skipped, settings.resized_by, asked=choice.is_asked),
            format=facts.format,
            width=facts.width,
            height=facts.height,
            frames=facts.frames,
            orientation=facts.orientation,
            has_alpha=facts.has_alpha,
            taken_at=facts.taken_at,
            camera=facts.camera,
            pages=facts.pages,
            **framing.texts(),
            hdr=hdr,
            hdr_stops=facts.hdr_stops,
            labels=facts.labels.to_json(),
            tags=tags,
            preset=preset.name,
            overrides=preset.overrides,
            skipped=preset.skipped,
        )

    def settings(self, base: Settings) -> Settings:
        """Return the settings for this image, from those of the function: with the preset that ValidateImage chose."""
        return _for_hdr(replace(base, **self.overrides), self.hdr)

    def framing(self) -> Framing:
        """Return where to look, as ValidateImage has checked it."""
        return Framing(self.focus, self.crop)

    def stated(self) -> tuple[Framing, Labels]:
        """Return the framing, and the labels as ValidateImage has read them."""
        return self.framing(), Labels.parse(self.labels)

    def upload(self) -> Upload:
        """Return the upload, for reading exactly this version again."""
        version_id = None if self.version_id == "null" else self.version_id
        return Upload(self.bucket, self.key, self.etag, version_id, self.bytes)

    def to_json(self) -> dict[str, Any]:
        """Return the document for the state machine."""
        return {**asdict(self), "skipped": list(self.skipped)}


def _for_hdr(settings: Settings, hdr: str) -> Settings:
    """Return the settings for an original: without a gain map, those for HDR change neither pixels nor version."""
    return replace(settings, hdr="off") if hdr == "none" else settings


@dataclass(frozen=True, slots=True)
class RenditionRequest:
    """Input of one branch of MakeRenditions: the rendition to make, and the original."""

    rendition: str
    image: Image

    @classmethod
    def from_event(cls, event: Mapping[str, Any]) -> Self:
        """Parse the payload that the state machine sends."""
        return cls(rendition=event["rendition"], image=Image(**event["image"]))

    @property
    def is_skipped(self) -> bool:
        """Whether the preset of the image leaves this rendition out."""
        return self.rendition in self.image.skipped

    def skipped(self) -> dict[str, Any]:
        """Return the output of the branch of a rendition that is left out."""
        made = Rendered(b"", 0, 0, "", "")
        return Rendition.skipped(self.rendition, self.image.preset).to_json() | made.preview()


@dataclass(frozen=True, slots=True)
class Rendered:
    """One rendition as bytes, before it is stored. ``note`` says what was left out and why, or is empty.

    ``is_signed``: it has content credentials, so that the same pixels have other bytes each time. They are in the file,
    or in ``sidecar`` if that is not empty.

    ``dominant_colour`` (#rrggbb) and ``placeholder`` (a BlurHash) are empty for all renditions but the thumbnail.
    """

    data: bytes
    width: int
    height: int
    content_type: str
    extension: str
    note: str = ""
    dominant_colour: str = ""
    placeholder: str = ""
    is_signed: bool = False
    sidecar: bytes = b""

    def noting(self, sentence: str) -> Self:
        """Return the same with one more sentence in its note, unless that is empty."""
        return replace(self, note=" ".join(text for text in (self.note, sentence) if text))

    def preview(self) -> dict[str, str]:
        """Return what a page shows before the image has loaded. Every branch outputs it."""
        return {"dominant_colour": self.dominant_colour, "placeholder": self.placeholder}


@dataclass(frozen=True, slots=True)
class Rendition:
    """One stored rendition: the output of a branch, an entry of the record's map and of the notice.

    ``key`` is empty if the preset of the image leaves the rendition out. It is that of page 1; ``pages`` are the
    numbers of further pages that have a file, such as ``2-16,18-500``, empty if there are none.
    """

    name: str
    bucket: str
    key: str
    width: int
    height: int
    bytes: int
    content_type: str
    note: str
    pages: str = ""

    @classmethod
    def skipped(cls, name: str, preset: str) -> Self:
        """Return what stands for a rendition that is not made: no key, and a note that says why."""
        return cls(name, "", "", 0, 0, 0, "", f"Skipped by the preset {preset}.")

    @property
    def further_keys(self) -> Iterator[str]:
        """The keys of further pages."""
        return (key_of_page(self.key, number) for numbers in ranges_in(self.pages) for number in numbers)

    @property
    def files(self) -> int:
        """The number of files, one for each page."""
        return 1 + sum(map(len, ranges_in(self.pages)))

    def to_json(self) -> dict[str, Any]:
        """Return the document for the state machine."""
        return asdict(self)
