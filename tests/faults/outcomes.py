"""What remains of an image when its execution is stopped or fails in any state: the table of docs/outcomes.md.

``make format`` writes the page from these rows, and test_outcomes.py checks each row on the local stack. The states
that call nothing, such as a Choice, cannot fail: an execution is never seen in them.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.renditions import SPECS, state_name

DOCUMENT: Final = Path(__file__).parents[2] / "docs" / "outcomes.md"

STOPPED, FAILED, KILLED = "stopped", "fails beyond its retries", "killed each time"


@dataclass(frozen=True)
class Story:
    """What was going on. ``machine``: whose execution ends badly. ``end``: the record after redrive and reconcile."""

    name: str
    machine: str
    what: str
    end: str


UPLOAD = Story("upload", "image_pipeline", "A first upload", "COMPLETED")
REPLACEMENT = Story("replacement", "image_pipeline", "A good image is overwritten by another", "COMPLETED")
REJECTION = Story("rejection", "image_pipeline", "A first upload is not an image", "REJECTED")
BAD_OVER_GOOD = Story(
    "bad over good",
    "image_pipeline",
    "A good image is overwritten by a file that is not an image",
    "REJECTED",
)
VANISHED = Story("vanished", "image_pipeline", "An upload is deleted before it is read", "DELETED")
REPLACED = Story(
    "replaced",
    "image_pipeline",
    "An upload is replaced before it is read, and the newer event follows",
    "COMPLETED",
)
DELETION = Story("deletion", "image_deleted", "An image is deleted", "DELETED")
ROLLBACK = Story("rollback", "image_deleted", "The newer of two versions is deleted", "COMPLETED")
STORIES: Final = (UPLOAD, REPLACEMENT, REJECTION, BAD_OVER_GOOD, VANISHED, REPLACED, DELETION, ROLLBACK)

# Words for the files in the renditions bucket.
NONE = "none"
SERVED = "those of the image"
PREVIOUS = "those of the previous image"
BRANCHES = "those of the branches that succeeded, for the redrive"
OF_DELETED = "those of the deleted image"
PREVIOUS_EXPIRE = "those of the image; the previous ones expire"
PREVIOUS_LEFT = "those of the image; the previous ones stay until `renditions reconcile` reports them"
BOTH = "those of the image; those of the other version expire"


@dataclass(frozen=True)
class Row:
    """One state of a story, and what remains once execution_failed has ended.

    ``record``, ``told`` and ``files`` are for a state that is stopped: its request is on the way and still carried
    out. The fields with ``if_failed`` are for one whose request has no effect, where that differs. ``caught``: the
    execution succeeds even if this state fails.
    """

    story: Story
    state: str
    record: str
    told: str
    files: str
    record_if_failed: str = ""
    told_if_failed: str = ""
    files_if_failed: str = ""
    caught: bool = False
    function: str = ""  # the function that can be killed, and after which of its steps
    step: str = ""


def _not_finished(state: str, files: str, function: str = "", step: str = "") -> Row:
    return Row(UPLOAD, state, "FAILED", "FAILED", files, function=function, step=step)


FUNCTIONS = {False: "resize-image", True: "watermark-image"}  # by whether a rendition has a watermark
ROWS: Final = (
    _not_finished("ClaimImage", NONE),
    _not_finished("ValidateImage", NONE, "validate-image", "read_unless_deleted"),
    *(
        _not_finished(state_name(name), BRANCHES, FUNCTIONS[spec.watermarked], "write")
        for name, spec in SPECS.items()
    ),
    Row(UPLOAD, "SaveMetadata", "COMPLETED", "COMPLETED", SERVED, "FAILED", "FAILED", BRANCHES),
    Row(UPLOAD, "PublishCompletion", "COMPLETED", "COMPLETED", SERVED),
    Row(REPLACEMENT, "PublishReplacement", "COMPLETED", "COMPLETED", PREVIOUS_EXPIRE),
    Row(
        REPLACEMENT, "RetireSuperseded", "COMPLETED", "COMPLETED", PREVIOUS_EXPIRE,
        files_if_failed=PREVIOUS_LEFT, caught=True, function="tidy-renditions", step="read_tags",
    ),
    Row(REJECTION, "RecordRejection", "REJECTED", "REJECTED", NONE, "FAILED", "FAILED"),
    Row(REJECTION, "PublishRejection", "REJECTED", "REJECTED", NONE),
    Row(REJECTION, "RetireLeftovers", "REJECTED", "REJECTED", NONE, caught=True),
    Row(
        BAD_OVER_GOOD, "ValidateImage", "FAILED", "FAILED", PREVIOUS,
        function="validate-image", step="read_unless_deleted",
    ),
    Row(BAD_OVER_GOOD, "RecordRejection", "REJECTED", "REJECTED", PREVIOUS, "FAILED", "FAILED"),
    Row(BAD_OVER_GOOD, "PublishRejectionPreviousServed", "REJECTED", "REJECTED", PREVIOUS),
    Row(
        BAD_OVER_GOOD, "RetireLeftovers", "REJECTED", "REJECTED", PREVIOUS,
        caught=True, function="tidy-renditions", step="read_tags",
    ),
    Row(VANISHED, "ConfirmGone", "FAILED", "FAILED", NONE, function="confirm-deleted", step="look_up"),
    Row(VANISHED, "RecordDeletion", "DELETED", "DELETED", NONE, "FAILED", "FAILED"),
    Row(VANISHED, "RemoveRenditions", "DELETED", "DELETED", NONE),
    Row(VANISHED, "PublishDeletion", "DELETED", "DELETED", NONE),
    Row(REPLACED, "RetireOwnRenditions", "COMPLETED", "COMPLETED", SERVED, caught=True),
    Row(DELETION, "ConfirmDeleted", "COMPLETED", "nothing", SERVED, function="confirm-deleted", step="look_up"),
    Row(DELETION, "ClaimDeletion", "DELETING", "nothing", OF_DELETED, "COMPLETED", "nothing", SERVED),
    Row(
        DELETION, "RemoveRenditions", "DELETING", "nothing", NONE,
        files_if_failed=OF_DELETED,
    ),
    Row(DELETION, "RecordDeletion", "DELETED", "DELETED", NONE, "DELETING", "nothing"),
    Row(DELETION, "PublishDeletion", "DELETED", "DELETED", NONE),
    Row(ROLLBACK, "IsRecorded", "COMPLETED", "nothing", BOTH),
    Row(ROLLBACK, "StartProcessing", "COMPLETED", "COMPLETED", BOTH, told_if_failed="nothing"),
)  # fmt: skip


@dataclass(frozen=True)
class Verdict:
    """A verdict of the malware scan on a first upload, and what comes of it. ``code``: of the rejection or failure."""

    tag: str
    status: str
    code: str
    files: str
    then: str


NOTHING_TO_DO = "nothing to do; the original stays in the bucket"
SCAN_AGAIN = "repair the plan or its role, scan the object on demand, then `renditions redrive`"
VERDICTS: Final = (
    Verdict("NO_THREATS_FOUND", "COMPLETED", "", SERVED, "nothing to do"),
    Verdict("THREATS_FOUND", "REJECTED", "MalwareFound", NONE, NOTHING_TO_DO),
    Verdict("UNSUPPORTED", "REJECTED", "ScanUnsupported", NONE, NOTHING_TO_DO),
    Verdict("ACCESS_DENIED", "FAILED", "ScanFailed", NONE, SCAN_AGAIN),
    Verdict("FAILED", "FAILED", "ScanFailed", NONE, SCAN_AGAIN),
)
NO_VERDICT = (
    Verdict("none for half an hour", "FAILED", "NotScannedYet", NONE, SCAN_AGAIN),
    Verdict("none, and the event is older than half an hour", "FAILED", "ScanFailed", NONE, SCAN_AGAIN),
)


@dataclass(frozen=True)
class Cell:
    """A row, and one of the things that can happen in its state."""

    row: Row
    how: str

    @property
    def name(self) -> str:
        return f"{self.row.story.name}: {self.row.state} {self.how}"

    @property
    def has_effect(self) -> bool:
        """Whether the request of the state is carried out."""
        return self.how == STOPPED

    @property
    def record(self) -> str:
        """The status of the record once execution_failed has ended."""
        return self.row.record if self.has_effect else self.row.record_if_failed or self.row.record

    @property
    def told(self) -> str:
        """The status in the notice, or that there is none."""
        return self.row.told if self.has_effect else self.row.told_if_failed or self.row.told

    @property
    def files(self) -> str:
        return self.row.files if self.has_effect else self.row.files_if_failed or self.row.files

    @property
    def execution(self) -> str:
        """How the execution ends."""
        if self.how == STOPPED:
            return "ABORTED"
        return "SUCCEEDED" if self.row.caught else "FAILED"

    @property
    def then(self) -> str:
        """What is left to do, and what comes of it."""
        if self.record == self.row.story.end and self.told == self.row.story.end:
            return "nothing to do"
        return f"`renditions redrive`: {self.row.story.end}, published"


def cells() -> Iterator[Cell]:
    """Yield the whole table."""
    for row in ROWS:
        yield Cell(row, STOPPED)
        yield Cell(row, FAILED)
        if row.function:
            yield Cell(row, KILLED)


INTRODUCTION = """# Outcomes

What remains of an image if its execution ends badly in any of its states: somebody stops it, a call fails beyond its
retries, or the function is killed at each attempt. When a state is *stopped*, its request is already sent, and the
service still carries it out; in the other two cases the request has no effect.

Three promises hold in every row, and `make faults` tests each row on the local stack:

- The outcome of every original that exists is published at least once, and so is every deletion.
- The record says what is served, and those files are there.
- No file is left that nothing names: it belongs to the record, it expires, or it waits for a redrive. After
  RetireSuperseded has failed, `renditions reconcile` reports it.

"Record", "Notice" and "Files" are what there is after `execution_failed` has run, which takes about a second. The
operators are notified whenever the execution does not succeed.
"""
HEAD = "| State | What happens | Record | Notice | Files | Then |\n|---|---|---|---|---|---|"
SCANNED = """## The verdict of the malware scan

Only with [`MalwareScan=on`](security.md#malware-scan). ValidateImage reads the verdict, and the record and the notice
have the same status.

| Verdict | Record and notice | Code | Files | Then |
|---|---|---|---|---|
"""
END = """
If an execution of `execution_failed` fails itself, its event waits in *ReportFailuresQueue*, with an alarm.
`renditions dlq replay` starts it again, and it does what is missing.
"""


def page() -> str:
    """Return docs/outcomes.md. FAILED and KILLED share a line, because they have the same effect."""
    parts = [INTRODUCTION]
    for story in STORIES:
        lines = [f"## {story.what}\n", HEAD]
        for row in (one for one in ROWS if one.story is story):
            lines += _lines(row)
        parts.append("\n".join(lines) + "\n")
    verdicts = "".join(
        f"| {one.tag} | {one.status} | {one.code or '–'} | {one.files} | {one.then} |\n"
        for one in (*VERDICTS, *NO_VERDICT)
    )
    return "\n".join([*parts, SCANNED + verdicts, *([END.lstrip("\n")])])


def _lines(row: Row) -> Iterator[str]:
    stopped, failed = Cell(row, STOPPED), Cell(row, FAILED)
    how = f"{FAILED}, or {KILLED}" if row.function else FAILED
    if row.caught:
        how += "; the execution succeeds"
    for cell, text in ((stopped, STOPPED), (failed, how)):
        yield f"| {row.state} | {text} | {cell.record} | {cell.told} | {cell.files} | {cell.then} |"


if __name__ == "__main__":
    DOCUMENT.write_text(page(), "utf-8")
