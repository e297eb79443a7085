"""Make docs/images/shapes.jpg: one photograph in each shape, with a focus and with a crop.

.venv/bin/python -m benchmarks.shapes
"""

import io
from pathlib import Path

from PIL import Image, ImageDraw

from renditions.framing import WHOLE, Framing
from renditions.imaging import render
from renditions.settings import Settings
from renditions_cli.show.lettering import write

ROOT = Path(__file__).parents[1]
FOCUS, CROP = Framing(focus="0.5,0.3"), Framing(crop="0.25,0.28,0.5,0.25")
TILES = (
    ("300x200 inside", "inside", WHOLE),
    ("300x200 cover", "cover", WHOLE),
    ("cover, focus 0.5,0.3", "cover", FOCUS),
    ("inside, crop 0.25,0.28,0.5,0.25", "inside", CROP),
    ("300x200 pad:#dde3ea", "pad:#dde3ea", WHOLE),
    ("300x200 pad:blur", "pad:blur", WHOLE),
)
WIDTH, HEIGHT, GAP, LINE, COLUMNS = 300, 200, 16, 26, 3


def main() -> None:
    """Write the picture."""
    data = (ROOT / "samples/living-room.jpg").read_bytes()
    size = (
        COLUMNS * (WIDTH + GAP) + GAP,
        -(-len(TILES) // COLUMNS) * (HEIGHT + LINE + GAP) + GAP,
    )
    sheet = Image.new("RGB", size, "white")
    draw = ImageDraw.Draw(sheet)
    for number, (title, fit, framing) in enumerate(TILES):
        settings = Settings(thumbnail_size=f"{WIDTH}x{HEIGHT}", thumbnail_fit=fit, output_format="png")
        made = Image.open(io.BytesIO(render(data, "thumbnail", settings, framing=framing).data))
        row, column = divmod(number, COLUMNS)
        left, top = GAP + column * (WIDTH + GAP), GAP + row * (HEIGHT + LINE + GAP)
        sheet.paste(made, (left, top))
        write(draw, (left, top + HEIGHT + 18), title, 15, "#333333")
    sheet.save(ROOT / "docs/images/shapes.jpg", quality=85, optimize=True)


if __name__ == "__main__":
    main()
