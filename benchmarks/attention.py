"""``python -m benchmarks.attention``: measure how much of the subject of real photographs each kind of crop keeps.

subjects.csv states where the subject of each photograph is, as shares of its width and height, marked by hand before
anything was cropped. The photographs come from packages of Debian. Those that are not available are left out.
"""

import argparse
import csv
import json
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean

from PIL import Image

from benchmarks.contestants import ROOT
from benchmarks.photographs import unpack
from benchmarks.qt_resources import resource_files
from renditions.imaging.attention import best_start

SCRATCH = ROOT / ".local/bench"
FOLDER = SCRATCH / "attention"
SIDE = 300  # of the squares, and the shorter side of the photographs from which they are cropped
SIMILAR = 0.05  # crops whose shares of the subject differ by no more are similar
SETS = ("tuning", "test")


@dataclass(frozen=True, slots=True)
class Subject:
    """A photograph, resized to ``SIDE`` on its shorter side, and the range of its subject along the longer side."""

    chosen_for: str
    name: str
    file: Path
    length: int
    begin: float
    end: float

    def kept(self, start: int) -> float:
        """Return the share of the subject that a square at ``start`` shows."""
        shown = min(self.end, start + SIDE) - max(self.begin, start)
        return max(0.0, shown) / (self.end - self.begin)

    @property
    def most(self) -> float:
        """The largest share that any square can show."""
        return min(1.0, SIDE / (self.end - self.begin))


def main() -> None:
    """Print a table for each set of photographs. With ``--examples``, also write some of the crops to one image."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--examples", nargs="+", metavar="NAME", default=[], help="names of photographs")
    parser.add_argument("--picture", type=Path, default=FOLDER / "examples.jpg")
    arguments = parser.parse_args()
    found = list(subjects(FOLDER))
    if not found:
        sys.exit("No photographs: apt-get is not installed or does not find their packages.")
    starts = {"the centre": [(one.length - SIDE) // 2 for one in found], "attention": list(map(ours, found))}
    starts |= of_libvips(found)
    for chosen_for in SETS:
        places = [place for place, one in enumerate(found) if one.chosen_for == chosen_for]
        sys.stdout.write(
            "\n".join([f"{chosen_for}: {len(places)} photographs", *table(found, starts, places), "", ""])
        )
    if arguments.examples:
        shown = [one for one in found if Path(one.name).stem in arguments.examples]
        side_by_side(shown).save(arguments.picture, quality=82, optimize=True)


def subjects(folder: Path) -> Iterator[Subject]:
    """Yield all photographs of subjects.csv that are available."""
    rows = list(csv.DictReader((Path(__file__).parent / "subjects.csv").read_text().splitlines()))
    files = photographs(sorted({row["package"] for row in rows}), folder / "packages")
    for number, row in enumerate(rows):
        source = next((file for path, file in files.items() if path.endswith("/" + row["file"])), None)
        if source:
            small = folder / f"{number:03}.png"
            width, height = reduced(source, small)
            edges = ("left", "right") if width >= height else ("top", "bottom")
            begin, end = (float(row[edge]) * max(width, height) for edge in edges)
            yield Subject(row["set"], row["file"], small, max(width, height), begin, end)


def photographs(packages: Sequence[str], folder: Path) -> dict[str, Path]:
    """Return the files of all images in the packages, by path, including those in resource files."""
    if not any(folder.glob("*.deb")):
        unpack(packages, folder)
        for compiled in list(folder.rglob("*.rcc")):
            for path, content in resource_files(compiled.read_bytes()).items():
                if path.endswith((".webp", ".jpg")):
                    target = folder / "resources" / path.lstrip("/")
                    target.parent.mkdir(parents=True, exist_ok=True)
                    target.write_bytes(content)
    return {str(file): file for file in folder.rglob("*.*") if file.suffix in (".jpg", ".webp")}


def reduced(source: Path, target: Path) -> tuple[int, int]:
    """Write ``source`` with a shorter side of ``SIDE`` pixels, and return its width and height."""
    if not target.exists():
        with Image.open(source) as opened:
            scale = SIDE / min(opened.size)
            width, height = (round(length * scale) for length in opened.size)
            opened.convert("RGB").resize((width, height), Image.Resampling.LANCZOS).save(target)
    with Image.open(target) as made:
        return made.size


def ours(subject: Subject) -> int:
    """Return where our crop to attention begins."""
    with Image.open(subject.file) as picture:
        return best_start(picture, (SIDE, SIDE))


def of_libvips(found: Sequence[Subject]) -> dict[str, list[int]]:
    """Return the same for the two methods of libvips; nothing if `make bench` has not installed pyvips."""
    python = SCRATCH / "venv/bin/python"
    if not python.exists():
        return {}
    requests = "\n".join(json.dumps({"file": str(one.file), "side": SIDE}) for one in found)
    command = [str(python), "-m", "benchmarks.peers.libvips_crop"]
    ended = subprocess.run(command, cwd=ROOT, input=requests, capture_output=True, text=True, check=True)
    answers = [json.loads(line) for line in ended.stdout.splitlines()]
    return {f"libvips {interest}": [answer[interest] for answer in answers] for interest in answers[0]}


def table(
    found: Sequence[Subject], starts: Mapping[str, Sequence[int]], places: Sequence[int]
) -> Iterator[str]:
    """Yield a row per kind of crop, for the photographs at ``places``; the best possible crop last."""
    shares = {way: [found[place].kept(begins[place]) for place in places] for way, begins in starts.items()}
    shares["the best possible"] = most = [found[place].most for place in places]
    centre = shares["the centre"]
    cut = [number for number, share in enumerate(centre) if most[number] - share > SIMILAR]
    yield f"| crop | kept | of the {len(cut)} that the centre cuts | all that fits | better | similar | worse |"
    yield "| --- | --- | --- | --- | --- | --- | --- |"
    for way, kept in shares.items():
        whole = sum(share > 0.98 * best for share, best in zip(kept, most, strict=True))
        gains = [share - other for share, other in zip(kept, centre, strict=True)]
        better, worse = sum(gain > SIMILAR for gain in gains), sum(gain < -SIMILAR for gain in gains)
        counts = f"{better} | {len(places) - better - worse} | {worse}"
        yield f"| {way} | {fmean(kept):.1%} | {fmean(kept[n] for n in cut):.1%} | {whole} | {counts} |"


def side_by_side(shown: Sequence[Subject], height: int = 150, gap: int = 8) -> Image.Image:
    """Return an image with each photograph, its centre, and the crop to attention; two photographs per row."""
    strips = [strip(one, height, gap) for one in shown]
    width = max(one.width for one in strips)
    sheet = Image.new("RGB", (2 * width + 5 * gap, -(-len(strips) // 2) * (height + gap) - gap), "white")
    for number, one in enumerate(strips):
        sheet.paste(one, (number % 2 * (width + 5 * gap), number // 2 * (height + gap)))
    return sheet


def strip(subject: Subject, height: int, gap: int) -> Image.Image:
    """Return one photograph and its two crops, side by side."""
    with Image.open(subject.file) as opened:
        picture = opened.convert("RGB")
    is_landscape = picture.width >= picture.height
    parts = [picture]
    for start in ((subject.length - SIDE) // 2, ours(subject)):
        left, top = (start, 0) if is_landscape else (0, start)
        parts.append(picture.crop((left, top, left + SIDE, top + SIDE)))
    scaled = [part.resize((round(part.width * height / part.height), height)) for part in parts]
    made = Image.new("RGB", (sum(part.width + gap for part in scaled) - gap, height), "white")
    left = 0
    for part in scaled:
        made.paste(part, (left, 0))
        left += part.width + gap
    return made


if __name__ == "__main__":
    main()
