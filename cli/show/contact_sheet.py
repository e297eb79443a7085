"""One picture that shows every original beside its renditions, or beside the sentence that says why there are none."""

import warnings
from collections import Counter
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageDraw

from cli.aws.outcomes import Outcome
from cli.show.lettering import broken, cut, write
from cli.show.tiles import Tile, frame_count, page_tile, picture_tile
from cli.show.wording import counted, duration, file_size, pixel_size
from renditions.contracts import Rendition

GROUND, INK, GREY, RULE = "#f4f3ef", "#22211f", "#77756e", "#dddbd3"
FAILURE = ("#a8322a", "#fae4e1")  # accent and tint
COLOURS = {"COMPLETED": ("#2f7d4f", "#e2f0e6"), "REJECTED": ("#9a6412", "#fbf1dc")}

COLUMNS = 5  # the original and four renditions; further ones follow below
MARGIN, GAP = 44, 24
TITLE, HEADING, CAPTION, FOOT = (
    104,
    60,
    58,
    30,
)  # heights in pixels, top to bottom; the middle two for each image
ROOMY, DENSE, FEW = 240, 150, 16  # a tile's side in pixels for up to FEW images, and for more
TALLEST = 60_000  # pixels: what image viewers still open

Downloads = Mapping[str, Mapping[str, Path]]  # original's name → rendition's name → file


@dataclass(frozen=True, slots=True)
class Row:
    """What one image takes up on the sheet, in ``lines`` of at most COLUMNS tiles."""

    outcome: Outcome
    lines: tuple[tuple[Tile, ...], ...]

    @property
    def height(self) -> int:
        """Pixels, with the heading."""
        return HEADING + sum(line_height(line) + CAPTION for line in self.lines)


def write_contact_sheet(outcomes: Sequence[Outcome], downloads: Downloads, target: Path) -> int:
    """Draw the sheet and save it as a PNG. Returns how many images are on it: all, unless it became too tall."""
    side = ROOMY if len(outcomes) <= FEW else DENSE
    with warnings.catch_warnings(), ThreadPoolExecutor() as pool:
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # the pipeline has its own limits
        rows = list(pool.map(lambda one: make_row(one, downloads.get(one.original.name, {}), side), outcomes))
    shown = those_that_fit(rows)
    draw_sheet(shown, summary(outcomes), side).save(target, compress_level=3)
    return len(shown)


def make_row(outcome: Outcome, renditions: Mapping[str, Path], side: int) -> Row:
    """Load the pictures of one image. A rejected original is not opened: it may be anything."""
    rejected = outcome.status == "REJECTED"
    tiles = [
        Tile(
            page_tile(side) if rejected else picture_tile(outcome.original.path, side),
            "original",
            size(outcome),
        )
    ]
    for one in outcome.record.renditions if outcome.record else ():
        if one.name in renditions:
            file = renditions[one.name]
            tiles.append(Tile(picture_tile(file, side), one.name, made(one, frame_count(file))))
    return Row(
        outcome, tuple(tuple(tiles[start : start + COLUMNS]) for start in range(0, len(tiles), COLUMNS))
    )


def made(one: Rendition, frames: int) -> str:
    """``800 x 533, 34 kB``, and how many frames where it moves."""
    moving = f", {counted(frames, 'frame')}" if frames > 1 else ""
    return f"{pixel_size(one.width, one.height)}, {file_size(one.bytes)}{moving}"


def size(outcome: Outcome) -> str:
    """``2560 x 3837, 476 kB``."""
    bytes_ = file_size(outcome.original.bytes)
    if outcome.record is None or outcome.record.width is None or outcome.record.height is None:
        return bytes_
    return f"{pixel_size(outcome.record.width, outcome.record.height)}, {bytes_}"


def summary(outcomes: Sequence[Outcome]) -> str:
    """``6 images: 5 completed, 1 rejected``."""
    states = Counter(outcome.status.lower() for outcome in outcomes)
    parts = ", ".join(f"{count} {state}" for state, count in states.most_common())
    return f"{counted(len(outcomes), 'image')}: {parts}"


def those_that_fit(rows: Sequence[Row]) -> list[Row]:
    """As many rows as TALLEST allows."""
    shown: list[Row] = []
    height = TITLE + FOOT
    for row in rows:
        height += row.height
        if height > TALLEST:
            break
        shown.append(row)
    return shown


def line_height(line: Sequence[Tile]) -> int:
    """Pixels of the tallest picture."""
    return max(tile.picture.height for tile in line)


def draw_sheet(rows: Sequence[Row], headline: str, side: int) -> Image.Image:
    """The whole picture."""
    width = 2 * MARGIN + COLUMNS * side + (COLUMNS - 1) * GAP
    sheet = Image.new("RGB", (width, TITLE + sum(row.height for row in rows) + FOOT), GROUND)
    draw = ImageDraw.Draw(sheet)
    write(draw, (MARGIN, 66), "Renditions", 34, INK)
    write(draw, (width - MARGIN, 66), headline, 18, GREY, anchor="rs")
    top = TITLE
    for row in rows:
        draw_row(sheet, row, top, side)
        top += row.height
    return sheet


def draw_row(sheet: Image.Image, row: Row, top: int, side: int) -> None:
    """One image: heading, pictures with what they are, and the sentence where there are no renditions."""
    draw = ImageDraw.Draw(sheet)
    draw_heading(draw, row.outcome, top, sheet.width)
    below = top + HEADING
    if len(row.lines[0]) == 1:
        draw_sentence(
            draw, row.outcome, (MARGIN + side + GAP, below), (sheet.width - MARGIN, line_height(row.lines[0]))
        )
    for line in row.lines:
        for column, tile in enumerate(line):
            draw_tile(sheet, tile, (MARGIN + column * (side + GAP), below + line_height(line)), side)
        below += line_height(line) + CAPTION


def draw_heading(draw: ImageDraw.ImageDraw, outcome: Outcome, top: int, width: int) -> None:
    """A rule, the name, what kind of file it is, and at the right what became of it."""
    draw.line((MARGIN, top, width - MARGIN, top), fill=RULE, width=2)
    base = top + 38
    accent, _ = COLOURS.get(outcome.status, FAILURE)
    verdict = f"{outcome.status.lower()} after {duration(outcome.seconds)}"
    taken = write(draw, (width - MARGIN, base), verdict, 18, accent, anchor="rs")
    name = cut(outcome.original.name, 23, width - 2 * MARGIN - taken - 220)
    end = MARGIN + write(draw, (MARGIN, base), name, 23, INK)
    write(draw, (end + 14, base), kind(outcome), 18, GREY)


def kind(outcome: Outcome) -> str:
    """``JPEG``, or ``GIF, 12 frames``; nothing for a file that was not understood."""
    if outcome.record is None or outcome.record.format is None:
        return ""
    frames = outcome.record.frames or 1
    return f"{outcome.record.format}, {counted(frames, 'frame')}" if frames > 1 else outcome.record.format


def draw_tile(sheet: Image.Image, tile: Tile, foot: tuple[int, int], side: int) -> None:
    """A picture that stands on ``foot``, its left lower corner, with two lines below."""
    left, bottom = foot
    draw = ImageDraw.Draw(sheet)
    sheet.paste(tile.picture, (left, bottom - tile.picture.height))
    write(draw, (left, bottom + 21), tile.title, 16, INK)
    write(draw, (left, bottom + 41), cut(tile.caption, 15, side), 15, GREY)


def draw_sentence(
    draw: ImageDraw.ImageDraw, outcome: Outcome, corner: tuple[int, int], extent: tuple[int, int]
) -> None:
    """A tinted field from ``corner`` to the right edge, as high as ``extent`` says, with the sentence in it."""
    (left, top), (right, height) = corner, extent
    accent, tint = COLOURS.get(outcome.status, FAILURE)
    draw.rounded_rectangle((left, top, right, top + height), 8, fill=tint)
    draw.rounded_rectangle((left, top, left + 6, top + height), 3, fill=accent)
    lines = broken(outcome.reason or outcome.status.lower(), 20, right - left - 60)[: max(height // 30, 1)]
    base = top + (height - 30 * len(lines)) / 2 + 21
    for number, line in enumerate(lines):
        write(draw, (left + 32, base + 30 * number), line, 20, INK)
