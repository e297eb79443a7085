"""The tiles of the contact sheet: images as a viewer shows them, fitted into a square, on a checkerboard."""

from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageDraw, ImageOps, UnidentifiedImageError

CHECKS = ("#ffffff", "#dcdcd8")
CHECK = 8  # pixels
PAPER, LINE = "#ffffff", "#b9b8b2"
AVERAGED = ("L", "LA", "RGB", "RGBA", "CMYK")  # modes that are reduced before anything else, which is faster
# What Pillow and pillow-heif raise for damaged files; ImportError for HEIC if pillow-heif is not installed.
UNREADABLE = (OSError, ValueError, SyntaxError, RuntimeError, ImportError, Image.DecompressionBombError)


@dataclass(frozen=True, slots=True)
class Tile:
    """An image with the two lines below it."""

    image: Image.Image
    title: str
    caption: str


def image_tile(path: Path, side: int) -> Image.Image:
    """Return the image as RGB, reduced to at most ``side`` pixels each way; a page if it cannot be read."""
    try:
        return on_checkerboard(fitted(path, side))
    except UNREADABLE:
        return page_tile(side)


def fitted(path: Path, side: int) -> Image.Image:
    """Return the first frame, upright, as RGBA."""
    with opened(path) as image:
        is_ready = image.mode in AVERAGED and "transparency" not in image.info
        small = image if is_ready else image.convert("RGBA")
        small.thumbnail((side, side), Image.Resampling.LANCZOS)  # decodes a JPEG at a fraction of its size
        return ImageOps.exif_transpose(small).convert("RGBA")


def opened(path: Path) -> Image.Image:
    """Open the file with Pillow, or as HEIC."""
    try:
        return Image.open(path)
    except UnidentifiedImageError:
        import pillow_heif  # imported here: installed only if originals can be HEIC

        return pillow_heif.open_heif(path).to_pillow()


def frame_count(path: Path) -> int:
    """Return the number of frames; 1 if the file cannot be read."""
    try:
        with Image.open(path) as image:
            return int(getattr(image, "n_frames", 1))
    except UNREADABLE:
        return 1


def on_checkerboard(image: Image.Image) -> Image.Image:
    """Return an RGBA image on a checkerboard, which shows where the image is transparent."""
    board = checkerboard(image.width, image.height)
    board.paste(image, mask=image.getchannel("A"))
    return board


def checkerboard(width: int, height: int) -> Image.Image:
    """Return a checkerboard with squares of CHECK pixels."""
    board = Image.new("RGB", (width, height), CHECKS[0])
    draw = ImageDraw.Draw(board)
    for top in range(0, height, CHECK):
        for left in range(CHECK * (top // CHECK % 2), width, 2 * CHECK):
            draw.rectangle((left, top, left + CHECK - 1, top + CHECK - 1), fill=CHECKS[1])
    return board


def page_tile(side: int) -> Image.Image:
    """Return a page with a folded corner, for a file that cannot be shown."""
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
