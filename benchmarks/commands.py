"""How long each command takes with 10,000 records in the table, on the local stack.

Each command runs in a process of its own, so that its start counts. The objects are uploaded while the rules are
disabled, and their records written directly: 97 % COMPLETED, 2 % REJECTED, 1 % FAILED.
"""

import hashlib
import os
import subprocess
import sys
import time
from argparse import ArgumentParser
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from resource import RUSAGE_CHILDREN, getrusage
from tempfile import TemporaryDirectory
from typing import Any

from renditions_cli.local.stack import LocalStack

SAMPLE = Path(__file__).parents[1] / "samples" / "living-room.jpg"
BATCH = 25  # items, the most that BatchWriteItem takes
STATUSES = ("COMPLETED",) * 97 + ("REJECTED", "REJECTED", "FAILED")
BODY = b"not an image"
ETAG = hashlib.md5(BODY, usedforsecurity=False).hexdigest()
LIMIT = 2.0  # seconds


def items(count: int, bucket: str) -> Iterator[dict[str, Any]]:
    """Yield records as the state machines write them, one second apart, the newest a minute ago."""
    newest = datetime.now(UTC) - timedelta(minutes=1)
    for number in range(count):
        status = STATUSES[number % len(STATUSES)]
        moment = (
            (newest - timedelta(seconds=number)).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        )
        yield {
            "image_uri": {"S": f"s3://{bucket}/scans/{number:06d}.jpg"},
            "status": {"S": status},
            "status_shard": {"S": f"{status}#{number % 8}"},
            "status_since": {"S": moment},
            "execution_arn": {
                "S": f"arn:aws:states:us-east-1:000000000000:execution:image-pipeline:{number}"
            },
            "sequencer": {"S": f"{number:018X}"},
            "etag": {"S": ETAG},
            "started_at": {"S": moment},
            "completed_at": {"S": moment},
            "reason_code": {"S": "" if status == "COMPLETED" else "UnsupportedFormat"},
            "renditions": {"M": {}},
        }


def fill(stack: LocalStack, count: int) -> None:
    """Write the records."""
    dynamodb, table = stack.session().client("dynamodb"), stack.outputs["ImagesTableName"]
    everything = list(items(count, stack.outputs["UploadsBucketName"]))
    batches = [everything[start : start + BATCH] for start in range(0, count, BATCH)]

    def write(batch: Sequence[dict[str, Any]]) -> None:
        requests: Any = [{"PutRequest": {"Item": item}} for item in batch]
        dynamodb.batch_write_item(RequestItems={table: requests})

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write, batches))
        with without_events(stack):
            list(pool.map(partial(upload, stack.session().client("s3")), everything))


def upload(s3: Any, item: dict[str, Any]) -> None:
    """Put the original of a record."""
    bucket, _, key = item["image_uri"]["S"].removeprefix("s3://").partition("/")
    s3.put_object(Bucket=bucket, Key=key, Body=BODY)


@contextmanager
def without_events(stack: LocalStack) -> Iterator[None]:
    """Disable the rules of the stack, so that nothing starts."""
    events = stack.session().client("events")
    names = [one["Name"] for one in events.list_rules()["Rules"] if one.get("EventPattern")]
    for name in names:
        events.disable_rule(Name=name)
    yield
    for name in names:
        events.enable_rule(Name=name)


def commands() -> Iterator[Sequence[str]]:
    """Yield the commands to measure."""
    yield from (("status", SAMPLE.name), ("status", "scans/000099.jpg"))
    yield from (("show", SAMPLE.name), ("explain", SAMPLE.name), ("logs", SAMPLE.name))
    yield ("list",)
    yield ("list", "--status", "FAILED", "--since", "2d", "--prefix", "scans/")
    yield ("list", "--since", "2d", "--at-most", "10000")
    yield from (("failures",), ("redrive", "--all", "--dry-run"), ("dlq", "list"))
    yield from (("dlq", "replay", "--dry-run"), ("reconcile", "--dry-run", "--older-than", "0"))


def run(arguments: Sequence[str], environment: dict[str, str]) -> tuple[float, float, int]:
    """Run a command; return its seconds, those of CPU without the emulator's, and its exit status."""
    begun, cpu = time.monotonic(), getrusage(RUSAGE_CHILDREN)
    ended = subprocess.run(
        [sys.executable, "-m", "renditions_cli", *arguments],
        env=environment,
        capture_output=True,
        check=False,
    )
    used = getrusage(RUSAGE_CHILDREN)
    seconds = used.ru_utime + used.ru_stime - cpu.ru_utime - cpu.ru_stime
    return time.monotonic() - begun, seconds, ended.returncode


def main() -> int:
    """Measure, and return how many commands took too long."""
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, default=10_000)
    count: int = parser.parse_args().records
    with TemporaryDirectory() as folder, LocalStack(port=0, directory=Path(folder)) as stack:
        fill(stack, count)
        credentials = {
            "AWS_ENDPOINT_URL": stack.endpoint_url,
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_DEFAULT_REGION": "us-east-1",
        }
        environment = {**os.environ, **credentials}
        run(("upload", str(SAMPLE), "--stack-name", stack.stack_name), environment)
        slow = 0
        sys.stdout.write(f"{count} records. Seconds, of them CPU, exit status, command:\n")
        for command in commands():
            seconds, cpu, status = run((*command, "--stack-name", stack.stack_name), environment)
            slow += seconds > LIMIT
            mark = "  too slow" if seconds > LIMIT else ""
            sys.stdout.write(f"{seconds:6.2f}  {cpu:6.2f}  {status}  renditions {' '.join(command)}{mark}\n")
    return slow


if __name__ == "__main__":
    sys.exit(main())
