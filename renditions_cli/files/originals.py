"""The files that a command works on, and the name of each in the uploads bucket and in the output folder."""

import os
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from renditions_cli.errors import UsageError
from renditions_cli.files.keys import key_fault

SAMPLES = Path(__file__).parents[2] / "samples"
SAMPLE_NAMES = (
    "living-room.jpg",
    "fig-bowl.png",
    "cat.gif",
    "paint-brushes.jpg",
    "coffee-small.jpg",
    "notes.jpg",
)
PAIRS_SHOWN = 3  # of files with the same key


@dataclass(frozen=True, slots=True)
class Original:
    """A file to process. ``name``: its key in the bucket, without the prefix.

    ``suffix`` is empty unless another file of the run has the same name on a disk that ignores case.
    """

    path: Path
    name: str
    bytes: int
    suffix: str = ""

    @property
    def folder(self) -> str:
        """The name of its folder in the output, unique in its run."""
        return self.name + self.suffix


def samples() -> list[Original]:
    """Return the sample images, in the order in which SOURCES.md explains them."""
    return named((SAMPLES / name, name) for name in SAMPLE_NAMES)


def find_originals(arguments: Sequence[Path]) -> list[Original]:
    """Return the files in ``arguments``, with all files below each folder. Raises UsageError that names every fault.

    A file has its own name; a file in a folder also has the folder's: ``holiday/beach/1.jpg``. Hidden files in folders
    are skipped. No name depends on where the files are on this machine.
    """
    missing = [str(path) for path in arguments if not path.exists()]
    if missing:
        raise UsageError(f"No such file or folder: {', '.join(missing)}. Nothing was started.")
    originals = all_originals(arguments)
    refuse_unreadable(original.path for original in originals)
    refuse_same_keys(originals)
    return originals


def all_originals(arguments: Sequence[Path]) -> list[Original]:
    """Return the same as ``find_originals``, but keep missing and unreadable files, and files with the same name.

    Raises UsageError if there are only empty folders.
    """
    found = [file for argument in arguments for file in files_in(argument)]
    if not found:
        raise UsageError(f"No files in {', '.join(str(path) for path in arguments)}. Nothing was started.")
    return named(found)


def files_in(argument: Path) -> list[tuple[Path, str]]:
    """Return each file at or below ``argument``, with its name."""
    top = Path(os.path.abspath(argument))  # noqa: PTH100 - resolve() would follow links and lose the file's own name
    if not top.is_dir():
        return [(top, key_of(Path(top.name)))]
    return [(file, key_of(top.name / file.relative_to(top))) for file in sorted(visible_files(top))]


def visible_files(folder: Path) -> Iterator[Path]:
    """Yield all files below ``folder``, except hidden files and those in hidden folders."""
    for found in folder.rglob("*"):
        hidden = any(part.startswith(".") for part in found.relative_to(folder).parts)
        if found.is_file() and not hidden:
            yield found


def refuse_unreadable(paths: Iterable[Path]) -> None:
    """Raise UsageError if the user has no permission to read a file."""
    locked = [str(path) for path in paths if not os.access(path, os.R_OK)]
    if locked:
        raise UsageError(f"Permission denied: {', '.join(locked)}. Nothing was started.")


def refuse_same_keys(originals: Iterable[Original]) -> None:
    """Raise UsageError if two files would get the same key: the second would replace the first."""
    seen: dict[str, Original] = {}
    same = [(first, one) for one in originals if (first := seen.setdefault(one.name, one)) is not one]
    if same:
        pairs = ", ".join(f"{first.path} and {one.path}" for first, one in same[:PAIRS_SHOWN])
        if len(same) > PAIRS_SHOWN:
            pairs += f", and {len(same) - PAIRS_SHOWN} more"
        raise UsageError(
            f"The same key for different files: {pairs}. Process them in separate calls; with `upload`, give each call "
            "another --prefix. Nothing was started."
        )


def named(found: Iterable[tuple[Path, str]]) -> list[Original]:
    """Return the files with their names, each file once, and with suffixes that make their folders unique."""
    names: dict[Path, str] = {}
    for path, name in found:
        names.setdefault(path, name)  # a file named twice is one image
    taken: set[str] = set()
    return [Original(path, name, size_of(path), free_suffix(name, taken)) for path, name in names.items()]


def free_suffix(name: str, taken: set[str]) -> str:
    """Return what makes the folder of ``name`` different from those in ``taken``, and add it to them."""
    suffix, number = "", 1
    while (folder := same_on_disk(name + suffix)) in taken:
        number += 1
        suffix = f"-{number}"
    taken.add(folder)
    return suffix


def same_on_disk(name: str) -> str:
    """Return the same text for names that are one file on a disk that ignores case and the encoding of accents."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())


def size_of(path: Path) -> int:
    """Return the size of the file in bytes; 0 if it does not exist, which is reported when it is read."""
    try:
        return path.stat().st_size
    except OSError:
        return 0


def key_of(relative: Path) -> str:
    r"""Return the parts of the path, joined by slashes. Bytes that are not UTF-8 become ``\xe9``: keys are UTF-8."""
    return os.fsencode(relative.as_posix()).decode("utf-8", "backslashreplace")


def refuse_long_keys(originals: Iterable[Original], prefix: str) -> None:
    """Raise UsageError if S3 does not accept a key."""
    for original in originals:
        if fault := key_fault(prefix + original.name):
            raise UsageError(f"{original.path} cannot be uploaded, because of its key: {fault}.")
