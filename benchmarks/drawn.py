"""Scans, screenshots, logos, pixel art and line art, drawn the same on every machine."""

import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from benchmarks.contestants import ROOT

FONT = ROOT / "functions/renditions/imaging/fonts/DejaVuSans-Bold.ttf"
TEXT = "renditions are made from each upload and stored under a key that never changes with the original of the image"
WORDS = TEXT.split(" ")
PAGE, PRESENTATION = (1700, 2200), (1920, 1080)
SUPERSAMPLED = 2400
SAVING: dict[str, dict[str, Any]] = {
    ".png": {"optimize": True},
    ".tif": {"compression": "group4"},
    ".jpg": {"quality": 88},
    ".gif": {},
}


def dice(seed: int) -> random.Random:
    """Return random numbers that are the same in every run."""
    return random.Random(seed)  # noqa: S311 - for pictures


def lettering(size: int) -> ImageFont.FreeTypeFont:
    """Return the font that all lettering is set in."""
    return ImageFont.truetype(FONT, size)


def scan(mode: str, noise: float = 0) -> Image.Image:
    """Return a page of text, in one bit or in grey, with the noise of a scanner."""
    chance, paper = dice(1), Image.new("L", PAGE, 255)
    draw, font = ImageDraw.Draw(paper), lettering(30)
    draw.fontmode = mode
    for top in range(140, PAGE[1] - 140, 45):
        left = 120.0
        while left < PAGE[0] - 120:
            word = chance.choice(WORDS) + " "
            draw.text((left, top), word, font=font, fill=0)
            left += font.getlength(word)
    if noise:
        grain = np.random.default_rng(2).normal(-6, noise, PAGE[::-1])
        paper = Image.fromarray(np.clip(np.asarray(paper) + grain, 0, 255).astype("uint8"))
    return paper.convert(mode, dither=Image.Dither.NONE) if mode == "1" else paper


def screenshot(seed: int, size: tuple[int, int] = PRESENTATION, *, dark: bool = False) -> Image.Image:
    """Return a window with a title, a list of buttons and text."""
    chance, (width, height) = dice(seed), size
    window = Image.new("RGB", size, (30, 30, 36) if dark else (246, 247, 249))
    draw, font = ImageDraw.Draw(window), lettering(18)
    draw.rectangle((0, 0, width, 60), fill=(36, 62, 120))
    draw.rectangle((0, 60, 260, height), fill=(44, 44, 52) if dark else (225, 228, 235))
    for number in range(14):
        colour = (chance.randrange(90, 230), chance.randrange(90, 230), chance.randrange(90, 230))
        draw.rounded_rectangle((20, 90 + number * 64, 240, 140 + number * 64), 10, fill=colour)
    for top in range(90, height - 40, 30):
        left = 300.0
        while left < width - 200:
            word = chance.choice(WORDS) + " "
            draw.text((left, top), word, font=font, fill=(220, 220, 220) if dark else (40, 44, 52))
            left += font.getlength(word)
            if chance.random() < 0.1:
                break
    return window


def screenshot_with_photograph() -> Image.Image:
    """Return the same with a photograph in it."""
    window = screenshot(9)
    photograph = Image.open(ROOT / "samples/coffee-small.jpg").convert("RGB").resize((700, 520))
    window.paste(photograph, (1100, 300))
    return window


def logo(seed: int) -> Image.Image:
    """Return discs and a word with soft edges on a transparent ground."""
    chance, board = dice(seed), Image.new("RGBA", (SUPERSAMPLED, SUPERSAMPLED))
    draw = ImageDraw.Draw(board)
    for _ in range(6):
        x, y, radius = chance.randrange(400, 2000), chance.randrange(400, 2000), chance.randrange(150, 500)
        colour = (chance.randrange(256), chance.randrange(256), chance.randrange(256), 255)
        draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=colour)
    draw.text((300, 1000), "LOGO", font=lettering(600), fill=(20, 30, 60, 255))
    return board.resize((1200, 1200), Image.Resampling.LANCZOS)


def pixel_art(seed: int, side: int, factor: int) -> Image.Image:
    """Return ``side`` × ``side`` pixels of 16 colours, enlarged by ``factor``."""
    chance = dice(seed)
    colours = [(chance.randrange(256), chance.randrange(256), chance.randrange(256)) for _ in range(16)]
    canvas = Image.new("RGB", (side, side), colours[0])
    draw = ImageDraw.Draw(canvas)
    for _ in range(60):
        x, y = chance.randrange(side), chance.randrange(side)
        box = (x, y, x + chance.randrange(1, 12), y + chance.randrange(1, 9))
        draw.rectangle(box, fill=chance.choice(colours))
    return canvas.resize((side * factor, side * factor), Image.Resampling.NEAREST)


def line_art(seed: int, mode: str) -> Image.Image:
    """Return lines and circles, in one bit or with soft edges."""
    chance, paper = dice(seed), Image.new("L", (3000, 2100), 255)
    draw = ImageDraw.Draw(paper)
    for _ in range(220):
        points = [(chance.randrange(3000), chance.randrange(2100)) for _ in range(3)]
        draw.line(points, fill=0, width=chance.choice((2, 3, 5)))
    for _ in range(60):
        x, y, radius = chance.randrange(3000), chance.randrange(2100), chance.randrange(20, 300)
        draw.ellipse((x - radius, y - radius, x + radius, y + radius), outline=0, width=3)
    if mode == "1":
        return paper.convert("1", dither=Image.Dither.NONE)
    return paper.resize((1500, 1050), Image.Resampling.LANCZOS)


def chart() -> Image.Image:
    """Return coloured columns on a grid with numbers."""
    chance, paper = dice(4), Image.new("RGB", (1600, 900), "white")
    draw, font = ImageDraw.Draw(paper), lettering(22)
    for number in range(10):
        top = 80 + number * 75
        draw.line((100, top, 1550, top), fill=(220, 220, 220))
        draw.text((30, top - 10), str(100 - 10 * number), font=font, fill=(80, 80, 80))
    for number in range(24):
        left, height = 120 + number * 60, chance.randrange(50, 680)
        colour = ((66, 133, 244), (219, 68, 55), (244, 180, 0))[number % 3]
        draw.rectangle((left, 755 - height, left + 40, 755), fill=colour)
    return paper


# Kind → names of files with what draws them.
ORIGINALS: dict[str, dict[str, Callable[[], Image.Image]]] = {
    "scans": {
        "scan-1bit.png": lambda: scan("1"),
        "scan-1bit.tif": lambda: scan("1"),
        "scan-grey.png": lambda: scan("L"),
        "scan-noise.jpg": lambda: scan("L", 5),
    },
    "screenshots": {
        "screenshot.png": lambda: screenshot(1),
        "screenshot-dark.png": lambda: screenshot(2, (2560, 1440), dark=True),
        "screenshot-small.png": lambda: screenshot(3, (900, 600)),
        "screenshot-photo.png": screenshot_with_photograph,
    },
    "logos": {"logo-a.png": lambda: logo(1), "logo-b.png": lambda: logo(2)},
    "pixel art": {
        "pixel-art.png": lambda: pixel_art(1, 64, 10),
        "pixel-art.gif": lambda: pixel_art(3, 80, 8),
        "pixel-art-small.png": lambda: pixel_art(2, 48, 2),
    },
    "line art and charts": {
        "line-1bit.png": lambda: line_art(1, "1"),
        "line-grey.png": lambda: line_art(2, "L"),
        "chart.png": chart,
        "chart.gif": chart,
    },
}


def make_drawings(folder: Path) -> dict[str, list[Path]]:
    """Return the files of each kind, which are made in ``folder`` if they are not there."""
    folder.mkdir(parents=True, exist_ok=True)
    for drawings in ORIGINALS.values():
        for name, draw in drawings.items():
            if not (folder / name).exists():
                draw().save(folder / name, **SAVING[Path(name).suffix])
    return {kind: [folder / name for name in drawings] for kind, drawings in ORIGINALS.items()}
