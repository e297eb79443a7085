"""The pages of a file: which of them get renditions."""

from dataclasses import replace

from renditions.errors import UnsupportedFormat
from renditions.imaging.decoding_errors import decoding
from renditions.imaging.formats.paged_file import PagedFile
from renditions.imaging.formats.recognition import recognize
from renditions.imaging.picture import Header
from renditions.settings import Settings

PAGES_MISSING = (
    "Pages may be missing: the file's list of pages leads out of the file, or back to an earlier page."
)


def pages(data: bytes, settings: Settings) -> PagedFile:
    """Return the pages that get renditions, each as a file of its own.

    Raises a leaf of ImageRejected, also for a format without pages. So does ``page`` of the result.
    """
    image_format = recognize(data, settings)
    if image_format.paged is None:
        raise UnsupportedFormat(f"A {image_format.name} file has no pages.")
    with decoding(image_format.name):
        file = image_format.paged(data, settings)

    def page(number: int) -> bytes:
        with decoding(image_format.name):
            return file.page(number)

    return replace(file, page=page)


def beyond_reach(file: PagedFile, settings: Settings) -> str:
    """Return the sentences about pages beyond a limit, or lost with a broken list; empty if there are none."""
    sentences = []
    if file.count < file.total:
        sentences.append(
            f"Only the first {file.count:,} of {file.total:,} pages are shown. PAGES_MAX allows "
            f"{settings.pages_max:,}, PAGES_MAX_MEGAPIXELS {settings.pages_max_megapixels:,}."
        )
    if file.lacks_pages:
        sentences.append(PAGES_MISSING)
    return " ".join(sentences)


def count_pages(data: bytes, header: Header, settings: Settings) -> int:
    """Return how many pages get renditions: 1 unless the settings ask for all."""
    if settings.pages == "first" or header.format.paged is None or not header.others:
        return 1
    return pages(data, settings).count
