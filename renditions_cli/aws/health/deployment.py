"""Checks of what is deployed: its state, its version, its decoder, its rules."""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from zlib import crc32

from renditions_cli.aws.health.account import deployed_definitions
from renditions_cli.aws.health.finding import Finding, Mark
from renditions_cli.aws.health.package import files_of
from renditions_cli.aws.health.target import Target
from renditions_cli.local.emulator import PROJECT
from renditions_cli.version import version as version_of_command

DEFINITIONS = {
    "ImagePipeline": "image_pipeline",
    "ImagePipelineExpress": "image_pipeline_express",
    "ImageDeleted": "image_deleted",
    "ExecutionFailed": "execution_failed",
}
SOURCE = PROJECT / "functions"
READS_ORIGINALS = "ValidateImageFunction"
DECODER = "pillow_heif"
RULE = "AWS::Events::Rule"
RESTART = "Stop `renditions up` and start it again."
DEPLOY = "Run `make deploy` from the checkout that you want."


def stack_status(target: Target) -> Iterator[Finding]:
    """Yield the status of the stack in CloudFormation."""
    [stack] = target.client("cloudformation").describe_stacks(StackName=target.name)["Stacks"]
    status = stack["StackStatus"]
    if status in {
        "CREATE_COMPLETE",
        "UPDATE_COMPLETE",
        "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS",
        "IMPORT_COMPLETE",
    }:
        yield Finding("stack", Mark.WELL, f"{target.name}: {status}")
    elif status == "UPDATE_ROLLBACK_COMPLETE":
        text = f"{target.name}: {status}. The last deployment failed, and the one before it is in use."
        yield Finding("stack", Mark.TO_DO, text, "Look at its events in CloudFormation, and deploy again.")
    elif status.endswith("IN_PROGRESS"):
        yield Finding("stack", Mark.NOTE, f"{target.name}: {status}", "Wait until the deployment has ended.")
    else:
        remedy = "Look at its events in CloudFormation, and repair or deploy it."
        yield Finding("stack", Mark.TO_DO, f"{target.name}: {status}", remedy)


def release(target: Target) -> Iterator[Finding]:
    """Yield whether the stack is of the same version as this command."""
    ours, deployed = version_of_command(), target.stack.outputs.version
    if deployed == ours:
        yield Finding("release", Mark.WELL, f"The stack and this command are Renditions {ours}.")
        return
    text = f"The stack is Renditions {deployed or '0.1.0 or earlier'}, and this command is {ours}."
    remedy = "Deploy this version, or use the command of the other: UPGRADING.md says what changes."
    yield Finding("release", Mark.TO_DO, text, RESTART if target.choice.local else remedy)


def version(target: Target) -> Iterator[Finding]:
    """Yield whether the definitions and the functions are those of this checkout."""
    if not SOURCE.is_dir():
        yield Finding(
            "version", Mark.NOTE, "This command is not in a checkout, so there is no code to compare."
        )
        return
    deployed = deployed_definitions(target, target.resources)
    other = [
        name for name in DEFINITIONS if name in deployed and not is_same(deployed[name], DEFINITIONS[name])
    ]
    changed = changed_files(package(target))
    if not other and not changed:
        yield Finding("version", Mark.WELL, "The state machines and functions are those of this checkout.")
        return
    parts = [f"the state machines {', '.join(other)}"] if other else []
    if changed:
        more = f" and {len(changed) - 3} more" if len(changed) > 3 else ""
        parts.append(f"the functions ({', '.join(changed[:3])}{more})")
    text = f"Deployed in another version than this checkout: {' and '.join(parts)}."
    yield Finding("version", Mark.TO_DO, text, RESTART if target.choice.local else DEPLOY)


def is_same(deployed: Mapping[str, Any], machine: str) -> bool:
    """Return whether a deployed definition is that of the checkout, whatever the placeholders became."""
    source = json.loads((PROJECT / "statemachine" / f"{machine}.asl.json").read_text("utf-8"))
    return _agree(source, deployed)


def _agree(source: Any, deployed: Any) -> bool:
    if isinstance(source, dict):
        same_keys = isinstance(deployed, dict) and set(source) == set(deployed)
        return same_keys and all(_agree(source[key], deployed[key]) for key in source)
    if isinstance(source, list):
        same_length = isinstance(deployed, list) and len(source) == len(deployed)
        return same_length and all(map(_agree, source, deployed))
    if isinstance(source, str) and isinstance(deployed, str) and "${" in source:
        parts = [re.escape(part) for part in re.split(r"\$\{\w+\}", source)]
        return re.fullmatch(".*".join(parts), deployed, re.DOTALL) is not None
    return bool(source == deployed)


def package(target: Target) -> Mapping[str, int]:
    """Return the files of the package of the function that reads originals first: name → CRC-32."""
    function = target.resources.physical[READS_ORIGINALS]

    def read() -> Mapping[str, int]:
        answer = target.client("lambda").get_function(FunctionName=function)
        return files_of(answer["Code"]["Location"])

    return target.once("package", read)


def changed_files(packaged: Mapping[str, int], source: Path = SOURCE) -> list[str]:
    """Return the Python files of the package that differ from the checkout, or that it does not have."""
    ours = {
        name: crc for name, crc in packaged.items() if name.startswith("renditions/") and name.endswith(".py")
    }
    return sorted(name for name, crc in ours.items() if _crc(source / name) != crc)


def _crc(path: Path) -> int | None:
    return crc32(path.read_bytes()) if path.is_file() else None


def has_package(target: Target, name: str) -> bool:
    """Return whether the functions can import ``name``."""
    if target.choice.local:
        from importlib.util import find_spec

        return find_spec(name) is not None
    return any(one.startswith(f"{name}/") for one in package(target))


def heic_decoder(target: Target) -> Iterator[Finding]:
    """Yield whether the package has the decoder that the parameter HeicInput asks for."""
    wanted, has = target.parameters.get("HeicInput") == "on", has_package(target, DECODER)
    if wanted and not has:
        text = "HeicInput is on, but the package has no decoder: no function that opens images can start."
        yield Finding(
            "HEIC", Mark.TO_DO, text, "Run `make deploy HEIC=on`; docs/heic.md explains its licenses."
        )
    elif wanted:
        yield Finding("HEIC", Mark.WELL, "HeicInput is on, and the package has the decoder.")
    else:
        yield Finding(
            "HEIC", Mark.NOTE, "HeicInput is off: photos of iPhones are rejected unless they are JPEG."
        )


def workflow(target: Target) -> Iterator[Finding]:
    """Yield what uploads start, if the stack has an Express workflow."""
    chosen = target.parameters.get("Workflow")
    if chosen == "express":
        yield Finding("workflow", Mark.WELL, "express: uploads start ImagePipelineExpress")
    elif chosen == "drain":
        text = "drain: uploads start ImagePipeline, and ImagePipelineExpress has nothing to do after five minutes."
        yield Finding("workflow", Mark.NOTE, text, "`make deploy PARAMETERS='Workflow=standard'`")


def rules(target: Target) -> Iterator[Finding]:
    """Yield each rule that is disabled, and whether reconciliation is scheduled."""
    disabled = []
    for name, physical in target.resources.of(RULE).items():
        rule = physical.rsplit("/", 1)[-1].rsplit("|", 1)[-1]
        if target.client("events").describe_rule(Name=rule)["State"] == "DISABLED":
            disabled.append(name)
            remedy = f"`aws events enable-rule --name {rule}`, then `renditions reconcile`."
            yield Finding("rules", Mark.TO_DO, f"{name} is disabled: its events are lost.", remedy)
    if not disabled:
        yield Finding("rules", Mark.WELL, f"{len(target.resources.of(RULE))} rules, all enabled")
    if schedule := target.parameters.get("ReconcileSchedule"):
        yield Finding("reconciliation", Mark.WELL, f"{schedule}")
    else:
        remedy = (
            "`make deploy PARAMETERS='ReconcileSchedule=\"rate(1 day)\"'`, or `renditions reconcile` by hand."
        )
        yield Finding(
            "reconciliation", Mark.NOTE, "Not scheduled: lost events are found only by hand.", remedy
        )
