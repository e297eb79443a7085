"""The Express version of the image pipeline, made from the state machine itself: `make format` writes it.

It is the way of a completed image and nothing else. Whatever else happens, it gives its claim to an execution of the
image pipeline and starts that: a rejection, an original that is gone, an error, a function that stays throttled. So it
has no retries that take minutes, no failures to report and no way of its own to an outcome.
"""

import copy
import json
from collections.abc import Iterator, Mapping
from typing import Any

from tests.contract.asl import DEFINITIONS
from tests.contract.asl_format import packed
from tests.contract.same_for_each import differences

Definition = dict[str, Any]

NAME = "image_pipeline_express"
LONGEST = 300  # seconds: AWS ends an Express execution then, and tells nobody
COMMENT = (
    "Turns an upload into renditions, one record and one notice, as an Express workflow, if Workflow is express. Made "
    "from image_pipeline by `make format`. Whatever is not the completion of an image is left to image_pipeline. The "
    "input is the EventBridge event exactly as S3 sent it."
)
# The way of a completed image, and the ends of an execution that has lost its record.
KEPT = (
    *("ClaimImage", "ValidateImage", "MakeRenditions", "SaveMetadata", "IsOverwrite", "PublishCompletion"),
    *(
        "PublishReplacement",
        "RetireSuperseded",
        "RetireOwnRenditions",
        "NotRetired",
        "Duplicate",
        "Superseded",
    ),
)
CONDITION_FAILED = [
    "DynamoDB.ConditionalCheckFailedException",
    "Dynamodb.ConditionalCheckFailedException",
]
INVALID = ["DynamoDB.ValidationException", "Dynamodb.ValidationException"]
THROTTLED = ["Lambda.TooManyRequestsException"]
SERVICE_SECONDS, SERVICE_RETRIES = 5, 2
# A throttled call has not run, so that only its waits take time. A second of an Express execution costs less than a
# hundredth of an execution of the image pipeline.
THROTTLED_WAITS = {"IntervalSeconds": 1, "BackoffRate": 2, "MaxDelaySeconds": 15, "JitterStrategy": "FULL"}
# Function → seconds for one call, and retries while it is throttled.
FUNCTIONS = {
    "${ValidateImageFunctionArn}": (45, 4),
    "${ResizeImageFunctionArn}": (65, 6),
    "${WatermarkImageFunctionArn}": (65, 6),
    "${TidyRenditionsFunctionArn}": (30, 3),
}
GIVEN_UP = [{"ErrorEquals": ["States.ALL"], "ResultPath": "$.error", "Next": "ReleaseFirstClaim"}]
CONSOLE = "States.Format('${ExecutionsConsoleUrl}/{}', $.Attributes.execution_arn.S)"
EXPRESS_CONSOLE = CONSOLE.replace("/{}'", "/{}?startDate={}'").replace(
    ".S)", ".S, $.Attributes.started_at.S)"
)
OWN = " OR execution_arn = :execution_arn"
# PROCESSING also if the record was complete and only its notice is missing: otherwise nobody would miss an execution
# that did not start.
RELEASE = (
    "SET execution_arn = :successor, #status = :processing, status_shard = :status_shard, "
    "status_since = :status_since"
)
# A retry after a lost reply recognizes its own write by the time in the record.
RELEASED = "(execution_arn = :successor AND status_since = :status_since)"


def problems() -> list[str]:
    """Return in what the file differs from what image_pipeline makes it, with the place in it."""
    wrong = differences(read(NAME), express(read("image_pipeline")))
    return [f"statemachine/{NAME}.asl.json, {one}" for one in wrong]


def write() -> None:
    """Write the Express version."""
    text = json.dumps(express(read("image_pipeline")), ensure_ascii=False)
    (DEFINITIONS / f"{NAME}.asl.json").write_text(packed(text), "utf-8")


def read(machine: str) -> Definition:
    """Return a definition with its placeholders."""
    found: Definition = json.loads((DEFINITIONS / f"{machine}.asl.json").read_text("utf-8"))
    return found


def express(pipeline: Definition) -> Definition:
    """Return the Express version of the image pipeline."""
    states = {name: copy.deepcopy(pipeline["States"][name]) for name in KEPT}
    for task in tasks(states):
        task.update(timing(task))
    claim, save = states["ClaimImage"], states["SaveMetadata"]
    assert OWN in claim["Parameters"]["ConditionExpression"]
    claim["Parameters"]["ConditionExpression"] = claim["Parameters"]["ConditionExpression"].replace(OWN, "")
    claim["Comment"] += (
        " AWS may run an Express execution again from its start. Then the claim is its own, and released."
    )
    claim["Catch"] = [
        {"ErrorEquals": CONDITION_FAILED, "ResultPath": None, "Next": "ReleaseFirstClaim"},
        *GIVEN_UP,
    ]
    save["Catch"] += GIVEN_UP
    for name in ("ValidateImage", "MakeRenditions", "PublishCompletion", "PublishReplacement"):
        states[name]["Catch"] = GIVEN_UP
    execution = save["ResultSelector"]["notice"]["execution"]
    assert execution["console_url.$"] == CONSOLE
    execution["console_url.$"] = EXPRESS_CONSOLE
    return {
        "Comment": COMMENT,
        "StartAt": "ClaimImage",
        "TimeoutSeconds": LONGEST,
        "States": states | handover(),
    }


def tasks(states: Mapping[str, Definition]) -> Iterator[Definition]:
    """Yield the Task states, those in branches included."""
    for state in states.values():
        if state["Type"] == "Task":
            yield state
        for branch in state.get("Branches", ()):
            yield from tasks(branch["States"])


def timing(state: Definition) -> Definition:
    """Return the time-out and the retries of a Task state."""
    if (function := state["Parameters"].get("FunctionName")) is None:
        return service_timing(CONDITION_FAILED + INVALID if "dynamodb" in state["Resource"] else [])
    seconds, retries = FUNCTIONS[function]
    return {
        "TimeoutSeconds": seconds,
        "Retry": [{"ErrorEquals": THROTTLED, **THROTTLED_WAITS, "MaxAttempts": retries}],
    }


def service_timing(final: list[str]) -> Definition:
    """Return the time-out and the retries of a call of a service, with the errors that no retry can mend."""
    exempt = [{"ErrorEquals": final, "MaxAttempts": 0}] if final else []
    retrier = {"ErrorEquals": ["States.TaskFailed"], "IntervalSeconds": 1, "BackoffRate": 2, "MaxDelaySeconds": 2,
               "MaxAttempts": SERVICE_RETRIES, "JitterStrategy": "FULL"}  # fmt: skip
    return {"TimeoutSeconds": SERVICE_SECONDS, "Retry": [*exempt, retrier]}


def handover() -> dict[str, Definition]:
    """Return the states that leave the image to the image pipeline."""
    return {
        "ReleaseFirstClaim": release(
            "Gives the claim to the execution of image_pipeline that StartStandard will start, if this is the key's "
            "first upload, and forgets the upload, so that it is the first one for that execution too.",
            f"{RELEASE} REMOVE first_uploaded_at",
            f"(execution_arn = :execution_arn AND first_uploaded_at = started_at) OR {RELEASED}",
            "ReleaseClaim",
        ),
        "ReleaseClaim": release(
            "The same for a key with earlier uploads.",
            RELEASE,
            f"execution_arn = :execution_arn OR {RELEASED}",
            "HasFailed",
        ),
        "HasFailed": {
            "Type": "Choice",
            "Comment": "This execution does not own the record. If it has not failed, the event is a duplicate or out "
            "of date. If it has failed, perhaps before its claim, image_pipeline decides.",
            "Choices": [{"Variable": "$.error", "IsPresent": True, "Next": "StartStandard"}],
            "Default": "Duplicate",
        },
        "StartStandard": {
            "Type": "Task",
            "Comment": "Starts image_pipeline with the same event, under the name of this execution, so that it "
            "starts only once.",
            "Resource": "arn:${Partition}:states:::states:startExecution",
            "Parameters": {
                "StateMachineArn": "${ImagePipelineArn}",
                "Name.$": "$$.Execution.Name",
                "Input.$": "$$.Execution.Input",
            },
            "ResultPath": None,
            **service_timing(ALREADY_THERE),
            "Catch": [{"ErrorEquals": ALREADY_THERE, "ResultPath": None, "Next": "HandedOver"}],
            "Next": "HandedOver",
        },
        "HandedOver": {
            "Type": "Succeed",
            "Comment": "An execution of image_pipeline with the same name owns the image.",
        },
    }


ALREADY_THERE = ["StepFunctions.ExecutionAlreadyExistsException", "ExecutionAlreadyExists"]


def release(comment: str, update: str, condition: str, otherwise: str) -> Definition:
    """Return a state that gives the claim to the execution of image_pipeline that has the name of this one."""
    key = "States.Format('s3://{}/{}', $$.Execution.Input.detail.bucket.name, $$.Execution.Input.detail.object.key)"
    return {
        "Type": "Task",
        "Comment": comment,
        "Resource": "arn:${Partition}:states:::dynamodb:updateItem",
        "Parameters": {
            "TableName": "${ImagesTableName}",
            "Key": {"image_uri": {"S.$": key}},
            "ConditionExpression": condition,
            "UpdateExpression": update,
            "ExpressionAttributeNames": {"#status": "status"},
            "ExpressionAttributeValues": {
                ":processing": {"S": "PROCESSING"},
                ":status_shard": {"S.$": "States.Format('PROCESSING#{}', States.MathRandom(0, 8))"},
                ":status_since": {"S.$": "$$.State.EnteredTime"},
                ":execution_arn": {"S.$": "$$.Execution.Id"},
                ":successor": {"S.$": "States.Format('${ImagePipelineExecutions}:{}', $$.Execution.Name)"},
            },
        },
        "ResultPath": None,
        **service_timing(CONDITION_FAILED + INVALID),
        "Catch": [{"ErrorEquals": CONDITION_FAILED, "ResultPath": None, "Next": otherwise}],
        "Next": "StartStandard",
    }


if __name__ == "__main__":
    write()
