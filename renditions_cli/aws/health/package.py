"""The names and checksums of the files in a function's package, without downloading all of it."""

import io
import urllib.request
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

SECONDS = 20
# The directory of a zip file is at its end; that of a package with 2,000 files has 200 kB.
TAIL = 2_000_000
LARGEST = 300_000_000  # bytes; Lambda's limit of an uncompressed package is smaller


class PackageUnreadable(Exception):  # noqa: N818 - reads as what it is
    """The package cannot be read."""


def files_of(url: str) -> Mapping[str, int]:
    """Return the files of the zip file at ``url``: name → CRC-32. Raises PackageUnreadable."""
    with _archive(url, TAIL) as archive:
        return {one.filename: one.CRC for one in archive.infolist()}


def files_and_one(url: str, name: str) -> tuple[Mapping[str, int], bytes]:
    """Return the same, and the content of the file ``name``. Downloads all of it if that file is not at its end.

    Raises PackageUnreadable.
    """
    try:
        return _files_and_one(url, name, TAIL)
    except PackageUnreadable:
        return _files_and_one(url, name, LARGEST)


def _files_and_one(url: str, name: str, tail: int) -> tuple[Mapping[str, int], bytes]:
    with _archive(url, tail) as archive:
        return {one.filename: one.CRC for one in archive.infolist()}, archive.read(name)


@contextmanager
def _archive(url: str, tail: int) -> Iterator[zipfile.ZipFile]:
    """Open the last ``tail`` bytes of a zip file. Raises PackageUnreadable, also for what is read before them."""
    request = urllib.request.Request(url, headers={"Range": f"bytes=-{tail}"})  # noqa: S310 - AWS gave the URL
    try:
        with urllib.request.urlopen(request, timeout=SECONDS) as answer:  # noqa: S310 - the same
            data: bytes = answer.read(LARGEST)
            # "bytes 100-299/300": what was left out, so that the offsets in the directory hold
            content_range = answer.headers.get("Content-Range", "")
        skipped = int(content_range.split()[1].split("-")[0]) if content_range else 0
        with zipfile.ZipFile(TailOfFile(data, skipped)) as archive:
            yield archive
    except (OSError, ValueError, IndexError, KeyError, zipfile.BadZipFile) as error:
        raise PackageUnreadable(f"The package cannot be read: {error}") from error


class TailOfFile(io.BytesIO):
    """The end of a file whose first ``skipped`` bytes are not here. Only positions behind them can be read."""

    def __init__(self, tail: bytes, skipped: int) -> None:
        super().__init__(tail)
        self._skipped = skipped

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        """Move to a position of the whole file. Raises ValueError if it is not here."""
        if whence == io.SEEK_SET:
            if offset < self._skipped:
                raise ValueError("the directory of the package is larger than expected")
            return super().seek(offset - self._skipped) + self._skipped
        return super().seek(offset, whence) + self._skipped

    def tell(self) -> int:
        """Return the position in the whole file."""
        return super().tell() + self._skipped
