"""The HTTP API behind the web page: every route. Not a state: API Gateway invokes it."""

from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from renditions.api.application import application
from renditions.api.stack import Stack
from renditions.logs import identified

APP = application(Stack.from_environment())
logger = Logger()


@logger.inject_lambda_context(clear_state=True, correlation_id_path="requestContext.requestId")
@identified(logger)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Input: a request as API Gateway sends it (payload 2.0). Output: its answer. The event is never logged."""
    return APP.resolve(event, context)
