"""``python -m benchmarks.peaks [KIND…]``: the peak memory of a process that makes one rendition of 40 megapixels.

Prints the table in docs/performance.md, in the environment of the bench. ``--functions FOLDER`` measures those of
another checkout.
"""

import argparse
import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from PIL import Image

from benchmarks.contestants import OURS, ROOT, Request, Server, contestants
from benchmarks.photographs import SAMPLE, cropped, fetch_photographs, in_mode

SCRATCH = ROOT / ".local/bench"
SIZE = (7300, 5480)
PHOTOGRAPH = "Dragonfly_by_Bolly"
RENDITIONS = ("thumbnail", "large")

Save = Callable[[Image.Image, Path], None]


def saved(mode: str = "RGB", **options: Any) -> Save:
    """Return what writes an image in ``mode``."""
    return lambda picture, file: in_mode(picture.copy(), mode).save(file, **options)


KINDS: dict[str, tuple[str, Save]] = {
    "JPEG": ("jpg", saved(quality=90)),
    "JPEG, progressive": ("jpg", saved(quality=90, progressive=True)),
    "PNG": ("png", saved(compress_level=1)),
    "PNG with alpha": ("png", saved("RGBA", compress_level=1)),
    "PNG, 16-bit grey": ("png", saved("I;16", compress_level=1)),
    "PNG with palette": ("png", saved("P", compress_level=1)),
    "WebP": ("webp", saved(quality=80, method=0)),
    "WebP, lossless": ("webp", saved(lossless=True, quality=0, method=0)),
    "TIFF, 1 bit": ("tif", saved("1", compression="group4")),
    "GIF": ("gif", saved("P")),
}


def main() -> None:
    """Print a row for each kind."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("kinds", nargs="*", default=list(KINDS))
    parser.add_argument("--functions", type=Path, default=ROOT / "functions")
    arguments = parser.parse_args()
    sys.stdout.write("| Original | thumbnail | large |\n|---|---:|---:|\n")
    for kind in arguments.kinds:
        peaks = " | ".join(f"{peak:.0f}" for peak in measured(original(kind), arguments.functions))
        sys.stdout.write(f"| {kind} | {peaks} |\n")
        sys.stdout.flush()


def original(kind: str) -> Path:
    """Return the file of a kind, which is made if it is not there."""
    extension, save = KINDS[kind]
    file = SCRATCH / "peaks" / f"{kind.lower().replace(', ', '-').replace(' ', '-')}.{extension}"
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        photographs = fetch_photographs(SCRATCH / "photographs/wallpapers")
        save(cropped(photographs.get(PHOTOGRAPH, SAMPLE), SIZE), file)
    return file


def measured(file: Path, functions: Path) -> Iterator[float]:
    """Yield the peaks in MB of fresh processes."""
    ours = contestants(SCRATCH)[OURS]
    path = os.pathsep.join(map(str, (functions, ROOT)))
    started = replace(ours, environment={**ours.environment, "PYTHONPATH": path})
    for name in RENDITIONS:
        server = Server(started)
        server.ask(Request(str(file), name, 0, "webp", "", str(SCRATCH / "peaks.out")))
        yield server.peak()
        server.stop()


if __name__ == "__main__":
    main()
