"""The emulator's process for these tests, whose Step Functions calls the other services over HTTP.

The emulator itself calls a function for each task, which cannot fail and needs no permission. Here, each lambda:invoke,
dynamodb:updateItem and so on is a signed request to AWS_ENDPOINT_URL, the fault proxy, with the credentials of the
state machine's role. So tasks meet throttling, resets and lost replies as on AWS, and those roles are enforced.
"""

import hashlib
import json
from collections.abc import Callable
from contextvars import ContextVar
from functools import lru_cache
from os import environ
from typing import Any

import botocore.session
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from renditions_cli.local import launcher

_ROLE: ContextVar[str] = ContextVar("role", default="")
# The definitions declare the retries. A client with its own retries would hide them.
_ONCE = Config(
    retries={"total_max_attempts": 1},
    connect_timeout=5,
    read_timeout=110,
    proxies={},
    max_pool_connections=50,
)
_PREFIXES = {
    "dynamodb": "DynamoDB",
    "sns": "SNS",
    "sqs": "SQS",
    "lambda": "Lambda",
    "states": "StepFunctions",
}
_CLIENTS = {"states": "stepfunctions"}


def remembering_the_role(run: Callable[[str], None], functions: Any) -> Callable[[str], None]:
    """Wrap ``run``, which runs an execution, so that its tasks have the role of the state machine."""

    def with_role(execution: str) -> None:
        machine = functions._executions[execution]["stateMachineArn"]
        _ROLE.set(functions._state_machines[machine]["roleArn"])
        run(execution)

    return with_role


def over_http(fail: Callable[[str, str], Exception]) -> Callable[[str, Any], Any]:
    """Return the function that sends a task's call. ``fail`` makes the engine's error from a name and a cause."""

    def call(resource: str, parameters: dict[str, Any]) -> Any:
        service, action = resource.split(":::")[1].split(":")[:2]
        operation = action.split(".")[0]
        operation = operation[0].upper() + operation[1:]
        try:
            if service == "lambda":
                return _invoke(parameters, fail)
            return _call(service, operation, parameters)
        except ClientError as error:
            raise fail(f"{_PREFIXES[service]}.{_named(error)}", str(error)) from error
        except BotoCoreError as error:
            raise fail(f"{_PREFIXES[service]}.SdkClientException", str(error)) from error

    return call


def _named(error: ClientError) -> str:
    """Return an error name as Step Functions spells it: the codes of SNS have no "Exception"."""
    code = str(error.response["Error"]["Code"])
    return code if code.endswith(("Exception", "Error")) else f"{code}Exception"


def _call(service: str, operation: str, parameters: dict[str, Any]) -> Any:
    request = dict(parameters)
    if isinstance(request.get("Message"), dict):  # Step Functions sends a message of objects as JSON
        request["Message"] = json.dumps(request["Message"], ensure_ascii=False)
    if service == "states":  # its API has the names of the state's parameters in lower case, and takes text
        request = {name[0].lower() + name[1:]: value for name, value in request.items()}
        request["input"] = json.dumps(request["input"], ensure_ascii=False)
    answer = _client(service, _ROLE.get())._make_api_call(operation, request)
    answer.pop("ResponseMetadata", None)
    return answer


def _invoke(parameters: dict[str, Any], fail: Callable[[str, str], Exception]) -> Any:
    payload = json.dumps(parameters["Payload"], ensure_ascii=False).encode()
    request = {"FunctionName": parameters["FunctionName"], "Payload": payload}
    answer = _client("lambda", _ROLE.get())._make_api_call("Invoke", request)
    result = json.loads(answer["Payload"].read() or b"null")
    if answer.get("FunctionError"):
        raise fail(result.get("errorType", "Lambda.Unknown"), json.dumps(result, ensure_ascii=False))
    return {"StatusCode": 200, "Payload": result}


@lru_cache(maxsize=64)
def _client(service: str, role: str) -> Any:
    """Return a client with a session of the role, which is made as the emulator makes those of functions."""
    from ministack.services import sts

    digest = hashlib.sha256(f"states:{role}".encode()).hexdigest()
    key, secret, token = f"ASIA{digest[:16].upper()}", f"secret{digest}", f"token{digest}"
    account, name = role.split(":")[4], role.rpartition("/")[2]
    session = {
        "Arn": f"arn:aws:sts::{account}:assumed-role/{name}/states",
        "UserId": f"{name}:states",
        "SecretAccessKey": secret,
        "SessionToken": token,
    }
    sts.register_session(key, session)
    return botocore.session.get_session().create_client(
        _CLIENTS.get(service, service),
        region_name=environ["AWS_DEFAULT_REGION"],
        endpoint_url=environ["AWS_ENDPOINT_URL"],
        aws_access_key_id=key,
        aws_secret_access_key=secret,
        aws_session_token=token,
        config=_ONCE,
    )


def hook() -> None:
    """Patch the emulator before its own launcher starts it."""
    from ministack.services import stepfunctions

    call = over_http(stepfunctions._ExecutionError)
    original = stepfunctions._invoke_resource

    def invoke(resource: str, task_input: Any) -> Any:
        by_http = (
            resource.startswith("arn:aws:states:::")
            and resource.split(":::")[1].split(":", maxsplit=1)[0] in _PREFIXES
        )
        return call(resource, task_input) if by_http else original(resource, task_input)

    stepfunctions._invoke_resource = invoke
    stepfunctions._run_execution = remembering_the_role(stepfunctions._run_execution, stepfunctions)


if __name__ == "__main__":
    hook()
    launcher.main()
