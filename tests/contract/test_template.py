"""The properties that every resource of the template must have, and the parameters."""

import re
from typing import Any

import pytest

from renditions.storage import renditions
from tests.contract.asl import MACHINES, definition, states, strings
from tests.contract.conftest import evaluated
from tests.contract.test_notice import WRITERS, attributes_written
from tests.contract.test_permissions import MACHINE_OF, logical_id


def of_type(resources: dict[str, Any], kind: str) -> dict[str, dict[str, Any]]:
    """Map the logical ID of each resource of a type to its properties. There must be at least one."""
    found = {name: one["Properties"] for name, one in resources.items() if one["Type"] == f"AWS::{kind}"}
    assert found
    return found


@pytest.mark.parametrize("machine", MACHINES)
def test_placeholders_of_a_definition_and_substitutions_match(
    machine: str, resources: dict[str, Any]
) -> None:
    properties = resources[MACHINE_OF[machine]]["Properties"]
    used = {name for text in strings(definition(machine)) for name in re.findall(r"\$\{(\w+)\}", text)}
    assert used == set(properties["DefinitionSubstitutions"])
    assert properties["DefinitionUri"] == f"statemachine/{machine}.asl.json"


def test_every_bucket_is_encrypted_and_private_and_removes_unfinished_uploads(
    resources: dict[str, Any],
) -> None:
    for bucket in of_type(resources, "S3::Bucket").values():
        for has_key, algorithm in ((False, "AES256"), (True, "aws:kms")):
            chosen = evaluated(bucket["BucketEncryption"], {"HasKmsKey": has_key})
            [encryption] = chosen["ServerSideEncryptionConfiguration"]
            assert encryption["ServerSideEncryptionByDefault"]["SSEAlgorithm"] == algorithm
        assert len(bucket["PublicAccessBlockConfiguration"]) == 4
        assert all(bucket["PublicAccessBlockConfiguration"].values())
        assert bucket["OwnershipControls"]["Rules"] == [{"ObjectOwnership": "BucketOwnerEnforced"}]
        rules = [
            one
            for one in bucket["LifecycleConfiguration"]["Rules"]
            if "AbortIncompleteMultipartUpload" in one
        ]
        assert [rule["Status"] for rule in rules] == ["Enabled"]
        assert not {"Prefix", "Filter", "TagFilters"} & set(rules[0])


def test_every_bucket_denies_requests_without_tls(resources: dict[str, Any]) -> None:
    denied = set()
    for policy in of_type(resources, "S3::BucketPolicy").values():
        for one in policy["PolicyDocument"]["Statement"]:
            if one.get("Effect") == "Deny" and one.get("Condition") == {
                "Bool": {"aws:SecureTransport": "false"}
            }:
                assert (one["Principal"], one["Action"]) == ("*", "s3:*")
                name = logical_id(policy["Bucket"])
                assert {logical_id(resource) for resource in one["Resource"]} == {name, f"{name}/*"}
                denied.add(name)
    assert denied == set(of_type(resources, "S3::Bucket"))


def test_the_uploads_bucket_is_versioned_and_sends_events(resources: dict[str, Any]) -> None:
    bucket = resources["UploadsBucket"]["Properties"]
    assert bucket["VersioningConfiguration"] == {"Status": "Enabled"}
    assert bucket["NotificationConfiguration"]["EventBridgeConfiguration"]["EventBridgeEnabled"] is True


def test_a_superseded_rendition_expires_by_its_tag_after_the_grace_period(resources: dict[str, Any]) -> None:
    bucket = resources["RenditionsBucket"]["Properties"]
    [expiring] = [one for one in bucket["LifecycleConfiguration"]["Rules"] if "ExpirationInDays" in one]
    assert expiring["Status"] == "Enabled"
    assert expiring["TagFilters"] == [renditions.SUPERSEDED]
    assert expiring["ExpirationInDays"] == {"Ref": "SupersededGraceDays"}


def test_old_versions_of_renditions_are_deleted_after_a_day(
    resources: dict[str, Any],
) -> None:
    bucket = resources["RenditionsBucket"]["Properties"]
    assert bucket["VersioningConfiguration"] == {"Status": "Enabled"}
    [deleting] = [
        one for one in bucket["LifecycleConfiguration"]["Rules"] if "NoncurrentVersionExpiration" in one
    ]
    assert deleting["Status"] == "Enabled"
    assert deleting["NoncurrentVersionExpiration"] == {"NoncurrentDays": 1}
    assert deleting["ExpiredObjectDeleteMarker"] is True
    assert not {"Prefix", "TagFilters"} & set(deleting)


def test_the_table_is_on_demand_and_recoverable_with_the_key_of_the_records(
    resources: dict[str, Any],
) -> None:
    table = resources["ImagesTable"]["Properties"]
    keys = {name for one in states("Task") for name in one.body["Parameters"].get("Key", {})}
    assert table["BillingMode"] == "PAY_PER_REQUEST"
    assert table["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"] is True
    assert {one["AttributeName"] for one in table["KeySchema"]} == keys == {"image_uri"}


def test_records_of_deletions_expire_later_than_any_event_can_come(
    template: dict[str, Any], resources: dict[str, Any]
) -> None:
    """An event is tried for a day and waits 14 days; an execution takes a day and can be redriven for 14."""
    specification = resources["ImagesTable"]["Properties"]["TimeToLiveSpecification"]
    assert specification == {"AttributeName": "expires_at", "Enabled": True}
    assert [one.name for one in WRITERS if "expires_at" in attributes_written(one)] == ["RecordDeletion"] * 2
    never, *allowed = template["Parameters"]["DeletedRecordDays"]["AllowedValues"]
    assert never == 0
    assert min(allowed) > 1 + 14 + 1 + 14


def test_functions_and_machines_are_traced_and_log_with_a_retention(
    template: dict[str, Any], resources: dict[str, Any]
) -> None:
    groups = of_type(resources, "Logs::LogGroup")
    used = set()
    for function in of_type(resources, "Serverless::Function").values():
        used.add(logical_id(function["LoggingConfig"]["LogGroup"]))
    for machine in of_type(resources, "Serverless::StateMachine").values():
        [destination] = machine["Logging"]["Destinations"]
        used.add(logical_id(destination["CloudWatchLogsLogGroup"]["LogGroupArn"]))
        assert machine["Logging"]["Level"] == "ERROR"
        assert machine["Logging"]["IncludeExecutionData"] == {"Fn::If": ["LogsExecutionData", True, False]}
        assert machine["Tracing"] == {"Enabled": {"Fn::If": ["IsTraced", True, False]}}
        assert machine["Type"] == "STANDARD"
    assert template["Globals"]["Function"]["Tracing"] == {"Fn::If": ["IsTraced", "Active", "PassThrough"]}
    assert template["Parameters"]["LogExecutionData"]["Default"] == "off"
    assert template["Parameters"]["Tracing"]["Default"] == "on"
    assert used == set(groups)
    assert all(group["RetentionInDays"] == {"Ref": "LogRetentionDays"} for group in groups.values())


def test_the_rules_match_uploads_deletions_and_failures(resources: dict[str, Any]) -> None:
    uploaded = resources["ImageUploadedRule"]["Properties"]["EventPattern"]
    deleted = resources["ImageDeletedRule"]["Properties"]["EventPattern"]
    failed = resources["ExecutionFailedRule"]["Properties"]["EventPattern"]
    unreported = resources["ReportFailedRule"]["Properties"]["EventPattern"]
    assert uploaded["detail"]["bucket"]["name"] == [{"Ref": "UploadsBucket"}]
    assert (uploaded["detail-type"], deleted["detail-type"]) == (["Object Created"], ["Object Deleted"])
    assert deleted["detail"]["bucket"] == uploaded["detail"]["bucket"]
    assert deleted["detail"]["$or"] == [
        {"deletion-type": ["Delete Marker Created"]},
        {"reason": [{"anything-but": "Lifecycle Expiration"}]},
    ], "all but the old versions and markers that a lifecycle rule removes"
    assert uploaded["detail"]["$or"] == [
        {"object": {"key": [{"anything-but": {"suffix": "/"}}]}},
        {"object": {"size": [{"numeric": [">", 0]}]}},
    ], "all but the folders that the console makes"
    assert failed["detail"]["stateMachineArn"] == [{"Ref": "ImagePipeline"}, {"Ref": "ImageDeleted"}]
    assert unreported["detail"]["stateMachineArn"] == [{"Ref": "ExecutionFailed"}]
    for rule in (failed, unreported):
        assert set(rule["detail"]["status"]) == {"FAILED", "TIMED_OUT", "ABORTED"}


def test_a_rule_passes_on_the_unchanged_event(resources: dict[str, Any]) -> None:
    for rule in of_type(resources, "Events::Rule").values():
        for target in rule["Targets"]:
            assert not {"Input", "InputPath", "InputTransformer"} & set(target)


def test_every_parameter_is_described_restricted_and_in_a_group(template: dict[str, Any]) -> None:
    groups = template["Metadata"]["AWS::CloudFormation::Interface"]["ParameterGroups"]
    offered = [name for group in groups for name in group["Parameters"]]
    ungrouped, unknown = (
        set(template["Parameters"]) - set(offered),
        set(offered) - set(template["Parameters"]),
    )
    assert not ungrouped, f"template.yaml, Metadata: {sorted(ungrouped)} are in no group. Add them to one."
    assert not unknown, f"template.yaml, Metadata: {sorted(unknown)} are no parameters. Remove them."
    assert len(offered) == len(set(offered)), "template.yaml, Metadata: a parameter is in two groups."
    for name, parameter in template["Parameters"].items():
        assert parameter["Description"].endswith("."), name
        assert "Default" in parameter, name
        limited = {"MinValue", "MaxValue"} if parameter["Type"] == "Number" else {"AllowedPattern"}
        assert limited <= set(parameter) or {"AllowedValues", "MaxLength"} & set(parameter), name
        assert ("AllowedPattern" in parameter) == ("ConstraintDescription" in parameter), name


def test_every_output_has_a_description_and_a_value(template: dict[str, Any]) -> None:
    assert template["Outputs"]
    for name, output in template["Outputs"].items():
        assert output["Description"].endswith("."), name
        assert output["Value"], name


def test_every_default_is_allowed(template: dict[str, Any]) -> None:
    for name, parameter in template["Parameters"].items():
        default = parameter["Default"]
        assert default in parameter.get("AllowedValues", [default]), name
        assert re.search(parameter.get("AllowedPattern", ""), str(default)), name
        assert parameter.get("MinValue", default) <= default <= parameter.get("MaxValue", default), name
