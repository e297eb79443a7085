"""IncludeKeys and ExcludeKeys: what the rule of uploads matches, and that it is as before without them."""

import json
import re
from typing import Any

import pytest
from ministack.services import eventbridge

from renditions.storage import scans
from renditions.wanted_keys import WantedKeys
from tests.contract.conftest import read_whole_template
from tests.contract.test_options import deployed

KEYS = ["a.jpg", "in/a.jpg", "in/a.tmp", "in/b", "cache/a.jpg", "x/in/a", "a.tmp", "b.JPG", "odd/"]


def pattern_of(**parameters: str) -> dict[str, Any]:
    """Return the part of the rule's pattern about the object, with the functions of CloudFormation applied."""
    found = (
        deployed(MalwareScan="off", **parameters)
        if "MalwareScan" not in parameters
        else deployed(**parameters)
    )
    detail = found["ImageUploadedRule"]["Properties"]["EventPattern"]["detail"]
    resolved: dict[str, Any] = resolve(
        {name: one for name, one in detail.items() if name != "bucket"}, parameters
    )
    return resolved


def resolve(value: Any, parameters: dict[str, str]) -> Any:
    """Apply Fn::Sub, Fn::Split and Fn::Select."""
    if isinstance(value, list):
        return [resolve(one, parameters) for one in value]
    if not isinstance(value, dict):
        return value
    if "Fn::Sub" in value:
        text, more = value["Fn::Sub"] if isinstance(value["Fn::Sub"], list) else (value["Fn::Sub"], {})
        known = parameters | {name: resolve(one, parameters) for name, one in more.items()}
        return re.sub(r"\$\{(\w+)\}", lambda name: known[name[1]], text)
    if "Fn::Split" in value:
        separator, text = value["Fn::Split"]
        return resolve(text, parameters).split(separator)
    if "Fn::Select" in value:
        number, listed = value["Fn::Select"]
        return resolve(listed, parameters)[number]
    return {name: resolve(one, parameters) for name, one in value.items()}


def matched(parameters: dict[str, str], keys: list[str], size: int) -> list[str]:
    """Return the keys whose events the emulator's rule lets pass."""
    pattern = json.dumps({"detail": pattern_of(**parameters)})
    events = {key: {"Detail": json.dumps({"object": {"key": key, "size": size}})} for key in keys}
    return [key for key, event in events.items() if eventbridge._matches_pattern(pattern, event)]


@pytest.mark.parametrize(
    "parameters",
    [
        {"IncludeKeys": "in/*"},
        {"IncludeKeys": "in/*,*.jpg"},
        {"IncludeKeys": "in/*,*.jpg,cache/*,*.tmp"},
        {"ExcludeKeys": "cache/*"},
        {"ExcludeKeys": "cache/*,*.tmp,in/*"},
        {"ExcludeKeys": "*.tmp", "MalwareScan": "on"},
        {},
    ],
)
def test_the_rule_and_the_reconciliation_agree_on_every_key(parameters: dict[str, str]) -> None:
    wanted = WantedKeys.parse(parameters.get("IncludeKeys", ""), parameters.get("ExcludeKeys", ""))
    assert matched(parameters, KEYS, 5) == [key for key in KEYS if key in wanted]


@pytest.mark.parametrize("name, patterns", [("IncludeKeys", 1), ("IncludeKeys", 4), ("ExcludeKeys", 10)])
def test_the_longest_patterns_fit_into_a_rule(name: str, patterns: int) -> None:
    """EventBridge takes 2,048 characters. A pattern of IncludeKeys is there up to four times, the others twice."""
    longest = read_whole_template()["Parameters"][name]["MaxLength"]
    keys = ",".join(["a" * ((longest + 1) // patterns - 2) + "*"] * patterns)
    assert longest - patterns < len(keys) <= longest
    detail = {"bucket": {"name": ["b" * 63]}} | pattern_of(**{name: keys, "MalwareScan": "on"})
    pattern = {"source": ["aws.s3"], "detail-type": ["Object Created"], "detail": detail}
    assert len(json.dumps(pattern, separators=(",", ":"))) <= 2048


def test_folders_and_the_object_of_guardduty_start_nothing_beside_excluded_keys() -> None:
    folders = ["odd/", "cache/", "a.jpg"]
    assert matched({"ExcludeKeys": "cache/*"}, folders, 0) == ["a.jpg"]
    scanned = {"ExcludeKeys": "cache/*", "MalwareScan": "on"}
    assert matched(scanned, [*folders, scans.VALIDATION_OBJECT], 0) == ["a.jpg"]
    assert matched(scanned, [*folders, scans.VALIDATION_OBJECT], 5) == ["odd/", "a.jpg"]


def test_without_the_parameters_nothing_is_deployed_otherwise() -> None:
    rule, unchanged = pattern_of(), {"key": [{"anything-but": {"suffix": "/"}}]}
    assert rule == {"$or": [{"object": unchanged}, {"object": {"size": [{"numeric": [">", 0]}]}}]}
    off, on = deployed(), deployed(ExcludeKeys="a/*")
    assert {name for name in on if on[name] != off[name]} == {"ImageUploadedRule", "ReconcileFunction"}


@pytest.mark.parametrize(
    "value, is_allowed",
    [
        *((one, True) for one in ("", "a/*", "*.jpg", "a b/*,*.tmp")),
        *((one, False) for one in ("a", "*", "a*b", "**", "a/*,", ",a/*", "a\\*", "*a*", "a/*,b")),
    ],
)
def test_a_pattern_has_one_asterisk_at_an_end(
    template: dict[str, Any], value: str, *, is_allowed: bool
) -> None:
    for name in ("IncludeKeys", "ExcludeKeys"):
        allowed = template["Parameters"][name]["AllowedPattern"]
        assert bool(re.fullmatch(allowed, value)) is is_allowed
