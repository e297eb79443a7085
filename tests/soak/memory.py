"""The memory of the emulator and of the functions' processes, from /proc on Linux."""

import threading
from dataclasses import dataclass
from pathlib import Path
from statistics import median

PAGE = 4096
SECONDS = 2.0


@dataclass(frozen=True)
class Sample:
    """The memory of the emulator and of each function process, in megabytes."""

    emulator: float
    workers: tuple[float, ...]

    def __str__(self) -> str:
        largest = f", largest {max(self.workers):.0f} MB" if self.workers else ""
        return f"emulator {self.emulator:.0f} MB, {len(self.workers)} workers{largest}"


def take(pid: int) -> Sample:
    """Measure the memory of a process and of its children."""
    parents = {int(path.parent.name): _parent(path) for path in Path("/proc").glob("[0-9]*/stat")}
    return Sample(
        _megabytes(pid), tuple(_megabytes(child) for child, parent in parents.items() if parent == pid)
    )


class Watch:
    """Takes samples in the background until it is stopped."""

    def __init__(self, pid: int) -> None:
        self.samples = [take(pid)]
        self._pid = pid
        self._end = threading.Event()
        threading.Thread(target=self._sample, daemon=True).start()

    def stop(self) -> None:
        self._end.set()

    def growth(self) -> float:
        """Return the size of the largest worker in the last quarter relative to the second. 1 means no growth."""
        sizes = [max(sample.workers) for sample in self.samples if sample.workers]
        quarter = max(1, len(sizes) // 4)
        return median(sizes[-quarter:]) / median(sizes[quarter : 2 * quarter] or sizes)

    def _sample(self) -> None:
        while not self._end.wait(SECONDS):
            self.samples.append(take(self._pid))


def _parent(stat: Path) -> int:
    try:
        return int(stat.read_text().rpartition(")")[2].split()[1])
    except (OSError, IndexError):
        return 0


def _megabytes(pid: int) -> float:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE / 1e6
    except OSError:
        return 0.0
