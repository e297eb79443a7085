"""Pages that are drawn and not photographed: a screenshot, and the scan of a printed page."""

from random import Random

from PIL import Image, ImageDraw, ImageFilter, ImageFont

from benchmarks.contestants import ROOT

FONT = ROOT / "functions/renditions/imaging/fonts/DejaVuSans-Bold.ttf"
SYLLABLES = ("ren", "di", "tion", "ma", "le", "so", "ver", "un", "ta", "gra", "ph", "ik", "est", "no", "al")


def drawn(name: str, size: tuple[int, int]) -> Image.Image | None:
    """Return the page ``name`` at ``size``, always the same pixels; None if there is no such page."""
    page = {"screenshot": screenshot, "scan": scan}.get(name)
    return page(size, Random(1)) if page else None  # noqa: S311 - nothing secret


def screenshot(size: tuple[int, int], random: Random) -> Image.Image:
    """Return a window with a bar, a menu, buttons and text."""
    width, height = size
    page = Image.new("RGB", size, "#f7f8fa")
    pen = ImageDraw.Draw(page)
    pen.rectangle((0, 0, width, 48), fill="#20304a")
    pen.rectangle((0, 48, width // 6, height), fill="#e6eaf1")
    for row, top in enumerate(range(72, height - 40, 36)):
        pen.text((24, top), words(random, 2), fill="#334", font=font(15))
        pen.text(
            (width // 6 + 32, top), words(random, 12), fill="#c22" if row % 7 == 3 else "#223", font=font(14)
        )
        if row % 4 == 0:
            pen.rounded_rectangle((width - 220, top - 4, width - 60, top + 26), 6, fill="#2a72d8")
            pen.text((width - 200, top), words(random, 1), fill="white", font=font(15))
    return page


def scan(size: tuple[int, int], random: Random) -> Image.Image:
    """Return a page of letters, slightly turned, with the specks of a scanner."""
    width, height = size
    page = Image.new("L", size, 255)
    pen = ImageDraw.Draw(page)
    for top in range(200, height - 200, 60):
        pen.text((180, top), words(random, 11), fill=20, font=font(34))
    page = page.rotate(0.4, Image.Resampling.BICUBIC, fillcolor=255).filter(ImageFilter.GaussianBlur(1))
    for _ in range(2000):
        page.putpixel((random.randrange(width), random.randrange(height)), 0)
    return page.convert("RGB")


def words(random: Random, count: int) -> str:
    """Return ``count`` words that nobody has written."""
    return " ".join("".join(random.choices(SYLLABLES, k=random.randint(1, 4))) for _ in range(count))


def font(size: int) -> ImageFont.FreeTypeFont:
    """Return the bundled font."""
    return ImageFont.truetype(str(FONT), size)
