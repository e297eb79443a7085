"""Putting the finished image on a canvas of the shape, for renditions that are padded."""

from PIL import Image, ImageColor, ImageFilter

from renditions.imaging.flatten import on_background
from renditions.imaging.geometry import placed
from renditions.imaging.outputs import OUTPUTS
from renditions.imaging.picture import Picture
from renditions.imaging.resampling import resized
from renditions.shapes import BLUR, TRANSPARENT, padding

# The longest side at which the backdrop is blurred, in pixels, and how far. It is so soft that more would not show.
_BLURRED_SIDE, _BLUR = 64, 3
_WITH_ALPHA = ("LA", "RGBA")


def pad(picture: Picture) -> Picture:
    """Put the image in the middle of its canvas: a colour, the image itself out of focus, or nothing.

    What is transparent in the image shows the canvas, too.
    """
    image, canvas, what = picture.image, picture.canvas, padding(picture.spec.fit)
    if what is None or (image.size == canvas and (what == TRANSPARENT or image.mode not in _WITH_ALPHA)):
        return picture
    if what == TRANSPARENT and OUTPUTS[picture.settings.output_format].has_alpha:
        backdrop = Image.new("RGBA", canvas)
    elif what == BLUR:
        backdrop = _blurred(picture, canvas)
    else:
        backdrop = _coloured(image, canvas, picture.background)
    return picture.showing(_laid(image, backdrop))


def _laid(image: Image.Image, backdrop: Image.Image) -> Image.Image:
    """Return ``backdrop`` with ``image`` in its middle."""
    place = placed(backdrop.size, image.size, "center")
    if backdrop.mode == "RGBA":
        backdrop.paste(image.convert("RGBA"), place)
    elif image.mode in _WITH_ALPHA:
        backdrop.paste(image.convert(backdrop.mode), place, image.getchannel("A"))
    else:
        backdrop.paste(image, place)
    return backdrop


def _coloured(image: Image.Image, canvas: tuple[int, int], colour: str) -> Image.Image:
    """Return a canvas in a colour: grey if the image is, too."""
    red, green, blue = ImageColor.getrgb(colour)[:3]
    if image.mode in ("L", "LA") and red == green == blue:
        return Image.new("L", canvas, red)
    return Image.new("RGB", canvas, (red, green, blue))


def _blurred(picture: Picture, canvas: tuple[int, int]) -> Image.Image:
    """Return the image out of focus, enlarged until it covers the canvas."""
    image, resizer = on_background(picture.image, picture.background), picture.settings.resized_by
    shrink = max(1.0, max(canvas) / _BLURRED_SIDE)
    small = tuple(max(1, round(side / shrink)) for side in canvas)
    zoom = max(canvas[0] / image.width, canvas[1] / image.height)
    width, height = canvas[0] / zoom, canvas[1] / zoom
    left, top = max(0.0, (image.width - width) / 2), max(0.0, (image.height - height) / 2)
    box = (left, top, min(image.width, left + width), min(image.height, top + height))
    seen = resized(image, (small[0], small[1]), Image.Resampling.BICUBIC, resizer, box)
    return resized(seen.filter(ImageFilter.GaussianBlur(_BLUR)), canvas, Image.Resampling.BICUBIC, resizer)
