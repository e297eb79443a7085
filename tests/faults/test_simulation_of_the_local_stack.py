"""The simulation of the local stack, whose functions wait for their turn, compared with uploads to it."""

import time
from pathlib import Path
from uuid import uuid4

import pytest

from renditions.settings import Settings
from renditions_cli.local.stack import LocalStack
from renditions_cli.simulation.burst import Burst, Deployed
from renditions_cli.simulation.quotas import ACCOUNTS
from renditions_cli.simulation.workflow import steps_through
from renditions_cli.simulation.workload import FULL_PROCESSOR_MB, Speeds, Workload
from tests.contract.asl import definition
from tests.e2e.cloud import FINAL, Cloud, wait_for
from tests.e2e.pictures import jpeg

FEW, MANY = 50, 500
QUOTAS = ACCOUNTS["local"]


@pytest.mark.long
@pytest.mark.timeout(1800)
def test_many_uploads_take_as_long_as_the_simulation_says_after_a_few(tmp_path: Path) -> None:
    """A few uploads say how long a call takes on this machine, with all that the emulator does for it."""
    steps = steps_through(definition("image_pipeline"), "PublishCompletion")
    calls = sum(call.target != call.service for step in steps for call in step.calls)
    with LocalStack(port=0, directory=tmp_path) as stack:
        cloud = Cloud(stack.session(), stack.outputs)
        burst(cloud, FEW // 5)  # the first calls of a process import what later ones have
        _, few = burst(cloud, FEW)
        uploaded, seconds = burst(cloud, MANY)
    one_call = few * QUOTAS.concurrency / FEW / calls
    speeds = Speeds(validate=one_call, s3=one_call, cold_start=0, service=0)
    memory = {call.target: FULL_PROCESSOR_MB for step in steps for call in step.calls}
    original = dict.fromkeys(Settings().renditions(), 0.0)
    simulated = Burst(Workload(MANY, uploaded, [original]), Deployed(steps, memory, speeds), QUOTAS).run()
    print(f"{FEW} in {few:.1f} s; {MANY} in {seconds:.1f} s, simulated {simulated.seconds:.1f} s")  # noqa: T201 - for docs
    assert simulated.seconds == pytest.approx(seconds, rel=0.15)


def burst(cloud: Cloud, uploads: int) -> tuple[float, float]:
    """Upload, and return after how many seconds all are uploaded, and after how many all are completed."""
    prefix, begun = f"{uuid4().hex}/", time.monotonic()
    for number in range(uploads):
        cloud.upload(f"{prefix}{number}.jpg", jpeg(640, 480, shade=number % 20))
    uploaded = time.monotonic() - begun
    statuses = wait_for(lambda: finished(cloud, prefix, uploads), f"{uploads} outcomes", 1500)
    assert set(statuses) == {"COMPLETED"}
    return uploaded, time.monotonic() - begun


def finished(cloud: Cloud, prefix: str, uploads: int) -> list[str]:
    """Return the statuses if all are final. Looks once a second: a scan takes time from the functions."""
    time.sleep(1)
    pages = cloud.dynamodb.get_paginator("scan").paginate(TableName=cloud.outputs["ImagesTableName"])
    found = [
        item["status"]["S"] for page in pages for item in page["Items"] if prefix in item["image_uri"]["S"]
    ]
    return found if len(found) == uploads and set(found) <= set(FINAL) else []
