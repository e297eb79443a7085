"""The simulation of bursts, compared with uploads to a local stack whose Lambda refuses calls, as that of AWS does."""

import re
import time
from dataclasses import replace
from pathlib import Path
from statistics import fmean
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest

from renditions.settings import Settings
from renditions_cli.simulation.burst import Burst, Deployed
from renditions_cli.simulation.quotas import Quotas
from renditions_cli.simulation.workflow import Step, steps_through
from renditions_cli.simulation.workload import FULL_PROCESSOR_MB, Speeds, Workload
from tests.contract.asl import definition
from tests.e2e.cloud import Cloud
from tests.e2e.pictures import jpeg
from tests.faults.stack import FUNCTIONS, WAIT_SCALE
from tests.faults.test_throttled_account import CONCURRENCY, ThrottledStack

if TYPE_CHECKING:
    from mypy_boto3_logs import CloudWatchLogsClient

UPLOADS = 100
PLENTY = 1e9
QUOTAS = Quotas(PLENTY, PLENTY, PLENTY, PLENTY, CONCURRENCY, PLENTY, PLENTY)
DURATION = re.compile(r"Duration: ([\d.]+) ms\tBilled")


@pytest.mark.long
@pytest.mark.timeout(900)
def test_a_burst_takes_as_long_as_the_simulation_says(tmp_path: Path) -> None:
    with ThrottledStack(tmp_path, timeout=30) as stack:
        cloud = Cloud(stack.session(), stack.outputs)
        begun = time.monotonic()
        uris = [cloud.upload(f"{uuid4().hex}.jpg", jpeg(320, 240)) for _ in range(UPLOADS)]
        uploaded = time.monotonic() - begun
        records = cloud.outcomes(uris, 800)
        seconds = time.monotonic() - begun
        logs = stack.session().client("logs")
        validate, resize, watermark = (durations(logs, function) for function in FUNCTIONS)
    assert {record["status"] for record in records.values()} == {"COMPLETED"}
    original = dict.fromkeys(Settings().renditions(), fmean([*resize, *watermark]))
    speeds = Speeds(validate=fmean(validate), s3=0, cold_start=0, service=0.02)
    steps = [
        with_short_waits(step) for step in steps_through(definition("image_pipeline"), "PublishCompletion")
    ]
    memory = {call.target: FULL_PROCESSOR_MB for step in steps for call in step.calls}
    burst = Burst(Workload(UPLOADS, uploaded, [original]), Deployed(tuple(steps), memory, speeds), QUOTAS)
    assert burst.run().seconds == pytest.approx(seconds, rel=0.15)


def durations(logs: "CloudWatchLogsClient", function: str) -> list[float]:
    """Return how long each run of a function took, in seconds, from the reports in its log."""
    groups = logs.describe_log_groups()["logGroups"]
    [group] = [one["logGroupName"] for one in groups if one["logGroupName"].endswith(function)]
    pages = logs.get_paginator("filter_log_events").paginate(logGroupName=group)
    messages = (event["message"] for page in pages for event in page["events"])
    return [float(found[1]) / 1000 for message in messages for found in DURATION.finditer(message)]


def with_short_waits(step: Step) -> Step:
    """Return the step with the waits of the emulator under test."""
    calls = (
        replace(
            call,
            retrier=replace(
                call.retrier,
                interval=call.retrier.interval * WAIT_SCALE,
                longest=call.retrier.longest * WAIT_SCALE,
            ),
        )
        for call in step.calls
    )
    return replace(step, calls=tuple(calls))
