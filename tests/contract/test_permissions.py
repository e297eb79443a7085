"""Each role of the template allows what its owner does, and no more."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from tests.contract.asl import MACHINES, states
from tests.contract.conftest import evaluated

MACHINE_OF = {
    "image_pipeline": "ImagePipeline",
    "image_deleted": "ImageDeleted",
    "execution_failed": "ExecutionFailed",
}

# The IAM action and the parameter that names its resource, for each direct integration. Source:
# docs.aws.amazon.com/step-functions/latest/dg/service-integration-iam-templates.html
INTEGRATIONS = {
    "arn:${Partition}:states:::lambda:invoke": ("lambda:InvokeFunction", "FunctionName"),
    "arn:${Partition}:states:::dynamodb:updateItem": ("dynamodb:UpdateItem", "TableName"),
    "arn:${Partition}:states:::sns:publish": ("sns:Publish", "TopicArn"),
    "arn:${Partition}:states:::sqs:sendMessage": ("sqs:SendMessage", "QueueUrl"),
    "arn:${Partition}:states:::states:startExecution": ("states:StartExecution", "StateMachineArn"),
}

# Actions without resource-level permissions, or that Step Functions requires on "*". Source: the service authorization
# reference of CloudWatch Logs and X-Ray, and docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html
ONLY_ON_ALL = {
    "logs:CreateLogDelivery",
    "logs:GetLogDelivery",
    "logs:UpdateLogDelivery",
    "logs:DeleteLogDelivery",
    "logs:ListLogDeliveries",
    "logs:PutResourcePolicy",
    "logs:DescribeResourcePolicies",
    "logs:DescribeLogGroups",
    "xray:PutTraceSegments",
    "xray:PutTelemetryRecords",
    "xray:GetSamplingRules",
    "xray:GetSamplingTargets",
}


def listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def logical_id(value: Any) -> str:
    """Return the logical ID that a Ref, a GetAtt of Arn or a Sub of a single ARN refers to."""
    if "Ref" in value:
        return str(value["Ref"])
    if "Fn::GetAtt" in value:
        return str(value["Fn::GetAtt"][0])
    return re.sub(r"^\$\{(\w+)\.Arn\}(/\*)?$", r"\1\2", str(value["Fn::Sub"]))


def policies(role: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the inline policies of a role, conditional ones included."""
    for policy in role["Properties"]["Policies"]:
        branches = policy["Fn::If"][1:] if "Fn::If" in policy else [policy]
        yield from (one for one in branches if "PolicyDocument" in one)


def statements(role: dict[str, Any]) -> list[dict[str, Any]]:
    return [one for policy in policies(role) for one in policy["PolicyDocument"]["Statement"]]


def grants(role: dict[str, Any]) -> set[tuple[str, str]]:
    """Return (action, logical ID) for everything that a role allows, except on all resources."""
    return {
        (action, logical_id(resource))
        for one in statements(role)
        for action in listed(one["Action"])
        for resource in listed(one["Resource"])
        if resource != "*"
    }


def roles(resources: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {name: one for name, one in resources.items() if one["Type"] == "AWS::IAM::Role"}


@pytest.mark.parametrize("machine", MACHINES)
def test_the_role_of_a_machine_allows_what_its_definition_does_and_no_more(
    machine: str, resources: dict[str, Any]
) -> None:
    properties = resources[MACHINE_OF[machine]]["Properties"]
    needed = set()
    for task in (one for one in states("Task") if one.machine == machine):
        resource = task.body["Resource"]
        assert resource in INTEGRATIONS, f"Add {resource} of {task} to INTEGRATIONS, in test_permissions.py."
        action, parameter = INTEGRATIONS[resource]
        placeholder = task.body["Parameters"][parameter][2:-1]
        needed.add((action, logical_id(properties["DefinitionSubstitutions"][placeholder])))
    allowed = grants(resources[logical_id(properties["Role"])])
    role = f"template.yaml, {logical_id(properties['Role'])}"
    assert not needed - allowed, f"{role}: found no right to {sorted(needed - allowed)}. Add a statement."
    assert not allowed - needed, (
        f"{role}: found {sorted(allowed - needed)}, which no state needs. Remove them."
    )


def test_only_actions_without_resource_level_permissions_are_allowed_on_all(
    resources: dict[str, Any],
) -> None:
    for role in roles(resources).values():
        for one in statements(role):
            assert one["Effect"] == "Allow"
            assert not any("*" in action for action in listed(one["Action"]))
            if "*" in listed(one["Resource"]):
                assert set(listed(one["Action"])) <= ONLY_ON_ALL


def test_only_objects_and_executions_are_named_with_a_wildcard(resources: dict[str, Any]) -> None:
    for name, role in roles(resources).items():
        for one in statements(role):
            for resource in listed(one["Resource"]):
                wild = "*" in str(resource) and resource != "*"
                assert not wild or re.fullmatch(
                    r"\$\{(Uploads|Renditions|Web)Bucket\.Arn\}/(web/)?\*|.*:execution:\$\{\w+\.Name\}:\*"
                    r"|.*:layer:\$\{AWS::StackName\}-page:\*|\$\{ImagesTable\.Arn\}/stream/\*"
                    r"|\$\{BackfillBucket\.Arn\}/(plans|results)/\*"
                    r"|.*:(execution:\$\{AWS::StackName\}-image-backfill:|mapRun:\$\{AWS::StackName\}-image-backfill/)\*",
                    resource["Fn::Sub"],
                ), name


def test_each_function_has_its_own_role_that_only_lambda_may_assume(resources: dict[str, Any]) -> None:
    functions = [
        one["Properties"] for one in resources.values() if one["Type"] == "AWS::Serverless::Function"
    ]
    used = [logical_id(function["Role"]) for function in functions]
    assert len(used) == len(set(used))
    for name in used:
        trust = resources[name]["Properties"]["AssumeRolePolicyDocument"]["Statement"]
        assert [one["Principal"] for one in trust] == [{"Service": "lambda.amazonaws.com"}]


def test_every_role_of_the_template_is_used(resources: dict[str, Any]) -> None:
    used = {
        logical_id(one["Properties"]["Role"])
        for one in resources.values()
        if "Role" in one.get("Properties", {})
    }
    for one in resources.values():
        for target in one.get("Properties", {}).get("Targets", ()):
            used |= {logical_id(target["RoleArn"])} if "RoleArn" in target else set()
    assert used == set(roles(resources))


READ = {
    ("s3:GetObject", "UploadsBucket/*"),
    ("s3:GetObjectVersion", "UploadsBucket/*"),
    ("s3:ListBucket", "UploadsBucket"),
    ("s3:ListBucketVersions", "UploadsBucket"),
}
WRITE = {("s3:PutObject", "RenditionsBucket/*")}
LOOK = {("s3:GetObject", "UploadsBucket/*"), ("s3:ListBucket", "UploadsBucket")}
DELIVERY = "arn:${AWS::Partition}:cloudfront::${AWS::AccountId}:distribution/${DeliveryDistribution}"
LAYER = "arn:${AWS::Partition}:lambda:${AWS::Region}:${AWS::AccountId}:layer:${AWS::StackName}-page:*"
# Copying an object with new tags requires the two Get… and the two Put… actions.
TIDY = {
    ("dynamodb:GetItem", "ImagesTable"),
    ("s3:ListBucketVersions", "RenditionsBucket"),
    ("s3:GetObject", "RenditionsBucket/*"),
    ("s3:GetObjectTagging", "RenditionsBucket/*"),
    ("s3:PutObject", "RenditionsBucket/*"),
    ("s3:PutObjectTagging", "RenditionsBucket/*"),
    ("s3:DeleteObjectTagging", "RenditionsBucket/*"),
    ("s3:DeleteObjectVersion", "RenditionsBucket/*"),
    # Only if there is a distribution.
    ("cloudfront:CreateInvalidation", DELIVERY),
}
WEB = {
    ("s3:PutObject", "${UploadsBucket.Arn}/web/*"),
    ("s3:GetObject", "${UploadsBucket.Arn}/web/*"),
    ("s3:DeleteObjectVersion", "${UploadsBucket.Arn}/web/*"),
    ("s3:ListBucket", "UploadsBucket"),
    ("s3:ListBucketVersions", "UploadsBucket"),
    ("dynamodb:GetItem", "ImagesTable"),
    ("dynamodb:BatchGetItem", "ImagesTable"),
    ("dynamodb:UpdateItem", "WebUsageTable"),
}
MEASURE = {
    ("dynamodb:DescribeStream", "ImagesTable"),
    ("dynamodb:GetRecords", "ImagesTable"),
    ("dynamodb:GetShardIterator", "ImagesTable"),
    ("dynamodb:ListStreams", "${ImagesTable.Arn}/stream/*"),
    ("dynamodb:PutItem", "MeasuredTable"),
    ("sqs:SendMessage", "UnmeasuredQueue"),
}
DIGEST = {
    ("sqs:ReceiveMessage", "DigestQueue"),
    ("sqs:DeleteMessage", "DigestQueue"),
    ("sns:Publish", "DigestTopic"),
}
EVENTS = {
    ("sqs:ReceiveMessage", "EventsQueue"),
    ("sqs:DeleteMessage", "EventsQueue"),
    ("sqs:GetQueueAttributes", "EventsQueue"),
    ("events:PutEvents", "EventBusArn"),
}
PUBLISH = {
    ("lambda:GetLayerVersion", LAYER),
    ("s3:PutObject", "WebBucket/*"),
    ("s3:DeleteObject", "WebBucket/*"),
    ("s3:ListBucket", "WebBucket"),
}


@pytest.mark.parametrize(
    "function, needed",
    [
        ("ValidateImage", READ),
        ("ResizeImage", READ | WRITE),
        ("WatermarkImage", READ | WRITE),
        ("ConfirmDeleted", LOOK),
        ("TidyRenditions", TIDY),
        ("WebApi", WEB),
        ("PublishPage", PUBLISH),
        ("CountOutcomes", MEASURE),
        ("PausePipeline", {("events:DisableRule", "ImageUploadedRule")}),
        ("SendDigest", DIGEST),
        ("PublishEvents", EVENTS),
    ],
)
def test_a_function_may_do_its_work_and_write_its_log(
    function: str, needed: set[tuple[str, str]], resources: dict[str, Any]
) -> None:
    log = {("logs:CreateLogStream", f"{function}Logs"), ("logs:PutLogEvents", f"{function}Logs")}
    granted = {
        one
        for one in grants(resources[f"{function}Role"])
        if "${Watermark" not in one[1] and "{Watermark" not in one[1]
    }
    assert granted == needed | log


@pytest.mark.parametrize(
    "wanted, key", [("HasWatermarkLogo", "WatermarkLogoKey"), ("HasWatermarkFont", "WatermarkFontKey")]
)
def test_only_the_watermark_function_may_read_logo_and_font_and_only_if_there_is_one(
    wanted: str, key: str, resources: dict[str, Any]
) -> None:
    conditional = {
        (name, policy["Fn::If"][0]): policy["Fn::If"]
        for name, role in roles(resources).items()
        for policy in role["Properties"]["Policies"]
        if "Fn::If" in policy
    }
    assert {name for name, _ in conditional} == {"WatermarkImageRole", "TidyRenditionsRole", "ReconcileRole"}
    assert len(conditional) == 4
    _, policy, otherwise = conditional["WatermarkImageRole", wanted]
    [statement] = policy["PolicyDocument"]["Statement"]
    assert otherwise == {"Ref": "AWS::NoValue"}
    assert statement["Action"] == "s3:GetObject"
    assert statement["Resource"]["Fn::Sub"][0].endswith(f":s3:::${{Bucket}}/${{{key}}}")


ARN = "arn:${AWS::Partition}:%s:${AWS::Region}:${AWS::AccountId}:%s"
COMPARE = {
    ("s3:ListBucket", "UploadsBucket"),
    ("s3:ListBucketVersions", "UploadsBucket"),
    ("s3:GetObject", "UploadsBucket/*"),
    ("s3:ListBucket", "RenditionsBucket"),
    ("s3:GetObjectTagging", "RenditionsBucket/*"),
    ("dynamodb:BatchGetItem", "ImagesTable"),
    ("dynamodb:Scan", "ImagesTable"),
}
START = {
    ("states:StartExecution", "ImagePipeline"),
    ("states:StartExecution", "ImageDeleted"),
    ("states:DescribeExecution", ARN % ("states", "execution:${ImagePipeline.Name}:*")),
    ("states:DescribeExecution", ARN % ("states", "execution:${ImageDeleted.Name}:*")),
    ("lambda:InvokeFunction", ARN % ("lambda", "function:${AWS::StackName}-reconcile")),
}
EXPIRE = {
    ("dynamodb:Query", "${ImagesTable.Arn}/index/by-status"),
    ("s3:DeleteObjectVersion", "UploadsBucket/*"),
    ("s3:DeleteObject", "UploadsBucket/*"),
    ("s3:GetBucketVersioning", "UploadsBucket"),
}
RECONCILE_LOGS = {("logs:CreateLogStream", "ReconcileLogs"), ("logs:PutLogEvents", "ReconcileLogs")}


def test_reconciliation_may_compare_start_executions_and_invoke_itself(resources: dict[str, Any]) -> None:
    role = resources["ReconcileRole"]
    assert grants(role) == COMPARE | START | EXPIRE | RECONCILE_LOGS
    off = evaluated(
        role, {"ExpiresRejected": False, "HasPermissionsBoundary": False, "IsInVpc": False, "IsTraced": True}
    )
    assert grants(off) == COMPARE | START | RECONCILE_LOGS


def test_reconciliation_runs_once_a_day_and_can_be_turned_off(
    template: dict[str, Any], resources: dict[str, Any]
) -> None:
    rule, permission = resources["ReconcileScheduleRule"], resources["ReconcilePermission"]
    assert template["Parameters"]["ReconcileSchedule"]["Default"] == "rate(1 day)"
    assert rule["Condition"] == permission["Condition"] == "IsReconcileScheduled"
    assert rule["Properties"]["ScheduleExpression"] == {"Ref": "ReconcileSchedule"}
    [target] = rule["Properties"]["Targets"]
    assert logical_id(target["DeadLetterConfig"]["Arn"]) == "StartFailuresQueue"
    assert permission["Properties"]["Principal"] == "events.amazonaws.com"
    assert logical_id(permission["Properties"]["SourceArn"]) == "ReconcileScheduleRule"


STARTING = ["ImageUploadedRule", "ImageDeletedRule", "ExecutionFailedRule"]


@pytest.mark.parametrize("rule", STARTING)
def test_a_rule_may_only_start_its_machine_and_has_a_dead_letter_queue(
    rule: str, resources: dict[str, Any]
) -> None:
    [target] = resources[rule]["Properties"]["Targets"]
    role = resources[logical_id(target["RoleArn"])]
    assert grants(role) == {("states:StartExecution", logical_id(target["Arn"]))}
    assert all("*" not in listed(one["Resource"]) for one in statements(role))
    assert target["RetryPolicy"]["MaximumRetryAttempts"] >= 1
    assert 60 <= target["RetryPolicy"]["MaximumEventAgeInSeconds"] <= 86400
    assert logical_id(target["DeadLetterConfig"]["Arn"]) == "StartFailuresQueue"


def test_every_rule_is_tested_here(resources: dict[str, Any]) -> None:
    rules = {name for name, one in resources.items() if one["Type"] == "AWS::Events::Rule"}
    assert rules == {*STARTING, "ReportFailedRule", "ReconcileScheduleRule", "DigestScheduleRule"}


def test_only_the_rules_may_send_to_the_dead_letter_queue(resources: dict[str, Any]) -> None:
    properties = resources["StartFailuresQueuePolicy"]["Properties"]
    [statement, _] = properties["PolicyDocument"]["Statement"]
    *sources, scheduled = statement["Condition"]["ArnEquals"]["aws:SourceArn"]
    assert [logical_id(queue) for queue in properties["Queues"]] == ["StartFailuresQueue"]
    assert statement["Principal"] == {"Service": "events.amazonaws.com"}
    assert statement["Action"] == "sqs:SendMessage"
    assert {logical_id(source) for source in sources} == {*STARTING, "ReportFailedRule"}
    assert scheduled["Fn::If"][0] == "IsReconcileScheduled"
    assert logical_id(scheduled["Fn::If"][1]) == "ReconcileScheduleRule"


def test_only_its_rule_may_send_to_the_queue_of_unreported_failures(resources: dict[str, Any]) -> None:
    [target] = resources["ReportFailedRule"]["Properties"]["Targets"]
    [statement, _] = resources["ReportFailuresQueuePolicy"]["Properties"]["PolicyDocument"]["Statement"]
    assert logical_id(target["Arn"]) == logical_id(statement["Resource"]) == "ReportFailuresQueue"
    assert logical_id(target["DeadLetterConfig"]["Arn"]) == "StartFailuresQueue"
    assert statement["Principal"] == {"Service": "events.amazonaws.com"}
    assert statement["Action"] == "sqs:SendMessage"
    assert logical_id(statement["Condition"]["ArnEquals"]["aws:SourceArn"]) == "ReportFailedRule"


def test_every_queue_keeps_messages_for_two_weeks_and_has_an_alarm(
    resources: dict[str, Any],
) -> None:
    queues = {name: one["Properties"] for name, one in resources.items() if one["Type"] == "AWS::SQS::Queue"}
    alarms = [one["Properties"] for one in resources.values() if one["Type"] == "AWS::CloudWatch::Alarm"]
    watched = {}
    for alarm in alarms:
        if alarm["Namespace"] == "AWS/SQS":
            [dimension] = alarm["Dimensions"]
            watched[logical_id(dimension["Value"])] = alarm
    # Only an operator's command fills SetAsideQueue. Its alarm is for messages that SQS will soon delete.
    # That of DigestQueue is for a digest that is not sent: two hours, or two days. That of EventsQueue: a quarter.
    at_once = ("StartFailuresQueue", "ReportFailuresQueue", "UnmeasuredQueue", "UndeliveredEventsQueue")
    limits = {
        **dict.fromkeys(at_once, 0),
        "SetAsideQueue": 10 * 24 * 3600,
        "DigestQueue": {"Fn::If": ["IsDigestedHourly", 2 * 3600, 2 * 24 * 3600]},
        "EventsQueue": 15 * 60,
    }
    unwatched = sorted(set(queues) - set(watched))
    assert not unwatched, f"template.yaml: found no alarm on {unwatched}. Add an AWS::CloudWatch::Alarm."
    assert set(watched) == set(queues) >= set(limits)
    for queue in queues.values():
        assert queue.get("MessageRetentionPeriod") == 14 * 24 * 3600, f"template.yaml: not two weeks: {queue}"
        assert evaluated(queue, {"HasKmsKey": False})["SqsManagedSseEnabled"] is True
        assert "SqsManagedSseEnabled" not in evaluated(queue, {"HasKmsKey": True})
    for name in watched:
        assert watched[name]["Threshold"] == limits.get(name, watched[name]["Threshold"])
        assert watched[name]["ComparisonOperator"] == "GreaterThanThreshold"
        assert [logical_id(action) for action in watched[name]["AlarmActions"]] == ["OperatorsTopic"]


def test_every_subscribed_queue_takes_the_messages_of_its_topic_and_no_others(
    resources: dict[str, Any],
) -> None:
    """Without its policy a queue gets nothing, and no error says so."""
    policies_of = {
        logical_id(queue): one["Properties"]["PolicyDocument"]
        for one in resources.values()
        if one["Type"] == "AWS::SQS::QueuePolicy"
        for queue in one["Properties"]["Queues"]
    }
    for queue, topic in subscribed(resources, "sqs"):
        assert queue in policies_of, f"template.yaml: {queue} gets nothing. Copy DigestQueuePolicy for it."
        [statement, _] = policies_of[queue]["Statement"]
        assert statement["Principal"] == {"Service": "sns.amazonaws.com"}
        assert statement["Action"] == "sqs:SendMessage"
        assert logical_id(statement["Resource"]) == queue
        assert logical_id(statement["Condition"]["ArnEquals"]["aws:SourceArn"]) == topic


def test_every_subscribed_function_may_be_invoked_by_its_topic(resources: dict[str, Any]) -> None:
    permissions = [
        one["Properties"] for one in resources.values() if one["Type"] == "AWS::Lambda::Permission"
    ]
    invoked = {
        (logical_id(one["FunctionName"]), logical_id(one["SourceArn"]))
        for one in permissions
        if one["Principal"] == "sns.amazonaws.com"
    }
    for function, topic in subscribed(resources, "lambda"):
        assert (function, topic) in invoked, (
            f"template.yaml: {topic} may not invoke {function}. Copy PausePipelinePermission for it."
        )


def subscribed(resources: dict[str, Any], protocol: str) -> list[tuple[str, str]]:
    """Return the logical IDs of what is subscribed by ``protocol``, each with that of its topic."""
    properties = [one["Properties"] for one in resources.values() if one["Type"] == "AWS::SNS::Subscription"]
    return [
        (logical_id(one["Endpoint"]), logical_id(one["TopicArn"]))
        for one in properties
        if one["Protocol"] == protocol
    ]


def test_the_digest_is_off_by_default_and_replaces_the_email_for_each_image(
    template: dict[str, Any], resources: dict[str, Any]
) -> None:
    assert template["Parameters"]["EmailDigest"]["Default"] == "off"
    of_the_digest = {name: one for name, one in resources.items() if "Digest" in name}
    assert len(of_the_digest) >= 11
    for name, one in of_the_digest.items():
        assert one["Condition"] == ("HasEmailOfDigest" if name == "DigestEmailSubscription" else "IsDigested")
    assert resources["NotificationEmailSubscription"]["Condition"] == "HasEmailPerImage"
    per_image, of_digest = (
        template["Conditions"][name]["Fn::And"] for name in ("HasEmailPerImage", "HasEmailOfDigest")
    )
    assert per_image[0] == of_digest[0] == {"Condition": "HasNotificationEmail"}
    assert per_image[1] == {"Fn::Not": [of_digest[1]]}


def test_a_digest_that_is_still_working_is_not_overtaken(resources: dict[str, Any]) -> None:
    queue, function = resources["DigestQueue"]["Properties"], resources["SendDigestFunction"]["Properties"]
    assert queue["VisibilityTimeout"] > function["Timeout"]


@pytest.mark.parametrize("service", ["events", "states", "lambda"])
def test_a_service_may_assume_a_role_only_for_this_account_and_this_stack(
    service: str, resources: dict[str, Any]
) -> None:
    trusts = [
        role["Properties"]["AssumeRolePolicyDocument"]["Statement"] for role in roles(resources).values()
    ]
    found = [one for [one] in trusts if one["Principal"] == {"Service": f"{service}.amazonaws.com"}]
    assert len(found) >= 3
    for one in found:
        assert one["Condition"]["StringEquals"] == {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}
        # Lambda cannot create a function in a VPC if the trust policy names its ARN.
        assert len(one["Condition"]) == (1 if service == "lambda" else 2)
