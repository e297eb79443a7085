"""Other accounts get what a parameter names, and nothing by default."""

import json
import re
from typing import Any

import pytest

from renditions.outcome_events import DETAIL_TYPES, DETAIL_TYPES_OF_BACKFILLS, SOURCE
from tests.contract.conftest import ROOT, read_whole_template
from tests.contract.policies import TOPIC, Caller, allows, deployed

ORGANIZATION = "o-a1b2c3d4e5"
TEAM, COLLEAGUE, STRANGER = (
    Caller("111122223333", organization=ORGANIZATION),
    Caller("444455556666", organization=ORGANIZATION),
    Caller("777788889999", organization="o-zzzzzzzzzz"),
)
ANONYMOUS = Caller("")
CALLERS = {"team": TEAM, "colleague": COLLEAGUE, "stranger": STRANGER, "anonymous": ANONYMOUS}
ROOT_OF = "arn:aws:iam::{}:root"
UPLOAD = ("s3:PutObject", "s3:PutObjectTagging", "s3:AbortMultipartUpload", "s3:ListMultipartUploadParts")
NEVER = {
    "UploadsBucketPolicy": ("s3:GetObject", "s3:ListBucket", "s3:DeleteObject", "s3:PutBucketPolicy"),
    "RenditionsBucketPolicy": ("s3:PutObject", "s3:ListBucket", "s3:DeleteObject", "s3:GetObjectVersion"),
    "NotificationsTopicPolicy": ("sns:Publish", "sns:SetTopicAttributes", "sns:AddPermission", "sns:DeleteTopic"),
}  # fmt: skip
DOCUMENT = (ROOT / "docs/accounts.md").read_text()


def may(policies: dict[str, Any], what: str, caller: Caller, *, tls: bool = True) -> bool:
    """Return whether a caller may ``upload``, ``read`` or ``subscribe``."""
    if what == "upload":
        policy = policies["UploadsBucketPolicy"]
        answers = {allows(policy, caller, action, "arn:aws:s3:::uploads/a.jpg", tls=tls) for action in UPLOAD}
        assert len(answers) == 1
        return answers.pop()
    if what == "read":
        policy = policies["RenditionsBucketPolicy"]
        return allows(policy, caller, "s3:GetObject", "arn:aws:s3:::renditions/a.jpg/0a/large.webp", tls=tls)
    return subscribes(policies, caller, "sqs", f"arn:aws:sqs:us-east-1:{caller.account}:inbox")


def subscribes(policies: dict[str, Any], caller: Caller, protocol: str, endpoint: str) -> bool:
    policy = policies["NotificationsTopicPolicy"]
    return allows(policy, caller, "sns:Subscribe", TOPIC, sns_Protocol=protocol, sns_Endpoint=endpoint)


def granted(what: str, **parameters: str) -> set[str]:
    policies = deployed(**parameters)
    return {name for name, caller in CALLERS.items() if may(policies, what, caller)}


LISTS = {
    "upload": ("UploaderPrincipals", ROOT_OF),
    "read": ("ReaderPrincipals", ROOT_OF),
    "subscribe": ("SubscriberAccounts", "{}"),
}
each_list = pytest.mark.parametrize("what", LISTS)


def test_by_default_no_policy_names_anybody_else() -> None:
    policies = deployed()
    for policy in policies.values():
        assert {one["Sid"] for one in policy["Statement"]} <= {"TlsOnly", "ThisAccount"}
    assert all(not granted(what) for what in LISTS)


@each_list
def test_a_list_grants_its_own_and_nothing_else(what: str) -> None:
    name, form = LISTS[what]
    value = form.format(TEAM.account)
    assert granted(what, **{name: value}) == {"team"}
    assert granted(what, **{name: f"{value},{form.format(STRANGER.account)}"}) == {"team", "stranger"}
    for other in LISTS.keys() - {what}:
        assert granted(other, **{name: value}) == set()


@each_list
def test_an_organization_limits_a_list_or_stands_for_it(what: str) -> None:
    """As the table in docs/accounts.md says."""
    name, form = LISTS[what]
    both = ",".join(form.format(one.account) for one in (TEAM, STRANGER))
    assert granted(what, OrganizationId=ORGANIZATION, **{name: both}) == {"team"}
    everybody = {"OrganizationId": ORGANIZATION, name: "organization"}
    assert granted(what, **everybody) == {"team", "colleague"}
    for other in LISTS.keys() - {what}:
        assert granted(other, **everybody) == set()


@each_list
def test_nobody_is_allowed_more(what: str) -> None:
    policies = deployed(OrganizationId=ORGANIZATION, **{LISTS[what][0]: "organization"})
    buckets = [f"arn:aws:s3:::{name}{key}" for name in ("uploads", "renditions") for key in ("", "/a.jpg")]
    for name, actions in NEVER.items():
        for action in actions:
            assert not [one for one in (*buckets, TOPIC) if allows(policies[name], TEAM, action, one)], action


def test_a_role_is_allowed_and_not_the_rest_of_its_account() -> None:
    policies = deployed(UploaderPrincipals=TEAM.arn, ReaderPrincipals=TEAM.arn)
    for what in ("upload", "read"):
        assert may(policies, what, TEAM)
        assert not may(policies, what, Caller(TEAM.account, "another"))


@pytest.mark.parametrize("what", ["upload", "read"])
def test_without_tls_nobody_is_allowed_anything(what: str) -> None:
    assert not may(deployed(**{LISTS[what][0]: ROOT_OF.format(TEAM.account)}), what, TEAM, tls=False)


@pytest.mark.parametrize("key", ["", "arn:aws:kms:us-east-1:123456789012:key/0a"])
def test_no_upload_is_encrypted_with_a_key_that_the_functions_cannot_use(key: str) -> None:
    policy = deployed(UploaderPrincipals=TEAM.arn, KmsKeyArn=key)["UploadsBucketPolicy"]

    def may_put(**headers: str) -> bool:
        keys: dict[str, Any] = {
            f"s3_x-amz-server-side-encryption{name}": value for name, value in headers.items()
        }
        return allows(policy, TEAM, "s3:PutObject", "arn:aws:s3:::uploads/a.jpg", **keys)

    foreign = {"": "aws:kms", "-aws-kms-key-id": "arn:aws:kms:us-east-1:111122223333:key/0b"}
    assert may_put()
    assert may_put(**{"": "AES256"})
    assert not may_put(
        **{"": "aws:kms"}
    )  # that is aws/s3 of the uploader's account, whatever key the bucket has
    assert not may_put(**foreign)
    assert may_put(**{"": "aws:kms", "-aws-kms-key-id": key}) == bool(key)


def test_who_names_the_key_must_be_an_uploader_too() -> None:
    """The statement for them allows nothing else, and nobody else."""
    key = "arn:aws:kms:us-east-1:123456789012:key/0a"
    policies = deployed(OrganizationId=ORGANIZATION, UploaderPrincipals="organization", KmsKeyArn=key)
    headers: dict[str, Any] = {
        "s3_x-amz-server-side-encryption": "aws:kms",
        "s3_x-amz-server-side-encryption-aws-kms-key-id": key,
    }

    def may_by(caller: Caller, action: str = "s3:PutObject") -> bool:
        policy = policies["UploadsBucketPolicy"]
        return allows(policy, caller, action, "arn:aws:s3:::uploads/a.jpg", **headers)

    assert may_by(TEAM)
    assert not may_by(STRANGER)
    assert not any(may_by(TEAM, action) for action in NEVER["UploadsBucketPolicy"])


def test_with_the_malware_scan_uploaders_cannot_tag() -> None:
    policy = deployed(UploaderPrincipals=TEAM.arn, MalwareScan="on")["UploadsBucketPolicy"]
    answers = {action: allows(policy, TEAM, action, "arn:aws:s3:::uploads/a.jpg") for action in UPLOAD}
    assert [action for action, allowed in answers.items() if not allowed] == ["s3:PutObjectTagging"]


@pytest.mark.parametrize(
    "protocol, endpoint, allowed",
    [
        ("sqs", f"arn:aws:sqs:eu-west-1:{TEAM.account}:inbox", True),
        ("lambda", f"arn:aws:lambda:us-east-1:{TEAM.account}:function:inbox", True),
        ("sqs", f"arn:aws:sqs:us-east-1:{STRANGER.account}:inbox", False),
        ("sqs", f"arn:aws:sqs:us-east-1:{STRANGER.account}:{TEAM.account}", False),
        ("lambda", f"arn:aws:lambda:us-east-1:{STRANGER.account}:function:{TEAM.account}:alias", False),
        ("firehose", f"arn:aws:firehose:us-east-1:{TEAM.account}:deliverystream/a", False),
        ("https", f"https://arn:aws:sqs:us-east-1:{TEAM.account}:inbox", False),
        ("https", "https://example.org/notices", False),
        ("email", "somebody@example.org", False),
    ],
)
def test_an_account_subscribes_only_queues_and_functions_of_its_own(
    protocol: str, endpoint: str, *, allowed: bool
) -> None:
    assert subscribes(deployed(SubscriberAccounts=TEAM.account), TEAM, protocol, endpoint) == allowed


# ── What CloudFormation refuses ───────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("name", ["UploaderPrincipals", "ReaderPrincipals"])
@pytest.mark.parametrize(
    "value",
    [
        "*",
        "arn:aws:iam::*:root",
        "arn:aws:iam::111122223333:role/*",
        "arn:aws:iam::111122223333:*",
        "111122223333",
        "arn:aws:s3:::bucket",
        "arn:aws:sts::111122223333:assumed-role/a/b",
        "arn:aws:iam::111122223333:root,*",
        "ec2.amazonaws.com",
        "Organization",
    ],
)
def test_a_wildcard_or_another_word_is_no_principal(name: str, value: str) -> None:
    with pytest.raises(ValueError, match="Wildcards are not allowed"):
        deployed(**{name: value})


@pytest.mark.parametrize("value", ["*", "11112222333", "arn:aws:iam::111122223333:root", "111122223333,*"])
def test_a_subscriber_is_an_account(value: str) -> None:
    with pytest.raises(ValueError, match="account IDs of 12 digits"):
        deployed(SubscriberAccounts=value)


@pytest.mark.parametrize(
    "parameters, message",
    [
        ({"OrganizationId": ORGANIZATION}, "OrganizationId alone grants nothing"),
        ({"ReaderPrincipals": "organization"}, "needs OrganizationId"),
        (
            {"OrganizationId": ORGANIZATION, "UploaderPrincipals": f"organization,{TEAM.arn}"},
            "or the word organization",
        ),
        (
            {"OrganizationId": ORGANIZATION, "SubscriberAccounts": f"{TEAM.account},organization"},
            "or the word organization",
        ),
        ({"OrganizationId": "r-a1b2"}, "must be the ID of an organization"),
        ({"EventBusArn": "arn:aws:sqs:us-east-1:111122223333:q"}, "must be the ARN of an event bus"),
        ({"EventBusArn": "arn:aws:events:us-east-1:111122223333:event-bus/*"}, "must be the ARN of an event bus"),
        ({"OutputsInParameterStore": "renditions"}, "must be a path"),
        ({"OutputsInParameterStore": "/renditions/"}, "must be a path"),
    ],
)  # fmt: skip
def test_what_would_grant_nothing_or_too_much_is_refused(parameters: dict[str, str], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        deployed(**parameters)


def test_no_mistake_makes_a_policy_public() -> None:
    """Even without the rules: a statement is for everybody only if OrganizationId is set, which then limits it."""
    policies = deployed(OrganizationId=ORGANIZATION, **{name: "organization" for name, _ in LISTS.values()})
    everybody = [
        one
        for policy in policies.values()
        for one in policy["Statement"]
        if one["Effect"] == "Allow" and one["Principal"] == {"AWS": "*"}
    ]
    assert len(everybody) == 3
    assert all(one["Condition"]["StringEquals"]["aws:PrincipalOrgID"] == ORGANIZATION for one in everybody)
    for condition in ("OrganizationUploads", "OrganizationReads", "OrganizationSubscribes"):
        both = read_whole_template()["Conditions"][condition]["Fn::And"]
        assert both[0] == {"Condition": "HasOrganization"}


# ── Events and outputs ────────────────────────────────────────────────────────────────────────────────────────────────


def test_every_status_of_a_notice_has_its_event(schema: dict[str, Any]) -> None:
    assert list(DETAIL_TYPES) == schema["properties"]["status"]["examples"]
    definition = (ROOT / "statemachine/image_backfill.asl.json").read_text()
    assert set(re.findall(r'"StringValue": "(BACKFILL_\w+)"', definition)) == DETAIL_TYPES_OF_BACKFILLS.keys()
    for name in (SOURCE, *DETAIL_TYPES.values(), *DETAIL_TYPES_OF_BACKFILLS.values()):
        assert f"`{name}`" in DOCUMENT or f'"{name}"' in DOCUMENT, name


def test_each_parameter_in_the_store_has_the_name_and_the_value_of_its_output() -> None:
    template = read_whole_template()
    kept = {
        name.removesuffix("Parameter"): one
        for name, one in template["Resources"].items()
        if one["Type"] == "AWS::SSM::Parameter"
    }
    assert len(kept) == 6
    for name, one in kept.items():
        output, properties = template["Outputs"][name], one["Properties"]
        assert properties["Value"] == output["Value"]
        assert properties["Name"] == {"Fn::Sub": f"${{OutputsInParameterStore}}/{name}"}
        assert one["Condition"] == ("KeepsDeliveryUrl" if "Condition" in output else "KeepsOutputs")
        assert f"`{name}`" in DOCUMENT or f"/{name}`" in DOCUMENT


def test_without_the_options_there_is_nothing_of_them(template: dict[str, Any]) -> None:
    """No queue, function or parameter. tests/contract/test_options.py looks at what refers to a parameter."""
    mine = re.compile(r"Events(Queue|Alarm)|PublishEvents|LateEvents|Parameter$")
    found = {name: one.get("Condition") for name, one in template["Resources"].items() if mine.search(name)}
    assert len(found) == 17
    assert set(found.values()) == {"HasEventBus", "KeepsOutputs", "KeepsDeliveryUrl"}


def test_the_policies_in_the_document_are_those_of_the_template() -> None:
    policies = deployed(UploaderPrincipals=ROOT_OF.format(TEAM.account))
    [uploaders] = [one for one in policies["UploadsBucketPolicy"]["Statement"] if one["Sid"] == "Uploaders"]
    blocks = [json.loads(one) for one in re.findall(r"```json\n(.*?)```", DOCUMENT, re.DOTALL)]
    [documented] = [one for one in blocks if one.get("Sid") == "Uploaders"]
    assert documented["Action"] == uploaders["Action"]
    [upload, read, subscribe] = blocks[0]["Statement"]
    assert upload["Action"] == uploaders["Action"]
    assert (read["Action"], subscribe["Action"]) == ("s3:GetObject", "sns:Subscribe")
