"""The compatibility rules: each rule alone, and nothing else."""

import copy
from pathlib import Path
from typing import Any

import pytest

from renditions_cli.local import compat

DOCUMENT = Path(__file__).parents[4] / "docs" / "local-stack.md"
TLS_ONLY: dict[str, Any] = {
    "Effect": "Deny",
    "Principal": "*",
    "Action": "s3:*",
    "Resource": "*",
    "Condition": {"Bool": {"aws:SecureTransport": "false"}},
}
READ = {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "s3:GetObject", "Resource": "*"}


def function(**properties: Any) -> dict[str, Any]:
    return {"F": {"Type": "AWS::Lambda::Function", "Properties": {"Handler": "a.b", **properties}}}


def policy(*statements: dict[str, Any]) -> dict[str, Any]:
    return {
        "P": {
            "Type": "AWS::S3::BucketPolicy",
            "Properties": {"PolicyDocument": {"Statement": list(statements)}},
        }
    }


def test_a_python_function_runs_its_own_bootstrap() -> None:
    for runtime in ("python3.13", {"Ref": "Runtime"}):
        changed = compat.run_functions_under_the_runtime_client(function(Runtime=runtime))
        assert changed == function(Runtime="provided.al2023")


def test_a_python_function_loses_layers_and_architecture() -> None:
    full = function(Runtime="python3.13", Layers=["arn:layer"], Architectures=["arm64"])
    assert compat.take_dependencies_from_this_environment(full) == function(Runtime="python3.13")


def test_the_tls_only_statement_is_removed_and_others_stay() -> None:
    assert compat.allow_plain_http(policy(TLS_ONLY, READ)) == policy(READ)


def test_a_policy_with_only_the_tls_only_statement_is_removed() -> None:
    assert compat.allow_plain_http(policy(TLS_ONLY)) == {}


def test_a_more_specific_deny_statement_stays() -> None:
    narrower = {
        **TLS_ONLY,
        "Condition": {**TLS_ONLY["Condition"], "StringEquals": {"aws:PrincipalTag/a": "b"}},
    }
    allowing = {**TLS_ONLY, "Effect": "Allow"}
    assert compat.allow_plain_http(policy(narrower, allowing)) == policy(narrower, allowing)


def test_a_template_without_these_constructs_is_unchanged() -> None:
    template = {
        "Description": "d",
        "Parameters": {"A": {"Type": "String"}},
        "Resources": {
            "B": {"Type": "AWS::S3::Bucket"},
            "R": {
                "Type": "AWS::IAM::Role",
                "Properties": {"AssumeRolePolicyDocument": {"Statement": [TLS_ONLY]}},
            },
            **policy(READ),
            **function(Runtime="nodejs22.x", Layers=["l"], Architectures=["arm64"]),
        },
        "Outputs": {"O": {"Value": {"Ref": "B"}}},
    }
    assert compat.apply_rules(template) == template


def test_the_given_template_is_not_modified() -> None:
    template = {"Resources": {**policy(TLS_ONLY), **function(Runtime="python3.13", Architectures=["arm64"])}}
    before = copy.deepcopy(template)
    assert compat.apply_rules(template) != before
    assert template == before


@pytest.mark.parametrize(
    "position, rule", list(enumerate(compat.RULES)), ids=lambda value: getattr(value, "__name__", "")
)
def test_the_document_lists_the_rules_in_their_order(position: int, rule: compat.Rule) -> None:
    lines = [line for line in DOCUMENT.read_text(encoding="utf-8").splitlines() if line.startswith("| `")]
    documented = [line.split("`")[1] for line in lines if line.split("`")[1] in dir(compat)]
    assert documented[position] == rule.__name__


def test_viewers_of_every_cache_behaviour_may_use_plain_http() -> None:
    def distribution(first: str, second: str) -> dict[str, Any]:
        config = {
            "DefaultCacheBehavior": {"ViewerProtocolPolicy": first, "TargetOriginId": "a"},
            "CacheBehaviors": [{"ViewerProtocolPolicy": second, "PathPattern": "/api/*"}],
        }
        return {"D": {"Type": "AWS::CloudFront::Distribution", "Properties": {"DistributionConfig": config}}}

    changed = compat.let_viewers_use_plain_http(distribution("redirect-to-https", "https-only"))
    assert changed == distribution("allow-all", "allow-all")


@pytest.mark.parametrize("kind", sorted(compat.UNKNOWN_TYPES))
def test_a_resource_of_a_type_that_the_emulator_lacks_is_removed(kind: str) -> None:
    pool = {"P": {"Type": "AWS::Cognito::UserPool", "Properties": {}}}
    assert compat.drop_unknown_types({"S": {"Type": kind, "Properties": {}}, **pool}) == pool
