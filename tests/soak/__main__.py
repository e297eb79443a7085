"""`make soak`: many uploads, duplicate and late events, and failing calls. At the end, every object is checked.

Exits with 1 if any version of an object is lost, processed twice, stale or stuck, or if memory grew.
"""

# ruff: noqa: T201 - it reports on the terminal

import argparse
import sys
import tempfile
import time
from pathlib import Path

from tests.soak.memory import Watch
from tests.soak.plan import DELETIONS, DUPLICATES, OVERWRITES, REORDERED, TEXTS, draw
from tests.soak.run import Run
from tests.soak.weather import Weather

FAILING = 0.05
GROWTH = 1.25  # of the largest worker, from the second to the last quarter


def main() -> int:
    parser = argparse.ArgumentParser(prog="make soak", description=__doc__)
    parser.add_argument("--uploads", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--failing", type=float, default=FAILING, help="share of calls that fail, 0 to 1")
    asked = parser.parse_args()
    steps = draw(asked.uploads, asked.seed)
    print(
        f"Soak with {asked.uploads} uploads, seed {asked.seed}: {DUPLICATES:.0%} of events are duplicated, "
        f"{REORDERED:.0%} are late, {asked.failing:.0%} of calls fail, {OVERWRITES:.0%} of uploads overwrite, "
        f"{DELETIONS:.0%} of changes are deletions, {TEXTS:.0%} of uploads are text files.",
        flush=True,
    )
    weather = Weather(asked.seed, asked.failing)
    with tempfile.TemporaryDirectory() as folder, Run(Path(folder), weather, steps) as run:
        watch = Watch(run.pid)
        run.go(lambda: print(f"  {run.progress()}; {watch.samples[-1]}", flush=True))
        watch.stop()
        findings = run.audit()
    print(
        "Faults injected: " + ", ".join(f"{name} {count}" for name, count in sorted(weather.injected.items()))
    )
    print("Images: " + ", ".join(f"{name} {count}" for name, count in sorted(findings.outcomes.items())))
    print(f"Duplicate messages after a lost reply: {findings.repeated}")
    print(
        f"Renditions that no record names: {findings.retired} will expire, {len(findings.orphans)} are left "
        f"for `renditions reconcile`: {', '.join(findings.orphans[:4])}"
    )
    growth = watch.growth()
    print(
        f"Memory at the end: {watch.samples[-1]}; the largest worker grew by {growth - 1:+.0%} since the first quarter"
    )
    for sentence in findings.sentences():
        print(f"  {sentence}")
    print(f"{findings.summary()} ({asked.uploads} uploads, seed {asked.seed})")
    return int(bool(findings.sentences()) or growth > GROWTH)


if __name__ == "__main__":
    sys.exit(main())
