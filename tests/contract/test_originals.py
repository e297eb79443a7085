"""The options for originals: the malware scan, a bucket that exists already, and a storage class for later."""

import json
from typing import Any

import pytest

from renditions.storage import scans
from tests.contract.conftest import DEFAULTS, read_template, read_whole_template, with_conditions
from tests.contract.test_permissions import listed, logical_id, roles, statements
from tests.contract.test_web import names_in

CLEAN = {"StringEquals": {f"s3:ExistingObjectTag/{scans.TAG}": scans.CLEAN}}
# They ask for the size and the ETag of an object (HeadObject), which needs the same permission, and open no file.
LOOK_ONLY = {"ConfirmDeletedRole", "ReconcileRole"}


def with_option(**conditions: bool) -> dict[str, Any]:
    found: dict[str, Any] = with_conditions(read_whole_template(), DEFAULTS | conditions)["Resources"]
    return found


@pytest.fixture(scope="module")
def scanned() -> dict[str, Any]:
    return with_option(IsMalwareScanned=True)


def test_by_default_nothing_of_these_options_is_deployed(template: dict[str, Any]) -> None:
    text = json.dumps(template["Resources"])
    for name in ("MalwareScan", "ExistingUploadsBucket", "OriginalsTransitionClass", "WebAclArn", scans.TAG):
        assert name not in text
    defaults = {name: one["Default"] for name, one in read_whole_template()["Parameters"].items()}
    assert (defaults["MalwareScan"], defaults["ExistingUploadsBucket"]) == ("off", "")
    assert (defaults["OriginalsTransitionDays"], defaults["WebAclArn"]) == (0, "")


def test_guardduty_scans_the_uploads_and_tags_them(scanned: dict[str, Any]) -> None:
    plan = scanned["MalwareScanPlan"]["Properties"]
    assert plan["Actions"] == {"Tagging": {"Status": "ENABLED"}}
    assert plan["ProtectedResource"] == {"S3Bucket": {"BucketName": {"Ref": "UploadsBucket"}}}
    [trust] = scanned["MalwareScanRole"]["Properties"]["AssumeRolePolicyDocument"]["Statement"]
    assert trust["Principal"] == {"Service": "malware-protection-plan.guardduty.amazonaws.com"}
    assert scanned["ValidateImageFunction"]["Properties"]["Environment"]["Variables"] == {
        "MALWARE_SCAN": "on"
    }


def test_only_guardduty_may_tag_an_upload(scanned: dict[str, Any]) -> None:
    """No tag at all: CopyObject brings those of its source, and could bring a forged verdict."""
    found = scanned["UploadsBucketPolicy"]["Properties"]["PolicyDocument"]["Statement"]
    [statement] = [one for one in found if one["Sid"] == "OnlyGuardDutyMayTag"]
    assert (statement["Effect"], statement["Principal"]) == ("Deny", "*")
    assert set(statement["Action"]) == {"s3:PutObjectTagging", "s3:PutObjectVersionTagging"}
    assert logical_id(statement["Resource"]) == "UploadsBucket/*"
    assert statement["Condition"] == {
        "ArnNotEquals": {"aws:PrincipalArn": {"Fn::GetAtt": ["MalwareScanRole", "Arn"]}}
    }
    taggers = {
        name
        for name, role in roles(scanned).items()
        for one in statements(role)
        if {"s3:PutObjectTagging", "s3:PutObjectVersionTagging"} & set(listed(one["Action"]))
        and "Uploads" in json.dumps(one["Resource"])
    }
    assert taggers == {"MalwareScanRole"}


def test_functions_read_clean_uploads_only(scanned: dict[str, Any]) -> None:
    readers = {
        name: one.get("Condition")
        for name, role in roles(scanned).items()
        for one in statements(role)
        if {"s3:GetObject", "s3:GetObjectVersion"} & set(listed(one["Action"]))
        and any(
            logical_id(each).startswith(("UploadsBucket/", "${UploadsBucket"))
            for each in listed(one["Resource"])
        )
    }
    assert {name for name, condition in readers.items() if condition == CLEAN} == {
        "ValidateImageRole",
        "ResizeImageRole",
        "WatermarkImageRole",
        "WebApiRole",
    }
    assert {name for name, condition in readers.items() if condition != CLEAN} == LOOK_ONLY | {
        "MalwareScanRole"
    }


def test_the_object_with_which_guardduty_tries_its_rights_starts_nothing(scanned: dict[str, Any]) -> None:
    [others, folders] = scanned["ImageUploadedRule"]["Properties"]["EventPattern"]["detail"]["$or"]
    assert others == {"object": {"key": [{"anything-but": {"suffix": ["/", scans.VALIDATION_OBJECT]}}]}}
    assert folders == {"object": {"key": [{"suffix": "/"}], "size": [{"numeric": [">", 0]}]}}
    allowed = [one for one in statements(scanned["MalwareScanRole"]) if one["Action"] == "s3:PutObject"]
    assert [logical_id(one["Resource"]) for one in allowed] == [
        f"${{UploadsBucket.Arn}}/{scans.VALIDATION_OBJECT}"
    ]


def test_with_an_existing_bucket_nothing_refers_to_one_of_the_stack() -> None:
    for scanned in (False, True):
        resources = with_option(HasOwnUploadsBucket=False, IsMalwareScanned=scanned)
        assert not {"UploadsBucket", "UploadsBucketPolicy"} & set(resources)
        assert not {"UploadsBucket", "UploadsBucketPolicy"} & set(names_in(resources))
        rules = [
            resources[name]["Properties"]["EventPattern"]
            for name in ("ImageUploadedRule", "ImageDeletedRule")
        ]
        for rule in rules:
            assert rule["detail"]["bucket"]["name"] == [{"Ref": "ExistingUploadsBucket"}]


def test_originals_move_after_the_given_days() -> None:
    rules = with_option(TransitionsOriginals=True)["UploadsBucket"]["Properties"]["LifecycleConfiguration"][
        "Rules"
    ]
    [moving] = [rule for rule in rules if "Transitions" in rule]
    assert moving["Transitions"] == [
        {
            "StorageClass": {"Ref": "OriginalsTransitionClass"},
            "TransitionInDays": {"Ref": "OriginalsTransitionDays"},
        }
    ]
    assert not {"Prefix", "TagFilters"} & set(moving)


def test_a_web_acl_protects_both_distributions() -> None:
    resources = with_option(HasWebAcl=True)
    for name in ("WebDistribution", "DeliveryDistribution"):
        config = resources[name]["Properties"]["DistributionConfig"]
        assert config["WebACLId"] == {"Ref": "WebAclArn"}
        assert "WebACLId" not in read_template()["Resources"][name]["Properties"]["DistributionConfig"]
