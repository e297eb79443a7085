"""Zip files whose bytes depend on nothing but the names and the content of their files."""

import zipfile
from collections.abc import Mapping
from pathlib import Path

_START_OF_ZIP_TIME = (1980, 1, 1, 0, 0, 0)
_REGULAR_FILE, _UNIX = 0o100644, 3


def files_in(folder: Path) -> dict[str, bytes]:
    """Map the names of all files under ``folder``, with slashes, to their content."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }


def write_zip(path: Path, files: Mapping[str, bytes]) -> None:
    """Write ``files``, name → content, sorted by name."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w") as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, _START_OF_ZIP_TIME)
            entry.create_system = _UNIX
            entry.external_attr = _REGULAR_FILE << 16
            # A zip in a zip becomes no smaller.
            entry.compress_type = zipfile.ZIP_STORED if name.endswith(".zip") else zipfile.ZIP_DEFLATED
            archive.writestr(entry, files[name])
