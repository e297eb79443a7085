"""Moto's interpreter, in this process: the default engine."""

import json
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import lru_cache
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any
from unittest import mock

import boto3
from botocore.exceptions import ClientError
from moto.core import DEFAULT_ACCOUNT_ID
from moto.core.config import default_user_config
from moto.stepfunctions.parser.asl.component.common.retry import retrier_decl
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.state_task_service import (
    StateTaskService,
)
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.state_task_service_dynamodb import (
    StateTaskServiceDynamoDB,
)
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.state_task_service_sfn import (
    StateTaskServiceSfn,
)
from moto.stepfunctions.parser.asl.parse.asl_parser import AmazonStateLanguageParser
from moto.stepfunctions.parser.asl.utils import boto_client, json_path
from moto.stepfunctions.parser.models import stepfunctions_parser_backends

from tests.statemachine.engines import REGION, Engine
from tests.statemachine.history import Event

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions.type_defs import DescribeExecutionOutputTypeDef


@contextmanager
def in_process(port: int) -> Iterator[Engine]:
    """Run executions in moto, which calls its services at ``port`` of this machine."""
    patches = [
        mock.patch.dict(default_user_config["stepfunctions"], {"execute_state_machine": True}),
        mock.patch.dict("os.environ", {"MOTO_PORT": str(port)}),
        # Retries do not wait. Everything else about them is as declared.
        mock.patch.object(retrier_decl, "time", SimpleNamespace(sleep=lambda _seconds: None)),
        mock.patch.object(StateTaskServiceDynamoDB, "_from_error", _error_of_dynamodb),
        mock.patch.object(StateTaskServiceSfn, "_eval_service_task", _start_execution),
        *_caches(),
    ]
    with ExitStack() as stack:
        for patch in patches:
            stack.enter_context(patch)
        yield _InProcess(f"http://127.0.0.1:{port}", lambda definition: definition, keeps_order=True)


class _InProcess(Engine):
    """Asks moto itself for status and history. Over HTTP that costs a third of the time of all cases."""

    def _ended(self, arn: str) -> "DescribeExecutionOutputTypeDef":
        execution = _executions().describe_execution(arn)
        while execution.status == "RUNNING":
            time.sleep(0.005)
        return super()._ended(arn)

    def _events(self, arn: str) -> Sequence[Event]:
        history = json.dumps(_executions().get_execution_history(arn))
        events: Sequence[Event] = json.loads(history)["events"]
        return events


def _executions() -> Any:
    return stepfunctions_parser_backends[DEFAULT_ACCOUNT_ID][REGION]


def _caches() -> list[Any]:
    """Cache definitions, paths and clients, which moto otherwise builds for each execution and task."""
    parse = staticmethod(lru_cache(AmazonStateLanguageParser.parse))
    return [
        mock.patch.object(AmazonStateLanguageParser, "parse", parse),
        mock.patch.object(json_path, "parse", lru_cache(maxsize=None)(json_path.parse)),
        mock.patch.object(boto_client, "boto3", SimpleNamespace(client=_kept(boto3.client))),
    ]


def _kept(connect: Callable[..., Any]) -> Callable[..., Any]:
    """Keep one client for each service. All have the same arguments."""
    clients: dict[str, Any] = {}

    def client(service_name: str, **arguments: Any) -> Any:
        if service_name not in clients:
            clients[service_name] = connect(service_name=service_name, **arguments)
        return clients[service_name]

    return client


_of_step_functions = StateTaskServiceSfn._eval_service_task


def _start_execution(
    self: Any, env: Any, resource_runtime_part: Any, normalised_parameters: Any, state_credentials: Any
) -> None:
    """Start an execution by the parameter names of boto3. Moto passes those of the state, which boto3 refuses."""
    named = {name[0].lower() + name[1:]: value for name, value in normalised_parameters.items()}
    _of_step_functions(self, env, resource_runtime_part, named, state_credentials)
    env.stack[-1].pop("startDate")  # not JSON


_of_dynamodb = StateTaskServiceDynamoDB._from_error


def _error_of_dynamodb(self: Any, env: Any, ex: Exception) -> Any:
    """Return States.Timeout and States.Runtime by these names, as AWS and the other tasks of moto do.

    Moto reports a time-out or a missing path of a DynamoDB task as an error of DynamoDB.
    """
    if isinstance(ex, ClientError):
        return _of_dynamodb(self, env, ex)
    return StateTaskService._from_error(self, env, ex)
