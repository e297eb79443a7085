"""One file → its renditions and the document that tells of them. No AWS: bytes in, bytes out."""

import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from cli.files.folders import write_rendition
from cli.files.originals import Original
from renditions import imaging
from renditions.contracts import Facts, Rendered
from renditions.errors import ImageRejected
from renditions.settings import Settings

Document = dict[str, Any]


class NotAFile(Exception):  # noqa: N818 - reads as what it is
    """A pipe, a device or a socket: reading it may never end."""


@dataclass(frozen=True, slots=True)
class Job:
    """What is done with every file: the ``renditions`` by name, written below ``out``."""

    out: Path
    renditions: tuple[str, ...]
    settings: Settings
    logo: bytes | None = None


def document(original: Original, status: str, reason_code: str | None, reason: str | None) -> Document:
    """What is told of a file of which nothing else is known yet."""
    return {
        "file": str(original.path),
        "name": original.name,
        "status": status,
        "reason_code": reason_code,
        "reason": reason,
        "bytes": original.bytes,
        **{fact.name: None for fact in fields(Facts)},
        "renditions": {},
        "seconds": 0.0,
    }


def render_file(original: Original, job: Job) -> Document:
    """Make the renditions of one file. All of them are written, or none when one cannot be made; never raises."""
    begun = time.monotonic()
    found = document(original, "COMPLETED", None, None)
    with told_in(found):
        check_kind(original.path)
        imaging.check_size(original.bytes, job.settings)  # before the file is read
        data = original.path.read_bytes()
        found |= asdict(imaging.inspect(data, job.settings))
        made = {name: imaging.render(data, name, job.settings, job.logo) for name in job.renditions}
        found["renditions"] = {name: write(original, name, one, job) for name, one in made.items()}
    found["seconds"] = round(time.monotonic() - begun, 3)
    return found


def check_kind(path: Path) -> None:
    """Raise OSError where nothing is, NotAFile where something else is."""
    if not stat.S_ISREG(path.stat().st_mode):
        raise NotAFile(f"{path} is not an ordinary file.")


@contextmanager
def told_in(found: Document) -> Iterator[None]:
    """Turn an error into what ``found`` tells: a verdict on the file, or a failure of ours."""
    try:
        yield
    except ImageRejected as verdict:
        found |= {"status": "REJECTED", "reason_code": type(verdict).__name__, "reason": str(verdict)}
    except Exception as fault:  # noqa: BLE001 - whatever it was, the other files must go on
        reason = str(fault) or type(fault).__name__
        found |= {"status": "FAILED", "reason_code": type(fault).__name__, "reason": reason}


def write(original: Original, name: str, rendered: Rendered, job: Job) -> Document:
    """Write one rendition where ``run`` would, and tell what it is."""
    path = write_rendition(job.out / original.name, name, rendered.extension, rendered.data)
    return {
        "path": str(path),
        "width": rendered.width,
        "height": rendered.height,
        "bytes": len(rendered.data),
        "content_type": rendered.content_type,
        "note": rendered.note,
    }
