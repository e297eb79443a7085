"""Put notices on an event bus, as events. Not a state: a queue of the notices invokes it."""

import os
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from renditions import aws, outcome_events
from renditions.logs import identified
from renditions.places import Places

PLACES = Places.from_environment(os.environ, "event_bus_arn")
# A bus takes events at the endpoint of its own region only.
EVENTS = aws.eventbridge(PLACES.event_bus_arn.split(":")[3])
logger = Logger()


@logger.inject_lambda_context(clear_state=True)
@identified(logger)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Input: messages of the queue. Output: those that must stay there, to be tried again."""
    unpublished = outcome_events.publish(EVENTS, PLACES.event_bus_arn, event["Records"])
    if unpublished.unreadable:
        logger.warning("no notice", extra={"messages": unpublished.unreadable})
    refused = unpublished.refused
    if refused:
        logger.error(
            "not published", extra={"messages": len(refused), "errors": sorted(set(refused.values()))}
        )
    return {"batchItemFailures": [{"itemIdentifier": message} for message in refused]}
