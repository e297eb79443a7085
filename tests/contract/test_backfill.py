"""The state machine of backfills: off by default, limited, and with no more rights than it needs."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from cfnlint import api

from renditions.contracts import Upload
from renditions.reconciliation.events import object_created
from renditions.storage.objects import StoredObject
from renditions_cli.aws.backfill.plan import Line, State
from tests.contract.asl import definition, strings
from tests.contract.test_linters import deployed as with_partition
from tests.contract.test_linters import with_definitions_inline
from tests.contract.test_options import deployed
from tests.contract.test_permissions import grants

MACHINE = "image_backfill"
OWN = {"BackfillBucket", "ImageBackfill", "ImageBackfillRole", "ImageBackfillLogs",
       "ImageBackfillFailedAlarm", "ImageBackfillTimedOutAlarm"}  # fmt: skip
STATES: dict[str, Any] = definition(MACHINE)["States"]
MAP = STATES["ProcessImages"]
CHILD = MAP["ItemProcessor"]["States"]["ProcessImage"]


def test_off_deploys_nothing_of_it_and_on_changes_nothing_else() -> None:
    off, on = deployed(), deployed(Backfill="on")
    assert set(on) - set(off) == OWN
    assert "ackfill" not in json.dumps({name: one for name, one in off.items() if name != "UnwellAlarm"})
    assert {name for name in off if on[name] != off[name]} <= {"UnwellAlarm", "NotificationEmailSubscription"}


def test_the_linter_finds_nothing_in_the_definition() -> None:
    assert [str(one) for one in api.lint(with_definitions_inline(with_partition(MACHINE)))] == []


def test_every_state_is_commented_and_every_task_is_limited_and_retried() -> None:
    tasks = [one for one in (*STATES.values(), CHILD) if one["Type"] == "Task"]
    assert all(one["Comment"].endswith(".") for one in (*STATES.values(), CHILD))
    assert all(one["TimeoutSeconds"] and one["Retry"] for one in tasks)
    assert definition(MACHINE)["TimeoutSeconds"] == 60 * 86_400


def test_the_input_limits_the_map_and_no_image_fails_it() -> None:
    assert MAP["MaxConcurrencyPath"] == "$.concurrency"
    assert MAP["ToleratedFailurePercentage"] == 100
    assert MAP["ItemProcessor"]["ProcessorConfig"] == {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}
    assert MAP["ItemReader"]["ReaderConfig"] == {"InputType": "JSONL"}
    assert "ResultWriter" in MAP, "256 KB of results would end the execution"


def test_an_image_outlasts_no_pipeline_and_a_failed_one_is_not_started_again() -> None:
    assert CHILD["TimeoutSeconds"] > definition("image_pipeline")["TimeoutSeconds"]
    retried = {name for one in CHILD["Retry"] for name in one["ErrorEquals"]}
    assert not retried & {"States.TaskFailed", "States.ALL", "States.Timeout"}
    [caught] = CHILD["Catch"]
    assert caught["ErrorEquals"] == [
        "StepFunctions.ExecutionAlreadyExistsException",
        "ExecutionAlreadyExists",
    ]


def test_an_execution_gets_the_event_that_s3_would_have_sent() -> None:
    """The same as a reconciliation makes, but for the ID."""
    stored = StoredObject("a ü.jpg", "e1", 10, datetime(2026, 11, 29, 12, tzinfo=UTC))
    line = json.loads(Line.about("n", stored, "0", State.MISSING).to_json())
    assert CHILD["Parameters"]["Name.$"] == "$.name"
    made = filled(CHILD["Parameters"]["Input"], line)
    assert Upload.from_event(made).version_id is None
    assert made["detail"]["object"].pop("version-id") == ""
    wanted = object_created("${UploadsBucketName}", stored, None, partition="${Partition}")
    made["detail"]["reason"], made["source"], made["id"] = (
        wanted["detail"]["reason"], wanted["source"], wanted["id"],
    )  # fmt: skip
    assert made == wanted
    assert CHILD["Parameters"]["Input"]["source"] == "backfill"


def filled(template: Any, given: dict[str, Any]) -> Any:
    """Return the parameters as Step Functions evaluates them."""
    if not isinstance(template, dict):
        return template
    return {
        name.removesuffix(".$"): given[value[2:]] if name.endswith(".$") else filled(value, given)
        for name, value in template.items()
    }


def test_the_role_may_run_plans_but_not_stop_what_it_has_started(resources: dict[str, Any]) -> None:
    allowed = grants(resources["ImageBackfillRole"])
    actions = {action for action, _ in allowed}
    assert actions == {
        "s3:GetObject", "s3:PutObject", "s3:AbortMultipartUpload", "s3:ListMultipartUploadParts",
        "states:StartExecution", "states:DescribeExecution", "states:ListMapRuns", "states:DescribeMapRun",
        "events:PutTargets", "events:PutRule", "events:DescribeRule", "sns:Publish",
    }  # fmt: skip
    assert {to for action, to in allowed if action == "sns:Publish"} == {"NotificationsTopic"}
    assert ("s3:PutObject", "${BackfillBucket.Arn}/results/*") in allowed
    assert ("s3:PutObject", "${BackfillBucket.Arn}/plans/*") not in allowed


def test_the_placeholders_have_substitutions(resources: dict[str, Any]) -> None:
    values = resources["ImageBackfill"]["Properties"]["DefinitionSubstitutions"]
    used = {part.split("}")[0] for text in strings(definition(MACHINE)) for part in text.split("${")[1:]}
    assert used == set(values)


@pytest.mark.parametrize("name", ["PublishBackfill", "PublishBackfillFailure"])
def test_the_end_is_published_once_with_a_status_that_no_image_has(name: str) -> None:
    publish = STATES[name]["Parameters"]
    status = publish["MessageAttributes"]["status"]["StringValue"]
    [notice] = [
        one["Parameters"] for one in STATES.values() if one.get("Next") == name and one["Type"] == "Pass"
    ]
    assert notice["status"] == status
    assert status.startswith("BACKFILL_")
    assert notice["origin"] == "backfill"
    assert "origin" not in publish["MessageAttributes"], (
        "or a subscription without backfills would not get it"
    )
    assert publish["Message"]["default.$"] == "States.JsonToString($.notice)"


def test_plans_expire_while_step_functions_still_knows_the_names(resources: dict[str, Any]) -> None:
    rules = resources["BackfillBucket"]["Properties"]["LifecycleConfiguration"]["Rules"]
    assert [one["ExpirationInDays"] for one in rules if "ExpirationInDays" in one] == [90]
