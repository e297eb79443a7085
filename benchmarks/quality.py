"""Find the qualities of JPEG and AVIF that look like those of WebP: the table in docs/renditions.md.

.venv/bin/python benchmarks/quality.py [PICTURE…]     needs the tools of `make test`
"""

import io
import sys
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from renditions.imaging import render
from renditions.settings import Settings

SAMPLES = [
    Path(__file__).parents[1] / "samples" / name
    for name in ("living-room.jpg", "paint-brushes.jpg", "fig-bowl.png")
]
QUALITIES = (40, 50, 60, 70, 80, 90, 95)
FORMATS = ("webp", "jpeg", "avif")
_WINDOW = np.exp(-(np.arange(-5, 6) ** 2) / (2 * 1.5**2))


def ssim(one: Image.Image, other: Image.Image) -> float:
    """Return the mean structural similarity of two images in brightness (Wang et al. 2004: 11 × 11 Gaussian window)."""
    x, y = (np.asarray(image.convert("RGB").convert("L"), float) for image in (one, other))
    mean_x, mean_y = _blurred(x), _blurred(y)
    variances = _blurred(x * x) - mean_x**2 + _blurred(y * y) - mean_y**2
    covariance = _blurred(x * y) - mean_x * mean_y
    c1, c2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
    above = (2 * mean_x * mean_y + c1) * (2 * covariance + c2)
    return float((above / ((mean_x**2 + mean_y**2 + c1) * (variances + c2))).mean())


def _blurred(values: NDArray[np.float64]) -> NDArray[np.float64]:
    weights, (height, width) = _WINDOW / _WINDOW.sum(), (side - 10 for side in values.shape)
    rows = sum(weight * values[n : n + height] for n, weight in enumerate(weights))
    result: NDArray[np.float64] = sum(weight * rows[:, n : n + width] for n, weight in enumerate(weights))
    return result


def main(pictures: list[Path]) -> None:
    """Print the table."""
    lines = ["| `OUTPUT_QUALITY` |" + "".join(f" {name} SSIM | {name} kB |" for name in FORMATS)]
    originals = [picture.read_bytes() for picture in pictures]
    exact = [_opened(render(data, "medium", Settings(output_format="png")).data) for data in originals]
    for quality in QUALITIES:
        cells = ""
        for name in FORMATS:
            settings = Settings(output_format=name, output_quality=quality)
            made = [render(data, "medium", settings).data for data in originals]
            likeness = np.mean([ssim(_opened(a), b) for a, b in zip(made, exact, strict=True)])
            cells += f" {likeness:.4f} | {sum(map(len, made)) / 1000:.0f} |"
        lines.append(f"| {quality} |{cells}")
    sys.stdout.write("\n".join([*lines, ""]))


def _opened(data: bytes) -> Image.Image:
    shown = Image.open(io.BytesIO(data)).convert("RGBA")
    return Image.alpha_composite(Image.new("RGBA", shown.size, "white"), shown).convert("RGB")


if __name__ == "__main__":
    main([Path(name) for name in sys.argv[1:]] or SAMPLES)
