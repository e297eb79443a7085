"""Each role uses every permission that it has, and every other action is refused."""

import json
import time
from typing import Any
from uuid import uuid4

import pytest
from botocore.exceptions import ClientError

from tests.contract.privileges import grants
from tests.e2e.cloud import Cloud
from tests.e2e.pictures import jpeg
from tests.faults.attempts import Attempt, attempts
from tests.faults.faults import OUT_OF_ORDER, Rule
from tests.faults.outcome import Events
from tests.faults.roles import Session, role_arns, sessions
from tests.faults.stack import FaultyStack

# Allowed, but never seen as a call by the role.
NOT_SEEN = {
    "logs": "Lambda and Step Functions write the logs themselves",
    "xray": "Lambda and Step Functions send the traces themselves",
    "s3:ListBucket of UploadsBucket": "changes how S3 answers for a missing original, nothing is listed",
    "s3:ListBucketVersions of UploadsBucket": "the same for a missing version",
}
# Used only if a record changes during tidying, at a moment that no test can schedule.
ONLY_IN_A_RACE = {("TidyRenditionsRole", "s3:DeleteObjectTagging")}
# tests/e2e and tests/unit run it with these permissions.
ELSEWHERE = {"ReconcileRole"}


def allowed() -> set[tuple[str, str]]:
    """Return (role, action) for every role except those of rules, which make no calls of their own."""
    return {
        (grant.role, grant.action)
        for grant in grants()
        if grant.action.partition(":")[0] not in NOT_SEEN
        and f"{grant.action} of {grant.resource}" not in NOT_SEEN
        and "only if" not in grant.condition
        and not grant.role.endswith("RuleRole")
    }


@pytest.fixture(scope="module")
def known(users: Cloud) -> dict[str, Session]:
    """The sessions of all roles. That of a machine exists after its first task, so each runs once."""
    users.outcome(users.upload(f"{uuid4().hex}.txt", b"Buy milk."))
    for machine in ("ImageDeletedArn", "ExecutionFailedArn"):
        run(users, machine, {"detail": {"status": "FAILED"}})
    return sessions(users)


def test_every_action_that_a_role_allows_is_used_and_no_other(
    stack: FaultyStack, cloud: Cloud, events: Events, known: dict[str, Session]
) -> None:
    """Uploads, replacements, a rejection, failures, a rollback and a deletion together use everything."""
    key = f"{uuid4().hex}.jpg"
    stack.proxy.calls.clear()
    uploads = [events.of_upload(key, data) for data in (jpeg(320, 240), jpeg(240, 320))]
    for event in uploads:  # the first is replaced already, and is read by its version
        run(cloud, "ImagePipelineArn", event)
    version = uploads[1]["detail"]["object"]["version-id"]
    run(cloud, "ImageDeletedArn", events.of_deletion(key, version=version))
    etag = uploads[0]["detail"]["object"]["etag"]
    restored = cloud.outcome(f"s3://{cloud.outputs['UploadsBucketName']}/{key}", etag=etag)
    cloud.execution(restored["execution_arn"])
    with stack.proxy.disturbed(Rule(OUT_OF_ORDER, "sns", "Publish", key, times=11)):
        untold = run(cloud, "ImagePipelineArn", events.of_upload(key, b"Buy milk."))
        assert "but after its record was written" in about(cloud, untold)
    run(cloud, "ImagePipelineArn", without_a_version(events.of_upload(key, jpeg(310, 240))))
    stack.at("validate-image", "read_unless_deleted", "kill", "kill", "kill")
    about(cloud, run(cloud, "ImagePipelineArn", events.of_upload(key, jpeg(300, 300))))
    run(cloud, "ImageDeletedArn", events.of_deletion(key))

    roles = {session.key: role for role, session in known.items()}
    expected = {one for one in allowed() if one[0] not in ELSEWHERE}

    def used() -> set[tuple[str, str]]:
        return {(roles[call.caller], action) for call in stack.proxy.calls for action in call.actions}

    end = time.monotonic() + 20
    while expected - used() - ONLY_IN_A_RACE and time.monotonic() < end:
        time.sleep(0.2)  # execution_failed tidies up after its messages
    assert used() - expected == set(), "used, but not in the template"
    assert expected - used() - ONLY_IN_A_RACE == set(), "allowed, but never used"


def without_a_version(event: dict[str, Any]) -> dict[str, Any]:
    """Remove the version ID, as in the event of a bucket without versions: the object is read by its ETag."""
    del event["detail"]["object"]["version-id"]
    return event


def run(cloud: Cloud, machine: str, event: dict[str, Any]) -> str:
    """Return the name of the execution, after its end."""
    started = cloud.executions.start_execution(
        stateMachineArn=cloud.outputs[machine], input=json.dumps(event)
    )
    cloud.execution(started["executionArn"])
    return str(started["executionArn"]).rpartition(":")[2]


def about(cloud: Cloud, execution: str) -> str:
    """Return what the operators are told of an execution. The next event of the image must not come before that."""
    return str(cloud.operator.mentioning(execution)[0]["Body"])


def forbidden(cloud: Cloud, role: str) -> list[Attempt]:
    """Return the attempts that the template does not allow this role."""
    own = {f"{grant.action} {grant.resource}" for grant in grants() if grant.role == role}
    return [attempt for attempt in attempts(cloud.outputs) if attempt.needs not in own]


# Those of the web page exist only with it: tests/api asks for theirs.
ROLES = sorted(
    {
        grant.role
        for grant in grants()
        if "only if" not in grant.condition and not grant.role.endswith("RuleRole")
    }
)


@pytest.mark.parametrize("role", ROLES)
def test_every_other_action_of_a_role_is_refused(cloud: Cloud, known: dict[str, Session], role: str) -> None:
    """Makes each attempt with the credentials of the role on the resources of the stack."""
    codes = {attempt.sentence: attempt.make(known[role], cloud) for attempt in forbidden(cloud, role)}
    assert len(codes) >= 25
    assert {sentence: code for sentence, code in codes.items() if "AccessDenied" not in code} == {}


READERS = ["ValidateImageRole", "ResizeImageRole", "WatermarkImageRole"]


@pytest.mark.parametrize("role", READERS)
def test_a_missing_original_or_version_is_not_found_and_not_forbidden(
    cloud: Cloud, known: dict[str, Session], role: str
) -> None:
    """Without the permission to list them, S3 answers 403, and a deleted original would be a failure."""
    bucket = cloud.outputs["UploadsBucketName"]
    stored = cloud.s3.put_object(Bucket=bucket, Key=f"{role}.jpg", Body=jpeg(64, 64))
    s3 = known[role].client(cloud, "s3")
    iam = cloud.session.client("iam")
    cloud.s3.delete_object(Bucket=bucket, Key=f"{role}.jpg", VersionId=stored["VersionId"])
    requests: list[dict[str, str]] = [
        {"Key": "missing.jpg"},
        {"Key": f"{role}.jpg", "VersionId": stored["VersionId"]},
    ]
    codes = [status_of(s3, Bucket=bucket, **request) for request in requests]
    assert codes == [404, 404]
    for action in ("s3:ListBucket", "s3:ListBucketVersions"):
        answer = iam.simulate_principal_policy(
            PolicySourceArn=role_arns(cloud)[role],
            ActionNames=[action],
            ResourceArns=[f"arn:aws:s3:::{bucket}"],
        )
        assert answer["EvaluationResults"][0]["EvalDecision"] == "allowed"


def test_a_role_that_may_not_list_is_forbidden_to_know_what_is_missing(
    cloud: Cloud, known: dict[str, Session]
) -> None:
    s3 = known["TidyRenditionsRole"].client(cloud, "s3")
    assert status_of(s3, Bucket=cloud.outputs["UploadsBucketName"], Key="missing.jpg") == 403


def status_of(s3: Any, **request: str) -> int:
    with pytest.raises(ClientError) as raised:
        s3.get_object(**request)
    return int(raised.value.response["ResponseMetadata"]["HTTPStatusCode"])


@pytest.mark.parametrize("topic", ["NotificationsTopic", "OperatorsTopic"])
@pytest.mark.parametrize("action", ["sns:Publish", "sns:Subscribe", "sns:SetTopicAttributes"])
def test_only_the_state_machines_may_publish(cloud: Cloud, topic: str, action: str) -> None:
    """Asks IAM, because the emulator's default topic policy allows the whole account."""
    iam = cloud.session.client("iam")
    expected = {grant.role for grant in grants() if (grant.action, grant.resource) == (action, topic)}
    found = set()
    for role, arn in role_arns(cloud).items():
        answer = iam.simulate_principal_policy(
            PolicySourceArn=arn, ActionNames=[action], ResourceArns=[cloud.outputs[f"{topic}Arn"]]
        )
        if answer["EvaluationResults"][0]["EvalDecision"] == "allowed":
            found.add(role)
    assert found == expected & role_arns(cloud).keys()
