"""``python -m benchmarks.others``: ours beside sharp on pictures for which nothing was tuned.

The wallpapers of MATE, Plasma and UKUI, photographs and drawings, become JPEGs of 2 to 12 megapixels. They come from
packages of Debian, whose copyright files name authors and licences.
"""

import sys
from pathlib import Path

from PIL import Image

from benchmarks.contestants import OURS, contestants
from benchmarks.measure import Bench, Cell
from benchmarks.photographs import unpack
from benchmarks.run import OUTPUTS, SCRATCH, with_progress
from benchmarks.summary import compare, of

PACKAGES = ("mate-backgrounds", "plasma-workspace-wallpapers", "ukui-wallpapers")
LEAST, MOST = 2_000_000, 12_000_000  # pixels
QUALITY = 92
REPEAT = 2
SHOWN = 5  # of the worst cells


def main() -> None:
    """Print a line for each output, and the cells with the least SSIM."""
    folder = SCRATCH / "others"
    bench = Bench(folder, originals(folder))
    rivals = {name: one for name, one in contestants(SCRATCH).items() if name in (OURS, "sharp")}
    for output in OUTPUTS:
        cells = list(with_progress(bench.cells(output, rivals, REPEAT), output))
        found = compare(cells, "sharp")
        summary = f"{found.cells} renditions, CPU {found.cpu_of_sets:.2f} of sharp's, bytes {found.bytes:.2f}"
        likeness = f"SSIM {found.ssim:+.4f}, worst {found.worst_ssim:+.4f}"
        sys.stdout.write("\n".join([f"{output}: {summary}, {likeness}", *worst(cells), ""]))


def worst(cells: list[Cell]) -> list[str]:
    """Return lines about the cells that are furthest below sharp's SSIM."""
    theirs = of(cells, "sharp")
    below = sorted((one.ssim - theirs[key].ssim, *key) for key, one in of(cells, OURS).items())
    return [f"  {less:+.4f} {original}, {rendition}" for less, original, rendition in below[:SHOWN]]


def originals(folder: Path) -> dict[str, Path]:
    """Return the JPEGs by name, made once in ``folder``; none without apt-get."""
    made = folder / "originals"
    if not made.exists():
        unpack(PACKAGES, folder / "packages")
        made.mkdir(parents=True)
        for name, file in largest_of_each(folder / "packages").items():
            save(Image.open(file), made / f"{name}.jpg")
    return {file.stem: file for file in sorted(made.glob("*.jpg"))}


def largest_of_each(folder: Path) -> dict[str, Path]:
    """Return the largest file of each picture by name. Plasma's have folders, those of MATE their size in the name."""
    found: dict[str, tuple[int, Path]] = {}
    files = (file for suffix in ("jpg", "png") for file in folder.rglob(f"*.{suffix}"))
    for file in sorted(one for one in files if not one.is_symlink()):
        is_of_plasma = "contents" in file.parts
        name = file.parts[file.parts.index("contents") - 1] if is_of_plasma else file.stem.split("_")[0]
        width, height = Image.open(file).size
        if width * height >= LEAST:
            found[name] = max(found.get(name, (0, file)), (width * height, file))
    return {name: file for name, (_, file) in found.items()}


def save(picture: Image.Image, target: Path) -> None:
    """Write the picture as a JPEG, reduced if it is too large."""
    rgb = picture.convert("RGB")
    factor = min(1.0, (MOST / (rgb.width * rgb.height)) ** 0.5)
    size = round(rgb.width * factor), round(rgb.height * factor)
    rgb.resize(size, Image.Resampling.LANCZOS).save(target, quality=QUALITY)


if __name__ == "__main__":
    main()
