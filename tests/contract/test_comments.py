"""The comments and descriptions of the template and the state machines name only what exists."""

import re
from typing import Any

import pytest
import typer.main

from renditions_cli.main import app
from tests.contract.asl import MACHINES, definition, state, states
from tests.contract.conftest import ROOT
from tests.renditions import shown_size

COMMENTS = {
    **{machine: definition(machine).get("Comment", "") for machine in MACHINES},
    **{str(one): one.body.get("Comment", "") for one in states()},
}
TEXTS = [
    *re.findall(r"(?:(?:^|\s)# |Description: )(.*)", (ROOT / "template.yaml").read_text("utf-8")),
    *COMMENTS.values(),
]
# Names of AWS and of file formats.
FOREIGN = {
    "AllViewerExceptHostHeader",
    "CachingDisabled",
    "CachingOptimized",
    "CloudFormation",
    "CloudFront",
    "CloudWatch",
    "DynamoDB",
    "GuardDuty",
    "EventBridge",
    "GetAtt",
    "HeadObject",
    "MemorySize",
    "OriginAccessControlId",
    "PriceClass_100",
    "StackName",
    "WebP",
}


def found(pattern: str) -> set[str]:
    return {match for text in TEXTS for match in re.findall(pattern, text)}


def test_every_state_machine_and_every_state_has_a_comment() -> None:
    assert [name for name, comment in COMMENTS.items() if not comment.endswith(".")] == []


def test_every_name_in_a_comment_exists(template: dict[str, Any]) -> None:
    """Names of two or more words, such as those of states, resources and parameters."""
    known = {one.name for one in states()} | set(template["Parameters"]) | set(template["Resources"])
    assert found(r"\b[A-Z][a-z]+[A-Z]\w*") - known - FOREIGN == set()


def test_every_path_in_a_comment_exists() -> None:
    paths = found(r"\b[\w-]+/[\w/-]+\.\w+")
    assert paths
    assert [path for path in paths if not (ROOT / path).is_file()] == []


@pytest.mark.parametrize("call", sorted(found(r"`renditions ([^`]+)`")))
def test_every_command_in_a_comment_exists(call: str) -> None:
    command: Any = typer.main.get_command(app)
    for word in call.split():
        if word.startswith("--"):
            assert word in {option for parameter in command.params for option in parameter.opts}
        else:
            command = command.commands[word]


@pytest.mark.parametrize("name", [branch["StartAt"] for branch in state("MakeRenditions").body["Branches"]])
def test_the_comment_of_a_branch_has_its_parameter_default_and_function(
    name: str, template: dict[str, Any], resources: dict[str, Any]
) -> None:
    branch = state(name).body
    raw = template["Parameters"][f"{name}Size"]["Default"]
    default = shown_size(int(raw) if raw.isdecimal() else raw)
    function = branch["Parameters"]["FunctionName"].removeprefix("${").removesuffix("Arn}")
    log_name = resources[function]["Properties"]["FunctionName"]["Fn::Sub"].removeprefix("${AWS::StackName}-")
    assert f"at most {name}Size pixels wide and high ({default} by default)" in branch["Comment"]
    assert f"logs as {log_name}." in branch["Comment"]
