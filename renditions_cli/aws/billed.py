"""What a stack is made of, as far as its bill depends on it: read from the deployed stack, or from the checkout."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from renditions.settings import Settings
from renditions_cli.aws.conditions import made
from renditions_cli.aws.resources import Resources, read_parameters, read_resources, stack_name
from renditions_cli.aws.stack import Stack, StackChoice
from renditions_cli.aws.subscriptions import Subscription, list_subscriptions
from renditions_cli.local.emulator import PROJECT
from renditions_cli.prices.measured import S3_SECONDS, SKIPPED_SECONDS, VALIDATE_SECONDS, Measured, measured
from renditions_cli.prices.transitions import count_events, count_transitions
from renditions_cli.prices.work import (
    INDEX_WRITES,
    RENDITIONS,
    SERVICE_SECONDS,
    WRITES,
    ImageWork,
    Invocation,
)

if TYPE_CHECKING:
    import boto3

# The functions of an upload: the resource in the template → the renditions that it makes. ValidateImage makes none.
FUNCTIONS: Mapping[str, Sequence[str]] = {
    "ValidateImageFunction": (),
    "ResizeImageFunction": [one.name for one in Settings().renditions().values() if not one.watermarked],
    "WatermarkImageFunction": [one.name for one in Settings().renditions().values() if one.watermarked],
}
# The state that publishes an outcome, and its state machine in the template.
PUBLISHERS = {
    "COMPLETED": ("ImagePipeline", "PublishCompletion"),
    "REPLACED": ("ImagePipeline", "PublishReplacement"),
    "REJECTED": ("ImagePipeline", "PublishRejection"),
    "DELETED": ("ImageDeleted", "PublishDeletion"),
    "FAILED": ("ExecutionFailed", "PublishFailure"),
}
USUAL_EVENTS = 28 + 5 * RENDITIONS
EXPRESS = "ImagePipelineExpress"  # the resource that uploads start with Workflow=express
STANDING = {
    "AWS::CloudWatch::Alarm": "alarm_month",
    "AWS::CloudWatch::CompositeAlarm": "composite_alarm_month",
    "AWS::CloudWatch::Dashboard": "dashboard_month",
}


@dataclass(frozen=True, slots=True)
class Billed:
    """The settings that the bill depends on. ``transitions`` are by outcome, ``memory`` in MB by function.

    ``standing`` is what costs the same whatever is uploaded: price name → how many. ``indexes``: how many the images
    table has. ``skipped``: the renditions that are not made. ``workflow``: standard or express. ``express_events``:
    lines in the log of an Express execution. ``source`` says where all of it is from.
    """

    source: str
    architecture: str
    output_format: str
    memory: Mapping[str, int]
    transitions: Mapping[str, int]
    standing: Mapping[str, float]
    indexes: int = 0
    subscriptions: tuple[Subscription, ...] = ()
    skipped: tuple[str, ...] = ()
    workflow: str = "standard"
    express_events: int = 0

    @property
    def measured(self) -> Measured:
        """What the benchmarks say about this output format."""
        return measured(self.output_format).without(self.skipped)

    def listeners(self, status: str, *protocols: str) -> int:
        """Return how many confirmed subscriptions of these protocols get the notices of a status."""
        found = (one for one in self.subscriptions if one.protocol in protocols and not one.is_pending)
        return sum(one.takes(status) for one in found)

    def completed_image(self) -> ImageWork:
        """Return what one completed upload takes."""
        seconds = self.measured.seconds
        invocations = [Invocation(self.memory["ValidateImageFunction"], VALIDATE_SECONDS)]
        for function, renditions in FUNCTIONS.items():
            made = {name: seconds[name] + S3_SECONDS for name in renditions if name not in self.skipped}
            invocations += [
                Invocation(self.memory[function], made.get(name, SKIPPED_SECONDS)) for name in renditions
            ]
        is_express = self.workflow == "express"
        # The three calls of DynamoDB and SNS, the check, and the slowest rendition.
        express_seconds = 3 * SERVICE_SECONDS + VALIDATE_SECONDS + max(one.seconds for one in invocations)
        return ImageWork(
            0 if is_express else self.transitions["COMPLETED"],
            tuple(invocations),
            self.architecture,
            puts=1 + len(seconds),
            gets=1 + len(seconds),
            writes=WRITES + self.indexes * INDEX_WRITES,
            emails=self.listeners("COMPLETED", "email", "email-json"),
            https=self.listeners("COMPLETED", "http", "https"),
            queued=self.listeners("COMPLETED", "sqs"),
            express_seconds=express_seconds if is_express else 0,
            express_events=self.express_events if is_express else 0,
        )


def billed_stack(stack: Stack, choice: StackChoice) -> Billed:
    """Read the settings of a deployed stack. Raises botocore's errors."""
    name = stack_name(choice)
    resources = read_resources(stack.session, name)
    parameters = read_parameters(stack.session, name)
    definitions = read_definitions(stack, resources)
    table = stack.dynamodb().describe_table(TableName=stack.outputs.images_table)["Table"]
    return Billed(
        f"the stack {name}",
        parameters.get("Architecture", "arm64"),
        parameters.get("OutputFormat", "webp"),
        {function: memory_of(stack.session, resources.id_of(function)) for function in FUNCTIONS},
        transitions_of(definitions),
        dict(Counter(STANDING[kind] for kind in resources.types.values() if kind in STANDING)),
        len(table.get("GlobalSecondaryIndexes", [])),
        tuple(list_subscriptions(stack.session.client("sns"), stack.outputs.notifications_topic)),
        workflow=parameters.get("Workflow", "standard"),
        express_events=express_events_of(definitions.get(EXPRESS)),
    )


def billed_checkout() -> Billed:
    """Return the settings that template.yaml and the definitions of this checkout would deploy with its defaults."""
    from renditions_cli.local.template import load

    template = load(PROJECT / "template.yaml")
    resources = template["Resources"]
    machines = {machine for machine, _ in PUBLISHERS.values()}
    definitions = {
        one: json.loads((PROJECT / resources[one]["Properties"]["DefinitionUri"]).read_text("utf-8"))
        for one in machines
    }
    express = json.loads((PROJECT / resources[EXPRESS]["Properties"]["DefinitionUri"]).read_text("utf-8"))
    kinds = [one["Type"] for one in made(template, {}).values()]
    return Billed(
        "the defaults of this checkout",
        template["Parameters"]["Architecture"]["Default"],
        template["Parameters"]["OutputFormat"]["Default"],
        {function: _memory_of(template, function) for function in FUNCTIONS},
        transitions_of(definitions),
        dict(Counter(STANDING[kind] for kind in kinds if kind in STANDING)),
        len(resources["ImagesTable"]["Properties"].get("GlobalSecondaryIndexes", [])),
        express_events=express_events_of(express),
    )


def _memory_of(template: Mapping[str, Any], function: str) -> int:
    memory = template["Resources"][function]["Properties"]["MemorySize"]
    return int(template["Parameters"][memory["Ref"]]["Default"] if isinstance(memory, dict) else memory)


def read_definitions(stack: Stack, resources: Resources) -> dict[str, dict[str, Any]]:
    """Return the deployed definitions of the state machines, by their names in the template."""
    client = stack.step_functions()
    return {
        name: json.loads(client.describe_state_machine(stateMachineArn=arn)["definition"])
        for name, arn in resources.of("AWS::StepFunctions::StateMachine").items()
    }


def transitions_of(definitions: Mapping[str, Mapping[str, Any]]) -> dict[str, int]:
    """Return the state transitions of each outcome, counted in the definitions."""
    return {
        outcome: count_transitions(definitions[machine], state)
        for outcome, (machine, state) in PUBLISHERS.items()
        if machine in definitions
    }


def express_events_of(definition: Mapping[str, Any] | None) -> int:
    """Return how many events a completed image has in the log of the Express version; a usual number without one."""
    return count_events(definition, "PublishCompletion") if definition else USUAL_EVENTS


def memory_of(session: "boto3.Session", function: str) -> int:
    """Return the memory of a function, in MB."""
    return session.client("lambda").get_function_configuration(FunctionName=function)["MemorySize"]
