"""A backfill that is killed at three points, and finishes each image once: ``BACKFILL_IMAGES=2000`` of them."""

import io
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from renditions_cli.local.ports import free_port
from renditions_cli.local.session import ACCESS_KEY_ID, REGION, SECRET_ACCESS_KEY, LocalSession
from tests.e2e.test_kept_state import running

IMAGES = int(os.environ.get("BACKFILL_IMAGES", "2000"))
pytestmark = [pytest.mark.long, pytest.mark.timeout(3600)]


class Backfill:
    """The command on the stack at ``port``, and what the stack has."""

    def __init__(self, port: int) -> None:
        self.endpoint = f"http://127.0.0.1:{port}"
        self.session = LocalSession(self.endpoint)

    def start(self, *arguments: str) -> "subprocess.Popen[str]":
        """Start ``renditions backfill``."""
        environment = {
            **os.environ, "AWS_ENDPOINT_URL": self.endpoint, "AWS_DEFAULT_REGION": REGION,
            "AWS_ACCESS_KEY_ID": ACCESS_KEY_ID, "AWS_SECRET_ACCESS_KEY": SECRET_ACCESS_KEY,
        }  # fmt: skip
        command = [sys.executable, "-m", "renditions_cli", "backfill", *arguments]
        return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)

    def call(self, *arguments: str) -> Any:
        """Run it to the end and return its document."""
        text, _ = self.start(*arguments, "--json").communicate(timeout=600)
        return json.loads(text)

    @property
    def outputs(self) -> dict[str, str]:
        [stack] = self.session.client("cloudformation").describe_stacks(StackName="renditions")["Stacks"]
        return {one["OutputKey"]: one["OutputValue"] for one in stack["Outputs"]}

    def upload(self) -> None:
        """Store originals that start nothing."""
        outputs, s3 = self.outputs, self.session.client("s3")
        self.session.client("events").disable_rule(Name=outputs["ImageUploadedRuleName"])
        numbers = random.Random(1)  # noqa: S311 - repeatable
        with ThreadPoolExecutor(8) as threads:
            uploads = []
            for number in range(IMAGES):
                made = io.BytesIO()
                Image.new("RGB", (64, 48), tuple(numbers.randrange(256) for _ in range(3))).save(made, "PNG")
                uploads.append(
                    threads.submit(
                        s3.put_object,
                        Bucket=outputs["UploadsBucketName"],
                        Key=f"old/{number:05d} ü.png",
                        Body=made.getvalue(),
                    )
                )
            for upload in uploads:
                upload.result()

    def statuses(self) -> Counter[str]:
        pages = (
            self.session.client("dynamodb")
            .get_paginator("scan")
            .paginate(TableName=self.outputs["ImagesTableName"])
        )
        return Counter(one["status"]["S"] for page in pages for one in page["Items"])

    def executions(self) -> Iterator[tuple[str, str]]:
        """Yield name and status of each execution of the pipeline."""
        pages = (
            self.session.client("stepfunctions")
            .get_paginator("list_executions")
            .paginate(stateMachineArn=self.outputs["ImagePipelineArn"])
        )
        for page in pages:
            yield from ((one["name"], one["status"]) for one in page["executions"])


def wait_until(holds: Callable[[], bool], seconds: float = 1800) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end
        time.sleep(2)


def killed_after(seconds: float, process: "subprocess.Popen[str]") -> None:
    """Kill a command, if it has not ended yet."""
    time.sleep(seconds)
    process.kill()
    process.wait()


def kill_emulator(process: "subprocess.Popen[str]") -> None:
    """Kill the emulator itself, which then saves nothing any more."""
    [child] = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    os.kill(int(child), signal.SIGKILL)
    process.wait(60)


def test_a_backfill_that_is_killed_three_times_finishes_each_image_once(tmp_path: Path) -> None:
    port = free_port()
    backfill = Backfill(port)
    options = ("--parameter", "Backfill=on")
    with running(tmp_path, port, *options) as process:
        backfill.upload()
        killed_after(1.0, backfill.start("plan", "--older-than", "0"))
        found = backfill.call("status", "--all")["plans"]
        assert all(one["images"] == IMAGES for one in found), "a plan is whole, or there is none"
        plan = backfill.call("plan", "--older-than", "0")
        assert plan["images"] == IMAGES
        killed_after(2.0, backfill.start("run", plan["id"], "--concurrency", "8"))
        run = backfill.call("run", plan["id"], "--concurrency", "8")
        assert (run["status"], run["run"]) == ("RUNNING", 1)
        wait_until(lambda: backfill.statuses()["COMPLETED"] > IMAGES // 2)
        kill_emulator(process)
    with running(tmp_path, port, *options):
        before = backfill.statuses()
        assert 0 < before["COMPLETED"] < IMAGES
        backfill.call("run", plan["id"], "--concurrency", "8")
        wait_until(lambda: backfill.statuses()["COMPLETED"] == IMAGES)
        wait_until(lambda: backfill.call("status")["status"] == "SUCCEEDED")
        executions = Counter(backfill.executions())
        ended = Counter(one for _, one in executions)
        sys.stdout.write(f"\n{IMAGES} images, {before} after the kill, {ended} at the end\n")
        assert executions == Counter(
            {(f"backfill-{plan['id']}-{number:07d}", "SUCCEEDED"): 1 for number in range(1, IMAGES + 1)}
        )
        text, _ = backfill.start("report", plan["id"], "--json").communicate(timeout=600)
        assert json.loads(text.splitlines()[-1]) == {"plan": plan["id"], "completed": IMAGES}
        assert backfill.call("plan", "--older-than", "0")["images"] == 0
