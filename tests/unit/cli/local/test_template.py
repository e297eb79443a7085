"""Preparing template.yaml for the emulator."""

import json
from pathlib import Path
from typing import Any

import pytest

from renditions_cli.errors import DeployFailed, UsageError
from renditions_cli.local.template import ARTIFACTS_BUCKET, Prepared, load, prepare


def resources(prepared: Prepared) -> dict[str, Any]:
    return dict(json.loads(prepared.body)["Resources"])


def test_short_forms_are_expanded(tmp_path: Path) -> None:
    template = tmp_path / "t.yaml"
    template.write_text("A: !Ref B\nC: !GetAtt D.E.F\nG: !Sub ['${H}', {H: !If [I, J, K]}]\n")
    assert load(template) == {
        "A": {"Ref": "B"},
        "C": {"Fn::GetAtt": ["D", "E.F"]},
        "G": {"Fn::Sub": ["${H}", {"H": {"Fn::If": ["I", "J", "K"]}}]},
    }


def test_the_copies_of_a_yaml_alias_are_independent(tmp_path: Path) -> None:
    template = tmp_path / "t.yaml"
    template.write_text("A: &same {x: 1}\nB: *same\n")
    loaded = load(template)
    loaded["A"]["x"] = 2
    assert loaded["B"] == {"x": 1}


def test_functions_that_share_a_folder_share_one_package(small_project: Path) -> None:
    prepared = prepare(small_project / "template.yaml", {})
    codes = [
        one["Properties"]["Code"]
        for one in resources(prepared).values()
        if "Code" in one.get("Properties", {})
    ]
    assert len(codes) == 2
    assert codes[0] == codes[1]
    assert codes[0]["S3Bucket"] == ARTIFACTS_BUCKET
    assert sorted(artifact.key.partition(".")[2] for artifact in prepared.artifacts) == [
        "asl.json",
        "asl.json",
        "zip",
    ]


def test_a_definition_is_uploaded_unchanged_and_cloudformation_substitutes(small_project: Path) -> None:
    prepared = prepare(small_project / "template.yaml", {})
    machine = resources(prepared)["Machine"]["Properties"]
    assert machine["DefinitionS3Location"]["Bucket"] == ARTIFACTS_BUCKET
    assert machine["DefinitionSubstitutions"] == {"TopicArn": {"Ref": "Topic"}}
    key = machine["DefinitionS3Location"]["Key"]
    definition = next(one for one in prepared.artifacts if one.key == key)
    assert definition.data == (small_project / "machine.asl.json").read_bytes()


def test_an_unknown_parameter_is_reported(small_project: Path) -> None:
    with pytest.raises(UsageError, match="no parameter Volume"):
        prepare(small_project / "template.yaml", {"Volume": "11"})


def test_a_missing_template_is_reported(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"absent\.yaml does not exist"):
        prepare(tmp_path / "absent.yaml", {})


def test_a_missing_code_folder_is_reported(tmp_path: Path) -> None:
    template = tmp_path / "t.yaml"
    template.write_text("Resources: {F: {Type: 'AWS::Serverless::Function', Properties: {CodeUri: lost}}}")
    with pytest.raises(UsageError, match="lost"):
        prepare(template, {})


def test_errors_in_the_template_are_listed(tmp_path: Path) -> None:
    template = tmp_path / "t.yaml"
    template.write_text("Resources: {F: {Type: 'AWS::Serverless::Function', Properties: {Handler: a.b}}}")
    with pytest.raises(DeployFailed, match=r"\[F\] is invalid"):
        prepare(template, {})


def test_no_aws_settings_of_this_machine_are_needed(
    small_project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AWS_DEFAULT_REGION", raising=False)
    monkeypatch.delenv("AWS_REGION", raising=False)
    monkeypatch.setenv("AWS_PROFILE", "not-there")
    assert "GreetFunction" in resources(prepare(small_project / "template.yaml", {}))
