"""The packed layout of the state machine definitions."""

import json
from pathlib import Path

import pytest

from tests.contract import asl_format
from tests.contract.asl import DEFINITIONS, MACHINES

STATE = {
    "Type": "Task",
    "Parameters": {"Key": {"image_uri": {"S.$": "$.uri"}}, "Renditions": {}, "Text": "x" * 80, "Unit": "é\n"},
    "Retry": [
        {"ErrorEquals": [f"Lambda.Error{number}" for number in range(9)], "MaxAttempts": 3},
        {"ErrorEquals": ["States.Timeout"], "MaxAttempts": 2},
    ],
    "End": True,
}
PACKED = """\
{
  "Type": "Task",
  "Parameters": {
    "Key": {"image_uri": {"S.$": "$.uri"}},
    "Renditions": {},
    "Text": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
    "Unit": "é\\n"
  },
  "Retry": [
    {"ErrorEquals": ["Lambda.Error0", "Lambda.Error1", "Lambda.Error2", "Lambda.Error3", "Lambda.Error4", \
"Lambda.Error5", "Lambda.Error6", "Lambda.Error7", "Lambda.Error8"], "MaxAttempts": 3},
    {"ErrorEquals": ["States.Timeout"], "MaxAttempts": 2}
  ],
  "End": true
}
"""


def test_a_value_that_fits_and_each_retrier_has_one_line() -> None:
    assert asl_format.packed(json.dumps(STATE)) == PACKED


@pytest.mark.parametrize("machine", MACHINES)
def test_packing_changes_the_layout_only(machine: str) -> None:
    text = (DEFINITIONS / f"{machine}.asl.json").read_text("utf-8")
    document = json.dumps(json.loads(text), indent=7)
    assert asl_format.packed(document) == asl_format.packed(asl_format.packed(document))
    assert json.dumps(json.loads(asl_format.packed(document))) == json.dumps(json.loads(text))


def test_a_repeated_key_is_refused() -> None:
    with pytest.raises(ValueError, match="End"):
        asl_format.packed('{"Type": "Pass", "End": true, "End": true}')


def test_the_definitions_are_in_the_packed_layout() -> None:
    assert asl_format.check() == ""


def test_another_layout_is_refused_until_it_is_formatted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asl_format, "DEFINITIONS", tmp_path)
    definition = tmp_path / "some.asl.json"
    definition.write_text(json.dumps(STATE))
    assert asl_format.check() == "some.asl.json: not in the packed layout. Run `make format`."
    asl_format.write()
    assert definition.read_text("utf-8") == PACKED
    assert asl_format.check() == ""
