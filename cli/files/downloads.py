"""Bring the renditions into a folder."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from cli.aws.outcomes import Outcome
from cli.aws.sdk_errors import clear_aws_errors
from cli.aws.waiting import WORKERS
from cli.errors import UsageError
from cli.files.folders import write_rendition

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

    from renditions.contracts import Rendition


def download(s3: "S3Client", outcomes: Sequence[Outcome], out: Path) -> dict[str, dict[str, Path]]:
    """Write each rendition to ``out``/original's name/rendition.ext. Returns original's name → rendition's name → file.

    Raises StackError if S3 cannot be read, UsageError if a file cannot be written.
    """
    with clear_aws_errors(), ThreadPoolExecutor(WORKERS) as pool:
        return dict(pool.map(lambda outcome: download_one(s3, outcome, out), outcomes))


def download_one(s3: "S3Client", outcome: Outcome, out: Path) -> tuple[str, dict[str, Path]]:
    """The renditions of one image."""
    folder = out / outcome.original.name
    renditions = outcome.record.renditions if outcome.record else ()
    try:
        return outcome.original.name, {one.name: write_one(s3, one, folder) for one in renditions}
    except OSError as error:
        raise UsageError(f"{error.filename} cannot be written: {error.strerror}.") from error


def write_one(s3: "S3Client", rendition: "Rendition", folder: Path) -> Path:
    """One file."""
    data = s3.get_object(Bucket=rendition.bucket, Key=rendition.key)["Body"].read()
    return write_rendition(folder, rendition.name, PurePosixPath(rendition.key).suffix[1:], data)
