"""The small copy of a release under tests/releases/, from which tests deploy it: also in a clone without tags.

It holds the template, the state machines, the sources of the functions and of the page, and the example events. It
leaves out fonts, which are most of the bytes; `unpack` takes those of the checkout.
"""

import io
import lzma
import shutil
import subprocess
import tarfile
from pathlib import Path

FOLDER = "tests/releases"
CONTENT = ("template.yaml", "CHANGELOG.md", "statemachine", "functions", "web", "events")
FONTS = "functions/renditions/imaging/fonts"


def path_of(root: Path, version: str) -> Path:
    """Return where the copy of a release is."""
    return root / FOLDER / f"{version}.tar.xz"


def write(root: Path, version: str) -> Path:
    """Write the copy of the checkout as the release ``version``. The same files give the same bytes."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for name in tracked(root, *CONTENT):
            if not name.endswith(".ttf"):
                _add(archive, name, (root / name).read_bytes())
    path = path_of(root, version)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(lzma.compress(buffer.getvalue(), preset=9 | lzma.PRESET_EXTREME))
    return path


def unpack(root: Path, version: str, folder: Path) -> Path:
    """Unpack the copy of a release into ``folder``, complete with fonts, so that it can be deployed. Returns it."""
    with tarfile.open(path_of(root, version)) as archive:
        for entry in archive:
            file, content = folder / entry.name, archive.extractfile(entry)
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content.read() if content else b"")
    shutil.copytree(root / FONTS, folder / FONTS, dirs_exist_ok=True)
    return folder


def tracked(root: Path, *names: str) -> list[str]:
    """Return the files under ``names`` that git tracks, sorted."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--", *names], cwd=root, capture_output=True, text=True, check=True
    )
    return sorted(name for name in listed.stdout.split("\0") if name)


def _add(archive: tarfile.TarFile, name: str, data: bytes) -> None:
    entry = tarfile.TarInfo(name)
    entry.size = len(data)
    entry.mode = 0o644
    archive.addfile(entry, io.BytesIO(data))
