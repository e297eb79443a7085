"""The backfill of a stack: its plans, its runs and its records."""

from dataclasses import dataclass
from typing import Self

from botocore.config import Config

from renditions_cli.aws.backfill.outcomes import Outcomes
from renditions_cli.aws.backfill.plans import Plans
from renditions_cli.aws.backfill.runs import Runs
from renditions_cli.aws.stack import Stack
from renditions_cli.errors import StackError

MORE_CONNECTIONS = Config(max_pool_connections=20)  # for the threads of a plan


@dataclass(frozen=True, slots=True)
class Connection:
    """What the commands work with."""

    stack: Stack
    plans: Plans
    runs: Runs
    outcomes: Outcomes

    @classmethod
    def open(cls, stack: Stack) -> Self:
        """Return the backfill of a stack. Raises StackError if it has none."""
        outputs = stack.outputs
        if not outputs.image_backfill:
            raise StackError(
                "This stack has no backfill. Deploy it with Backfill=on: make deploy PARAMETERS='Backfill=on', or "
                "`renditions up --parameter Backfill=on` on this machine."
            )
        return cls(
            stack,
            Plans(stack.s3(), outputs.backfill_bucket),
            Runs(stack.step_functions(), outputs.image_backfill),
            Outcomes(stack.session.client("dynamodb", config=MORE_CONNECTIONS), stack.places),
        )
