"""The measurements: interleaved, in warm processes for CPU time, in fresh ones for memory."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from benchmarks.contestants import FLOOR, ROOT, Contestant, Request, Server
from benchmarks.reference import References

RENDITIONS = {"thumbnail": 200, "medium": 800, "large": 1600, "watermark": 1600}
FONT = ROOT / "functions/renditions/imaging/fonts/DejaVuSans-Bold.ttf"


@dataclass(frozen=True, slots=True)
class Cell:
    """One rendition of one original by one contestant. ``cpu``, ``wall``: seconds, each time. ``ssim`` may be NaN."""

    original: str
    rendition: str
    contestant: str
    cpu: tuple[float, ...]
    wall: tuple[float, ...]
    bytes: int
    ssim: float


class Bench:
    """The files of one run."""

    def __init__(self, scratch: Path, originals: Mapping[str, Path]) -> None:
        self._originals = originals
        self._out = scratch / "renditions"
        self._out.mkdir(parents=True, exist_ok=True)
        self._references = References(scratch / "references")
        self._mark = self._out / "mark.png"
        make_mark(self._mark)

    def requests(self, output: str, contestant: str) -> Iterator[tuple[str, str, Request]]:
        """Yield original, rendition and request of every cell."""
        for original, file in self._originals.items():
            for name, size in RENDITIONS.items():
                mark = str(self._mark) if name == "watermark" else ""
                out = self._out / f"{original}.{name}.{contestant}.{output}"
                yield original, name, Request(str(file), name, size, output, mark, str(out))

    def cells(self, output: str, rivals: Mapping[str, Contestant], repeat: int) -> Iterator[Cell]:
        """Yield the cells of all contestants, rendition by rendition. The order changes with each repetition."""
        with servers(rivals) as running:
            for cell in zip(*(self.requests(output, name) for name in rivals), strict=True):
                original, rendition, _ = cell[0]
                requests = {name: request for name, (_, _, request) in zip(rivals, cell, strict=True)}
                asked = {name: one for name, one in requests.items() if can_read(rivals[name], one)}
                cpu, wall = ({name: list[float]() for name in asked} for _ in range(2))
                for turn in range(-1, repeat):  # the first one warms up
                    for name in rotated(list(asked), turn):
                        answer = running[name].ask(asked[name])
                        if turn >= 0:
                            cpu[name].append(answer["cpu"])
                            wall[name].append(answer["wall"])
                for name, request in asked.items():
                    made = Path(request.out).read_bytes()
                    yield Cell(
                        original,
                        rendition,
                        name,
                        tuple(cpu[name]),
                        tuple(wall[name]),
                        len(made),
                        self._ssim(request, made, name),
                    )

    def _ssim(self, request: Request, made: bytes, contestant: str) -> float:
        if contestant == FLOOR:
            return float("nan")
        return self._references.ssim(made, Path(request.file), marked=bool(request.mark))

    def memory(
        self, output: str, rivals: Mapping[str, Contestant]
    ) -> Iterator[tuple[tuple[str, str, str], float]]:
        """Yield original, rendition and contestant with the peak in MB of a process that makes only this rendition."""
        for name, contestant in rivals.items():
            for original, rendition, request in self.requests(output, name):
                if not can_read(contestant, request):
                    continue
                server = Server(contestant)
                server.ask(request)
                yield (original, rendition, name), server.peak()
                server.stop()


@contextmanager
def servers(rivals: Mapping[str, Contestant]) -> Iterator[dict[str, Server]]:
    """Run a process of each contestant."""
    running = {name: Server(contestant) for name, contestant in rivals.items()}
    try:
        yield running
    finally:
        for server in running.values():
            server.stop()


def can_read(contestant: Contestant, request: Request) -> bool:
    """Return whether the contestant reads originals of this kind."""
    return not contestant.reads or request.file.endswith(contestant.reads)


def rotated(names: list[str], turn: int) -> list[str]:
    """Return the same names, each time another one first."""
    start = turn % len(names)
    return names[start:] + names[:start]


def make_mark(target: Path) -> None:
    """Write the watermark of the peers: the default text, as high as ours, white with 60 % opacity."""
    mark = Image.new("RGBA", (340, 53))
    font = ImageFont.truetype(str(FONT), 40)
    ImageDraw.Draw(mark).text((0, 0), "© Renditions", (255, 255, 255, 153), font)
    mark.save(target)
