"""Each Lambda task has a function, a handler file and an event of the same name."""

import ast
import importlib.util
import json
import re
from typing import Any

import pytest

from renditions import aws
from renditions.contracts import Image, RenditionRequest, TidyRequest
from tests.contract.asl import State, lambda_tasks
from tests.contract.conftest import ROOT, check_names
from tests.contract.test_permissions import MACHINE_OF
from tests.renditions import states_of

HANDLERS = ROOT / "functions/renditions/handlers"
# All sizes share a handler, and so do the states that tidy and those that look up the original. All others have a
# handler of their own name.
HANDLER_OF = {
    **dict.fromkeys(states_of(watermarked=False), "resize_image"),
    **dict.fromkeys(states_of(watermarked=True), "watermark_image"),
    "RetireSuperseded": "tidy_renditions",
    "RetireLeftovers": "tidy_renditions",
    "RetireOwnRenditions": "tidy_renditions",
    "RemoveRenditions": "tidy_renditions",
    "ConfirmGone": "confirm_deleted",
}
EVENT_OF = {"validate_image": "upload_good_image"}
# Not tasks of a state machine: a schedule, API Gateway, CloudFormation, a stream, an alarm and a queue start them.
NO_TASKS = {
    "reconcile": "ReconcileFunction",
    "send_digest": "SendDigestFunction",
    "web_api": "WebApiFunction",
    "publish_page": "PublishPageFunction",
    "count_outcomes": "CountOutcomesFunction",
    "pause_pipeline": "PausePipelineFunction",
    "publish_events": "PublishEventsFunction",
}
every_task = pytest.mark.parametrize("task", lambda_tasks(), ids=str)


def handler_name(task: State) -> str:
    return HANDLER_OF.get(task.name) or re.sub(r"(?<!^)(?=[A-Z])", "_", task.name).lower()


def function_id(task: State, resources: dict[str, Any]) -> str:
    """Return the logical ID of the function that the task invokes."""
    substitutions = resources[MACHINE_OF[task.machine]]["Properties"]["DefinitionSubstitutions"]
    placeholder = task.body["Parameters"]["FunctionName"]
    logical_id, attribute = substitutions[placeholder[2:-1]]["Fn::GetAtt"]
    assert attribute == "Arn"
    return str(logical_id)


@every_task
def test_a_lambda_task_invokes_the_function_that_runs_its_handler(
    task: State, resources: dict[str, Any]
) -> None:
    name = handler_name(task)
    function = resources[function_id(task, resources)]["Properties"]
    assert (HANDLERS / f"{name}.py").is_file()
    assert function["Handler"] == f"renditions.handlers.{name}.handler"


@every_task
def test_a_lambda_task_has_an_example_event(task: State) -> None:
    name = handler_name(task)
    event = ROOT / "events" / f"{EVENT_OF.get(name, name)}.json"
    assert isinstance(json.loads(event.read_text()), dict)


def test_every_handler_file_belongs_to_a_task() -> None:
    files = {path.stem for path in HANDLERS.glob("*.py")} - {"__init__"}
    assert files - set(NO_TASKS) == {handler_name(task) for task in lambda_tasks()}


def test_every_function_of_the_template_is_invoked_by_a_task(resources: dict[str, Any]) -> None:
    functions = {name for name, one in resources.items() if one["Type"] == "AWS::Serverless::Function"}
    assert functions - set(NO_TASKS.values()) == {function_id(task, resources) for task in lambda_tasks()}


def functions_by_id(resources: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Map the logical ID of each function to its properties."""
    return {
        name: one["Properties"]
        for name, one in resources.items()
        if one["Type"] == "AWS::Serverless::Function"
    }


def of_parameter(value: Any, template: dict[str, Any], bound: str) -> int:
    """Return a number of the template, or for a parameter its ``Default``, ``MinValue`` or ``MaxValue``."""
    return int(template["Parameters"][value["Ref"]][bound] if isinstance(value, dict) else value)


def functions_of(resources: dict[str, Any]) -> list[dict[str, Any]]:
    return list(functions_by_id(resources).values())


def test_every_handler_of_the_template_exists_in_the_package(
    template: dict[str, Any], resources: dict[str, Any]
) -> None:
    code = ROOT / template["Globals"]["Function"]["CodeUri"]
    for function in functions_of(resources):
        module, name = function["Handler"].rsplit(".", 1)
        tree = ast.parse((code / f"{module.replace('.', '/')}.py").read_text())
        defined = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
        assert [argument.arg for argument in defined[name].args.args] == ["event", "context"]
        assert importlib.util.find_spec(module) is not None


@pytest.mark.parametrize("path", sorted(HANDLERS.glob("*.py")), ids=lambda path: path.stem)
def test_a_handler_module_fits_on_one_screen(path: Any) -> None:
    code = path.read_text()
    functions = [node for node in ast.walk(ast.parse(code)) if isinstance(node, ast.FunctionDef)]
    for node in functions:
        assert node.end_lineno is not None
        assert node.end_lineno - node.lineno < 40
    assert len([line for line in code.splitlines() if line.strip()]) <= 40


BRANCHES = [one for one in lambda_tasks() if "rendition" in one.body["Parameters"].get("Payload", {})]
TIDYING = [one for one in lambda_tasks() if handler_name(one) == "tidy_renditions"]


@pytest.mark.parametrize("task", BRANCHES, ids=str)
def test_the_example_event_has_the_fields_that_the_branch_sends(task: State) -> None:
    sent = task.body["Parameters"]["Payload"]
    event = json.loads((ROOT / "events" / f"{handler_name(task)}.json").read_text())
    assert {key.removesuffix(".$") for key in sent} == set(event)
    assert RenditionRequest.from_event(event).image.key == event["image"]["key"]
    place = f"events/{handler_name(task)}.json, image"
    check_names(place, event["image"], Image.__annotations__, "Image in functions/renditions/contracts.py")


@pytest.mark.parametrize("task", TIDYING, ids=str)
def test_the_example_event_has_the_fields_that_a_tidying_state_sends(task: State) -> None:
    """Or the image's URI in place of bucket and key, where the state has nothing else."""
    sent = {key.removesuffix(".$") for key in task.body["Parameters"]["Payload"]}
    event = json.loads((ROOT / "events/tidy_renditions.json").read_text())
    assert set(event) == {*TidyRequest.__annotations__, "task"}
    assert sent == set(event) or sent == {"image_uri", "because", "task"}
    task_of_state = event.pop("task")
    assert set(task_of_state) == {"execution", "state", "attempt"}
    by_uri = {"image_uri": f"s3://{event['bucket']}/{event['key']}", "because": event["because"]}
    assert TidyRequest.from_event(event) == TidyRequest.from_event(by_uri) == TidyRequest(**event)


def test_each_function_has_the_memory_and_the_timeout_that_are_documented(
    template: dict[str, Any], resources: dict[str, Any]
) -> None:
    """docs/performance.md has a row for each, with the measurements behind the numbers."""
    assert not {"MemorySize", "Timeout"} & set(template["Globals"]["Function"])
    stated = {
        name.removesuffix("Function"): tuple(
            of_parameter(one[key], template, "Default") for key in ("MemorySize", "Timeout")
        )
        for name, one in functions_by_id(resources).items()
    }
    row = re.compile(r"^\| (\w+) \| ([\d,]+) MB \| (\d+) s \|", re.MULTILINE)
    documented = {
        name: (int(memory.replace(",", "")), int(seconds))
        for name, memory, seconds in row.findall((ROOT / "docs/performance.md").read_text())
    }
    assert documented == stated


@every_task
def test_a_function_times_out_before_its_task(
    task: State, template: dict[str, Any], resources: dict[str, Any]
) -> None:
    """So the time-out of Lambda, which logs it, comes before that of Step Functions."""
    function = resources[function_id(task, resources)]["Properties"]
    assert of_parameter(function["Timeout"], template, "MaxValue") < task.body["TimeoutSeconds"]


def test_waiting_for_s3_takes_at_most_part_of_the_time_of_a_function(
    template: dict[str, Any], resources: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The standard retry mode of botocore waits up to 1, 2, 4 … seconds before each further attempt."""
    monkeypatch.setenv("AWS_REGION", "us-east-1")
    web = functions_by_id(resources).pop("WebApiFunction")
    others = [
        of_parameter(one["Timeout"], template, "MinValue") for one in functions_of(resources) if one != web
    ]
    for client, timeout in ((aws.s3(), min(others)), (aws.web_s3(), web["Timeout"])):
        config: Any = client.meta.config
        attempts = config.retries["total_max_attempts"]
        longest = attempts * config.read_timeout + sum(2**n for n in range(attempts - 1))
        assert longest < 0.6 * timeout
