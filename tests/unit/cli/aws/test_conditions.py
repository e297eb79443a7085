"""Conditions are evaluated as CloudFormation does."""

import pytest

from renditions_cli.aws.conditions import holding

CONDITIONS = {
    "Either": {"Fn::Or": [{"Condition": "IsOn"}, {"Condition": "HasNames"}]},  # defined later
    "IsOn": {"Fn::Equals": [{"Ref": "Switch"}, "on"]},
    "HasNames": {"Fn::Not": [{"Fn::Equals": [{"Fn::Join": ["", {"Ref": "Names"}]}, ""]}]},
    "Both": {"Fn::And": [{"Condition": "IsOn"}, {"Condition": "HasNames"}]},
    "IsHere": {"Fn::Equals": [{"Ref": "AWS::Partition"}, "aws"]},
}


@pytest.mark.parametrize(
    "switch, names, expected",
    [
        ("off", "", {"IsHere"}),
        ("on", "", {"IsOn", "Either", "IsHere"}),
        ("off", "a,b", {"HasNames", "Either", "IsHere"}),
        ("on", "a,b", {"IsOn", "HasNames", "Either", "Both", "IsHere"}),
    ],
)
def test_conditions_follow_the_parameters(switch: str, names: str, expected: set[str]) -> None:
    found = holding(CONDITIONS, {"Switch": switch, "Names": names})
    assert set(found) == set(CONDITIONS)
    assert {name for name, holds in found.items() if holds} == expected


def test_a_function_that_conditions_do_not_have_is_an_error() -> None:
    with pytest.raises(ValueError, match="Fn::If is no function of conditions"):
        holding({"Odd": {"Fn::If": []}}, {})
