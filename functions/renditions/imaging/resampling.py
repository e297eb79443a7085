"""The one function that resizes pixels, by SIMD instructions or by Pillow, as the settings say.

SIMD is the library cykooz-resizer (the Rust crate fast_image_resize), which reads and writes Pillow's own memory. Its
results do not depend on the processor, and differ from Pillow's in the last bit (docs/performance.md).
"""

import importlib
from functools import cache
from types import ModuleType

import PIL
from PIL import Image, ImageChops
from PIL.Image import Resampling

from renditions.errors import InvalidSettings
from renditions.settings import PILLOW, Settings

Box = tuple[float, float, float, float]  # left, upper, right, lower in pixels

# Pillow's greyscale with alpha is stored in a way that the library does not know.
_MODES = ("L", "RGB", "RGBA", "CMYK")
_KERNELS = {
    Resampling.LANCZOS: "lanczos3",
    Resampling.BICUBIC: "catmull_rom",
    Resampling.BILINEAR: "bilinear",
}
# Where the middle of the first or last new pixel of a box is that of an old one, some weights of this kernel are 0. The
# library leaves these out, and then reads memory before or after the part that it works on. That cannot happen without
# a box, nor with Lanczos, whose sines are never quite 0.
_UNSAFE = frozenset({Resampling.BICUBIC})
# Reading the memory of another Pillow could crash. Raise it after running the tests of this module.
_KNOWN_PILLOW = "13"
_ROUNDING = 2  # of 255, on the smooth image of the self-check


def resized(
    image: Image.Image,
    size: tuple[int, int],
    kernel: Resampling,
    resizer: str,
    box: Box | None = None,
    *,
    in_place: bool = False,
) -> Image.Image:
    """Return ``image``, or the part in ``box``, at ``size``. Transparent colours do not bleed into visible ones.

    ``resizer`` is the library, ``Settings.resized_by``. ``kernel`` is LANCZOS or BICUBIC for SIMD. ``in_place``: the
    pixels of ``image`` are not needed any more and may be premultiplied where they are, which saves a copy of them.
    """
    whole: Box = (0, 0, *image.size)
    box = None if box == whole else box  # as that of a file decoded at a fraction that divides its sides
    if resizer == PILLOW or image.mode not in _MODES or kernel not in _KERNELS or (box and kernel in _UNSAFE):
        # reducing_gap first averages whole blocks of an image that is far too large, which halves the time and makes no
        # visible difference.
        return image.resize(size, kernel, box=box, reducing_gap=2.0)
    if in_place and image.mode == "RGBA":
        _simd().AlphaMulDiv().multiply_alpha_pil_inplace(image)
    return _by_simd(_simd(), image, size, kernel, box)


def check_resizer(settings: Settings) -> None:
    """Load the resizer and check its pixels. Raises InvalidSettings, which says how to switch it off."""
    if settings.resized_by != PILLOW:
        _simd()


@cache
def _simd() -> ModuleType:
    """Return the library, which has proven that it understands the memory of this Pillow."""
    if PIL.__version__.split(".")[0] != _KNOWN_PILLOW:
        raise _unusable(f"It is known to work with Pillow {_KNOWN_PILLOW} only.")
    try:
        library = importlib.import_module("cykooz_resizer")  # not in every package
    except ImportError as error:
        raise _unusable(f"It cannot be loaded: {error}.") from error
    for mode in _MODES:
        if not _agrees_with_pillow(library, mode):
            raise _unusable(f"Its {mode} pixels differ from Pillow's.")
    return library


def _unusable(reason: str) -> InvalidSettings:
    return InvalidSettings(
        f"The resizer with SIMD cannot be used with Pillow {PIL.__version__}. {reason} Set RESIZER to pillow, or build "
        "the package with the versions in functions/requirements.txt and functions/requirements-simd.txt."
    )


def _agrees_with_pillow(library: ModuleType, mode: str) -> bool:
    """Return whether a small image comes out the same, with a box that begins and ends inside a pixel."""
    size, box, kernel = (5, 7), (0.5, 1.25, 15.0, 12.5), Resampling.LANCZOS
    ramp = Image.frombytes(
        "L", (16, 13), bytes(8 * column + 10 * row for row in range(13) for column in range(16))
    )
    inverted, turned = ImageChops.invert(ramp), ramp.transpose(Image.Transpose.ROTATE_180)
    # Nowhere quite transparent, where colours are arbitrary.
    bands = (ramp, inverted, turned, turned.point([128 + value // 2 for value in range(256)]))
    image = ramp if mode == "L" else Image.merge(mode, bands[: len(mode)])
    expected = image.resize(size, kernel, box=box)
    try:
        made = _by_simd(library, image, size, kernel, box)
    except Exception:  # noqa: BLE001 - whatever it is, the library cannot be used
        return False
    return all(
        abs(one - other) <= _ROUNDING for one, other in zip(made.tobytes(), expected.tobytes(), strict=True)
    )


def _by_simd(
    library: ModuleType, image: Image.Image, size: tuple[int, int], kernel: Resampling, box: Box | None
) -> Image.Image:
    left, upper, right, lower = box or (0, 0, *image.size)
    algorithm = library.ResizeAlg.convolution(library.FilterType[_KERNELS[kernel]])
    options = library.ResizeOptions(
        algorithm, crop_box=library.CropBox(left, upper, right - left, lower - upper)
    )
    mode = "RGBA" if image.mode == "RGBa" else image.mode  # the library divides by alpha at the end
    made = Image.new(mode, size, None)  # every sample is written
    # A resizer for each call: it keeps buffers, and no two threads may share one.
    library.Resizer().resize_pil(image, made, options)
    return made
