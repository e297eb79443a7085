"""What the page can ask_about: lists, executions, images, and actions. What it needs for that is what the docs say."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from renditions_cli.aws.advice import advice
from renditions_cli.aws.failures import ANOTHER_STACK
from renditions_cli.aws.stack import Stack
from renditions_cli.console.listing import NO_MACHINE, PAGE
from renditions_cli.console.one_execution import NO_EXECUTION, until_stopped
from renditions_cli.console.pictures import GONE, REPLACED
from tests.unit.cli.console.conftest import Ask, answer, error
from tests.unit.cli.stand_ins import write_record
from tests.unit.conftest import ROOT

PNG = b"\x89PNG\r\n\x1a\n"
IAM_SERVICES = {"SFN": "states", "S3": "s3", "DynamoDB": "dynamodb"}


def event_of(stack: Stack, key: str = "a.jpg") -> dict[str, Any]:
    found = {"key": key, "etag": "e", "sequencer": "01"}
    return {"detail": {"bucket": {"name": stack.outputs.uploads_bucket}, "object": found}}


def start(stack: Stack, name: str, document: Any) -> str:
    started = stack.step_functions().start_execution(
        stateMachineArn=stack.outputs.image_pipeline, name=name, input=json.dumps(document)
    )
    return started["executionArn"]


@pytest.fixture
def execution(stack: Stack, state_machines: None) -> str:
    """An execution for the image a.jpg, which has a record."""
    arn = start(stack, "one", event_of(stack))
    write_record(stack, "a.jpg", "PROCESSING", execution_arn={"S": arn})
    return arn


def test_a_list_names_the_image_of_each_execution(ask_about: Ask, stack: Stack, execution: str) -> None:
    page = answer(ask_about("/api/executions", {"machine": "image_pipeline"}))
    [row] = page["executions"]
    assert (row["arn"], row["status"], row["image"]) == (execution, "RUNNING", stack.image_uri("a.jpg"))
    assert page["next"] is None


def test_a_list_of_another_status_is_empty(ask_about: Ask, execution: str) -> None:
    found = answer(ask_about("/api/executions", {"machine": "image_pipeline", "status": "FAILED"}))
    assert found == {"executions": [], "next": None}


def test_a_long_list_comes_in_pages(ask_about: Ask, stack: Stack, state_machines: None) -> None:
    for number in range(PAGE + 2):
        start(stack, f"number-{number}", {"by": "hand"})
    first = answer(ask_about("/api/executions", {"machine": "image_pipeline"}))
    second = answer(ask_about("/api/executions", {"machine": "image_pipeline", "next": first["next"]}))
    assert (len(first["executions"]), len(second["executions"]), second["next"]) == (PAGE, 2, None)
    assert {one["image"] for one in first["executions"]} == {""}


def test_a_machine_that_does_not_exist_is_a_sentence(ask_about: Ask, stack: Stack) -> None:
    assert error(ask_about("/api/executions", {"machine": "other"})) == (404, NO_MACHINE)
    assert error(ask_about("/api/executions", {"machine": "image_pipeline"})) == (404, NO_MACHINE)  # deleted
    assert error(ask_about("/api/executions"))[0] == 400
    assert error(ask_about("/api/executions", {"machine": "image_pipeline", "status": "ODD"}))[0] == 400


def test_an_execution_comes_with_its_definition_states_events_and_record(
    ask_about: Ask, execution: str
) -> None:
    found = answer(ask_about("/api/execution", {"arn": execution}))
    assert found["execution"]["machine_name"] == "image_pipeline"
    assert found["execution"]["original"]["etag"] == "e"
    assert found["definition"]["StartAt"] == "End"
    assert found["events"][0]["type"] == "ExecutionStarted"
    assert found["record"]["status"] == "PROCESSING"
    assert found["failure"] is None


def test_a_stopped_execution_comes_with_what_to_do(ask_about: Ask, execution: str) -> None:
    stopped = answer(ask_about("/api/stop", document={"arn": execution}))
    assert (stopped["arn"], stopped["done"]) == (execution, "stopped")
    found = answer(ask_about("/api/execution", {"arn": execution}))
    assert found["execution"]["status"] == "ABORTED"
    assert found["failure"]["advice"] == advice("ABORTED")


@pytest.mark.parametrize(
    "arn", ["arn:aws:states:us-east-1:123456789012:execution:image-pipeline:none", "nonsense"]
)
def test_an_execution_that_does_not_exist_is_a_sentence(
    ask_about: Ask, state_machines: None, arn: str
) -> None:
    assert error(ask_about("/api/execution", {"arn": arn})) == (404, NO_EXECUTION)


def test_what_runs_on_after_a_stop_is_not_shown() -> None:
    kinds = ["ExecutionStarted", "TaskScheduled", "ExecutionAborted", "TaskSucceeded"]
    events: list[Any] = [{"type": kind} for kind in kinds]
    assert until_stopped(events) == events[:3]
    redriven = [*events, {"type": "ExecutionRedriven"}]
    assert until_stopped(redriven) == redriven


def test_an_execution_is_started_again_with_the_same_input(
    ask_about: Ask, stack: Stack, execution: str
) -> None:
    again = answer(ask_about("/api/start-again", document={"arn": execution}))
    found = stack.step_functions().describe_execution(executionArn=again["arn"])
    assert again["arn"] != execution
    assert json.loads(found["input"]) == event_of(stack)


def test_a_running_execution_is_not_redriven(ask_about: Ask, execution: str) -> None:
    done = answer(ask_about("/api/redrive", document={"arn": execution}))
    assert (done["done"], done["detail"]) == (
        "skipped",
        "The execution is RUNNING; there is nothing to redrive.",
    )


@pytest.mark.parametrize("document", [{}, {"arn": 1}, {"arn": "x"}, [1], None])
def test_an_action_without_an_execution_is_a_sentence(ask_about: Ask, document: Any) -> None:
    for path in ("/api/redrive", "/api/start-again", "/api/stop"):
        assert error(ask_about(path, document=document if document is not None else "text"))[0] == 400


def test_an_execution_of_another_stack_cannot_be_changed(ask_about: Ask, state_machines: None) -> None:
    arn = "arn:aws:states:us-east-1:123456789012:execution:other-machine:one"
    for path in ("/api/redrive", "/api/start-again", "/api/stop"):
        assert error(ask_about(path, document={"arn": arn})) == (403, ANOTHER_STACK)


def test_an_image_is_found_by_its_key(ask_about: Ask, stack: Stack, execution: str) -> None:
    found = answer(ask_about("/api/find", {"image": "a.jpg"}))
    assert (found["image"], found["arn"]) == (stack.image_uri("a.jpg"), execution)
    assert error(ask_about("/api/find", {"image": "b.jpg"}))[0] == 404
    assert error(ask_about("/api/find", {"image": "k" * 3000}))[0] == 400


def test_a_picture_is_what_its_bytes_say_and_never_a_page(ask_about: Ask, stack: Stack) -> None:
    s3, bucket = stack.s3(), stack.outputs.uploads_bucket
    s3.put_object(Bucket=bucket, Key="a.html", Body=PNG, ContentType="text/html")
    s3.put_object(Bucket=bucket, Key="b.png", Body=b"<script>alert(1)</script>", ContentType="image/png")
    s3.put_object(Bucket=bucket, Key="c.svg", Body=b"<svg xmlns='http://www.w3.org/2000/svg'/>")
    s3.put_object(Bucket=bucket, Key="d.tif", Body=b"II*\0\x08\0\0\0")
    assert ask_about("/api/picture", {"uri": stack.image_uri("a.html")}).content_type == "image/png"
    assert error(ask_about("/api/picture", {"uri": stack.image_uri("b.png")})) == (
        415,
        "Browsers cannot show this file.",
    )
    assert error(ask_about("/api/picture", {"uri": stack.image_uri("c.svg")}))[0] == 415
    assert error(ask_about("/api/picture", {"uri": stack.image_uri("d.tif")})) == (
        415,
        "Browsers cannot show TIFF files.",
    )


def test_the_picture_of_an_execution_is_the_one_that_it_read(ask_about: Ask, stack: Stack) -> None:
    s3, bucket, uri = stack.s3(), stack.outputs.uploads_bucket, stack.image_uri("a.png")
    first = s3.put_object(Bucket=bucket, Key="a.png", Body=PNG + b"1")
    s3.put_object(Bucket=bucket, Key="a.png", Body=PNG + b"2")
    assert ask_about("/api/picture", {"uri": uri, "version": first["VersionId"]}).body == PNG + b"1"
    assert error(ask_about("/api/picture", {"uri": uri, "etag": first["ETag"]})) == (404, REPLACED)
    assert error(ask_about("/api/picture", {"uri": stack.image_uri("none.png")})) == (404, GONE)


@pytest.mark.parametrize("uri", ["s3://another-bucket/a.png", "s3://", "a.png", "https://example.com/a.png"])
def test_no_other_bucket_is_read(ask_about: Ask, uri: str) -> None:
    assert error(ask_about("/api/picture", {"uri": uri})) == (403, "The file does not belong to this stack.")


def test_a_picture_that_is_too_large_is_not_read(
    ask_about: Ask, stack: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("renditions_cli.console.pictures.LARGEST", 4)
    stack.s3().put_object(Bucket=stack.outputs.uploads_bucket, Key="a.png", Body=PNG)
    assert error(ask_about("/api/picture", {"uri": stack.image_uri("a.png")}))[0] == 413


@pytest.fixture
def requested(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> Iterator[set[str]]:
    """The IAM actions of all requests to AWS."""
    actions: set[str] = set()

    def note(model: Any, **_: Any) -> None:
        service = IAM_SERVICES[model.service_model.service_id]
        actions.add(f"{service}:{model.name}")

    stack.session.events.register("before-call.*.*", note)
    yield actions
    stack.session.events.unregister("before-call.*.*", note)


def test_looking_needs_the_permissions_of_the_documented_policy(
    ask_about: Ask, stack: Stack, execution: str, requested: set[str]
) -> None:
    stack.s3().put_object(Bucket=stack.outputs.uploads_bucket, Key="a.png", Body=PNG)
    requested.clear()
    for path, query in (
        ("/api/stack", {}),
        ("/api/executions", {"machine": "image_pipeline"}),
        ("/api/execution", {"arn": execution}),
        ("/api/find", {"image": "a.jpg"}),
        ("/api/picture", {"uri": stack.image_uri("a.png")}),
    ):
        assert ask_about(path, query).status == 200
    text = (ROOT / "docs" / "operations.md").read_text().partition("## The console")[2]
    [policy] = re.findall(r"```json\n(\{.*?\n\})\n```", text, re.DOTALL)[:1]
    [statement] = json.loads(policy)["Statement"]
    # The stack is found before, and S3 asks for another action where the event names a version.
    assert requested | {"cloudformation:DescribeStacks", "s3:GetObjectVersion"} == set(statement["Action"])
