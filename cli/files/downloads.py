"""Download renditions into the output folders."""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from cli.errors import UsageError
from cli.files.folders import write_rendition

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

    from renditions.contracts import Rendition

WORKERS = 8  # images at once: enough to use the line, few enough for an emulator on a small machine

Downloads = Mapping[str, Mapping[str, Path]]  # name of the original → name of the rendition → file


def download(s3: "S3Client", renditions: "Mapping[str, Sequence[Rendition]]", out: Path) -> Downloads:
    """Write each rendition to ``out/{original}/{rendition}.{extension}``; ``renditions`` is keyed by original.

    Raises UsageError if a file cannot be written, and what boto3 raises if S3 cannot be read.
    """
    with ThreadPoolExecutor(WORKERS) as pool:
        files = pool.map(lambda name: download_one(s3, renditions[name], out / name), renditions)
        return dict(zip(renditions, files, strict=True))


def download_one(s3: "S3Client", renditions: "Sequence[Rendition]", folder: Path) -> dict[str, Path]:
    """Download the renditions of one image. Returns the file of each."""
    try:
        return {one.name: write_one(s3, one, folder) for one in renditions}
    except OSError as error:
        raise UsageError(f"Cannot write {error.filename}: {error.strerror}.") from error


def write_one(s3: "S3Client", rendition: "Rendition", folder: Path) -> Path:
    """Download one rendition."""
    data = s3.get_object(Bucket=rendition.bucket, Key=rendition.key)["Body"].read()
    return write_rendition(folder, rendition.name, PurePosixPath(rendition.key).suffix[1:], data)
