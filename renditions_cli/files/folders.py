"""The output folders: one folder per original, with one file per rendition."""

from collections.abc import Iterable
from pathlib import Path

from renditions_cli.errors import UsageError
from renditions_cli.files.originals import Original


def prepare_folder(out: Path, originals: Iterable[Original]) -> None:
    """Create ``out``. Raises UsageError if that fails, or if a file blocks the folder of an original."""
    blocked = [str(out / original.folder) for original in originals if (out / original.folder).is_file()]
    if blocked:
        raise UsageError(
            f"Cannot create the folder {', '.join(blocked)}: a file has that name. Choose another --out."
        )
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(
            f"Cannot create the folder {out}: {error.strerror}. Choose another --out."
        ) from error


def write_rendition(folder: Path, name: str, extension: str, data: bytes) -> Path:
    """Write one file, and delete one that an earlier run wrote in another format."""
    folder.mkdir(parents=True, exist_ok=True)
    for earlier in folder.glob(f"{name}.*"):
        earlier.unlink()
    target = folder / f"{name}.{extension}"
    target.write_bytes(data)
    return target
