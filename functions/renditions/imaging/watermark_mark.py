"""The mark: text, logo or both, its place, its ink, and laying it over the image."""

from dataclasses import replace
from datetime import UTC, datetime

from PIL import Image

from renditions.imaging.flatten import on_background
from renditions.imaging.geometry import placed
from renditions.imaging.picture import Mark, Picture
from renditions.imaging.watermark_logo import is_invisible, logo_mark
from renditions.imaging.watermark_pixels import text_mark
from renditions.imaging.watermark_text import UNSHAPED, can_shape, needs_shaping, set_line
from renditions.settings import Settings

# Above this mean brightness (0 to 255) dark ink is easier to read than light ink. Light ink with its dark outline is
# readable far into the middle tones, so the limit is above the middle.
_BRIGHT = 150


def marked(picture: Picture) -> Picture:
    """Return ``picture`` with its mark, which it may have already, or with a note that says why it has none."""
    picture = picture if picture.mark else _decided(picture)
    return picture.showing(_laid_over(picture.image, picture.mark))


def check_text(settings: Settings, font: bytes) -> None:
    """Check the text of the mark. Raises InvalidSettings for a character that neither ``font`` nor the package has."""
    if text := _text(settings):
        set_line(text, font)


def _decided(picture: Picture) -> Picture:
    """Return ``picture`` with its mark, not applied yet, or with a note that says why it has none."""
    settings, short = picture.settings, min(picture.image.size)
    if picture.logo is not None and is_invisible(picture.logo):
        picture = replace(picture, logo=None).noting("The watermark logo is transparent everywhere.")
        if not _text(settings):
            return replace(picture, mark=Mark(None))
    if short < settings.watermark_min_side:
        return replace(picture, mark=Mark(None)).noting(
            f"No watermark: the short side of {short} pixels is below the minimum of {settings.watermark_min_side}."
        )
    mark = _mark(picture, light=True)
    if mark is None:
        return replace(picture, mark=Mark(None)).noting(
            "No watermark: the text is too long to be readable on this image."
        )
    if needs_shaping(_text(settings)) and not can_shape():
        picture = picture.noting(UNSHAPED)
    is_tiled = settings.watermark_position == "tiled"
    place = (0, 0) if is_tiled else _place(picture.image.size, mark.size, settings)
    if _brightness(picture, place, picture.image.size if is_tiled else mark.size) > _BRIGHT:
        mark = _mark(picture, light=False) or mark
    if is_tiled:
        mark = _tiled(mark, picture.image.size)
    return replace(picture, mark=Mark(_faded(mark, settings.watermark_opacity), place))


def _tiled(mark: Image.Image, size: tuple[int, int]) -> Image.Image:
    """Return a transparent layer of ``size`` filled with ``mark``, every other row shifted by half a step."""
    layer = Image.new("RGBA", size)
    step, line = mark.width + 2 * mark.height, 4 * mark.height
    for number, top in enumerate(range(mark.height, size[1], line)):
        for left in range(-step // 2 * (number % 2), size[0], step):
            layer.paste(mark, (left + mark.height, top))
    return layer


def _text(settings: Settings) -> str:
    """Return the text of the mark."""
    return settings.watermark_text.strip().replace("{year}", str(datetime.now(UTC).year))


def _mark(picture: Picture, *, light: bool) -> Image.Image | None:
    """Return the whole mark, fitted between the margins; None if there is too little room for the text."""
    settings, (width, _) = picture.settings, picture.image.size
    short = min(picture.image.size)
    height = max(1, round(short * settings.watermark_scale / 100))
    longest = max(1, width - 2 * _margin(short, settings))
    text = _text(settings)
    if picture.logo is None:
        return text_mark(text, height, longest, light=light, font=picture.font)
    if not text:
        return logo_mark(picture.logo, height, longest, settings.resized_by)
    logo = logo_mark(picture.logo, height, max(1, longest // 3), settings.resized_by)
    gap = round(height / 3)
    line = text_mark(text, height, max(1, longest - logo.width - gap), light=light, font=picture.font)
    return _side_by_side(logo, line, gap) if line else None


def _side_by_side(left: Image.Image, right: Image.Image, gap: int) -> Image.Image:
    height = max(left.height, right.height)
    joined = Image.new("RGBA", (left.width + gap + right.width, height))
    joined.paste(left, (0, (height - left.height) // 2))
    joined.paste(right, (left.width + gap, (height - right.height) // 2))
    return joined


def _margin(short: int, settings: Settings) -> int:
    return round(short * settings.watermark_margin / 100)


def _place(whole: tuple[int, int], mark: tuple[int, int], settings: Settings) -> tuple[int, int]:
    """Return left and top of the mark, in pixels, at its position and inside the image."""
    left, top = placed(whole, mark, settings.watermark_position, _margin(min(whole), settings))
    return max(0, left), max(0, top)


def _brightness(picture: Picture, place: tuple[int, int], size: tuple[int, int]) -> float:
    """Return the mean brightness, 0 to 255, of the pixels under the mark, in front of the background."""
    left, top = place
    below = picture.image.crop((left, top, left + size[0], top + size[1]))
    if below.mode in ("LA", "RGBA"):
        below = on_background(below, picture.background)
    (mean,) = below.convert("L").resize((1, 1), Image.Resampling.BOX).tobytes()
    return mean


def _faded(mark: Image.Image, opacity: int) -> Image.Image:
    """Return a copy of ``mark`` at ``opacity`` percent."""
    faded = mark.copy()
    faded.putalpha(mark.getchannel("A").point(lambda value: value * opacity / 100))
    return faded


def _laid_over(image: Image.Image, mark: Mark | None) -> Image.Image:
    """A copy of ``image``, in colour, with ``mark`` laid over it; ``image`` itself where there is none."""
    if mark is None or mark.layer is None:
        return image
    if image.mode in ("LA", "RGBA"):
        layer = Image.new("RGBA", image.size)
        layer.paste(mark.layer, mark.place)
        return Image.alpha_composite(image.convert("RGBA"), layer)
    marked = image.convert("RGB") if image.mode != "RGB" else image.copy()
    marked.paste(mark.layer, mark.place, mark.layer)
    return marked
