"""Download renditions into the output folders."""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, TypeVar

from renditions_cli.errors import UsageError
from renditions_cli.files.folders import write_rendition

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

    from renditions.contracts import Rendition

WORKERS = 8  # images at once: enough to use the line, few enough for an emulator on a small machine

Downloads = Mapping[str, Mapping[str, Path]]  # folder of the original → name of the rendition → file
Refusal = TypeVar("Refusal", bound=Exception)


def download(
    s3: "S3Client",
    renditions: "Mapping[str, Sequence[Rendition]]",
    out: Path,
    expected: type[Refusal],
) -> tuple[Downloads, dict[str, Refusal]]:
    """Write each rendition to ``out/{folder}/{rendition}.{extension}``; ``renditions`` is keyed by folder.

    Returns the files, and the folders whose download ended with an ``expected`` error. Raises UsageError if a file
    cannot be written, and any other error.
    """

    def attempt(folder: str) -> dict[str, Path] | Refusal:
        try:
            return download_one(s3, renditions[folder], out / folder)
        except expected as error:
            return error

    with ThreadPoolExecutor(WORKERS) as pool:
        answers = dict(zip(renditions, pool.map(attempt, renditions), strict=True))
    files = {folder: one for folder, one in answers.items() if isinstance(one, dict)}
    return files, {folder: one for folder, one in answers.items() if not isinstance(one, dict)}


def download_one(s3: "S3Client", renditions: "Sequence[Rendition]", folder: Path) -> dict[str, Path]:
    """Download the renditions of one image. Returns the file of each."""
    try:
        return {one.name: write_one(s3, one, folder) for one in renditions}
    except OSError as error:
        raise UsageError(f"Cannot write {error.filename}: {error.strerror}.") from error


def write_one(s3: "S3Client", rendition: "Rendition", folder: Path) -> Path:
    """Download one rendition. Returns the file of page 1."""

    def write(key: str, name: str) -> Path:
        data = s3.get_object(Bucket=rendition.bucket, Key=key)["Body"].read()
        return write_rendition(folder, name, PurePosixPath(key).suffix[1:], data)

    for key in rendition.further_keys:
        write(key, PurePosixPath(key).stem)
    return write(rendition.key, rendition.name)
