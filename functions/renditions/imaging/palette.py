"""Fewer colours for a PNG, exactly those of the image where that is possible.

Pillow's own quantizers round the colours with transparency.
"""

from collections.abc import Iterator, Sequence

from PIL import Image

_MOST = 256


def with_fewer_colours(image: Image.Image) -> Iterator[Image.Image]:
    """Yield ``image`` for a PNG: unchanged, in one bit or a palette if that is enough, 7 bits, 6 bits, 256 colours."""
    yield image
    narrowed = narrowed_to_palette(image)
    yield narrowed
    if narrowed is not image:
        return  # exact, and smaller than what is coarser
    for bits in (7, 6):
        coarse = [value >> 8 - bits << 8 - bits | value >> bits for value in range(256)]
        alpha = list(range(256)) if image.mode in ("LA", "RGBA") else []
        yield image.point(coarse * (len(image.getbands()) - bool(alpha)) + alpha)
    yield _with_palette_of_256(image)


def narrowed_to_palette(image: Image.Image) -> Image.Image:
    """Return the same pixels in one bit or a palette, if that is enough."""
    if image.mode == "L" and not any(image.histogram()[1:255]):
        return image.convert("1")
    colours = image.getcolors(_MOST)
    return in_exact_palette(image, [colour for _, colour in colours]) if colours else image


def _with_palette_of_256(image: Image.Image) -> Image.Image:
    """Return ``image`` in 256 colours. Pillow converts greyscale with alpha to a palette only through RGBA."""
    whole = image.convert("RGBA") if image.mode == "LA" else image
    return whole.quantize(_MOST, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)


def in_exact_palette(image: Image.Image, colours: Sequence[object]) -> Image.Image:
    """Return ``image`` (L, LA, RGB, RGBA) as indices. ``colours`` are all that it has, at most 256.

    Each step replaces what is known of a pixel and one more band by the number of that combination, which has 16 bits.
    """
    used = [(colour,) if isinstance(colour, int) else tuple(colour) for colour in colours]  # type: ignore[arg-type] # a tuple
    # Transparent colours first, so that the list of their alpha values is short.
    ordered = sorted(
        used, key=lambda colour: (colour[-1], colour) if image.mode in ("LA", "RGBA") else (0, colour)
    )
    bands = image.split()
    indices = bands[0]
    known: dict[tuple[int, ...], int] = {(value,): value for value in range(_MOST)}
    for length, band in enumerate(bands[1:], start=2):
        starts = dict.fromkeys(colour[:length] for colour in ordered)
        numbers = {start: number for number, start in enumerate(starts)}
        table = [0] * 65536
        for start, number in numbers.items():
            table[known[start[:-1]] | start[-1] << 8] = number
        pairs = Image.frombytes("I;16", image.size, Image.merge("LA", (indices, band)).tobytes())
        indices, known = pairs.convert("I").point(table, "L"), numbers
    final = {colour: number for number, colour in enumerate(ordered)}
    indices = indices.point([final.get(_colour(known, value), 0) for value in range(_MOST)])
    return _with_palette(indices, image.mode, ordered)


def _colour(known: dict[tuple[int, ...], int], value: int) -> tuple[int, ...]:
    return next((colour for colour, number in known.items() if number == value), ())


def _with_palette(indices: Image.Image, mode: str, colours: list[tuple[int, ...]]) -> Image.Image:
    image = Image.frombytes("P", indices.size, indices.tobytes())
    opaque = [colour[:3] if mode in ("RGB", "RGBA") else colour[:1] * 3 for colour in colours]
    image.putpalette(bytes(sample for colour in opaque for sample in colour), "RGB")
    if mode in ("LA", "RGBA"):
        alphas = bytes(colour[-1] for colour in colours)
        image.info["transparency"] = alphas.rstrip(b"\xff") or b"\xff"
    return image
