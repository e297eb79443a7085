"""The time that a process takes to import each handler, beyond an empty interpreter, compared with boto3."""

import os
import subprocess
from statistics import median

from benchmarks.contestants import ROOT

HANDLERS = ("validate_image", "resize_image", "watermark_image")
EMPTY, BOTO3 = "empty interpreter", "boto3 with an S3 client"
PROGRAMS = {
    EMPTY: "",
    BOTO3: "import boto3; boto3.client('s3')",
    **{name: f"import renditions.handlers.{name}" for name in HANDLERS},
}
ENVIRONMENT = {
    "AWS_DEFAULT_REGION": "eu-central-1",
    "AWS_REGION": "eu-central-1",
    "AWS_ACCESS_KEY_ID": "none",
    "AWS_SECRET_ACCESS_KEY": "none",
    "AWS_EC2_METADATA_DISABLED": "true",
    "RENDITIONS_BUCKET": "made",
    "PYTHONPATH": str(ROOT / "functions"),
}


def start_times(repeat: int) -> dict[str, float]:
    """Return the median CPU seconds of a process per program. Runs are interleaved and use bytecode, as on Lambda."""
    seconds: dict[str, list[float]] = {name: [] for name in PROGRAMS}
    for turn in range(-1, repeat):  # the first one writes bytecode and fills the page cache
        for name, program in PROGRAMS.items():
            cpu = cpu_of(program)
            if turn >= 0:
                seconds[name].append(cpu)
    return {name: median(values) for name, values in seconds.items()}


def cpu_of(program: str) -> float:
    """Return user and system seconds."""
    command = [str(ROOT / ".venv/bin/python"), "-c", program]
    process = subprocess.Popen(command, env={**os.environ, **ENVIRONMENT}, cwd=ROOT)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = status
    if status:
        raise RuntimeError(f"{program} ended with status {status}")
    return usage.ru_utime + usage.ru_stime


def ratios(times: dict[str, float]) -> dict[str, float]:
    """Return the time of each program beyond the empty interpreter, as a multiple of that of boto3."""
    boto3 = times[BOTO3] - times[EMPTY]
    return {name: (times[name] - times[EMPTY]) / boto3 for name in times if name != EMPTY}
