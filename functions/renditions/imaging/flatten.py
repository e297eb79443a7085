"""Transparency, kept only if it is used and the output format supports it."""

from PIL import Image

from renditions.imaging.outputs import OUTPUTS
from renditions.imaging.picture import Picture
from renditions.shapes import BLUR, padding


def flatten(picture: Picture) -> Picture:
    """Drop an alpha channel that is opaque everywhere. Put the image on the background if none can be kept."""
    image = picture.image
    if image.mode not in ("LA", "RGBA"):
        return picture
    if image.getchannel("A").getextrema() == (255, 255):
        return picture.showing(image.convert("L" if image.mode == "LA" else "RGB"))
    # Blurred padding is put behind the image later, and shows through it in every format.
    if OUTPUTS[picture.settings.output_format].has_alpha or padding(picture.spec.fit) == BLUR:
        return picture
    return picture.showing(on_background(image, picture.background))


def on_background(image: Image.Image, background: str) -> Image.Image:
    """Return the RGB pixels of an LA or RGBA ``image`` in front of ``background`` (#rrggbb)."""
    backdrop = Image.new("RGBA", image.size, background)
    return Image.alpha_composite(backdrop, image.convert("RGBA")).convert("RGB")
