"""The deployed roles allow what the definitions need, and no more."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.e2e.cloud import Cloud
from tests.e2e.pictures import jpeg

ACTION_OF = {
    "arn:aws:states:::lambda:invoke": "lambda:InvokeFunction",
    "arn:aws:states:::dynamodb:updateItem": "dynamodb:UpdateItem",
    "arn:aws:states:::sns:publish": "sns:Publish",
    "arn:aws:states:::states:startExecution": "states:StartExecution",
}
MACHINES = {
    "ImagePipelineArn": "image_pipeline",
    "ImageDeletedArn": "image_deleted",
    "ExecutionFailedArn": "execution_failed",
}
NOT_NEEDED = (
    "dynamodb:DeleteItem", "dynamodb:GetItem", "dynamodb:Scan", "dynamodb:PutItem", "dynamodb:DeleteTable",
    "lambda:UpdateFunctionCode", "lambda:DeleteFunction", "sns:Subscribe", "sns:DeleteTopic",
    "states:StartExecution", "states:StopExecution",
)  # fmt: skip


def allowed(cloud: Cloud, role: str, action: str, resource: str) -> bool:
    """Ask IAM whether ``role`` allows ``action`` on ``resource``."""
    iam = cloud.session.client("iam")
    arn = role if role.startswith("arn:") else iam.get_role(RoleName=role)["Role"]["Arn"]
    answer = iam.simulate_principal_policy(PolicySourceArn=arn, ActionNames=[action], ResourceArns=[resource])
    return str(answer["EvaluationResults"][0]["EvalDecision"]) == "allowed"


def tasks(definition: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield every Task state, also in branches."""
    for state in definition["States"].values():
        if state["Type"] == "Task":
            yield state
        for branch in state.get("Branches", []):
            yield from tasks(branch)


def deployed(cloud: Cloud, output: str) -> tuple[str, set[tuple[str, str]]]:
    """Return the role of a deployed state machine, and the pairs of action and resource that its definition needs."""
    machine = cloud.executions.describe_state_machine(stateMachineArn=cloud.outputs[output])
    account, region = machine["stateMachineArn"].split(":")[4], machine["stateMachineArn"].split(":")[3]
    needs = set()
    for task in tasks(json.loads(machine["definition"])):
        parameters = task["Parameters"]
        table = f"arn:aws:dynamodb:{region}:{account}:table/{parameters.get('TableName')}"
        named = ("FunctionName", "TopicArn", "StateMachineArn")
        resource = next((parameters[name] for name in named if name in parameters), table)
        needs.add((ACTION_OF[task["Resource"]], resource))
    return machine["roleArn"], needs


@pytest.mark.parametrize("output", MACHINES)
def test_a_state_machine_has_the_permissions_that_its_definition_needs(cloud: Cloud, output: str) -> None:
    role, needs = deployed(cloud, output)

    assert needs
    assert [need for need in needs if not allowed(cloud, role, *need)] == []


@pytest.mark.parametrize("output", MACHINES)
def test_a_state_machine_has_no_other_permissions(cloud: Cloud, output: str) -> None:
    role, needs = deployed(cloud, output)
    everything = {need for machine in MACHINES for need in deployed(cloud, machine)[1]}

    others = everything - needs
    others |= {(action, resource) for action in NOT_NEEDED for _, resource in everything} - needs
    assert [other for other in others if allowed(cloud, role, *other)] == []


def test_a_rule_can_start_its_own_state_machine_and_no_other(cloud: Cloud) -> None:
    events = cloud.session.client("events")
    started: dict[str, str] = {}
    for rule in events.list_rules()["Rules"]:
        for target in events.list_targets_by_rule(Rule=rule["Name"])["Targets"]:
            if "RoleArn" in target:  # a queue allows the rule in its own policy
                started[target["Arn"]] = target["RoleArn"]

    machines = {cloud.outputs[output] for output in MACHINES}
    assert set(started) >= machines
    for own in machines:
        allowed_machines = {m for m in machines if allowed(cloud, started[own], "states:StartExecution", m)}
        assert allowed_machines == {own}


def test_a_missing_permission_fails_the_image_and_restoring_it_repairs_it(cloud: Cloud) -> None:
    iam = cloud.session.client("iam")
    function = cloud.session.client("lambda").get_function(FunctionName="renditions-resize-image")
    role = function["Configuration"]["Role"].rsplit("/", 1)[1]
    policy = iam.get_role_policy(RoleName=role, PolicyName="WriteRenditions")
    iam.delete_role_policy(RoleName=role, PolicyName="WriteRenditions")
    try:
        uri = cloud.upload("forbidden.jpg", jpeg(500, 400))
        failed = cloud.outcome(uri)
    finally:
        document = policy["PolicyDocument"]
        text = document if isinstance(document, str) else json.dumps(document)
        iam.put_role_policy(RoleName=role, PolicyName="WriteRenditions", PolicyDocument=text)

    assert failed["status"] == "FAILED"
    assert failed["reason_code"] == "AccessDenied"
    assert cloud.execution(failed["execution_arn"])["status"] == "FAILED"
    (message,) = cloud.operator.mentioning("forbidden.jpg")
    assert failed["execution_arn"] in message["Body"]
    assert json.loads(cloud.subscriber.mentioning("forbidden.jpg")[0]["Body"])["status"] == "FAILED"

    again = cloud.start(cloud.event_of(failed))
    assert cloud.execution(again)["status"] == "SUCCEEDED"
    assert cloud.record(uri)["status"] == "COMPLETED"
