"""``python -m benchmarks.recipes [ORIGINAL…]``: what other recipes would cost, as rows of Markdown.

CPU time and bytes are multiples of sharp's, SSIM the difference from sharp's: the tables in docs/performance.md.
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from benchmarks.contestants import FUNCTION_ENVIRONMENT, ROOT, Contestant, Request, Server, contestants
from benchmarks.drawn import make_drawings
from benchmarks.measure import RENDITIONS
from benchmarks.photographs import make_originals
from benchmarks.reference import References
from benchmarks.run import SCRATCH
from renditions.imaging.encoding_plan import _ONE_SEGMENT, _SEGMENTS

REPEAT = 3
PHOTOGRAPHED = ("00.3mp-baseline", "02mp-baseline", "12mp-progressive", "24mp-baseline", "02mp-screenshot")
DRAWN = ("line-1bit.png", "line-grey.png", "chart.png", "logo-a.png")
METHOD_2, METHOD_4 = {"method": 2}, {"method": 4}
WEBP = [
    {"reserve": reserve, "kernel": kernel, "quality": quality, "options": options}
    for reserve, kernel, quality, options in (
        *((1.25, "LANCZOS", quality, _SEGMENTS) for quality in (-3, 0, 1)),
        *((1.25, "LANCZOS", quality, _ONE_SEGMENT) for quality in (-2, 0)),
        *((1.25, "LANCZOS", quality, METHOD_2) for quality in (0, 3)),
        (1.25, "LANCZOS", -1, METHOD_4),
        (1.25, "BICUBIC", 1, _SEGMENTS),
        (2.5, "LANCZOS", 0, _SEGMENTS),
        (1.0, "LANCZOS", 0, _SEGMENTS),
    )
]
JPEG = [
    {"reserve": reserve, "kernel": "LANCZOS", "quality": quality, "options": {"progressive": progressive}}
    for reserve, quality, progressive in (
        (1.25, -1, False),
        (1.25, 0, False),
        (1.25, 0, True),
        (1.0, -1, False),
        (2.5, -1, False),
    )
]


def main(names: list[str]) -> None:
    """Print the rows."""
    drawings = make_drawings(SCRATCH / "drawings").values()
    files = make_originals(SCRATCH / "photographs") | {file.name: file for kind in drawings for file in kind}
    peer = contestants(SCRATCH)["sharp"]
    command = (str(ROOT / ".venv/bin/python"), "-m", "benchmarks.peers.recipe")
    ours = Contestant("recipe", command, FUNCTION_ENVIRONMENT)
    servers = Server(ours), Server(peer)
    for name in names:
        for rendition in ("medium", "large"):
            for output, recipes in (("webp", WEBP), ("jpeg", JPEG)):
                for recipe in ({}, *recipes):
                    sys.stdout.write(row(servers, files[name], rendition, output, recipe))
                    sys.stdout.flush()
    for server in servers:
        server.stop()


def row(
    servers: tuple[Server, Server], file: Path, rendition: str, output: str, recipe: dict[str, object]
) -> str:
    """Return one row."""
    size, references = RENDITIONS[rendition], References(SCRATCH / "references")
    asked = [f"{rendition} {json.dumps(recipe)}", rendition]
    requests = [
        Request(str(file), name, size, output, "", str(SCRATCH / f"recipe-{number}"))
        for number, name in enumerate(asked)
    ]
    times = [
        [server.ask(request)["cpu"] for server, request in zip(servers, requests, strict=True)]
        for _ in range(REPEAT)
    ]
    made = [Path(request.out).read_bytes() for request in requests]
    ssim = [references.ssim(data, file, marked=False) for data in made]
    cells = [
        f"{median(one / other for one, other in times):.2f}",
        f"{len(made[0]) / len(made[1]):.2f}",
        f"{ssim[0] - ssim[1]:+.4f}",
    ]
    return f"| {file.stem} | {rendition} | {output} | {' | '.join([*described(recipe), *cells])} |\n"


def described(recipe: dict[str, object]) -> Iterator[str]:
    """Yield the scale and the encoder."""
    yield f"{recipe['reserve']}, {str(recipe['kernel']).lower()}" if recipe else "**as chosen**"
    yield f"{recipe['quality']:+}, {json.dumps(recipe['options'])}" if recipe else ""


if __name__ == "__main__":
    main(sys.argv[1:] or [*PHOTOGRAPHED, *DRAWN])
