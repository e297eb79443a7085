"""cfn-lint and asl-validator find nothing in the definitions. `make check` runs cfn-lint on the template."""

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from cfnlint import api

from tests.contract import express_in_definitions
from tests.contract.asl import MACHINES, definition
from tests.contract.conftest import ROOT

ALL = (*MACHINES, express_in_definitions.NAME)
VALIDATOR = "asl-validator@4.0.0"
SECONDS_FOR_NPX = 60


def deployed(machine: str) -> dict[str, Any]:
    """Return a definition with the partition of its ARNs, whose form the linters check."""
    body: dict[str, Any] = json.loads(json.dumps(definition(machine)).replace("${Partition}", "aws"))
    return body


def with_definitions_inline(*definitions: dict[str, Any]) -> str:
    """Return a template with the definitions inline, because cfn-lint does not open the files of a DefinitionUri."""
    machine = {"Type": "AWS::StepFunctions::StateMachine"}
    role = "arn:aws:iam::123456789012:role/any"
    resources = {
        f"Machine{number}": {**machine, "Properties": {"RoleArn": role, "Definition": body}}
        for number, body in enumerate(definitions)
    }
    return json.dumps({"AWSTemplateFormatVersion": "2010-09-09", "Resources": resources})


def test_cfn_lint_finds_nothing_in_the_definitions() -> None:
    inline = with_definitions_inline(*(deployed(machine) for machine in ALL))
    assert [str(one) for one in api.lint(inline)] == []


def test_cfn_lint_finds_a_misspelled_field_of_a_definition() -> None:
    misspelled = deployed("image_pipeline")
    misspelled["States"]["ClaimImage"]["Retrry"] = []
    assert [one.rule.id for one in api.lint(with_definitions_inline(misspelled))] == ["E3601"]


def run_asl_validator(folder: Path) -> "subprocess.CompletedProcess[str]":
    """Run asl-validator on all definitions, written to ``folder``. Skips without npx or the registry of npm."""
    npx = shutil.which("npx")
    if npx is None:
        pytest.skip("asl-validator needs node: no npx on PATH")
    for machine in ALL:
        (folder / f"{machine}.asl.json").write_text(json.dumps(deployed(machine)))
    paths = [f"--json-path={folder / machine}.asl.json" for machine in ALL]
    quiet = {
        "NPM_CONFIG_FETCH_RETRIES": "0",
        "NPM_CONFIG_UPDATE_NOTIFIER": "false",
        "NPM_CONFIG_AUDIT": "false",
    }
    command = [npx, "--yes", "--prefer-offline", VALIDATOR, "--no-arn-check", *paths]
    environment = {**os.environ, **quiet, "NPM_CONFIG_CACHE": str(ROOT / ".local/npm")}
    try:
        return subprocess.run(
            command,
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            timeout=SECONDS_FOR_NPX,
            check=False,
        )
    except subprocess.TimeoutExpired:
        pytest.skip(f"npx could not download {VALIDATOR} in {SECONDS_FOR_NPX} s")


def test_asl_validator_finds_nothing(tmp_path: Path) -> None:
    result = run_asl_validator(tmp_path)
    output = result.stdout + result.stderr
    if "State machine definition" not in output:
        complaints = [line for line in output.splitlines() if "error" in line.lower()]
        pytest.skip(f"npx could not start {VALIDATOR}: {complaints[0] if complaints else 'no output'}")
    assert result.returncode == 0, output
    assert output.count("is valid") == len(ALL), output
