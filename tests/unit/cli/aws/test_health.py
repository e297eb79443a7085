"""The checks of `renditions doctor`, on a stack whose AWS answers as a case says."""

import io
import json
import re
import zipfile
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any, Literal
from zlib import crc32

import pytest
from botocore import xform_name
from botocore.exceptions import ClientError, EndpointConnectionError
from botocore.parsers import ResponseParserError
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from examples.signing_certificate import chain
from renditions_cli.aws.health import CHECKS, Mark, examine
from renditions_cli.aws.health.package import PackageUnreadable, files_of
from renditions_cli.aws.health.rights import ACTIONS
from renditions_cli.aws.queue_policies import statement_for
from renditions_cli.aws.stack import Outputs, Stack, StackChoice
from renditions_cli.commands.doctor import conclusion, exit_status, line
from renditions_cli.errors import StackNotFound
from renditions_cli.version import version
from tests.renditions import TRANSITIONS
from tests.unit.conftest import ROOT

REGION, ACCOUNT = "eu-central-1", "123456789012"
ARN = f"arn:aws:%s:{REGION}:{ACCOUNT}:%s"
QUEUE = ARN % ("sqs", "scans")
NOTICES, OPERATORS = ARN % ("sns", "notices"), ARN % ("sns", "operators")
TYPES = {
    "ImagePipeline": ("AWS::StepFunctions::StateMachine", ARN % ("states", "stateMachine:image_pipeline")),
    "ImageDeleted": ("AWS::StepFunctions::StateMachine", ARN % ("states", "stateMachine:image_deleted")),
    "ExecutionFailed": (
        "AWS::StepFunctions::StateMachine",
        ARN % ("states", "stateMachine:execution_failed"),
    ),
    "ValidateImageFunction": ("AWS::Lambda::Function", "validate"),
    "ImageUploadedRule": ("AWS::Events::Rule", "uploaded"),
    "StartFailuresAlarm": ("AWS::CloudWatch::Alarm", "start-failures-alarm"),
    "StartFailuresQueue": ("AWS::SQS::Queue", "https://sqs/start-failures"),
    "NotificationsTopic": ("AWS::SNS::Topic", NOTICES),
    "OperatorsTopic": ("AWS::SNS::Topic", OPERATORS),
}
MAIL = {"Protocol": "email", "Endpoint": "me@example.org", "SubscriptionArn": f"{NOTICES}:1"}
POLICY = json.dumps({"Statement": [statement_for(QUEUE, topic) for topic in (NOTICES, OPERATORS)]})
TLS_ONLY = {"Effect": "Deny", "Condition": {"Bool": {"aws:SecureTransport": "false"}}}
PACKAGE = {
    path.relative_to(ROOT / "functions").as_posix(): crc32(path.read_bytes())
    for path in (ROOT / "functions/renditions/digest").glob("*.py")
}
SIGNED = [
    {"ParameterKey": "ContentCredentials", "ParameterValue": "keep"},
    {"ParameterKey": "CredentialsKeyArn", "ParameterValue": ARN % ("kms", "key/1")},
    {"ParameterKey": "CredentialsCertificate", "ParameterValue": "/certificate"},
]
KEYS = [ec.generate_private_key(ec.SECP256R1()).public_key() for _ in range(2)]
PUBLIC, OTHER = (one.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo) for one in KEYS)
CHAIN = chain(KEYS[0], "Example")
OUTPUTS = Outputs(
    "uploads", "renditions", "images", TYPES["ImagePipeline"][1], TYPES["ExecutionFailed"][1], NOTICES,
    "https://sqs/start-failures", "https://sqs/set-aside", "https://console", version=version(),
)  # fmt: skip


def definition(arn: str) -> str:
    """Return the definition of the checkout as a deployment fills it in."""
    text = (ROOT / f"statemachine/{arn.rsplit(':', 1)[-1]}.asl.json").read_text()
    return re.sub(r"\$\{\w+\}", "filled-in", text)


def healthy() -> dict[str, Any]:
    """Return the answers of AWS if all is well, by operation."""
    return {
        "GetCallerIdentity": {
            "Account": ACCOUNT,
            "Arn": "arn:aws:iam::123456789012:user/ann",
            "ResponseMetadata": {"HTTPHeaders": {"date": format_datetime(datetime.now(UTC), usegmt=True)}},
        },
        "DescribeStacks": {
            "Stacks": [
                {
                    "StackStatus": "UPDATE_COMPLETE",
                    "Parameters": [
                        {"ParameterKey": "HeicInput", "ParameterValue": "on"},
                        {"ParameterKey": "ReconcileSchedule", "ParameterValue": "rate(1 day)"},
                        {"ParameterKey": "ExistingUploadsBucket", "ParameterValue": "mine"},
                        {"ParameterKey": "Web", "ParameterValue": "on"},
                        *SIGNED,
                        {
                            "ParameterKey": "EventBusArn",
                            "ParameterValue": ARN % ("events", "event-bus/media"),
                        },
                    ],
                }
            ]
        },
        "ListStackResources": {
            "StackResourceSummaries": [
                {"LogicalResourceId": name, "ResourceType": kind, "PhysicalResourceId": physical}
                for name, (kind, physical) in TYPES.items()
            ]
        },
        "DescribeStateMachine": lambda stateMachineArn: {"definition": definition(stateMachineArn)},  # noqa: N803
        "GetFunction": {"Code": {"Location": "https://package"}},
        "DescribeRule": {"State": "ENABLED"},
        "DescribeEventBus": {"Name": "media"},
        "DescribeAlarms": {"MetricAlarms": []},
        "GetQueueAttributes": {"Attributes": {"ApproximateNumberOfMessages": "0", "Policy": POLICY}},
        "GetQueueUrl": {"QueueUrl": "https://sqs/scans"},
        "ListSubscriptionsByTopic": {
            "Subscriptions": [
                MAIL,
                {"Protocol": "sqs", "Endpoint": QUEUE, "SubscriptionArn": f"{NOTICES}:2"},
            ]
        },
        "GetPublicKey": {"PublicKey": PUBLIC},
        "GetParameter": {"Parameter": {"Value": CHAIN}},
        "GetSubscriptionAttributes": {"Attributes": {}},
        "HeadBucket": {"ResponseMetadata": {"HTTPHeaders": {"x-amz-bucket-region": REGION}}},
        "GetBucketVersioning": {"Status": "Enabled"},
        "GetBucketNotificationConfiguration": {"EventBridgeConfiguration": {}},
        "GetPublicAccessBlock": {"PublicAccessBlockConfiguration": {"BlockPublicPolicy": True}},
        "GetBucketEncryption": {"ServerSideEncryptionConfiguration": {"Rules": []}},
        "GetBucketPolicy": {"Policy": json.dumps({"Statement": [TLS_ONLY]})},
        "GetBucketLifecycleConfiguration": {
            "Rules": [
                {"Status": "Enabled", "AbortIncompleteMultipartUpload": {}, "NoncurrentVersionExpiration": {}}
            ]
        },
        "GetBucketCors": {"CORSRules": [{"AllowedMethods": ["POST"]}]},
        "GetAccountSettings": {"AccountLimit": {"UnreservedConcurrentExecutions": 1000}},
        "ListServiceQuotas": {
            "Quotas": [
                {"QuotaName": "StartExecution throttle token refill rate per second", "Value": 150.0},
                {"QuotaName": "StateTransition throttle token refill rate per second", "Value": 800.0},
                {"QuotaName": "Messages Published per Second", "Value": 9000.0},
            ]
        },
    }


class FakeSession:
    """An AWS session whose answers a case chooses; notes the operations that were called."""

    region_name = REGION

    def __init__(self) -> None:
        self.answers = healthy()
        self.called: set[str] = set()

    def client(self, service: str, **_: Any) -> Any:
        return Client(self)


class Client:
    """A client of any service."""

    def __init__(self, fake: FakeSession) -> None:
        self._clinic = fake
        self._operations = {xform_name(operation): operation for operation in fake.answers}

    def __getattr__(self, method: str) -> Any:
        operation = self._operations[method]

        def call(**arguments: Any) -> Any:
            self._clinic.called.add(operation)
            answer = self._clinic.answers[operation]
            if isinstance(answer, Exception):
                raise answer
            return answer(**arguments) if callable(answer) else deepcopy(answer)

        return call

    def get_paginator(self, method: str) -> Any:
        class Paginator:
            paginate = staticmethod(lambda **arguments: [getattr(self, method)(**arguments)])

        return Paginator


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> FakeSession:
    made = FakeSession()
    session: Any = made
    monkeypatch.setattr("renditions_cli.aws.health.run.find_stack", lambda choice: Stack(OUTPUTS, session))
    monkeypatch.setattr(
        "renditions_cli.aws.health.deployment.files_of",
        lambda url: PACKAGE | {"pillow_heif/a.py": 1, "c2pa/a.py": 1},
    )
    monkeypatch.setattr("renditions_cli.aws.queue_policies.read_policy", lambda *_: (POLICY, ""))
    return made


def found(mark: Mark) -> dict[str, str]:
    """Return the findings with this mark: check → text and remedy."""
    return {one.check: f"{one.text} {one.remedy}" for one in examine(StackChoice()) if one.mark is mark}


def test_of_a_healthy_stack_everything_is_well(fake: FakeSession) -> None:
    findings = list(examine(StackChoice()))
    assert {one.mark for one in findings} == {Mark.WELL}, [str(line(one)) for one in findings]
    assert exit_status(findings) == 0
    assert conclusion(findings) == "\nAll is well."
    texts = {one.check: one.text for one in findings}
    assert texts["quota: statetransition"].endswith(f"800, for {800 / TRANSITIONS:.0f} uploads per second")


def test_no_more_rights_are_used_than_the_documented_policy_gives(
    fake: FakeSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()  # read_policy makes requests of its own
    session: Any = fake
    monkeypatch.setattr("renditions_cli.aws.health.run.find_stack", lambda choice: Stack(OUTPUTS, session))
    monkeypatch.setattr("renditions_cli.aws.health.deployment.files_of", lambda url: PACKAGE)
    list(examine(StackChoice()))
    # DescribeStacks is what finds the stack, too.
    assert fake.called - {"GetCallerIdentity"} == set(ACTIONS)
    page = (ROOT / "docs/operations.md").read_text().partition("## Is everything as it should be?")[2]
    policy = json.loads(page.partition("```json\n")[2].partition("```")[0])
    [statement] = policy["Statement"]
    assert sorted(statement["Action"]) == sorted(ACTIONS.values())
    assert all(re.match(r"\w+:(Describe|Get|List)", action) for action in statement["Action"])


def forget(fake: FakeSession, operation: str, **changes: Any) -> None:
    fake.answers[operation] = fake.answers[operation] | changes


def quota(name: str, value: float) -> dict[str, Any]:
    return {"Quotas": [{"QuotaName": name, "Value": value}]}


PARAMETERS = {"Stacks": [{"StackStatus": "UPDATE_COMPLETE", "Parameters": []}]}
HEIC = {"Parameters": [{"ParameterKey": "HeicInput", "ParameterValue": "on"}]}
PENDING = {"Subscriptions": [MAIL | {"SubscriptionArn": "PendingConfirmation"}]}
ALARM = {"AlarmName": "start-failures-alarm", "AlarmDescription": "Run `renditions dlq list`."}
# GetQueueUrl is of read_policy, which is replaced here. HeadBucket says no more than that the bucket is not to be seen.
UNTOLD = {"GetQueueUrl", "HeadBucket"}


def denied(operation: str, code: str = "AccessDenied") -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": "no"}}, operation)


CASES: list[tuple[str, Any, str, str]] = [
    ("DescribeStacks", {"Stacks": [{"StackStatus": "UPDATE_ROLLBACK_COMPLETE"}]}, "stack", "deployment failed"),
    ("DescribeStacks", {"Stacks": [{"StackStatus": "UPDATE_ROLLBACK_FAILED"}]}, "stack", "repair or deploy"),
    ("DescribeStateMachine", {"definition": "{}"}, "version", "ImagePipeline, ImageDeleted, ExecutionFailed"),
    ("DescribeRule", {"State": "DISABLED"}, "rules", "aws events enable-rule --name uploaded"),
    ("DescribeAlarms", {"MetricAlarms": [ALARM]}, "alarms", "StartFailuresAlarm is in ALARM. Run"),
    ("GetQueueAttributes", {"Attributes": {"ApproximateNumberOfMessages": "7"}}, "dead letters", "About 7"),
    ("ListSubscriptionsByTopic", PENDING, "subscriptions", "Nobody is notified of failures and alarms."),
    ("GetBucketVersioning", {}, "uploads bucket", "Versioning is off."),
    ("GetAccountSettings", {"AccountLimit": {"UnreservedConcurrentExecutions": 10}}, "quota: Lambda", "New acc"),
]  # fmt: skip


@pytest.mark.parametrize("operation, answer, check, told", CASES)
def test_what_needs_doing_is_told_with_its_remedy(
    fake: FakeSession, operation: str, answer: Any, check: str, told: str
) -> None:
    fake.answers[operation] = answer
    assert told in found(Mark.TO_DO)[check]
    assert exit_status(list(examine(StackChoice()))) == 1


@pytest.mark.parametrize(
    "operation, answer, told",
    [
        ("GetPublicKey", {"PublicKey": OTHER}, "is not that of CredentialsKeyArn"),
        ("GetPublicKey", denied("GetPublicKey", "NotFoundException"), ":key/1 does not exist"),
        ("GetParameter", denied("GetParameter", "ParameterNotFound"), "/certificate does not exist"),
        ("GetParameter", {"Parameter": {"Value": "none"}}, "/certificate has no certificate"),
    ],
)
def test_why_renditions_cannot_be_signed_is_told(
    fake: FakeSession, operation: str, answer: Any, told: str
) -> None:
    fake.answers[operation] = answer
    assert told in found(Mark.TO_DO)["content credentials"]


@pytest.mark.parametrize("days, told", [(0, "expired on"), (20, "expires on"), (40, "")])
def test_a_certificate_that_expires_is_told_in_time(
    fake: FakeSession, monkeypatch: pytest.MonkeyPatch, days: int, told: str
) -> None:
    monkeypatch.setattr("examples.signing_certificate.DAYS", days)
    fake.answers["GetParameter"] = {"Parameter": {"Value": chain(KEYS[0], "Example")}}
    text = found(Mark.TO_DO if told else Mark.WELL)["content credentials"]
    assert told in text
    assert f"{datetime.now(UTC) + timedelta(days=days):%Y-%m-%d}" in text


def test_a_pending_subscription_names_its_owner(fake: FakeSession) -> None:
    fake.answers["ListSubscriptionsByTopic"] = PENDING
    texts = [one.text for one in examine(StackChoice()) if one.check == "subscriptions"]
    assert "me@example.org has not confirmed its subscription of NotificationsTopic." in texts


def test_a_queue_whose_policy_lets_nothing_through_is_named(
    fake: FakeSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("renditions_cli.aws.queue_policies.read_policy", lambda *_: ("", ""))
    assert (
        f"{QUEUE} of OperatorsTopic receives nothing. Its policy must" in found(Mark.TO_DO)["subscriptions"]
    )


@pytest.mark.parametrize(
    "package, check, told",
    [
        (PACKAGE, "HEIC", "the package has no decoder"),
        (PACKAGE, "content credentials", "the package has no C2PA library"),
        (PACKAGE | {"renditions/digest/mail.py": 1}, "version", "the functions (renditions/digest/mail.py)"),
        (PACKAGE | {f"renditions/{n}.py": 1 for n in range(9)}, "version", "and 6 more"),
    ],
)
def test_another_package_than_the_checkout_or_the_settings_want_is_told(
    fake: FakeSession, monkeypatch: pytest.MonkeyPatch, package: dict[str, int], check: str, told: str
) -> None:
    monkeypatch.setattr("renditions_cli.aws.health.deployment.files_of", lambda url: package)
    assert told in found(Mark.TO_DO)[check]


@pytest.mark.parametrize("deployed, named", [("", "0.1.0 or earlier"), ("9.0.0", "9.0.0")])
def test_another_release_than_that_of_the_command_is_told(
    fake: FakeSession, monkeypatch: pytest.MonkeyPatch, deployed: str, named: str
) -> None:
    session: Any = fake
    stack = Stack(replace(OUTPUTS, version=deployed), session)
    monkeypatch.setattr("renditions_cli.aws.health.run.find_stack", lambda choice: stack)
    told = f"The stack is Renditions {named}, and this command is {version()}. Deploy this version"
    assert found(Mark.TO_DO)["release"].startswith(told)


def test_outside_a_checkout_there_is_no_code_to_compare(
    fake: FakeSession, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("renditions_cli.aws.health.deployment.SOURCE", tmp_path / "functions")
    assert "not in a checkout" in found(Mark.NOTE)["version"]


def test_what_was_chosen_is_only_noted(fake: FakeSession) -> None:
    fake.answers["DescribeStacks"] = PARAMETERS
    fake.answers["ListServiceQuotas"] = {"Quotas": []}
    notes = found(Mark.NOTE)
    assert "Not scheduled" in notes["reconciliation"]
    assert "HeicInput is off" in notes["HEIC"]
    assert "does not list it" in notes["quota: startexecution"]
    assert exit_status(list(examine(StackChoice()))) == 0


@pytest.mark.parametrize("chosen, mark", [("express", Mark.WELL), ("drain", Mark.NOTE)])
def test_what_uploads_start_is_told_unless_it_is_the_usual(
    fake: FakeSession, chosen: str, mark: Mark
) -> None:
    assert "workflow" not in {one.check for one in examine(StackChoice())}
    parameter = {"ParameterKey": "Workflow", "ParameterValue": chosen}
    fake.answers["DescribeStacks"] = {
        "Stacks": [{"StackStatus": "UPDATE_COMPLETE", "Parameters": [parameter]}]
    }
    assert found(mark)["workflow"].startswith(f"{chosen}: uploads start ImagePipeline")


@pytest.mark.parametrize("seconds, mark", [(0, Mark.WELL), (3600, Mark.TO_DO), (-3600, Mark.TO_DO)])
def test_a_wrong_clock_is_told(fake: FakeSession, seconds: int, mark: Mark) -> None:
    date = format_datetime(datetime.now(UTC) + timedelta(seconds=seconds), usegmt=True)
    forget(fake, "GetCallerIdentity", ResponseMetadata={"HTTPHeaders": {"date": date}})
    assert "clock" in found(mark)


def test_a_bus_that_does_not_exist_drops_the_events(fake: FakeSession) -> None:
    fake.answers["DescribeEventBus"] = denied("DescribeEventBus", "ResourceNotFoundException")
    assert "event-bus/media does not exist" in found(Mark.TO_DO)["event bus"]


@pytest.mark.parametrize(
    "parameters, ignored",
    [
        ({"Web": "on"}, False),
        ({"Web": "on", "IncludeKeys": "products/*"}, True),
        ({"Web": "on", "IncludeKeys": "products/*,w*"}, False),
        ({"Web": "on", "IncludeKeys": "*.jpg"}, False),
        ({"Web": "on", "IncludeKeys": "web/3f2a/*"}, False),
        ({"Web": "on", "ExcludeKeys": "*.tmp,we*"}, True),
        ({"Web": "on", "ExcludeKeys": "web/3f2a/*,*.jpg"}, False),
        ({"Web": "off", "IncludeKeys": "products/*"}, False),
    ],
)
def test_uploads_of_the_web_page_must_not_be_ignored(
    fake: FakeSession, parameters: dict[str, str], *, ignored: bool
) -> None:
    listed = [{"ParameterKey": name, "ParameterValue": value} for name, value in parameters.items()]
    fake.answers["DescribeStacks"] = {"Stacks": [{"StackStatus": "UPDATE_COMPLETE", "Parameters": listed}]}
    assert ("uploads bucket" in found(Mark.TO_DO)) == ignored


def test_a_bus_of_another_account_cannot_be_looked_at(fake: FakeSession) -> None:
    arn = "arn:aws:events:eu-central-1:111122223333:event-bus/media"
    parameters = [{"ParameterKey": "EventBusArn", "ParameterValue": arn}]
    fake.answers["DescribeStacks"] = {
        "Stacks": [{"StackStatus": "UPDATE_COMPLETE", "Parameters": parameters}]
    }
    assert f"{arn} belongs to another account" in found(Mark.NOTE)["event bus"]
    assert "DescribeEventBus" not in fake.called


def test_a_queue_of_another_account_that_cannot_be_read_is_only_noted(
    fake: FakeSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SQS says of it that it does not exist, as it does of one that was deleted."""
    queue = "arn:aws:sqs:eu-central-1:111122223333:scans"
    subscription = {"Protocol": "sqs", "Endpoint": queue, "SubscriptionArn": f"{NOTICES}:2"}
    fake.answers["ListSubscriptionsByTopic"] = {"Subscriptions": [MAIL, subscription]}
    error = denied("GetQueueUrl", "AWS.SimpleQueueService.NonExistentQueue")

    def read_policy(*_: Any) -> tuple[str, str]:
        raise error

    monkeypatch.setattr("renditions_cli.aws.queue_policies.read_policy", read_policy)
    assert "Account 111122223333 must see to it that its policy contains" in found(Mark.NOTE)["subscriptions"]


def test_another_region_than_that_of_the_stack_is_told(fake: FakeSession) -> None:
    fake.region_name = "us-east-1"
    assert "Use --region eu-central-1." in found(Mark.TO_DO)["region"]


@pytest.mark.parametrize("operation", sorted(set(ACTIONS) - UNTOLD))
def test_a_missing_right_is_a_line_and_the_other_checks_go_on(fake: FakeSession, operation: str) -> None:
    fake.answers[operation] = denied(operation)
    findings = list(examine(StackChoice()))
    blind = [one for one in findings if one.mark is Mark.BLIND]
    assert blind
    assert all(one.text == f"needs {ACTIONS[operation]}" for one in blind)
    assert len({one.check for one in findings}) >= len(CHECKS)
    assert exit_status(findings) in {1, 2}
    assert "could not look: needs" in str(line(blind[0]))


@pytest.mark.parametrize(
    "error",
    [
        denied("Any", "ThrottlingException"),
        EndpointConnectionError(endpoint_url="https://x"),
        KeyError("x"),
        ValueError("x"),
        PackageUnreadable("x"),
        ResponseParserError("x"),
    ],
)
def test_no_error_of_any_check_ends_the_command(fake: FakeSession, error: Exception) -> None:
    for operation in fake.answers:
        fake.answers[operation] = error
    findings = list(examine(StackChoice()))
    assert {one.check for one in findings if one.mark is Mark.BLIND} >= set(CHECKS) - {"region", "release"}
    assert exit_status(findings) == 2


def test_without_a_stack_the_reason_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(choice: StackChoice) -> Stack:
        raise StackNotFound("There is no stack of that name.")

    monkeypatch.setattr("renditions_cli.aws.health.run.find_stack", missing)
    [one] = examine(StackChoice(local=True))
    assert (one.mark, one.text) == (Mark.BLIND, "There is no stack of that name.")


# ── The directory of a package ────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def served() -> Iterator[str]:
    """Serve a zip file whose directory is at its end, with or without ranges."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("large.bin", bytes(100_000))
        archive.writestr("renditions/a.py", "pass\n")
    data = buffer.getvalue()

    class Server(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            whole = self.path != "/ranges"
            start = 0 if whole else max(len(data) - int(self.headers["Range"].removeprefix("bytes=-")), 0)
            body = b"no zip" if self.path == "/rubbish" else data[start:]
            self.send_response(200 if whole else 206)
            if not whole:
                self.send_header("Content-Range", f"bytes {start}-{len(data) - 1}/{len(data)}")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Server)
    Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("way", ["ranges", "whole"])
@pytest.mark.parametrize("tail", [2000, 10_000_000])
def test_the_files_of_a_package_are_read_from_its_end(
    served: str, way: Literal["ranges", "whole"], tail: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("renditions_cli.aws.health.package.TAIL", tail)
    assert files_of(f"{served}/{way}")["renditions/a.py"] == crc32(b"pass\n")


def test_a_package_that_cannot_be_read_says_so(
    served: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("renditions_cli.aws.health.package.TAIL", 60)  # less than the directory
    for url in (f"{served}/ranges", f"{served}/rubbish", "http://127.0.0.1:1/"):
        with pytest.raises(PackageUnreadable):
            files_of(url)
