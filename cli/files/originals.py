"""Which files a command works on, and the name that each gets in the uploads bucket and under ``out/``."""

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
    """A file to upload. ``name`` is unique in its run: its key in the bucket and its folder under ``out/``."""

    path: Path
    name: str
    bytes: int


def samples() -> list[Original]:
    """The pictures that come with the project, in the order in which SOURCES.md explains them."""
    return named((SAMPLES / name, 1) for name in SAMPLE_NAMES)


def find_originals(arguments: Sequence[Path]) -> list[Original]:
    """Every file that ``arguments`` name, folders with all that is below them. Raises UsageError with every fault.

    A file is called after itself, a file in a folder also after that folder: ``holiday/beach/1.jpg``. Hidden files
    in folders are left out.
    """
    missing = [str(path) for path in arguments if not path.exists()]
    if missing:
        raise UsageError(f"No such file or folder: {', '.join(missing)}. Nothing was started.")
    originals = all_originals(arguments)
    refuse_unreadable(original.path for original in originals)
    return originals


def all_originals(arguments: Sequence[Path]) -> list[Original]:
    """As ``find_originals``, but with files that are missing or may not be read among them.

    Raises UsageError if there are only empty folders.
    """
    found = [file for argument in arguments for file in files_in(argument)]
    if not found:
        raise UsageError(f"No files in {', '.join(str(path) for path in arguments)}. Nothing was started.")
    return named(found)


def files_in(argument: Path) -> list[tuple[Path, int]]:
    """Each file at or below ``argument``, with how many parts of its path make its name."""
    top = Path(os.path.abspath(argument))  # noqa: PTH100 - resolve() would follow links and lose the file's own name
    if not top.is_dir():
        return [(top, 1)]
    return [(file, len(file.relative_to(top).parts) + 1) for file in sorted(visible_files(top))]


def visible_files(folder: Path) -> Iterator[Path]:
    """All files below ``folder``, except hidden ones and those in hidden folders."""
    for found in folder.rglob("*"):
        hidden = any(part.startswith(".") for part in found.relative_to(folder).parts)
        if found.is_file() and not hidden:
            yield found


def refuse_unreadable(paths: Iterable[Path]) -> None:
    """Raise UsageError if a file may not be read."""
    locked = [str(path) for path in paths if not os.access(path, os.R_OK)]
    if locked:
        raise UsageError(f"You may not read {', '.join(locked)}. Nothing was started.")


def named(found: Iterable[tuple[Path, int]]) -> list[Original]:
    """Give each file its name: as many parts of its path as asked, and more where two would be called the same."""
    depths: dict[Path, int] = {}
    for path, depth in found:
        depths.setdefault(path, depth)  # a file named twice is one image
    while clashing := clashes(depths):
        for path in clashing:
            depths[path] += 1
    return [Original(path, name_of(path, depth), size_of(path)) for path, depth in depths.items()]


def size_of(path: Path) -> int:
    """Bytes of the file; 0 where there is none, of which reading it will tell."""
    try:
        return path.stat().st_size
    except OSError:
        return 0


def clashes(depths: dict[Path, int]) -> list[Path]:
    """The files whose names are the same for a file system that ignores case, and can still be made longer."""
    names = {path: name_of(path, depth).casefold() for path, depth in depths.items()}
    count = Counter(names.values())
    return [path for path, name in names.items() if count[name] > 1 and depths[path] < len(path.parts) - 1]


def name_of(path: Path, depth: int) -> str:
    r"""The last ``depth`` parts of the path. Bytes that are no UTF-8 are written as ``\xe9``: keys are UTF-8."""
    name = "/".join(path.parts[-depth:])
    return os.fsencode(name).decode("utf-8", "backslashreplace")


def refuse_long_keys(originals: Iterable[Original], prefix: str) -> None:
    """Raise UsageError if a key would be longer than S3 allows."""
    for original in originals:
        size = len((prefix + original.name).encode())
        if size > LONGEST_KEY:
            raise UsageError(
                f"The key of {original.path} would have {size} bytes, but S3 allows {LONGEST_KEY}."
            )
