"""The options for organizations: off by default without a trace, and each changes what it is for and nothing else."""

import json
import re
from functools import cache
from typing import Any

import pytest

from renditions_cli.aws.conditions import holding
from renditions_cli.local.stack import TEMPLATE
from renditions_cli.local.template import prepare
from tests.contract.conftest import ROOT, evaluated, read_template
from tests.contract.test_permissions import logical_id, roles

# A value of each option, and the types of the resources that it changes.
KEY = "arn:aws:kms:eu-central-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"
SUBNETS = {"VpcSubnetIds": "subnet-0a,subnet-0b", "VpcSecurityGroupIds": "sg-0c"}
OPTIONS: list[tuple[dict[str, str], set[str]]] = [
    ({"MaxConcurrency": "5"}, {"Lambda::Function"}),
    ({"DeletionProtection": "on"}, {"DynamoDB::Table"}),
    ({"RejectedDays": "30"}, {"Lambda::Function", "IAM::Role"}),
    ({"NoncurrentOriginalDays": "30"}, {"S3::Bucket"}),
    ({"OriginalsTransitionDays": "30", "OriginalsTransitionClass": "STANDARD_IA"}, {"S3::Bucket"}),
    (
        {"KmsKeyArn": KEY},
        {"S3::Bucket", "DynamoDB::Table", "SNS::Topic", "SQS::Queue", "Logs::LogGroup", "Lambda::Function"},
    ),
    ({"AccessLogsBucket": "logs"}, {"S3::Bucket"}),
    (SUBNETS, {"Lambda::Function", "IAM::Role"}),
    ({"PermissionsBoundaryArn": "arn:aws:iam::123456789012:policy/boundary"}, {"IAM::Role"}),
    (
        {"CodeSigningConfigArn": "arn:aws:lambda:eu-central-1:123456789012:code-signing-config:csc-0a"},
        {"Lambda::Function"},
    ),
    (
        {"WebAclArn": "arn:aws:wafv2:us-east-1:123456789012:global/webacl/images/0a"},
        {"CloudFront::Distribution"},
    ),
    ({"UploaderPrincipals": "arn:aws:iam::123456789012:root"}, {"S3::BucketPolicy"}),
    ({"ReaderPrincipals": "arn:aws:iam::123456789012:root"}, {"S3::BucketPolicy"}),
    ({"SubscriberAccounts": "123456789012"}, {"SNS::TopicPolicy"}),
]
SIGNING = {
    "ContentCredentials": "keep", "CredentialsKeyArn": KEY, "CredentialsCertificate": "/renditions/certificate",
}  # fmt: skip
# What has resources of its own.
EVERYTHING = {
    "Web": "on", "EmailDigest": "daily", "Monitoring": "full", "MaxImagesPerHour": "100", "OnMaxImages": "pause",
    "MalwareScan": "on", "NotificationEmail": "me@example.org",
}  # fmt: skip
NAMES = sorted({name for values, _ in OPTIONS for name in values})
each_option = pytest.mark.parametrize("values, types", OPTIONS, ids=[next(iter(one)) for one, _ in OPTIONS])


@cache
def translated() -> dict[str, Any]:
    """Return the template as CloudFormation gets it from SAM, with everything that conditions leave out."""
    document: dict[str, Any] = json.loads(prepare(TEMPLATE, {}).body)
    return document


def deployed(**parameters: str) -> dict[str, Any]:
    """Return the resources that CloudFormation makes with these parameters and everything else that is optional."""
    template = translated()
    values = {name: one["Default"] for name, one in template["Parameters"].items()} | EVERYTHING | parameters
    conditions = holding(template["Conditions"], values)
    return {
        name: evaluated(one, conditions)
        for name, one in template["Resources"].items()
        if conditions.get(one.get("Condition"), True)
    }


def test_a_stack_without_options_has_nothing_of_them() -> None:
    text = json.dumps(deployed())
    used = {name for name in NAMES if f'{{"Ref": "{name}"}}' in text or f"${{{name}}}" in text}
    assert used == set()


@each_option
def test_an_option_changes_what_it_is_for_and_nothing_else(values: dict[str, str], types: set[str]) -> None:
    off, on = deployed(), deployed(**values)
    assert set(on) == set(off)
    changed = {off[name]["Type"].removeprefix("AWS::") for name in off if on[name] != off[name]}
    assert changed == types


def test_signing_gives_two_functions_a_key_and_the_right_to_use_it() -> None:
    off, on = deployed(), deployed(**SIGNING)
    assert set(on) == set(off)
    names = ("ResizeImage", "WatermarkImage")
    assert {name for name in off if on[name] != off[name]} == {
        f"{name}{kind}" for name in names for kind in ("Function", "Role")
    }


@each_option
def test_an_option_reaches_every_resource_that_it_is_for(values: dict[str, str], types: set[str]) -> None:
    """Except that only some buckets, topics and functions have a part in it."""
    off, on = deployed(), deployed(**values)
    [unchanged] = [
        {name for name in off if off[name]["Type"].removeprefix("AWS::") in types and on[name] == off[name]}
    ]
    option = next(iter(values))
    exceptions: dict[str, set[str]] = {
        "MaxConcurrency": {
            "ReconcileFunction",
            "WebApiFunction",
            "PublishPageFunction",
            "SendDigestFunction",
            "CountOutcomesFunction",
            "PausePipelineFunction",
        },
        "DeletionProtection": {"WebUsageTable", "MeasuredTable"},
        "NoncurrentOriginalDays": {"RenditionsBucket", "WebBucket"},
        "OriginalsTransitionDays": {"RenditionsBucket", "WebBucket"},
        "RejectedDays": {name for name in off if off[name]["Type"].removeprefix("AWS::") in types}
        - {"ReconcileFunction", "ReconcileRole"},
        "UploaderPrincipals": {"RenditionsBucketPolicy", "WebBucketPolicy"},
        "ReaderPrincipals": {"UploadsBucketPolicy", "WebBucketPolicy"},
        "SubscriberAccounts": {"OperatorsTopicPolicy", "DigestTopicPolicy"},
        "VpcSubnetIds": {name for name, role in roles(off).items() if trusted(role) != "lambda"},
    }
    assert unchanged == exceptions.get(option, set())


def trusted(role: dict[str, Any]) -> str:
    [statement] = role["Properties"]["AssumeRolePolicyDocument"]["Statement"]
    return str(statement["Principal"]["Service"].partition(".")[0])


def test_every_option_is_off_by_default_and_in_the_table_of_the_security_document() -> None:
    parameters = read_template()["Parameters"]
    values = {name: parameters[name]["Default"] for name in NAMES}
    assert set(values.values()) <= {"", "off", 0, "INTELLIGENT_TIERING"}
    text = (ROOT / "docs/security.md").read_text()
    rows = re.findall(r"^\| (`\w+`(?:, `\w+`)*) \|", text, re.MULTILINE)
    assert {name.strip("`") for row in rows for name in row.split(", ")} >= set(NAMES)


# ── What a stack keeps, and who may reach it ──────────────────────────────────────────────────────────────────────


def test_deleting_the_stack_keeps_images_and_records(resources: dict[str, Any]) -> None:
    """A stack that could not be created leaves nothing: its buckets are empty."""
    kept = {name for name, one in resources.items() if "DeletionPolicy" in one}
    assert kept == {"UploadsBucket", "RenditionsBucket", "BackfillBucket", "ImagesTable"}
    for name in kept:
        assert resources[name]["DeletionPolicy"] == "RetainExceptOnCreate"
        assert resources[name]["UpdateReplacePolicy"] == "Retain"


@pytest.mark.parametrize("kind, member", [("SQS::Queue", "Queues"), ("SNS::Topic", "Topics")])
def test_every_queue_and_topic_denies_requests_without_tls(
    kind: str, member: str, resources: dict[str, Any]
) -> None:
    wanted = {name for name, one in resources.items() if one["Type"] == f"AWS::{kind}"}
    denied = set()
    for one in resources.values():
        if one["Type"] == f"AWS::{kind}Policy":
            statements = one["Properties"]["PolicyDocument"]["Statement"]
            [statement] = [one for one in statements if one["Effect"] == "Deny"]
            assert statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
            assert statement["Principal"] == "*"
            denied |= {logical_id(name) for name in one["Properties"][member]}
    policy = f"Add an AWS::{kind}Policy with *encrypted-messages-only"
    assert not wanted - denied, (
        f"template.yaml: {sorted(wanted - denied)} accept requests without TLS. {policy}."
    )
    assert denied <= wanted


def test_only_this_account_may_publish_and_alarms_only_to_the_operators(resources: dict[str, Any]) -> None:
    account = {"Fn::Sub": "arn:${AWS::Partition}:iam::${AWS::AccountId}:root"}
    for topic, senders in (
        ("NotificationsTopic", ["ThisAccount"]),
        ("OperatorsTopic", ["ThisAccount", "Alarms"]),
    ):
        statements = resources[f"{topic}Policy"]["Properties"]["PolicyDocument"]["Statement"]
        allowing = [one for one in statements if one["Effect"] == "Allow"]
        assert [one["Sid"] for one in allowing] == senders
        assert allowing[0]["Principal"] == {"AWS": account}
        for one in allowing[1:]:
            assert one["Principal"] == {"Service": "cloudwatch.amazonaws.com"}
            assert one["Condition"]["StringEquals"] == {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}


def test_checkov_is_told_why_a_finding_is_none_of_ours(resources: dict[str, Any]) -> None:
    """`make check` runs it. At most eight kinds, each with a sentence beside its resource."""
    skipped = [
        skip
        for one in resources.values()
        for skip in one.get("Metadata", {}).get("checkov", {}).get("skip", ())
    ]
    assert 1 <= len({skip["id"] for skip in skipped}) <= 8
    assert [skip for skip in skipped if not skip["comment"].endswith(".")] == []


# ── Limits of AWS ─────────────────────────────────────────────────────────────────────────────────────────────────
# Source: docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html, .../lambda/latest/dg/
# gettingstarted-limits.html and .../IAM/latest/UserGuide/reference_iam-quotas.html


def test_the_template_is_within_the_limits_of_cloudformation() -> None:
    """Above 51,200 bytes a template must come from S3, as `sam deploy` does. 1 MB is the most."""
    template = translated()
    assert len((ROOT / "template.yaml").read_bytes()) < 1_000_000
    assert len(json.dumps(template)) < 1_000_000
    assert len(template["Parameters"]) <= 200
    assert len(template["Outputs"]) <= 200
    assert len(template["Resources"]) <= 500
    assert len(template["Description"]) <= 1024
    assert max(len(one["Description"]) for one in template["Parameters"].values()) <= 4000


def test_the_environment_of_every_function_is_under_4_kb_with_long_values() -> None:
    """Lambda refuses more. Only keys and the text may be long: 500 bytes for each key, 400 for the text."""
    parameters = read_template()["Parameters"]
    for function in deployed().values():
        if function["Type"] != "AWS::Lambda::Function":
            continue
        variables = function["Properties"]["Environment"]["Variables"]
        size = sum(len(name) + longest(value, parameters) for name, value in variables.items())
        assert size < 4096, function["Properties"]["FunctionName"]


def longest(value: Any, parameters: dict[str, Any]) -> int:
    """Return the bytes of the longest value that is likely: names of resources are at most 100."""
    name = value.get("Ref") if isinstance(value, dict) else None
    if name not in parameters:
        return 100 if isinstance(value, dict) else len(str(value))
    one = parameters[name]
    if "AllowedValues" in one:
        return max(len(str(value)) for value in one["AllowedValues"])
    if one["Type"] == "Number":
        return len(str(one["MaxValue"]))
    return {"WatermarkText": 400, "WatermarkLogoKey": 500, "WatermarkFontKey": 500}.get(name, 63)


def test_the_policies_of_every_role_are_within_10_240_characters() -> None:
    for name, role in roles(deployed()).items():
        size = sum(len(json.dumps(one["PolicyDocument"])) for one in role["Properties"]["Policies"])
        assert size < 10_240, name
