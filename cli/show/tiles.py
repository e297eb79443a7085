"""Small pictures for the contact sheet: what a viewer would show, fitted into a square, on a checkerboard."""

from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageDraw, ImageOps, UnidentifiedImageError

CHECKS = ("#ffffff", "#dcdcd8")
CHECK = 8  # pixels
PAPER, LINE = "#ffffff", "#b9b8b2"
# What Pillow and pillow-heif raise for damaged files, and what comes of a HEIC where pillow-heif is not installed.
UNREADABLE = (OSError, ValueError, SyntaxError, RuntimeError, ImportError, Image.DecompressionBombError)


@dataclass(frozen=True, slots=True)
class Tile:
    """A picture with the two lines below it."""

    picture: Image.Image
    title: str
    caption: str


def picture_tile(path: Path, side: int) -> Image.Image:
    """The file as an RGB picture of at most ``side`` pixels each way, never enlarged; a page where it is no picture."""
    try:
        return on_checkerboard(fitted(path, side))
    except UNREADABLE:
        return page_tile(side)


def fitted(path: Path, side: int) -> Image.Image:
    """The first frame, turned upright, as RGBA."""
    with opened(path) as picture:
        picture.draft(picture.mode, (2 * side, 2 * side))  # a JPEG is decoded at a fraction of its size
        upright = ImageOps.exif_transpose(picture).convert("RGBA")
    upright.thumbnail((side, side), Image.Resampling.LANCZOS)
    return upright


def opened(path: Path) -> Image.Image:
    """The file, of a format that Pillow knows or HEIC."""
    try:
        return Image.open(path)
    except UnidentifiedImageError:
        import pillow_heif  # here, as it is only installed where originals may be HEIC

        return pillow_heif.open_heif(path).to_pillow()


def frame_count(path: Path) -> int:
    """How many frames the file shows; 1 for one that cannot be read."""
    try:
        with Image.open(path) as picture:
            return int(getattr(picture, "n_frames", 1))
    except UNREADABLE:
        return 1


def on_checkerboard(picture: Image.Image) -> Image.Image:
    """An RGBA picture on squares of two light greys that show through where it is transparent."""
    board = checkerboard(picture.width, picture.height)
    board.paste(picture, mask=picture.getchannel("A"))
    return board


def checkerboard(width: int, height: int) -> Image.Image:
    """Squares of CHECK pixels."""
    board = Image.new("RGB", (width, height), CHECKS[0])
    draw = ImageDraw.Draw(board)
    for top in range(0, height, CHECK):
        for left in range(CHECK * (top // CHECK % 2), width, 2 * CHECK):
            draw.rectangle((left, top, left + CHECK - 1, top + CHECK - 1), fill=CHECKS[1])
    return board


def page_tile(side: int) -> Image.Image:
    """A page with a folded corner: stands for a file that cannot be shown."""
    width, height, fold = round(side * 0.42), round(side * 0.54), round(side * 0.13)
    page = Image.new("RGB", (width + 1, height + 1), "#f4f3ef")
    draw = ImageDraw.Draw(page)
    outline = [(0, 0), (width - fold, 0), (width, fold), (width, height), (0, height), (0, 0)]
    draw.polygon(outline, fill=PAPER, outline=LINE, width=2)
    draw.polygon(
        [(width - fold, 0), (width - fold, fold), (width, fold)], fill="#e9e8e2", outline=LINE, width=2
    )
    for line, share in enumerate((0.9, 0.7, 0.85, 0.5)):
        top = round(height * (0.42 + 0.13 * line))
        draw.line((width * 0.16, top, width * (0.16 + 0.68 * share), top), fill=LINE, width=2)
    return page
