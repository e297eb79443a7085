"""One image in three sentences: what happened, why, and what to do. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from shlex import quote
from typing import Any

from renditions.records import ImageRecord
from renditions_cli.aws.advice import remedy
from renditions_cli.aws.causes import shortened
from renditions_cli.aws.execution_history import StateVisit, VisitStatus, current_states
from renditions_cli.aws.failures import Failure
from renditions_cli.aws.image_story import ImageStory
from renditions_cli.aws.remaining import IN_WORK, RUNNING
from renditions_cli.show.wording import age

LONGEST_CAUSE = 400  # bytes
SOON = timedelta(minutes=1)  # an event usually arrives within seconds
ENDED = {"TIMED_OUT": "timed out", "ABORTED": "was stopped"}
NOTHING = "Nothing to do."
NO_CAUSE = "Step Functions has no cause for it."


@dataclass(frozen=True, slots=True)
class Explanation:
    """What happened, why, and what to do. ``is_well``: whether nothing is left to do for an operator."""

    what: str
    why: str
    remedy: str
    is_well: bool = False

    @property
    def sentences(self) -> tuple[str, str, str]:
        """All three."""
        return self.what, self.why, self.remedy

    def to_json(self) -> dict[str, Any]:
        """Return the document for --json."""
        return {"what": self.what, "why": self.why, "remedy": self.remedy, "is_well": self.is_well}


def explain(story: ImageStory, now: datetime) -> Explanation:
    """Return the explanation, in sentences that are true at ``now``."""
    record = story.record
    if story.failure and not story.failure.repaired:
        return _failed(story, story.failure, now)
    if record is None:
        return _without_record(story, now)
    if record.status in IN_WORK:
        return _in_work(story, record, now)
    return _contradiction(story, record, now) or _settled(story, record)


def _contradiction(story: ImageStory, record: ImageRecord, now: datetime) -> Explanation | None:
    """Return how the record differs from what is in the buckets; None if it does not."""
    if record.status != "DELETED" and story.versions and story.original is None:
        return _deleted(story, record, now)
    if record.status != "DELETED" and _is_newer(story, record):
        return _newer_upload(story, record, now)
    if story.missing:
        return Explanation(
            f"{story.key} is {record.status}.",
            f"But {' and '.join(story.missing)} cannot be found in the renditions bucket: somebody deleted them.",
            f"Run `renditions reconcile --prefix {quote(story.key)}`, which makes them again under the same keys.",
        )
    return None


def _without_record(story: ImageStory, now: datetime) -> Explanation:
    original = story.original
    if original is None and not story.versions:
        return Explanation(
            f"There is no image {story.key}.",
            "The uploads bucket has no such object, and the table no such record.",
            story.hint,
        )
    if original is None:
        why = "It has no record, because it was never processed."
        return Explanation(f"{story.key} was deleted.", why, NOTHING, is_well=True)
    what = f"{story.key} was uploaded {age(original.modified, now)} ago, but has no record."
    if not story.is_wanted:
        why = "IncludeKeys or ExcludeKeys of the stack leave its key out."
        return Explanation(what, why, NOTHING, is_well=True)
    if now - original.modified < SOON:
        return Explanation(what, "Its event may still arrive.", "Try again in a minute.")
    if story.has_files:
        why = "It has renditions, so it was processed, and somebody deleted its record."
        return Explanation(
            what, why, f"Run `renditions reconcile --prefix {quote(story.key)}`, which writes it again."
        )
    return Explanation(
        what,
        "Its event was lost or waits: a rule is disabled, or Step Functions refused the execution.",
        f"Run `renditions dlq list`; if the event is not there, `renditions reconcile --prefix {quote(story.key)}`.",
    )


def _failed(story: ImageStory, failure: Failure, now: datetime) -> Explanation:
    execution = next((one for one in story.executions if one.arn == failure.arn), None)
    where = current_states(execution.visits) if execution else ""
    ended = f"{ENDED.get(failure.status, 'failed')} {age(failure.stopped, now)} ago"
    status = f"is {story.record.status}" if story.record else "has no record"
    what = f"{story.key} {status}: its execution {ended}{f' in {where}' if where else ''}"
    error = f" with {failure.error}" if failure.error else ""
    why = sentence(failure.cause) or NO_CAUSE
    if failure.facts.is_unpublished:
        why = f"The record is complete, but its notice may not have been sent. {why}"
    return Explanation(f"{what}{error}.", why, failure.advice)


def _in_work(story: ImageStory, record: ImageRecord, now: datetime) -> Explanation:
    execution = story.owner
    if execution is None or execution.status not in RUNNING:
        ended = f" has ended {execution.status}" if execution else " is gone"
        return Explanation(
            f"{story.key} is {record.status} since {record.started_at}, but its execution{ended}.",
            "The end of the execution was not recorded: its report is on its way, waits in a queue, or was lost.",
            _reconcile_soon(story.key),
        )
    where = current_states(execution.visits)
    inside = f", in {where}" if where else ""
    what = f"{story.key} has been {record.status} for {age(execution.started, now)}{inside}."
    troubled = [one for one in execution.visits if one.status is VisitStatus.RUNNING and one.error]
    if not troubled:
        return Explanation(what, "No state has failed.", "Wait until it has finished.")
    return Explanation(
        what, _retried(troubled[-1]), f"{remedy(troubled[-1].error or '')} It is tried again by itself."
    )


def _retried(visit: StateVisit) -> str:
    """Return the sentence about a state that waits for its next attempt, or makes it."""
    failed = visit.retries or 1
    times = "once" if failed == 1 else f"{failed} times"
    return f"{visit.name} failed {times} with {visit.error}: {sentence(visit.cause or '') or NO_CAUSE}"


def _reconcile_soon(key: str) -> str:
    """Return what to do about an image that changed a moment ago, which `reconcile` leaves alone for 15 minutes."""
    command = f"renditions reconcile --older-than 1 --prefix {quote(key)}"
    return f"Wait a minute, run `renditions dlq list`, then `{command}`."


def _deleted(story: ImageStory, record: ImageRecord, now: datetime) -> Explanation:
    moment = max(one.modified for one in story.versions)
    return Explanation(
        f"{story.key} was deleted {age(moment, now)} ago, but its record is still {record.status}.",
        "The event of the deletion has not arrived, was lost, or its execution failed.",
        f"Run `renditions failures`, then `renditions reconcile --prefix {quote(story.key)}`.",
    )


def _is_newer(story: ImageStory, record: ImageRecord) -> bool:
    """Whether the current original is not the one of the record."""
    return bool(story.original and record.etag and story.original.etag != record.etag)


def _newer_upload(story: ImageStory, record: ImageRecord, now: datetime) -> Explanation:
    original = story.original
    moment = f"{age(original.modified, now)} ago" if original else ""
    return Explanation(
        f"{story.key} is {record.status}, but was uploaded again {moment}.",
        "The event of that upload has not arrived yet, was lost, or waits in a queue.",
        _reconcile_soon(story.key),
    )


def _settled(story: ImageStory, record: ImageRecord) -> Explanation:
    key, status = story.key, record.status
    if status == "REJECTED":
        served = " The earlier image is still served." if record.renditions else ""
        return Explanation(
            f"{key} is REJECTED: {record.reason_code}.",
            f"{sentence(record.reason or '')}{served}",
            "The pipeline is fine. The uploader has been notified and must upload a corrected file.",
            is_well=True,
        )
    if status == "FAILED":
        return Explanation(
            f"{key} is FAILED: {record.reason_code}.",
            sentence(record.reason or "") or NO_CAUSE,
            f"{remedy(record.reason_code or '')} Then run `renditions redrive {quote(key)}`, or, if Step Functions has "
            f"deleted the execution, `renditions reconcile --prefix {quote(key)}`.",
        )
    repaired = story.failure.repaired if story.failure else ""
    why = repaired or {
        "COMPLETED": f"All {len(record.renditions)} renditions exist.",
        "DELETED": "The original was deleted, and its renditions with it.",
    }.get(status, "")
    since = f" since {record.completed_at}" if record.completed_at else ""
    return Explanation(f"{key} is {status}{since}.", why, NOTHING, is_well=True)


def sentence(text: str) -> str:
    """Return the first lines of a cause as one line that ends like a sentence."""
    line = " ".join(shortened(text, LONGEST_CAUSE).split())
    return line if not line or line[-1] in ".!?…" else f"{line}."
