"""The four options that name the stack of a command, declared once."""

import functools
import inspect
import re
from collections.abc import Callable
from typing import Annotated, Any

import typer

STACK_NAME = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,127}|arn:[\w:/-]{1,1000}", re.ASCII)
REGION = re.compile(r"[a-z0-9-]{1,63}")


def stack_name(value: str) -> str:
    """Return ``value``. Raises BadParameter if no stack can have this name."""
    if not STACK_NAME.fullmatch(value):
        raise typer.BadParameter(f"{value!a:.80} cannot be the name of a stack.")
    return value


def region(value: str | None) -> str | None:
    """Return ``value``. Raises BadParameter if no region can have this name."""
    if value is not None and not REGION.fullmatch(value):
        raise typer.BadParameter(f"{value!a:.80} cannot be the name of a region, such as eu-central-1.")
    return value


# name → its type and its default
OPTIONS: dict[str, tuple[Any, Any]] = {
    "stack_name": (
        Annotated[str, typer.Option(callback=stack_name, help="Name of the CloudFormation stack.")], "renditions",
    ),
    "profile": (
        Annotated[str | None, typer.Option(help="AWS profile. Default: the one that the AWS CLI uses.")], None,
    ),
    "region": (
        Annotated[
            str | None, typer.Option(callback=region, help="AWS region. Default: the one that the AWS CLI uses.")
        ],
        None,
    ),
    "local": (
        Annotated[bool, typer.Option("--local", help="Use the stack that `renditions up` runs on this machine.")],
        False,
    ),
}  # fmt: skip


def on_a_stack(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command these options in place of its keyword ``choice``, which becomes a StackChoice of their values."""

    @functools.wraps(command)
    def with_options(*arguments: Any, **options: Any) -> None:
        from renditions_cli.aws.stack import (
            StackChoice,  # only when the command runs: --help need not wait for boto3
        )

        choice = StackChoice(*(options.pop(name) for name in OPTIONS))
        command(*arguments, choice=choice, **options)

    parameters: list[inspect.Parameter] = []
    for one in inspect.signature(command).parameters.values():
        parameters += _options() if one.name == "choice" else [one]
    # Typer reads both.
    with_options.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    with_options.__annotations__ = {one.name: one.annotation for one in parameters}
    return with_options


def _options() -> list[inspect.Parameter]:
    return [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=annotation)
        for name, (annotation, default) in OPTIONS.items()
    ]
