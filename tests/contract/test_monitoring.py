"""Metrics, alarms, dashboard and queries name only what something emits, and cost nothing where they are off."""

import json
import re
from typing import Any

import pytest

from renditions.logs import FIELDS
from renditions.measuring import UNITS
from tests.contract.asl import MACHINES
from tests.contract.aws_metrics import AWS_METRICS
from tests.contract.conftest import ROOT, evaluated, read_template
from tests.contract.test_permissions import MACHINE_OF, logical_id
from tests.contract.test_web import deployed, names_in

BASIC = {
    "IsMeasured": False,
    "HasDashboard": False,
    "HasCacheMetrics": False,
    "HasImageLimit": False,
    "PausesAtLimit": False,
}
OTHERS = ("IsWeb", "IsDelivered", "IsArm", "IsReconcileScheduled", "IsDigested", "HasEventBus")
FULL = dict.fromkeys([*BASIC, *OTHERS], True)
OPTIONAL = ("CountOutcomes", "PausePipeline")
ALARM, COMPOSITE = "AWS::CloudWatch::Alarm", "AWS::CloudWatch::CompositeAlarm"
RESOURCES: dict[str, Any] = read_template()["Resources"]
ALARMS = {name: one["Properties"] for name, one in RESOURCES.items() if one["Type"] in {ALARM, COMPOSITE}}
SIMPLE = {name: one for name, one in ALARMS.items() if RESOURCES[name]["Type"] == ALARM}
QUERIES = {
    name: one["Properties"] for name, one in RESOURCES.items() if one["Type"] == "AWS::Logs::QueryDefinition"
}
EVERY_REASON = frozenset({"service", "reason"})
every_alarm = pytest.mark.parametrize("name", sorted(ALARMS))


def check_metric(namespace: str, metric: str, dimensions: dict[str, Any]) -> None:
    """Check that something emits the metric with exactly these dimensions, and ours for this stack only."""
    if namespace == "Renditions":
        assert metric in UNITS
        assert list(dimensions) == ["service"]
        assert dimensions["service"] in ({"Ref": "AWS::StackName"}, "${AWS::StackName}")
        return
    known, page = AWS_METRICS[namespace, metric]
    assert frozenset(dimensions) == known, page


def text_of(value: Any) -> str:
    """Return a text of the template with the stack's usual name, and all alternatives of its placeholders."""
    if isinstance(value, list):
        return " ".join(text_of(one) for one in value)
    if isinstance(value, dict):
        return text_of([one for key, one in value.items() if key != "Ref"])
    return str(value).replace("${AWS::StackName}", "renditions")


# ── Off ───────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_by_default_there_are_only_alarms(template: dict[str, Any]) -> None:
    """No stream, function, table, queue, dashboard or query, and no reference to one."""
    defaults = {name: one["Default"] for name, one in template["Parameters"].items()}
    assert (defaults["Monitoring"], defaults["MaxImagesPerHour"], defaults["DebugSampleRate"]) == (
        "basic",
        0,
        0,
    )
    basic = deployed(template, BASIC)
    assert (
        evaluated(template["Globals"], {"IsSampled": False, "IsTraced": True})["Function"]["Tracing"]
        == "Active"
    )
    assert "StreamSpecification" not in basic["ImagesTable"]["Properties"]
    assert not [name for name in basic if name.startswith(OPTIONAL) or "easured" in name]
    assert {one["Type"] for one in basic.values()}.isdisjoint(
        {COMPOSITE, "AWS::CloudWatch::Dashboard", "AWS::Logs::QueryDefinition"}
    )
    named = {name for one in basic.values() for name in names_in(one)}
    assert not {name for name in named & set(template["Resources"]) if name not in basic}


def test_the_other_packages_have_nothing_of_the_measuring() -> None:
    text = (ROOT / "functions/Makefile").read_text()
    [left_out] = re.findall(r"^OF_THE_API := (.*)$", text, re.MULTILINE)
    handlers = {f"handlers/{one}.py" for one in ("count_outcomes", "pause_pipeline")}
    assert handlers | {"measuring.py", "counting.py"} <= set(left_out.split())


# ── Measuring ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_change_that_cannot_be_counted_blocks_no_other_and_is_kept() -> None:
    mapping = RESOURCES["CountOutcomesMapping"]["Properties"]
    assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert mapping["BisectBatchOnFunctionError"] is True
    assert mapping["StartingPosition"] == "TRIM_HORIZON"
    assert logical_id(mapping["DestinationConfig"]["OnFailure"]["Destination"]) == "UnmeasuredQueue"
    assert RESOURCES["ImagesTable"]["Properties"]["StreamSpecification"]["Fn::If"][1] == {
        "StreamViewType": "NEW_AND_OLD_IMAGES"
    }


def test_metrics_of_two_stacks_are_kept_apart() -> None:
    variables = RESOURCES["CountOutcomesFunction"]["Properties"]["Environment"]["Variables"]
    assert variables["POWERTOOLS_SERVICE_NAME"] == {"Ref": "AWS::StackName"}


def test_no_level_of_the_log_hides_the_metrics(template: dict[str, Any]) -> None:
    """Lambda drops lines below the level, and takes those without one for INFO."""
    own = RESOURCES["CountOutcomesFunction"]["Properties"]["LoggingConfig"]["ApplicationLogLevel"]
    others = template["Globals"]["Function"]["LoggingConfig"]["ApplicationLogLevel"]
    assert own == {"Fn::If": ["IsDebugged", "DEBUG", "INFO"]}
    assert others == {"Fn::If": ["IsDebugged", "DEBUG", {"Ref": "LogLevel"}]}


def test_marks_are_deleted_by_the_attribute_that_the_function_writes() -> None:
    table = RESOURCES["MeasuredTable"]["Properties"]
    code = (ROOT / "functions/renditions/counting.py").read_text()
    assert table["TimeToLiveSpecification"] == {"AttributeName": "expires_at", "Enabled": True}
    assert '"expires_at"' in code
    assert f'"{table["KeySchema"][0]["AttributeName"]}"' in code


def test_every_metric_is_documented_with_its_unit() -> None:
    section = (ROOT / "docs/operations.md").read_text().split("## Metrics")[1].split("\n## ")[0]
    rows = re.findall(r"^\| (`[^|]*`) \| (\w+) \|", section, re.MULTILINE)
    documented = {name: unit for names, unit in rows for name in re.findall(r"`(\w+)`", names)}
    assert documented == {name: unit.lower() for name, unit in UNITS.items()}


# ── Alarms ────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("name", sorted(SIMPLE))
def test_an_alarm_watches_a_metric_that_something_emits(name: str) -> None:
    alarm = SIMPLE[name]
    dimensions = {one["Name"]: one["Value"] for one in alarm["Dimensions"]}
    check_metric(alarm["Namespace"], alarm["MetricName"], dimensions)
    assert alarm["TreatMissingData"] == "notBreaching"
    assert alarm["ComparisonOperator"] == "GreaterThanThreshold"


@every_alarm
def test_an_alarm_tells_the_operators_what_it_means_and_what_to_run_first(name: str) -> None:
    assert [logical_id(action) for action in ALARMS[name]["AlarmActions"]] == ["OperatorsTopic"]
    description = text_of(ALARMS[name]["AlarmDescription"])
    first = (
        f"template.yaml, {name}, AlarmDescription: found no command. Add one: Run `…` to see what is wrong."
    )
    assert re.search(r"[Rr]un `[^`]+`", description), first
    assert len(description) < 700, "with names and ARNs in place, CloudWatch takes 1,024 characters"


@pytest.mark.parametrize("machine", MACHINES)
def test_every_state_machine_has_an_alarm_for_each_bad_end(machine: str) -> None:
    watched = {
        one["MetricName"]
        for one in SIMPLE.values()
        if one["Namespace"] == "AWS/States"
        and logical_id(one["Dimensions"][0]["Value"]) == MACHINE_OF[machine]
    }
    assert {"ExecutionsFailed", "ExecutionsTimedOut", "ExecutionsAborted"} <= watched


def test_every_rule_has_alarms_for_what_it_cannot_deliver() -> None:
    watched: dict[str, set[str]] = {}
    for one in SIMPLE.values():
        if one["Namespace"] == "AWS/Events":
            watched.setdefault(logical_id(one["Dimensions"][0]["Value"]), set()).add(one["MetricName"])
    for name, one in RESOURCES.items():
        if one["Type"] == "AWS::Events::Rule":
            queued = any("DeadLetterConfig" in target for target in one["Properties"]["Targets"])
            scheduled = "ScheduleExpression" in one["Properties"]  # its next run does the same work
            lost = {"InvocationsFailedToBeSentToDlq"} if queued and not scheduled else set()
            # DigestAlarm watches the age of what a digest has not sent.
            undelivered = set() if name == "DigestScheduleRule" else {"FailedInvocations"}
            assert watched.get(name, set()) >= undelivered | lost, name


def test_the_composite_alarm_covers_everything_but_money_metrics_and_reconciliation() -> None:
    rule = text_of(evaluated(ALARMS["UnwellAlarm"]["AlarmRule"], FULL))
    named = set(re.findall(r'ALARM\("\$\{(\w+)\}"\)', rule))
    own = {"UnwellAlarm", "ImageLimitAlarm", "UnmeasuredAlarm", "LateMetricsAlarm", "SetAsideAlarm"}
    reconciliation = {name for name in ALARMS if name.startswith("Reconcile")}
    wanted = set(ALARMS) - own - reconciliation
    assert not wanted - named, (
        f"template.yaml, UnwellAlarm: found no {sorted(wanted - named)}. Add it to AlarmRule."
    )
    assert not named - wanted, (
        f"template.yaml, UnwellAlarm: found {sorted(named - wanted)}. Remove it from AlarmRule."
    )


def test_only_the_image_limit_pauses_and_only_if_it_goes_off() -> None:
    subscription = RESOURCES["PausePipelineSubscription"]["Properties"]
    assert subscription["FilterPolicyScope"] == "MessageBody"
    assert subscription["FilterPolicy"] == {
        "AlarmName": [{"Ref": "ImageLimitAlarm"}],
        "NewStateValue": ["ALARM"],
    }
    limit = ALARMS["ImageLimitAlarm"]
    assert (limit["Period"], limit["Threshold"]) == (3600, {"Ref": "MaxImagesPerHour"})
    assert "enable-rule" in text_of(limit["AlarmDescription"])


# ── Dashboard and queries ─────────────────────────────────────────────────────────────────────────────────────────────


def dashboard(conditions: dict[str, bool]) -> list[dict[str, Any]]:
    """Return the widgets, with placeholders of resources as they are and the others filled in."""
    body, variables = RESOURCES["Dashboard"]["Properties"]["DashboardBody"]["Fn::Sub"]
    for name, value in evaluated(variables, conditions).items():
        body = body.replace(f"${{{name}}}", value["Fn::Sub"] if isinstance(value, dict) else value)
    widgets: list[dict[str, Any]] = json.loads(body)["widgets"]
    return widgets


OFF = FULL | {"IsDelivered": False}
GRAPHS = [one for one in dashboard(FULL) if one["type"] == "metric"]


@pytest.mark.parametrize("graph", GRAPHS, ids=lambda one: one["properties"]["title"])
def test_a_graph_shows_metrics_that_something_emits(graph: dict[str, Any]) -> None:
    defined, used = set(), ""
    for *parts, options in graph["properties"]["metrics"]:
        defined.add(options.get("id", ""))
        used += options.get("expression", "")
        if "expression" in options:
            continue
        namespace, metric, *pairs = parts
        check_metric(namespace, metric, dict(zip(pairs[::2], pairs[1::2], strict=True)))
        assert "stat" in options or "stat" in graph["properties"]
    ids = set(re.findall(r"(?<![\w'$\"])[a-z]\w*", re.sub(r"'[^']*'|\"[^\"]*\"", "", used)))
    assert ids <= defined
    search = re.search(r"SEARCH\('\{Renditions,([\w,]+)\} MetricName=\"(\w+)\"", used)
    assert not search or (frozenset(search[1].split(",")), search[2]) == (EVERY_REASON, "Rejected")


@pytest.mark.parametrize("conditions", [FULL, OFF], ids=["delivered", "not delivered"])
def test_the_dashboard_has_the_form_that_cloudwatch_asks_for(conditions: dict[str, bool]) -> None:
    """Source: CloudWatch-Dashboard-Body-Structure in the API reference of CloudWatch."""
    places: set[tuple[int, int]] = set()
    for widget in dashboard(conditions):
        assert set(widget) == {"type", "x", "y", "width", "height", "properties"}
        assert widget["x"] + widget["width"] <= 24
        cells = {
            (widget["x"] + x, widget["y"] + y)
            for x in range(widget["width"])
            for y in range(widget["height"])
        }
        assert not cells & places, "widgets overlap"
        places |= cells
        properties = widget["properties"]
        assert properties["title"]
        if widget["type"] == "alarm":
            assert 0 < len(properties["alarms"]) <= 100
            continue
        assert widget["type"] == "metric"
        assert properties["view"] in {"timeSeries", "bar", "singleValue"}
        of_cloudfront = any(one[0] == "AWS/CloudFront" for one in properties["metrics"])
        assert properties["region"] == ("us-east-1" if of_cloudfront else "${AWS::Region}")
        assert 0 < len(properties["metrics"]) <= 500


def test_the_dashboard_shows_what_operators_ask_for() -> None:
    titles = {one["properties"]["title"] for one in dashboard(FULL)}
    assert {one["properties"]["title"] for one in dashboard(FULL)} - {
        one["properties"]["title"] for one in dashboard(OFF)
    } == {"Cache hit rate of renditions", "Requests for renditions"}
    assert {"Rejected, by reason", "Throttled", "Messages in queues", "Alarms"} <= titles
    shown = {
        (one[1], one[-1]["stat"])
        for graph in GRAPHS
        for one in graph["properties"]["metrics"]
        if "stat" in one[-1]
    }
    assert {("TimeToNotice", "p50"), ("TimeToNotice", "p90"), ("TimeToNotice", "p99")} <= shown
    assert {("BytesIn", "Sum"), ("BytesOut", "Sum"), ("Pixels", "p50"), ("Uploads", "Sum")} <= shown


def test_the_cache_hit_rate_is_measured_where_it_is_shown() -> None:
    subscription = RESOURCES["DeliveryCacheMetrics"]
    assert subscription["Condition"] == "HasCacheMetrics"
    assert logical_id(subscription["Properties"]["DistributionId"]) == "DeliveryDistribution"


# What the lines have besides our own fields: Powertools', Logs Insights', the platform's and Step Functions' own.
FOREIGN = {
    *("level", "message", "error", "reason", "outcome", "format"),
    *("execution_arn", "type", "details.name", "details.error"),
    *("record.metrics.durationMs", "record.metrics.maxMemoryUsedMB", "record.metrics.memorySizeMB"),
}
WORDS = {
    *("fields", "filter", "stats", "sort", "limit", "desc", "by", "as", "like", "in", "bin", "ispresent"),
    *("count", "count_distinct", "latest", "max", "pct"),
}


@pytest.mark.parametrize("name", sorted(QUERIES))
def test_a_saved_query_reads_fields_that_the_lines_have(name: str) -> None:
    query = re.sub(r'"[^"]*"|/[^/]*/|@\w+|\b\d\w*', "", QUERIES[name]["QueryString"])
    made = set(re.findall(r"\bas (\w+)", query))
    used = set(re.findall(r"[a-zA-Z][\w.]*", query)) - WORDS - made
    assert used <= set(FIELDS) | FOREIGN | set(UNITS)
    for group in QUERIES[name]["LogGroupNames"]:
        assert RESOURCES[logical_id(group)]["Type"] == "AWS::Logs::LogGroup"
        assert RESOURCES[logical_id(group)].get("Condition") in {None, "IsMeasured"}


def test_every_saved_query_is_documented() -> None:
    section = (
        (ROOT / "docs/operations.md")
        .read_text()
        .split("### Dashboard and saved queries")[1]
        .split("\n## ")[0]
    )
    titles = {one["Name"]["Fn::Sub"].removeprefix("${AWS::StackName}/") for one in QUERIES.values()}
    assert titles == set(re.findall(r"\*([\w-]+)\*", section))
