"""Reconcile, on a schedule: start what no event has started. `renditions reconcile` does the same on demand."""

import os
from datetime import UTC, datetime
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from renditions import aws, reconciliation
from renditions.logs import identified
from renditions.places import Places
from renditions.reconciliation import Clients, Clock, Position, Reconciliation, Walk
from renditions.wanted_keys import WantedKeys

NEEDED = ("uploads_bucket", "renditions_bucket", "images_table", "image_pipeline_arn")
PLACES = Places.from_environment(os.environ, *NEEDED)
WANTED = WantedKeys.from_environment(os.environ)
CLIENTS = Clients.connect()
LAMBDA = aws.lambda_functions()
REJECTED_DAYS = int(os.environ.get("REJECTED_DAYS", "0"))
AT_MOST = 1000  # executions started by one run: more at once would only throttle each other
logger = Logger()


@logger.inject_lambda_context(clear_state=True)
@identified(logger)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Input: ``{"continuation": Position}``, or anything else for a complete run. Output: counts and continuation."""

    def is_late() -> bool:
        return context.get_remaining_time_in_millis() < reconciliation.TIME_RESERVE_MILLISECONDS

    walk = Walk(CLIENTS, PLACES, Clock(datetime.now(UTC)), wanted=WANTED)
    run = Reconciliation(walk, reconciliation.start, lambda run: is_late() or run.started >= AT_MOST)
    begin = event.get("continuation")
    for result in run.run(Position.from_json(begin) if begin else Position()):
        logger.warning(result.finding.kind, extra=result.to_log())
    if run.continuation is not None and run.started < AT_MOST:
        # Out of time: another run does the rest. After AT_MOST starts the next scheduled run begins again.
        reconciliation.hand_over(LAMBDA, context.invoked_function_arn, run.continuation)
    elif run.continuation is None:  # last: the comparison would miss the originals before their events come
        reconciliation.delete_rejected(CLIENTS, PLACES, REJECTED_DAYS, is_late)
    summary = run.to_json()
    logger.info("reconciled", extra=summary)
    return summary
