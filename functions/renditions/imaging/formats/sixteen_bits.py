"""Files with 16 bits per sample, of which Pillow keeps the upper 8 where an image has several bands."""

import io
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import Any

from PIL import Image, ImageChops
from PIL.ImageFile import ImageFile

_ROWS = 64  # that are widened at a time, to save memory
_ALPHA = "A"
_WHITE = 65535.0

Box = tuple[int, int, int, int]


@cache  # 3 ms that no start waits for
def upper() -> list[int]:
    """Return the table that keeps the upper 8 of 16 bits."""
    return [value >> 8 for value in range(65536)]


class SixteenBits(ImageFile):
    """A file whose lower bytes count where a profile with a steep curve or a transparent colour needs them.

    ``lower_bytes`` is the raw mode that reads them; empty where that is impossible, or the samples have fewer bits.
    """

    lower_bytes = ""
    tables: tuple[list[int], ...] = ()
    _file = b""

    def recode(self, profile: bytes | None) -> bytes | None:
        """Apply the curves of ``profile`` while the samples have 16 bits. Return the profile that remains to apply."""
        if profile is None or not self.is_wide:
            return profile
        from renditions.imaging.formats.tone_curves import recoding  # noqa: PLC0415 - only for such a file

        found = recoding(profile)
        if found is None or (len(found.tables) == 1 and not self.is_grey):
            return profile
        # For grey, the curve of green stands for all three.
        tables = found.tables[len(found.tables) // 2 :][:1] if self.is_grey else found.tables
        self.set_tables(tables)
        return found.profile

    def set_tables(self, tables: tuple[list[int], ...]) -> None:
        """Have the samples converted by ``tables``: one for all colours, or one for each."""
        self.tables = tables

    @property
    def is_wide(self) -> bool:
        """Whether all 16 bits of the samples can be read."""
        return bool(self.lower_bytes) or self.mode.startswith("I;16")

    @property
    def is_grey(self) -> bool:
        """Whether the colours are all grey, even if they are stored as three bands."""
        return self.mode.startswith("I;16")

    @property
    def reads_lower_bytes(self) -> bool:
        """Whether the pixels will be decoded twice."""
        return bool(self.tables or (self.lower_bytes and self.mode == "RGB" and "transparency" in self.info))

    def keep_file(self) -> None:
        """Keep the bytes of the file, which is closed once it is loaded."""
        if self.reads_lower_bytes and isinstance(self.fp, io.BytesIO):
            self._file = self.fp.getvalue()

    def widen(self) -> None:
        """Replace the pixels, which have been loaded, by those that the lower bytes give, too."""
        if not self._file:
            return
        upper = self._new(self.im)
        shown = self._of_one_band(upper) if self.mode.startswith("I;16") else self._of_bands(upper)
        self.im, self._mode, self._file, self.tables = shown.im, shown.mode, b"", ()

    def lower(self) -> Image.Image:
        """Return the lower bytes of all samples, in the same mode as the upper ones."""
        other: Any = type(self)(io.BytesIO(self._file))
        other.tile = [tile._replace(args=_with_rawmode(tile.args, self.lower_bytes)) for tile in other.tile]
        other.lower_bytes = ""
        other.info.pop("transparency", None)
        self.set_up_lower(other)
        other.load()
        shown: Image.Image = other._new(other.im)  # noqa: SLF001 - an image of the same class
        return shown

    def set_up_lower(self, other: Any) -> None:
        """Prepare ``other``, the same file opened for the lower bytes."""

    def straight(self, samples: list[Image.Image]) -> list[Image.Image]:
        """Return ``samples`` of 16 bits with colours that are not multiplied by alpha."""
        return samples

    def _of_one_band(self, wide: Image.Image) -> Image.Image:
        samples = wide.convert("I")
        grey = samples.point(self.tables[0], "L")
        key = self.info.pop("transparency", None)
        if key is None:
            return grey
        return Image.merge("LA", (grey, samples.point([255 * (value != key) for value in range(65536)], "L")))

    def _of_bands(self, upper: Image.Image) -> Image.Image:
        lower, key = self.lower(), self.info.pop("transparency", None)
        parts = ((box, joined(upper.crop(box), lower.crop(box))) for box in strips(self.size))
        return self.narrowed(self.mode, parts, key)

    def narrowed(
        self,
        mode: str,
        parts: Iterable[tuple[Box, list[Image.Image]]],
        key: Sequence[int] | None = None,
    ) -> Image.Image:
        """Return an image of 8 bits made of ``parts``, boxes with their samples of 16 bits, by the tables.

        ``key`` is a transparent colour.
        """
        shown = Image.new("RGBA" if key else mode, self.size)
        colours = len(shown.getbands()) - (shown.mode[-1] == _ALPHA)
        tables = [*((self.tables or (upper(),)) * (colours if len(self.tables) < 2 else 1)), upper()]
        for box, samples in parts:
            bands = [
                band.point(table, "L") for band, table in zip(self.straight(samples), tables, strict=False)
            ][: len(shown.getbands()) - bool(key)]
            shown.paste(Image.merge(shown.mode, [*bands, *([_unlike(samples, key)] if key else ())]), box[:2])
        return shown


def _with_rawmode(args: Any, rawmode: str) -> Any:
    return (rawmode, *args[1:]) if isinstance(args, tuple) else rawmode


def strips(size: tuple[int, int]) -> Iterator[Box]:
    """Yield boxes of a few rows each, together of the whole ``size``."""
    width, height = size
    for top in range(0, height, _ROWS):
        yield 0, top, width, min(height, top + _ROWS)


def joined(upper: Image.Image, lower: Image.Image) -> list[Image.Image]:
    """Return the bands, in the mode I, with 16-bit samples made of their upper and lower bytes."""
    pairs = [Image.merge("LA", pair) for pair in zip(lower.split(), upper.split(), strict=True)]
    return [Image.frombytes("I;16", upper.size, pair.tobytes()).convert("I") for pair in pairs]


def unmultiplied(sample: Image.Image, alpha: Image.Image) -> Image.Image:
    """Return a 16-bit ``sample``, which is multiplied by ``alpha``, divided by it."""
    from PIL import ImageMath  # noqa: PLC0415 - only for such an image

    def divide(args: dict[str, Any]) -> Any:
        whole = args["float"](args["sample"]) * _WHITE / args["max"](args["alpha"], 1)
        return args["int"](args["min"](whole + 0.5, _WHITE))

    straight: Image.Image = ImageMath.lambda_eval(divide, sample=sample, alpha=alpha)
    return straight


def _unlike(samples: Sequence[Image.Image], key: Sequence[int]) -> Image.Image:
    """Return 255 where any sample differs from that of the transparent colour ``key``, else 0."""
    unlike = [
        band.point([255 * (value != wanted) for value in range(65536)], "L")
        for band, wanted in zip(samples, key, strict=True)
    ]
    return ImageChops.lighter(ImageChops.lighter(unlike[0], unlike[1]), unlike[2])
