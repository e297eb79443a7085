"""The quality of a rendition: SSIM of its brightness against the same image made in full precision."""

import io
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageCms, ImageOps
from scipy.ndimage import gaussian_filter

Pixels = NDArray[np.float32]
Image.MAX_IMAGE_PIXELS = None
# The watermark differs between contestants, so the lowest rows are not compared.
BELOW_IS_MARK = 0.85
_BORDER = 5  # pixels at the edge, where the window extends beyond the image
_C1, _C2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2


class References:
    """Reference pixels by original and size, cached in ``folder``: making them takes longer than all contestants."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def ssim(self, rendition: bytes, original: Path, *, marked: bool) -> float:
        """Return the SSIM, 1 for equal brightness. The reference has the size of the rendition."""
        made = brightness(rendition)
        wanted = self._reference(original, (made.shape[1], made.shape[0]))
        rows = int(made.shape[0] * (BELOW_IS_MARK if marked else 1))
        return ssim(made[:rows], wanted[:rows])

    def _reference(self, original: Path, size: tuple[int, int]) -> Pixels:
        kept = self._folder / f"{original.stem}-{size[0]}x{size[1]}.npy"
        if not kept.exists():
            np.save(kept, full_precision(original, size))
        found: Pixels = np.load(kept)
        return found


def full_precision(original: Path, size: tuple[int, int]) -> Pixels:
    """Decode all pixels, orient them, convert them to sRGB, and only then resize them with Lanczos in floats."""
    bands = upright_srgb(original).split()
    small = [
        np.asarray(band.convert("F").resize(size, Image.Resampling.LANCZOS), dtype=np.float32)
        for band in bands
    ]
    return luma(np.clip(np.stack(small), 0, 255))


@lru_cache(maxsize=1)
def upright_srgb(original: Path) -> Image.Image:
    """Return the original as a viewer shows it."""
    with Image.open(original) as opened:
        profile = opened.info.get("icc_profile")
        return to_srgb(on_white(ImageOps.exif_transpose(opened)), profile)


def brightness(rendition: bytes) -> Pixels:
    """Return the brightness of a rendition as a viewer shows it, with its own profile if it has one."""
    with Image.open(io.BytesIO(rendition)) as opened:
        shown = to_srgb(on_white(opened), opened.info.get("icc_profile"))
    return luma(np.asarray(shown, dtype=np.float32).transpose(2, 0, 1))


def on_white(picture: Image.Image) -> Image.Image:
    """Return the picture in RGB, in front of white, with 16 bits of grey reduced to their upper byte."""
    if picture.mode.startswith("I;16"):
        return picture.convert("I").point(lambda value: value * (1 / 256)).convert("L").convert("RGB")
    if not picture.has_transparency_data:
        return picture.convert("RGB")
    return Image.alpha_composite(Image.new("RGBA", picture.size, "white"), picture.convert("RGBA")).convert(
        "RGB"
    )


def to_srgb(picture: Image.Image, profile: bytes | None) -> Image.Image:
    """Convert an RGB picture to sRGB, which it is already without a profile."""
    if not profile:
        return picture
    transform = ImageCms.buildTransform(
        ImageCms.ImageCmsProfile(io.BytesIO(profile)),
        ImageCms.createProfile("sRGB"),
        "RGB",
        "RGB",
        renderingIntent=ImageCms.Intent.RELATIVE_COLORIMETRIC,
    )
    return ImageCms.applyTransform(picture, transform) or picture


def luma(bands: Pixels) -> Pixels:
    """Return the brightness by Rec. 601, as JPEG and WebP use it."""
    return np.tensordot(np.array([0.299, 0.587, 0.114], dtype=np.float32), bands, axes=1)


def ssim(made: Pixels, wanted: Pixels) -> float:
    """Return the mean structural similarity of Wang et al. 2004: Gaussian window, sigma 1.5."""
    mean_a, mean_b = window(made), window(wanted)
    variance_a = window(made * made) - mean_a * mean_a
    variance_b = window(wanted * wanted) - mean_b * mean_b
    covariance = window(made * wanted) - mean_a * mean_b
    similar = (2 * mean_a * mean_b + _C1) * (2 * covariance + _C2)
    similar /= (mean_a**2 + mean_b**2 + _C1) * (variance_a + variance_b + _C2)
    return float(similar[_BORDER:-_BORDER, _BORDER:-_BORDER].mean())


def window(values: Pixels) -> Pixels:
    """Return the weighted mean around each pixel."""
    weighted: Pixels = gaussian_filter(values, 1.5, truncate=3.5)
    return weighted
