"""Names and the patterns that must match them, for stack names of every allowed length."""

import re
import subprocess
from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import Any

import pytest

from tests.contract.conftest import ROOT, evaluated
from tests.contract.test_permissions import listed, roles, statements

LONGEST_STACK_NAME = 48
LENGTHS = [1, 2, 30, 47, LONGEST_STACK_NAME]
OPTIONS_ON = {"IsWeb": True, "IsDelivered": True, "HasWebUser": True, "IsReconcileScheduled": True}
# The property that names a resource, its type, and the most characters that AWS allows. Source: CloudFormation's
# reference of each type.
LIMITS = {
    ("AWS::ApiGatewayV2::Api", "Name"): 128,
    ("AWS::CloudFront::CachePolicy", "Name"): 128,
    ("AWS::CloudFront::OriginAccessControl", "Name"): 64,
    ("AWS::CloudFront::ResponseHeadersPolicy", "Name"): 128,
    ("AWS::Cognito::UserPool", "UserPoolName"): 128,
    ("AWS::Cognito::UserPoolDomain", "Domain"): 63,
    ("AWS::Events::Rule", "Name"): 64,
    ("AWS::Logs::LogGroup", "LogGroupName"): 512,
    ("AWS::Serverless::Function", "FunctionName"): 64,
    ("AWS::Serverless::LayerVersion", "LayerName"): 140,
    ("AWS::Serverless::StateMachine", "Name"): 80,
}
# What an ARN with the name of the stack is about: its resource part before the name, and the type with that name.
NAMED = {
    "rule/": "AWS::Events::Rule",
    "stateMachine:": "AWS::Serverless::StateMachine",
    "execution:": "AWS::Serverless::StateMachine",
    "mapRun:": "AWS::Serverless::StateMachine",
    "function:": "AWS::Serverless::Function",
    "layer:": "AWS::Serverless::LayerVersion",
}


def of_length(length: int) -> str:
    return ("s" + "tack-name-" * 5)[: length - 1].rstrip("-").ljust(length - 1, "k") + "x"


def filled(value: Any, stack: str) -> str:
    """Return a name or an ARN with the longest region and a partition."""
    text, variables = (value["Fn::Sub"], {}) if isinstance(value["Fn::Sub"], str) else value["Fn::Sub"]
    values = {
        "AWS::StackName": stack,
        "AWS::Region": "ap-southeast-10",
        "AWS::Partition": "aws",
        "AWS::AccountId": "123456789012",
        **dict.fromkeys(variables, "0a1b2c3d"),
    }
    return re.sub(r"\$\{([\w:.]+)\}", lambda found: values.get(found[1], "*"), text)


def names(resources: dict[str, Any], stack: str) -> Iterator[tuple[str, str, int]]:
    """Yield the type, the name and the limit of each resource that the template names."""
    for one in resources.values():
        properties = one.get("Properties", {})
        for config in (properties, *(value for value in properties.values() if isinstance(value, dict))):
            for (kind, field), limit in LIMITS.items():
                if one["Type"] == kind and isinstance(config.get(field), dict):
                    yield kind, filled(config[field], stack), limit


def stack_patterns(resources: dict[str, Any], stack: str) -> set[str]:
    """Return every ARN with the name of the stack, in trust policies and in permissions."""
    found = set()
    for role in roles(resources).values():
        trust = role["Properties"]["AssumeRolePolicyDocument"]["Statement"]
        tested = [value for one in trust for test in one["Condition"].values() for value in test.values()]
        named = [resource for one in statements(role) for resource in listed(one["Resource"])]
        for value in (*tested, *named):
            if isinstance(value, dict) and "${AWS::StackName}" in str(value.get("Fn::Sub")):
                found.add(filled(value, stack))
    return found


@pytest.fixture(scope="module")
def everything(resources: dict[str, Any]) -> dict[str, Any]:
    switched_on: dict[str, Any] = evaluated(resources, OPTIONS_ON)
    return switched_on


@pytest.mark.parametrize("length", LENGTHS)
def test_every_name_is_short_enough_and_used_once(length: int, everything: dict[str, Any]) -> None:
    found = list(names(everything, of_length(length)))
    assert len({kind for kind, _, _ in found}) == len(LIMITS)
    assert [(kind, name) for kind, name, limit in found if len(name) > limit] == []
    assert len({(kind, name) for kind, name, _ in found}) == len(found)


def test_a_longer_stack_name_would_be_too_long_for_a_function(everything: dict[str, Any]) -> None:
    longer = names(everything, of_length(LONGEST_STACK_NAME + 1))
    assert "AWS::Serverless::Function" in {kind for kind, name, limit in longer if len(name) > limit}


@pytest.mark.parametrize("length", LENGTHS)
def test_every_pattern_with_the_stack_name_matches_a_resource(
    length: int, everything: dict[str, Any]
) -> None:
    stack = of_length(length)
    known = {(kind, name) for kind, name, _ in names(everything, stack)}
    patterns = stack_patterns(everything, stack)
    assert {start for start in NAMED for one in patterns if f":{start}" in one} == set(NAMED)
    for pattern in patterns:
        [start] = [one for one in NAMED if f":{one}" in pattern]
        name = pattern.split(f":{start}")[1].removesuffix(":*").removesuffix("/*")
        matching = [one for kind, one in known if kind == NAMED[start] and fnmatchcase(one, name)]
        assert matching, pattern


@pytest.mark.parametrize("length", LENGTHS)
def test_each_rule_that_starts_a_machine_has_a_role_that_trusts_it_and_no_other(
    length: int, everything: dict[str, Any]
) -> None:
    stack = of_length(length)
    rules = [one["Properties"] for one in everything.values() if one["Type"] == "AWS::Events::Rule"]
    starting = [(rule, target) for rule in rules for target in rule["Targets"] if "RoleArn" in target]
    assert len(starting) == 3
    for rule, target in starting:
        role = everything[target["RoleArn"]["Fn::GetAtt"][0]]["Properties"]
        [trust] = role["AssumeRolePolicyDocument"]["Statement"]
        trusted = filled(trust["Condition"]["ArnEquals"]["aws:SourceArn"], stack)
        assert trusted.endswith(f":rule/{filled(rule['Name'], stack)}")
        assert "*" not in trusted


@pytest.mark.parametrize("length", [*LENGTHS, LONGEST_STACK_NAME + 1])
def test_make_deploy_refuses_a_longer_stack_name_with_a_sentence(length: int) -> None:
    command = ["make", "--silent", "named", f"STACK_NAME={of_length(length)}"]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (result.returncode == 0) == (length <= LONGEST_STACK_NAME)
    assert ("Use at most 48 characters" in result.stderr) == (length > LONGEST_STACK_NAME)
