"""The folders into which renditions are written: one for each original, one file for each rendition."""

from collections.abc import Iterable
from pathlib import Path

from cli.errors import UsageError
from cli.files.originals import Original


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


def write_rendition(folder: Path, name: str, extension: str, data: bytes) -> Path:
    """One file; one from an earlier run in another format goes, so that the folder holds what was made now."""
    folder.mkdir(parents=True, exist_ok=True)
    for earlier in folder.glob(f"{name}.*"):
        earlier.unlink()
    target = folder / f"{name}.{extension}"
    target.write_bytes(data)
    return target
