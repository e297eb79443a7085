"""The contact sheet: one image that shows every original beside its renditions, or the reason why there are none."""

import warnings
from collections import Counter
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageDraw

from renditions.contracts import Rendition
from renditions.settings import Settings
from renditions_cli.aws.outcomes import Outcome
from renditions_cli.files.downloads import Downloads
from renditions_cli.show.escaping import visible
from renditions_cli.show.lettering import cut, wrapped, write
from renditions_cli.show.tiles import Tile, frame_count, image_tile, page_tile
from renditions_cli.show.wording import counted, duration, file_size, frames_or_pages, pixel_size

GROUND, INK, GREY, RULE = "#f4f3ef", "#22211f", "#77756e", "#dddbd3"
FAILURE = ("#a8322a", "#fae4e1")  # accent and tint
COLOURS = {"COMPLETED": ("#2f7d4f", "#e2f0e6"), "REJECTED": ("#9a6412", "#fbf1dc")}

COLUMNS = 1 + len(Settings().renditions())  # the original and its renditions; further ones on the next line
MARGIN, GAP = 44, 24
# Heights in pixels, top to bottom; HEADING and CAPTION for each image.
TITLE, HEADING, CAPTION, FOOT = 104, 60, 58, 30
ROOMY, DENSE, FEW = 240, 150, 16  # side of a tile in pixels: up to FEW images, and more
TALLEST = 60_000  # pixels: image viewers cannot open much more


@dataclass(frozen=True, slots=True)
class Row:
    """The part of the sheet for one image: ``lines`` of at most COLUMNS tiles."""

    outcome: Outcome
    lines: tuple[tuple[Tile, ...], ...]

    @property
    def height(self) -> int:
        """The height in pixels, with the heading."""
        return HEADING + sum(line_height(line) + CAPTION for line in self.lines)


def write_contact_sheet(outcomes: Sequence[Outcome], downloads: Downloads, target: Path) -> int:
    """Draw the sheet and save it as a PNG. Returns how many images are on it: all, unless it would be too tall."""
    side = ROOMY if len(outcomes) <= FEW else DENSE
    with warnings.catch_warnings(), ThreadPoolExecutor() as pool:
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # the pipeline has its own limits
        rows = list(
            pool.map(lambda one: make_row(one, downloads.get(one.original.folder, {}), side), outcomes)
        )
    shown = rows_that_fit(rows)
    draw_sheet(shown, summary(outcomes), side).save(target, compress_level=3)
    return len(shown)


def make_row(outcome: Outcome, renditions: Mapping[str, Path], side: int) -> Row:
    """Load the tiles of one image. A rejected original is not opened: it can be anything."""
    rejected = outcome.status == "REJECTED"
    shown = page_tile(side) if rejected else image_tile(outcome.original.path, side)
    tiles = [Tile(shown, "original", original_size(outcome))]
    for one in outcome.renditions:
        if one.name in renditions:
            file = renditions[one.name]
            tiles.append(Tile(image_tile(file, side), one.name, rendition_size(one, frame_count(file))))
    return Row(
        outcome, tuple(tuple(tiles[start : start + COLUMNS]) for start in range(0, len(tiles), COLUMNS))
    )


def rendition_size(one: Rendition, frames: int) -> str:
    """Return ``800 x 533, 34 kB``, with the number of frames of an animation."""
    moving = f", {counted(frames, 'frame')}" if frames > 1 else ""
    return f"{pixel_size(one.width, one.height)}, {file_size(one.bytes)}{moving}"


def original_size(outcome: Outcome) -> str:
    """Return ``2560 x 3837, 476 kB``."""
    bytes_ = file_size(outcome.original.bytes)
    if outcome.record is None or outcome.record.width is None or outcome.record.height is None:
        return bytes_
    return f"{pixel_size(outcome.record.width, outcome.record.height)}, {bytes_}"


def summary(outcomes: Sequence[Outcome]) -> str:
    """Return ``6 images: 5 completed, 1 rejected``."""
    states = Counter(outcome.status.lower() for outcome in outcomes)
    parts = ", ".join(f"{count} {state}" for state, count in states.most_common())
    return f"{counted(len(outcomes), 'image')}: {parts}"


def rows_that_fit(rows: Sequence[Row]) -> list[Row]:
    """Return as many rows as TALLEST allows."""
    shown: list[Row] = []
    height = TITLE + FOOT
    for row in rows:
        height += row.height
        if height > TALLEST:
            break
        shown.append(row)
    return shown


def line_height(line: Sequence[Tile]) -> int:
    """Return the height of the tallest tile in pixels."""
    return max(tile.image.height for tile in line)


def draw_sheet(rows: Sequence[Row], headline: str, side: int) -> Image.Image:
    """Draw the whole sheet."""
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
    """Draw one image: the heading, the tiles with captions, and the reason if there are no renditions."""
    draw = ImageDraw.Draw(sheet)
    draw_heading(draw, row.outcome, top, sheet.width)
    below = top + HEADING
    if len(row.lines[0]) == 1:
        draw_reason(
            draw, row.outcome, (MARGIN + side + GAP, below), (sheet.width - MARGIN, line_height(row.lines[0]))
        )
    for line in row.lines:
        for column, tile in enumerate(line):
            draw_tile(sheet, tile, (MARGIN + column * (side + GAP), below + line_height(line)), side)
        below += line_height(line) + CAPTION


def draw_heading(draw: ImageDraw.ImageDraw, outcome: Outcome, top: int, width: int) -> None:
    """Draw a rule, the name, the format, and the status on the right."""
    draw.line((MARGIN, top, width - MARGIN, top), fill=RULE, width=2)
    base = top + 38
    accent, _ = COLOURS.get(outcome.status, FAILURE)
    status = f"{outcome.status.lower()} after {duration(outcome.seconds)}"
    taken = write(draw, (width - MARGIN, base), status, 18, accent, anchor="rs")
    name = cut(visible(outcome.original.name), 23, width - 2 * MARGIN - taken - 220)
    end = MARGIN + write(draw, (MARGIN, base), name, 23, INK)
    write(draw, (end + 14, base), format_facts(outcome), 18, GREY)


def format_facts(outcome: Outcome) -> str:
    """Return ``JPEG``, or ``GIF, 12 frames``; an empty string if the format is unknown."""
    record = outcome.completed
    if record is None or record.format is None:
        return ""
    return record.format + frames_or_pages(record.format, record.frames)


def draw_tile(sheet: Image.Image, tile: Tile, foot: tuple[int, int], side: int) -> None:
    """Draw a tile whose lower left corner is ``foot``, with two lines below."""
    left, bottom = foot
    draw = ImageDraw.Draw(sheet)
    sheet.paste(tile.image, (left, bottom - tile.image.height))
    write(draw, (left, bottom + 21), tile.title, 16, INK)
    write(draw, (left, bottom + 41), cut(tile.caption, 15, side), 15, GREY)


def draw_reason(
    draw: ImageDraw.ImageDraw, outcome: Outcome, corner: tuple[int, int], extent: tuple[int, int]
) -> None:
    """Draw a tinted field with the reason, from ``corner`` to ``extent`` (right edge, height)."""
    (left, top), (right, height) = corner, extent
    accent, tint = COLOURS.get(outcome.status, FAILURE)
    draw.rounded_rectangle((left, top, right, top + height), 8, fill=tint)
    draw.rounded_rectangle((left, top, left + 6, top + height), 3, fill=accent)
    lines = wrapped(visible(outcome.reason) or outcome.status.lower(), 20, right - left - 60)[
        : max(height // 30, 1)
    ]
    base = top + (height - 30 * len(lines)) / 2 + 21
    for number, line in enumerate(lines):
        write(draw, (left + 32, base + 30 * number), line, 20, INK)
