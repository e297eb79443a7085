"""Render one file: its renditions, and the document that describes them. Without AWS: bytes in, bytes out."""

import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from renditions import imaging, page_keys
from renditions.contracts import Facts, Rendered
from renditions.errors import ImageRejected
from renditions.framing import WHOLE, Framing
from renditions.imaging.formats.paged_file import PagedFile
from renditions.labels import Labels
from renditions.settings import Settings
from renditions_cli.files.folders import write_rendition
from renditions_cli.files.originals import Original

Document = dict[str, Any]


class NotAFile(Exception):  # noqa: N818 - reads as what it is
    """A pipe, a device or a socket: reading it may never end."""


@dataclass(frozen=True, slots=True)
class RenderJob:
    """What to do with every file: make these ``renditions`` and write them below ``out``."""

    out: Path
    renditions: tuple[str, ...]
    settings: Settings
    logo: bytes | None = None
    font: bytes = b""
    framing: Framing = WHOLE
    preset: str = ""


def document(original: Original, status: str, reason_code: str | None, reason: str | None) -> Document:
    """Return the document for a file whose content is not known yet."""
    return {
        "file": str(original.path),
        "name": original.folder,
        "status": status,
        "reason_code": reason_code,
        "reason": reason,
        "bytes": original.bytes,
        **{fact.name: None for fact in fields(Facts)},
        "hdr": None,
        "resizer": None,
        "focus": None,
        "crop": None,
        "preset": None,
        "renditions": {},
        "seconds": 0.0,
    }


def render_file(original: Original, job: RenderJob) -> Document:
    """Make the renditions of one file. Writes all of them, or none if one fails. Returns the document; never raises."""
    begun = time.monotonic()
    found = document(original, "COMPLETED", None, None)
    with errors_reported_in(found):
        check_kind(original.path)
        imaging.check_size(original.bytes, job.settings)  # before the file is read
        data = original.path.read_bytes()
        facts = imaging.inspect(data, job.settings)
        found |= asdict(facts) | {"hdr": facts.hdr(job.settings), "labels": facts.labels.to_json()}
        found |= job.framing.texts() | {"preset": job.preset, "resizer": job.settings.resized_by}
        file = imaging.pages(data, job.settings) if found["pages"] > 1 else None
        first = file.page(1) if file else data
        made = {name: rendered(first, name, job, facts.labels) for name in job.renditions}
        found["renditions"] = {name: write(original, name, one, job) for name, one in made.items()}
        if file:
            write_further(original, file, job, facts.labels, found["renditions"])
    found["seconds"] = round(time.monotonic() - begun, 3)
    return found


def rendered(data: bytes, name: str, job: RenderJob, labels: Labels) -> Rendered:
    """Make one rendition."""
    return imaging.render(data, name, job.settings, job.logo, job.font, job.framing, labels)


def write_further(
    original: Original, file: PagedFile, job: RenderJob, labels: Labels, documents: dict[str, Document]
) -> None:
    """Make and write the renditions of further pages. Completes the ``documents`` of page 1, by rendition."""
    notes, numbers = [imaging.beyond_reach(file, job.settings)], []
    for number in range(2, file.count + 1):
        try:
            made = {name: rendered(file.page(number), name, job, labels) for name in job.renditions}
        except ImageRejected as rejection:
            notes.append(f"Page {number:,} is not shown: {rejection}")
            continue
        for name, one in made.items():
            write(original, f"{name}-p{number:04d}", one, job)
        numbers.append(number)
    for document in documents.values():
        document["pages"] = page_keys.as_text(numbers)
        document["note"] = " ".join(text for text in (document["note"], *notes) if text)


def check_kind(path: Path) -> None:
    """Raise OSError if the path does not exist, NotAFile if it is not a regular file."""
    if not stat.S_ISREG(path.stat().st_mode):
        raise NotAFile(f"{path} is not a regular file.")


@contextmanager
def errors_reported_in(found: Document) -> Iterator[None]:
    """Turn an error into a status and a reason in ``found``: the file is rejected, or rendering failed."""
    try:
        yield
    except ImageRejected as rejection:
        found |= {"status": "REJECTED", "reason_code": type(rejection).__name__, "reason": str(rejection)}
    except Exception as error:  # noqa: BLE001 - whatever it is, the other files must be rendered
        found |= {"status": "FAILED", "reason_code": type(error).__name__, "reason": failure_reason(error)}


def failure_reason(error: Exception) -> str:
    """Return the sentence for an unexpected error."""
    if isinstance(error, OSError) and error.filename:
        return f"{error.strerror}: {error.filename}."
    return str(error) or type(error).__name__


def write(original: Original, name: str, rendered: Rendered, job: RenderJob) -> Document:
    """Write one rendition to the same place as `run` does, and return its part of the document."""
    path = write_rendition(job.out / original.folder, name, rendered.extension, rendered.data)
    return {
        "path": str(path),
        "width": rendered.width,
        "height": rendered.height,
        "bytes": len(rendered.data),
        "content_type": rendered.content_type,
        "note": rendered.note,
        "pages": "",
    }
