"""Damage every fixture N times and check that only renditions and rejections result.

``python -m tests.fuzz.run --n 50 --seed 1 [--only NAME]``. Exits with 1 if a file has any other outcome: an error that
is no rejection, a crash of the interpreter, or 20 seconds without an answer.
"""

import argparse
import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from typing import Any

from tests.fuzz.fixtures import FIXTURES
from tests.unit.imaging.attacks.bombs import BOMBS
from tests.unit.imaging.attacks.disguises import FOREIGN, POLYGLOTS
from tests.unit.imaging.attacks.heif_bombs import HEIF_BOMBS

Case = dict[str, Any]
_ATTACKS = len(BOMBS) + len(HEIF_BOMBS) + len(FOREIGN) + len(POLYGLOTS)


def main(arguments: list[str] | None = None) -> int:
    """Run, print the report, and return the exit code."""
    options = _options(arguments)
    cases = list(_run("attacks", options.seed, _ATTACKS)) if not options.only else []
    for fixture in [options.only] if options.only in FIXTURES else FIXTURES:
        if options.only in fixture:
            cases += _run(fixture, options.seed, options.n)
    _report(cases)
    return 1 if any("FAILED" in case["outcome"] for case in cases) else 0


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--n", type=int, default=50, help="damaged files of each fixture")
    parser.add_argument("--seed", type=int, default=1, help="another seed causes other damage")
    parser.add_argument("--only", default="", help="only this fixture, or those whose names contain this")
    return parser.parse_args(arguments)


def _run(fixture: str, seed: int, count: int) -> Iterator[Case]:
    """Yield the outcome of each case, including those that end the process."""
    done = 0
    while done < count:
        command = [sys.executable, "-m", "tests.fuzz.cases", fixture, str(seed), str(done), str(count)]
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(("functions", "."))}
        child = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
        lines = [json.loads(line) for line in child.stdout.splitlines()]
        yield from lines
        done += len(lines)
        if child.returncode or (not lines and done < count):
            name = {"case": f"{fixture} {done}", "bytes": 0, "seconds": 0.0, "megabytes": 0}
            yield name | {
                "outcome": f"FAILED, the process ended with {child.returncode}: {child.stderr[-300:]}"
            }
            done += 1


def _report(cases: list[Case]) -> None:
    counts = Counter(case["outcome"] for case in cases)
    print(f"{len(cases):,} files")  # noqa: T201
    for outcome, count in counts.most_common():
        print(f"  {count:7,}  {outcome}")  # noqa: T201
    for title, key in (("slowest", "seconds"), ("largest", "megabytes")):
        print(f"The {title}:")  # noqa: T201
        for case in sorted(cases, key=lambda case: -case[key])[:8]:
            print("  {seconds:7.2f} s {megabytes:6,} MB  {outcome:18} {case}".format(**case))  # noqa: T201
    for case in cases:
        if "FAILED" in case["outcome"]:
            print(f"{case['case']}: {case['outcome']}")  # noqa: T201


if __name__ == "__main__":
    sys.exit(main())
