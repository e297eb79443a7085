"""Pause the pipeline. Not a state: an alarm invokes it, by way of the operators' topic."""

import os
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from renditions import aws
from renditions.logs import identified
from renditions.places import Places

PLACES = Places.from_environment(os.environ, "image_uploaded_rule")
EVENTS = aws.eventbridge()
logger = Logger()


@logger.inject_lambda_context(clear_state=True)
@identified(logger)
def handler(event: dict[str, Any], context: LambdaContext) -> None:
    """Input: the message of the alarm, which is not read: the subscription lets no other one through."""
    EVENTS.disable_rule(Name=PLACES.image_uploaded_rule)
    logger.warning("paused", extra={"rule": PLACES.image_uploaded_rule})
