"""Bring the renditions into a folder."""

from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from cli.aws_errors import clear_aws_errors
from cli.errors import UsageError
from cli.originals import Original
from cli.outcomes import Outcome
from cli.watch import WORKERS

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

    from renditions.contracts import Rendition


def prepare_folder(out: Path, originals: Iterable[Original]) -> None:
    """Make ``out``. Raises UsageError if it, or the folder of an original in it, cannot be."""
    blocked = [str(out / original.name) for original in originals if (out / original.name).is_file()]
    if blocked:
        raise UsageError(
            f"{', '.join(blocked)} is a file, but would be the folder of renditions. Choose another --out."
        )
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(
            f"The folder {out} cannot be made: {error.strerror}. Choose another --out."
        ) from error


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
    """One file; one from an earlier run in another format goes, so that the folder holds what was made now."""
    folder.mkdir(parents=True, exist_ok=True)
    for earlier in folder.glob(f"{rendition.name}.*"):
        earlier.unlink()
    target = folder / f"{rendition.name}{PurePosixPath(rendition.key).suffix}"
    target.write_bytes(s3.get_object(Bucket=rendition.bucket, Key=rendition.key)["Body"].read())
    return target
