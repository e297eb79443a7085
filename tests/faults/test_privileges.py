"""What each role may do, seen while it is done: nothing that is allowed goes unused, and all else is refused."""

import json
from typing import Any
from uuid import uuid4

import pytest

from tests.contract.privileges import grants
from tests.e2e.cloud import Cloud
from tests.e2e.pictures import jpeg
from tests.faults.attempts import Attempt, attempts
from tests.faults.outcome import Events
from tests.faults.roles import Session, role_arns, sessions
from tests.faults.stack import FaultyStack

# Allowed, and yet never seen as a call of the role itself.
NOT_SEEN = {
    "logs": "Lambda and Step Functions write the logs themselves",
    "xray": "Lambda and Step Functions send the traces themselves",
    "s3:ListBucket of UploadsBucket": "changes how S3 answers for an original that is gone; nothing is listed",
}
# What a copy of an object onto itself needs, and what undoes it, is seen only in moments that no test can order.
ONLY_IN_A_RACE = {("TidyRenditionsRole", "s3:DeleteObjectTagging")}
# A run of its own with its own tests: tests/e2e and tests/unit see it work under these permissions.
ELSEWHERE = {"ReconcileRole"}


def allowed() -> set[tuple[str, str]]:
    """(role, action) for every role that calls something by itself; rules do not."""
    return {
        (grant.role, grant.action)
        for grant in grants()
        if grant.action.partition(":")[0] not in NOT_SEEN
        and f"{grant.action} of {grant.resource}" not in NOT_SEEN
        and not grant.condition
        and not grant.role.endswith("RuleRole")
    }


@pytest.fixture(scope="module")
def known(users: Cloud) -> dict[str, Session]:
    """The sessions of all roles. A machine's exists from its first task on, so each runs once, on nothing."""
    users.outcome(users.upload(f"{uuid4().hex}.txt", b"Buy milk."))
    for machine in ("ImageDeletedArn", "ExecutionFailedArn"):
        run(users, machine, {"detail": {"status": "FAILED"}})
    return sessions(users)


def test_every_action_that_a_role_allows_is_used_and_no_other(
    stack: FaultyStack, cloud: Cloud, events: Events, known: dict[str, Session]
) -> None:
    """An upload, its replacement, a rejection, a failure and a deletion are all that there is to do."""
    key = f"{uuid4().hex}.jpg"
    stack.proxy.calls.clear()
    for data in (jpeg(320, 240), jpeg(240, 320), b"Buy milk."):
        run(cloud, "ImagePipelineArn", events.of_upload(key, data))
    run(cloud, "ImagePipelineArn", without_a_version(events.of_upload(key, jpeg(310, 240))))
    stack.at("validate-image", "read", "kill", "kill", "kill")
    run(cloud, "ImagePipelineArn", events.of_upload(key, jpeg(300, 300)))
    cloud.operator.mentioning(key)
    run(cloud, "ImageDeletedArn", events.of_deletion(key))

    roles = {session.key: role for role, session in known.items()}
    used = {(roles[call.caller], action) for call in stack.proxy.calls for action in call.actions}
    expected = {one for one in allowed() if one[0] not in ELSEWHERE}
    assert used - expected == set(), "used, but not in the template"
    assert expected - used - ONLY_IN_A_RACE == set(), "allowed, but never used"


def without_a_version(event: dict[str, Any]) -> dict[str, Any]:
    """The event of an object that is older than its bucket's versioning: it is read by its ETag."""
    del event["detail"]["object"]["version-id"]
    return event


def run(cloud: Cloud, machine: str, event: dict[str, Any]) -> None:
    started = cloud.executions.start_execution(
        stateMachineArn=cloud.outputs[machine], input=json.dumps(event)
    )
    cloud.execution(started["executionArn"])


def forbidden(cloud: Cloud, role: str) -> list[Attempt]:
    """The attempts that the template does not allow this role."""
    own = {f"{grant.action} {grant.resource}" for grant in grants() if grant.role == role}
    return [attempt for attempt in attempts(cloud.outputs) if attempt.needs not in own]


ROLES = sorted({grant.role for grant in grants() if not grant.role.endswith("RuleRole")})


@pytest.mark.parametrize("role", ROLES)
def test_a_role_is_refused_whatever_it_does_not_need(
    cloud: Cloud, known: dict[str, Session], role: str
) -> None:
    """Each attempt is really made, with the role's own credentials, on the stack's own resources."""
    codes = {attempt.sentence: attempt.make(known[role], cloud) for attempt in forbidden(cloud, role)}
    assert len(codes) >= 25
    assert {sentence: code for sentence, code in codes.items() if "AccessDenied" not in code} == {}


def test_at_least_sixty_pairs_of_role_and_action_are_refused(cloud: Cloud) -> None:
    assert sum(len(forbidden(cloud, role)) for role in ROLES) >= 60


@pytest.mark.parametrize("topic", ["NotificationsTopic", "OperatorsTopic"])
@pytest.mark.parametrize("action", ["sns:Publish", "sns:Subscribe", "sns:SetTopicAttributes"])
def test_only_who_tells_people_something_may_publish(cloud: Cloud, topic: str, action: str) -> None:
    """IAM is asked: the emulator's own policy of a new topic would let in everybody of the account."""
    iam = cloud.session.client("iam")
    expected = {grant.role for grant in grants() if (grant.action, grant.resource) == (action, topic)}
    found = set()
    for role, arn in role_arns(cloud).items():
        answer = iam.simulate_principal_policy(
            PolicySourceArn=arn, ActionNames=[action], ResourceArns=[cloud.outputs[f"{topic}Arn"]]
        )
        if answer["EvaluationResults"][0]["EvalDecision"] == "allowed":
            found.add(role)
    assert found == expected
