"""The files that a command works on, and the name of each in the uploads bucket and in the output folder."""

import os
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from cli.errors import UsageError

SAMPLES = Path(__file__).parents[2] / "samples"
SAMPLE_NAMES = (
    "living-room.jpg",
    "fig-bowl.png",
    "cat.gif",
    "paint-brushes.jpg",
    "coffee-small.jpg",
    "notes.jpg",
)
LONGEST_KEY = 1024  # bytes, S3's limit


@dataclass(frozen=True, slots=True)
class Original:
    """A file to process. ``name`` is unique in its run: its key in the bucket and its folder in the output."""

    path: Path
    name: str
    bytes: int


def samples() -> list[Original]:
    """Return the sample images, in the order in which SOURCES.md explains them."""
    return named((SAMPLES / name, 1) for name in SAMPLE_NAMES)


def find_originals(arguments: Sequence[Path]) -> list[Original]:
    """Return the files in ``arguments``, with all files below each folder. Raises UsageError that names every fault.

    A file has its own name; a file in a folder also has the folder's: ``holiday/beach/1.jpg``. Hidden files in folders
    are skipped.
    """
    missing = [str(path) for path in arguments if not path.exists()]
    if missing:
        raise UsageError(f"No such file or folder: {', '.join(missing)}. Nothing was started.")
    originals = all_originals(arguments)
    refuse_unreadable(original.path for original in originals)
    return originals


def all_originals(arguments: Sequence[Path]) -> list[Original]:
    """Return the same as ``find_originals``, but keep missing and unreadable files.

    Raises UsageError if there are only empty folders.
    """
    found = [file for argument in arguments for file in files_in(argument)]
    if not found:
        raise UsageError(f"No files in {', '.join(str(path) for path in arguments)}. Nothing was started.")
    return named(found)


def files_in(argument: Path) -> list[tuple[Path, int]]:
    """Return each file at or below ``argument``, with the number of its last path parts that make up its name."""
    top = Path(os.path.abspath(argument))  # noqa: PTH100 - resolve() would follow links and lose the file's own name
    if not top.is_dir():
        return [(top, 1)]
    return [(file, len(file.relative_to(top).parts) + 1) for file in sorted(visible_files(top))]


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


def named(found: Iterable[tuple[Path, int]]) -> list[Original]:
    """Name each file by the given number of path parts, and by more where two names would be the same."""
    depths: dict[Path, int] = {}
    for path, depth in found:
        depths.setdefault(path, depth)  # a file named twice is one image
    while clashing := clashes(depths):
        for path in clashing:
            depths[path] += 1
    return [Original(path, name_of(path, depth), size_of(path)) for path, depth in depths.items()]


def size_of(path: Path) -> int:
    """Return the size of the file in bytes; 0 if it does not exist, which is reported when it is read."""
    try:
        return path.stat().st_size
    except OSError:
        return 0


def clashes(depths: dict[Path, int]) -> list[Path]:
    """Return the files whose names are equal if case is ignored, as some file systems do, and can be made longer."""
    names = {path: name_of(path, depth).casefold() for path, depth in depths.items()}
    count = Counter(names.values())
    return [path for path, name in names.items() if count[name] > 1 and depths[path] < len(path.parts) - 1]


def name_of(path: Path, depth: int) -> str:
    r"""Return the last ``depth`` parts of the path. Bytes that are not UTF-8 become ``\xe9``: keys are UTF-8."""
    name = "/".join(path.parts[-depth:])
    return os.fsencode(name).decode("utf-8", "backslashreplace")


def refuse_long_keys(originals: Iterable[Original], prefix: str) -> None:
    """Raise UsageError if a key would be longer than S3 allows."""
    for original in originals:
        size = len((prefix + original.name).encode())
        if size > LONGEST_KEY:
            raise UsageError(
                f"The key for {original.path} is too long: {size} bytes, but S3 allows {LONGEST_KEY}."
            )
