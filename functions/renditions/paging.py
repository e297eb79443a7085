"""The renditions of every page of a file: as many as a function has time for, the rest when it is called again.

What has been made is in the renditions bucket, so a call continues where the one before has ended, also after a
redrive. Further pages come first and page 1 last, because the output of a branch describes page 1.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from aws_lambda_powertools import Logger

from renditions import imaging, page_keys
from renditions.contracts import Rendered, Rendition, RenditionRequest
from renditions.credentials import Credentials
from renditions.errors import CorruptImage, ImageRejected, PagesLeft
from renditions.imaging.formats.paged_file import PagedFile
from renditions.imaging.outputs import OUTPUTS
from renditions.settings import Settings
from renditions.storage import renditions

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

# A file with more pages that cannot be read is not worth its renditions.
MOST_LEFT_OUT: Final = 20
_MEGABYTE: Final = 1_048_576
_LONGEST_REASON: Final = 200  # characters
logger = Logger(child=True)


@dataclass(frozen=True, slots=True)
class Branch:
    """What a branch of MakeRenditions makes, how, and the bucket that it goes to.

    ``settings`` are those of this function, not of ValidateImage: after a deployment between the two, pixels of the new
    settings are never stored under a version of the old ones.
    """

    s3: "S3Client"
    bucket: str
    request: RenditionRequest
    settings: Settings
    logo: bytes | None = None
    font: bytes = b""
    credentials: Credentials | None = None

    @property
    def version(self) -> str:
        """The version of all renditions of this image."""
        image = self.request.image
        return self.settings.version(image.digest, *image.stated(), pages=image.pages)

    def make(self, data: bytes, settings: Settings) -> Rendered:
        """Make the rendition of a file that has one page."""
        image, name = self.request.image, self.request.rendition
        return imaging.render(data, name, settings, self.logo, self.font, *image.stated())

    def signed(self, rendered: Rendered, original: bytes) -> Rendered:
        """Return the rendition of a file of one page, signed if it has to be."""
        image, spec = self.request.image, self.settings.rendition(self.request.rendition)
        if self.credentials is None or not self.settings.signs(image.stated()[1]):
            return rendered
        return self.credentials.keep(rendered, spec, image, original)

    def stored_pages(self) -> set[int]:
        """Return the numbers of the further pages that are stored."""
        file_name = f"{self.request.rendition}.{OUTPUTS[self.settings.output_format].extension}"
        return renditions.stored_pages(self.s3, self.bucket, file_name, self.request.image, self.version)

    def write(self, rendered: Rendered, *, page: int = 1, pages: str = "") -> Rendition:
        """Store a page, and describe it. ``pages`` are the further ones that are stored."""
        name, image = self.request.rendition, self.request.image
        return renditions.write(
            self.s3, self.bucket, name, image, self.version, rendered, page=page, pages=pages
        )


def store(branch: Branch, data: bytes, milliseconds_left: Callable[[], int]) -> tuple[Rendition, Rendered]:
    """Make and store a rendition of each page of ``data`` that gets one, and describe that of page 1.

    Raises PagesLeft if there is no time for all, a leaf of ImageRejected, and StorageUnavailable.
    """
    pages, settings = branch.request.image.pages, branch.settings
    if pages == 1:
        rendered = branch.signed(branch.make(data, settings), data)
        return branch.write(rendered), rendered
    file = imaging.pages(data, settings)
    volume = _Volume(branch, file, min(file.count, pages), _Time(milliseconds_left))
    made = volume.make_further(_beside(data, settings))
    first, note = file.page(1), volume.note(settings)
    del data, file, volume  # page 1 has as much memory as the page of a file that has no other
    rendered = branch.make(first, settings)
    return branch.write(rendered.noting(note), pages=made), rendered


def _beside(data: bytes, settings: Settings) -> Settings:
    """Return the settings for a page, while the whole file is in memory, too."""
    if not settings.max_memory:
        return settings
    return replace(settings, max_memory=max(1, settings.max_memory - len(data) // _MEGABYTE - 1))


@dataclass(slots=True)
class _Time:
    """The time that is left in a call, of which pages may take two thirds. A page takes longer if it is larger."""

    left: Callable[[], int]
    total: int = 0
    longest: float = 0
    pixels: int = 1

    def __post_init__(self) -> None:
        self.total = self.left()

    def measure(self, before: int, pixels: int) -> None:
        """Note what a page of so many pixels took."""
        taken = before - self.left()
        if taken > self.longest:
            self.longest, self.pixels = taken, max(1, pixels)

    def is_short(self, pixels: int) -> bool:
        """Return whether there may be too little time for a page, unless it is the first one."""
        expected = self.longest * max(1, pixels / self.pixels)
        return self.longest > 0 and self.left() < max(self.total / 3, 1.5 * expected)


@dataclass(slots=True)
class _Volume:
    """The pages 1 to ``count`` of a file. ``left_out``: those that cannot be read, and why if this call has tried."""

    branch: Branch
    file: PagedFile
    count: int
    time: _Time
    left_out: dict[int, str] = field(default_factory=dict)
    is_written: bool = False

    def make_further(self, settings: Settings) -> str:
        """Store the pages from 2 on that are not stored yet. Returns the numbers of all that are."""
        made = self.branch.stored_pages()
        begin = max(made, default=1) + 1  # pages before it have been tried
        self.left_out = dict.fromkeys(sorted({*range(2, begin)} - made), "")
        for number in range(begin, self.count + 1):
            if self.time.is_short(self.file.pixels[number - 1]):
                self._check_left_out(MOST_LEFT_OUT if self.is_written else 0)
                raise PagesLeft(f"{self.count - number + 2:,} of {self.count:,} pages are left.")
            if self._make(number, settings):
                made.add(number)
        self._try_again(made, settings)
        if self.is_written and self.time.is_short(self.file.pixels[0]):
            raise PagesLeft(f"Page 1 of {self.count:,} is left.")
        return page_keys.as_text(made)

    def _try_again(self, made: set[int], settings: Settings) -> None:
        """Make pages that an earlier call has left out, if there is time: their files may only have been deleted."""
        for number in [number for number, reason in self.left_out.items() if not reason]:
            if self.time.is_short(self.file.pixels[number - 1] + self.file.pixels[0]):
                return
            if self._make(number, settings):
                made.add(number)
                del self.left_out[number]

    def _make(self, number: int, settings: Settings) -> bool:
        """Make and store a page. Returns whether it can be read. Raises CorruptImage for one too many that cannot."""
        before = self.time.left()
        try:
            self.branch.write(self.branch.make(self.file.page(number), settings), page=number)
        except ImageRejected as rejection:
            self.left_out[number] = str(rejection)
            logger.warning("page left out", extra={"page": number, "error": type(rejection).__name__})
            self._check_left_out(MOST_LEFT_OUT)
            return False
        finally:
            self.time.measure(before, self.file.pixels[number - 1])
        self.is_written = True
        return True

    def _check_left_out(self, most: int) -> None:
        if len(self.left_out) > most:
            raise CorruptImage(
                f"{self._left_out()} Repair the file, or remove these pages, and upload it again."
            )

    def note(self, settings: Settings) -> str:
        """Return the sentences about the pages that have no file; empty if all have one."""
        sentences = [imaging.beyond_reach(self.file, settings), self._left_out() if self.left_out else ""]
        return " ".join(sentence for sentence in sentences if sentence)

    def _left_out(self) -> str:
        """Return which pages cannot be read, and why the first of them cannot."""
        numbers = page_keys.as_text(self.left_out).replace(",", ", ")
        number, reason = next(iter(self.left_out.items()))
        reason = reason or self._reason(number)
        if len(reason) > _LONGEST_REASON:
            reason = f"{reason[: _LONGEST_REASON - 1]}…"
        if len(self.left_out) == 1:
            return f"Page {numbers} of {self.file.total:,} is not shown: {reason}"
        return f"{len(self.left_out)} of {self.file.total:,} pages are not shown: {numbers}. Page {number}: {reason}"

    def _reason(self, number: int) -> str:
        """Return why a page that an earlier call has tried cannot be read, as far as its header says it."""
        try:
            imaging.inspect(self.file.page(number), self.branch.settings)
        except ImageRejected as rejection:
            return str(rejection)
        return "It is damaged, or needs too much memory."
