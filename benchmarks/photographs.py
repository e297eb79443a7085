"""The originals: real photographs, cropped or tiled to the sizes of real cameras, and two pages that are drawn.

The photographs are those of Debian's lomiri-wallpapers (CC BY, CC BY-SA and CC0; its copyright file names each
author), downloaded with apt-get. Without apt-get, all are made from a sample of this project.
"""

import shutil
import struct
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from PIL import Image, ImageOps

from benchmarks.pages import drawn

PACKAGES = ("lomiri-wallpapers-16.04", "lomiri-wallpapers-20.04")
SAMPLE = Path(__file__).parents[1] / "samples/living-room.jpg"


@dataclass(frozen=True, slots=True)
class Original:
    """One file of the benchmark. ``orientation`` is its EXIF value; with ``p3`` it has a Display P3 profile.

    ``photograph`` may be one of the pages of pages.py. ``mode`` and ``options`` are how Pillow writes the file.
    """

    name: str
    size: tuple[int, int]
    photograph: str
    progressive: bool = False
    orientation: int = 1
    p3: bool = False
    extension: str = "jpg"
    mode: str = "RGB"
    options: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_small(self) -> bool:
        """Whether this has 2 megapixels or less. Small originals count as much as large ones."""
        return self.size[0] * self.size[1] < SMALL


SMALL = 2_500_000  # pixels
QUALITY = 90  # similar to that of cameras
ORIGINALS = (
    Original("00.3mp-baseline", (640, 480), "Kleiber_by_Lukas_Baubkus"),
    Original("01mp-baseline", (1200, 900), "Bridge_by_Sander_Klootwijk"),
    Original("02mp-baseline", (1632, 1224), "Dragonfly_by_Bolly"),
    Original(
        "02mp-progressive-turned", (1920, 1080), "Kleiber_by_Lukas_Baubkus", progressive=True, orientation=6
    ),
    Original("12mp-baseline", (4000, 3000), "Dragonfly_by_Bolly"),
    Original(
        "12mp-baseline-turned-p3", (4032, 3024), "seeding_by_Clements_Engelhardt", orientation=6, p3=True
    ),
    Original("12mp-progressive", (4000, 3000), "picosdeeuropa_by_Aitzol_Berasategi", progressive=True),
    Original("24mp-baseline", (6000, 4000), "Bridge_by_Sander_Klootwijk"),
    Original(
        "24mp-progressive-turned",
        (6000, 4000),
        "sunset_by_Aitzol_Berasategi",
        progressive=True,
        orientation=8,
    ),
    Original("50mp-baseline", (8660, 5774), "picosdeeuropa_by_Aitzol_Berasategi"),
    Original("50mp-progressive-p3", (8192, 6144), "Kleiber_by_Lukas_Baubkus", progressive=True, p3=True),
    Original("12mp-png", (4000, 3000), "Dragonfly_by_Bolly", extension="png"),
    Original("12mp-png-alpha", (4000, 3000), "seeding_by_Clements_Engelhardt", extension="png", mode="RGBA"),
    Original("06mp-png-16bit", (3000, 2000), "Kleiber_by_Lukas_Baubkus", extension="png", mode="I;16"),
    Original("12mp-webp", (4000, 3000), "Dragonfly_by_Bolly", extension="webp", options={"quality": QUALITY}),
    Original(
        "24mp-tiff-lzw",
        (6000, 4000),
        "Bridge_by_Sander_Klootwijk",
        extension="tif",
        options={"compression": "tiff_lzw"},
    ),
    Original("02mp-gif", (1632, 1224), "seeding_by_Clements_Engelhardt", extension="gif", mode="P"),
    Original("02mp-screenshot", (1920, 1080), "screenshot", extension="png"),
    Original(
        "09mp-scan-1bit", (2480, 3508), "scan", extension="tif", mode="1", options={"compression": "group4"}
    ),
)


def make_originals(folder: Path) -> dict[str, Path]:
    """Return the file of every original by name, made once in ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    files = {one.name: folder / f"{one.name}.{one.extension}" for one in ORIGINALS}
    if not all(file.exists() for file in files.values()):
        photographs = fetch_photographs(folder / "wallpapers")
        for one in ORIGINALS:
            if not files[one.name].exists():
                make_original(one, photographs.get(one.photograph, SAMPLE), files[one.name])
    return files


def fetch_photographs(folder: Path) -> dict[str, Path]:
    """Return the photographs of the packages by name; none if they are not available."""
    unpack(PACKAGES, folder)
    return {file.stem: file for file in folder.rglob("*.jpg")}


def unpack(packages: Sequence[str], folder: Path) -> None:
    """Unpack Debian's ``packages`` into ``folder``. Does nothing without apt-get."""
    folder.mkdir(parents=True, exist_ok=True)
    if shutil.which("apt-get") and shutil.which("dpkg-deb"):
        command = ["apt-get", "download", "-qq", *packages]
        subprocess.run(command, cwd=folder, check=False, stderr=subprocess.DEVNULL)
        for package in folder.glob("*.deb"):
            subprocess.run(["dpkg-deb", "-x", package, folder], check=True)


def make_original(one: Original, photograph: Path, target: Path) -> None:
    """Write ``one`` from the pixels of ``photograph``, or of the page that it names."""
    picture = drawn(one.photograph, one.size) or cropped(photograph, one.size)
    if one.extension != "jpg":
        in_mode(picture, one.mode).save(target, **one.options)
        return
    exif = Image.Exif()
    if one.orientation != 1:
        exif[0x112] = one.orientation
    profile = display_p3() if one.p3 else None
    picture.save(target, quality=QUALITY, progressive=one.progressive, exif=exif, icc_profile=profile)


def cropped(photograph: Path, size: tuple[int, int]) -> Image.Image:
    """Return the photograph at ``size``."""
    with Image.open(photograph) as opened:
        return filling(opened.convert("RGB"), size)


def in_mode(picture: Image.Image, mode: str) -> Image.Image:
    """Return the RGB ``picture`` in another mode. The alpha is a soft disc; 16 bits are a finer grey."""
    if mode == "RGBA":
        picture.putalpha(ImageOps.invert(Image.radial_gradient("L")).resize(picture.size))
        return picture
    if mode == "I;16":
        return picture.convert("L").convert("I").point(lambda value: value * 257).convert("I;16")
    if mode == "P":
        return picture.quantize(256)
    return picture.convert(mode)


def filling(picture: Image.Image, size: tuple[int, int]) -> Image.Image:
    """Return the picture at ``size``: resized if it is large enough, otherwise as mirrored tiles, which keep detail."""
    if picture.width >= size[0] and picture.height >= size[1]:
        return ImageOps.fit(picture, size, Image.Resampling.LANCZOS)
    tiled = Image.new("RGB", size)
    for row in range(-(-size[1] // picture.height)):
        for column in range(-(-size[0] // picture.width)):
            tile = ImageOps.mirror(picture) if column % 2 else picture
            tiled.paste(
                ImageOps.flip(tile) if row % 2 else tile, (column * picture.width, row * picture.height)
            )
    return tiled


def display_p3() -> bytes:
    """Return an ICC profile with the primaries of Display P3 and a simple power curve."""
    columns = ((0.51512, 0.24120, -0.00105), (0.29198, 0.69225, 0.04189), (0.15710, 0.06657, 0.78407))
    curve = b"curv\0\0\0\0" + struct.pack(">IH", 1, round(2.2 * 256)) + b"\0\0"
    name = b"Display P3\0"
    tags = {
        b"desc": b"desc\0\0\0\0" + struct.pack(">I", len(name)) + name + bytes(79),
        b"wtpt": xyz(0.9642, 1.0, 0.8249),
        **{tag: xyz(*column) for tag, column in zip((b"rXYZ", b"gXYZ", b"bXYZ"), columns, strict=True)},
        **dict.fromkeys((b"rTRC", b"gTRC", b"bTRC"), curve),
    }
    table, body = struct.pack(">I", len(tags)), b""
    for tag, content in tags.items():
        table += tag + struct.pack(">II", 132 + 12 * len(tags) + len(body), len(content))
        body += content + bytes(-len(content) % 4)
    head = struct.pack(
        ">I4xI4s4s4s12x4s", 128 + len(table + body), 0x02400000, b"mntr", b"RGB ", b"XYZ ", b"acsp"
    )
    white = bytes(28) + struct.pack(">3i", *(round(value * 65536) for value in (0.9642, 1.0, 0.8249)))
    return (head + white).ljust(128, b"\0") + table + body


def xyz(*values: float) -> bytes:
    """Return a tag of the type XYZ."""
    return b"XYZ \0\0\0\0" + struct.pack(">3i", *(round(value * 65536) for value in values))
