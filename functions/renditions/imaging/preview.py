"""What a page can show before an image has loaded: one colour, and a blurred placeholder in some 30 characters."""

from PIL import Image

from renditions.imaging.blurhash import blurhash
from renditions.imaging.flatten import on_background

# Enough for both: a BlurHash holds 3 × 4 waves, and its encoder is plain Python.
_SIDE = 32
_CLUSTERS = 8
_LONG, _SHORT = 4, 3


def dominant_colour(image: Image.Image, background: str) -> str:
    """Return the colour of the largest group of similar opaque pixels, as #rrggbb; the background if there are none."""
    small = image.convert("RGBA" if image.mode in ("LA", "RGBA") else "RGB")
    small.thumbnail((_SIDE * 2, _SIDE * 2))
    seen = _opaque(small)
    if not seen:
        return background.lower()
    row = Image.frombytes("RGB", (len(seen) // 3, 1), seen)
    grouped = row.quantize(_CLUSTERS, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    palette = grouped.getpalette() or []
    largest = max(range(_CLUSTERS), key=grouped.histogram().__getitem__)
    red, green, blue = palette[3 * largest : 3 * largest + 3]
    return f"#{red:02x}{green:02x}{blue:02x}"


def _opaque(image: Image.Image) -> bytes:
    """Return the samples of the pixels of an RGB or RGBA ``image`` that are more opaque than transparent."""
    if image.mode == "RGB" or not any(image.getchannel("A").histogram()[:128]):
        return image.convert("RGB").tobytes()
    samples = image.tobytes()
    return b"".join(
        samples[place : place + 3] for place in range(0, len(samples), 4) if samples[place + 3] >= 128
    )


def placeholder(image: Image.Image, background: str) -> str:
    """Return the BlurHash (https://blurha.sh) of ``image`` in front of ``background``: 4 × 3 waves, upright 3 × 4."""
    small = on_background(image, background) if image.mode in ("LA", "RGBA") else image.convert("RGB")
    small.thumbnail((_SIDE, _SIDE), reducing_gap=2.0)
    waves = (_SHORT, _LONG) if small.height > small.width else (_LONG, _SHORT)
    return blurhash(small, *waves)
