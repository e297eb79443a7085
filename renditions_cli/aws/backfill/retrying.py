"""The lines for another plan, of the images of a plan that failed or did not start."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from renditions.storage import objects
from renditions_cli.aws.backfill.outcomes import Outcome, Outcomes
from renditions_cli.aws.backfill.plan import Line, State, Tally, execution_name

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

RETRIED = frozenset({Outcome.FAILED, Outcome.NOT_STARTED})


@dataclass(slots=True)
class Retrying:
    """One run. ``gone``: images whose original no longer exists."""

    s3: "S3Client"
    outcomes: Outcomes
    tally: Tally = field(default_factory=Tally)
    gone: int = 0

    def lines(self, plan: str, before: Iterable[Line]) -> Iterator[Line]:
        """Yield a line of ``plan`` for each image of the lines ``before`` that is tried again, as it is now.

        Raises botocore's errors.
        """
        for result in self.outcomes.of(before):
            if result.outcome not in RETRIED:
                continue
            stored = objects.head(self.s3, self.outcomes.places.uploads_bucket, result.line.key)
            if stored is None:
                self.gone += 1
                continue
            why = State.FAILED if result.outcome is Outcome.FAILED else result.line.why
            self.tally.counts[why] += 1
            number = self.tally.add(stored, is_recorded=result.sequencer is not None, rejection="")
            yield Line.about(execution_name(plan, number), stored, (result.sequencer or "") + "0", why)
