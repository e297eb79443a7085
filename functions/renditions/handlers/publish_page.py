"""Publish the web page. Not a state: CloudFormation invokes it when the stack is created, updated or deleted."""

import os
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from renditions import aws
from renditions.logs import identified
from renditions.page import publish, report
from renditions.places import Places

PLACES = Places.from_environment(os.environ, "web_bucket")
S3 = aws.s3()
LAMBDA = aws.lambda_functions()
logger = Logger()


@logger.inject_lambda_context(clear_state=True)
@identified(logger)
def handler(event: dict[str, Any], context: LambdaContext) -> None:
    """Input: a request of CloudFormation. The answer goes to the URL in it."""
    try:
        files = publish(S3, LAMBDA, PLACES.web_bucket, event)
    except Exception as error:
        logger.exception("not published")
        report(event, "FAILED", f"{type(error).__name__}: {error}"[:1000])
    else:
        logger.info("published", extra={"files": files})
        report(event, "SUCCESS")
