"""The child process of the fuzzer: renders the damaged files of one fixture and prints one JSON line for each.

``python -m tests.fuzz.cases FIXTURE SEED FIRST END``. The FIXTURE "attacks" measures the generated attacks instead. If
the child dies, its parent starts another one after the file that killed it.
"""

import faulthandler
import json
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from renditions.errors import ImageRejected
from renditions.imaging import render
from tests.fuzz.fixtures import FIXTURES
from tests.fuzz.mutations import mutated
from tests.unit.imaging.attacks.bombs import BOMBS
from tests.unit.imaging.attacks.disguises import FOREIGN, POLYGLOTS
from tests.unit.imaging.attacks.heif_bombs import HEIF_BOMBS
from tests.unit.imaging.attacks.truncations import EVERY_FORMAT

# The slowest file that is accepted takes a third of the timeout of the functions.
HANG = 20
# So that animations are decoded to the end. Still images do not depend on it.
ALL_FRAMES = replace(EVERY_FORMAT, animation="keep")


def main() -> None:
    fixture, seed, first, end = sys.argv[1:]
    for name, data in _cases(fixture, int(seed), range(int(first), int(end))):
        faulthandler.dump_traceback_later(HANG, exit=True)
        print(json.dumps({"case": name, "bytes": len(data), **_outcome(data)}), flush=True)  # noqa: T201
    faulthandler.cancel_dump_traceback_later()


def _cases(fixture: str, seed: int, numbers: range) -> Iterator[tuple[str, bytes]]:
    if fixture == "attacks":
        attacks = (*BOMBS, *HEIF_BOMBS, *FOREIGN, *POLYGLOTS)
        yield from ((attacks[number].name, attacks[number].make()) for number in numbers)
    else:
        damaged = mutated(FIXTURES[fixture](), fixture, seed, numbers)
        yield from ((f"{fixture} {number}", data) for number, data in damaged)


def _outcome(data: bytes) -> dict[str, Any]:
    """Return the outcome for ``data``, with CPU seconds and the peak of resident memory in MB."""
    _reset_peak()
    start = time.process_time()
    try:
        render(data, "thumbnail", ALL_FRAMES)
        outcome = "accepted"
    except ImageRejected as rejection:
        outcome = type(rejection).__name__
    except BaseException as fault:  # noqa: BLE001 - the fuzzer looks for these
        outcome = f"FAILED with {type(fault).__name__}: {fault}"[:200]
    return {"outcome": outcome, "seconds": time.process_time() - start, "megabytes": _peak()}


def _reset_peak() -> None:
    """Reset the peak of the process, which only Linux supports."""
    if (clear := Path("/proc/self/clear_refs")).exists():
        clear.write_text("5")


def _peak() -> int:
    status = Path("/proc/self/status")
    lines = status.read_text().splitlines() if status.exists() else []
    return next((int(line.split()[1]) // 1024 for line in lines if line.startswith("VmHWM")), 0)


if __name__ == "__main__":
    main()
