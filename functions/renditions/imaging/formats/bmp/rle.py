"""The decoder of run-length encoded BMPs. What the file leaves out has the first colour, as in every viewer."""

from typing import Any

from PIL import Image
from PIL.ImageFile import PyDecoder

NAME = "renditions_bmp_rle"
_END_OF_ROW, _END, _MOVE = 0, 1, 2


def decoded(data: bytes, width: int, height: int, *, is_half: bool) -> bytearray:
    """Return a byte per pixel, in the order of the file. ``is_half``: two pixels per byte.

    Raises ValueError if the data is cut off. It may end before the last pixel only where it says so.
    """
    pixels = bytearray(width * height)
    column = row = place = 0
    while row < height:
        if place + 2 > len(data):
            if row == height - 1 and column >= width:
                break
            raise ValueError("the last run is cut off")
        count, value = data[place], data[place + 1]
        place += 2
        if count:
            run = bytes((value >> 4, value & 15)) * (count // 2 + 1) if is_half else bytes((value,)) * count
            column = _filled(pixels, run[:count], column, row, width)
        elif value == _END_OF_ROW:
            column, row = 0, row + 1
        elif value == _END:
            break
        elif value == _MOVE:
            column, row = column + data[place], row + data[place + 1]
            place += 2
        else:
            size = (value + 1) // 2 if is_half else value
            run = data[place : place + size]
            if len(run) < size:
                raise ValueError("the last run is cut off")
            run = bytes(half for byte in run for half in (byte >> 4, byte & 15)) if is_half else run
            column = _filled(pixels, run[:value], column, row, width)
            place += size + size % 2
    return pixels


def _filled(pixels: bytearray, run: bytes, column: int, row: int, width: int) -> int:
    """Write the part of ``run`` that fits into the row. Return the column after it."""
    fitting = run[: max(0, width - column)]
    start = row * width + column
    pixels[start : start + len(fitting)] = fitting
    return column + len(run)


class _RunLengthDecoder(PyDecoder):
    _pulls_fd = True  # asks to be called once, for the whole file

    def decode(self, buffer: Any) -> tuple[int, int]:  # noqa: ARG002 - the file is read instead
        assert self.fd is not None  # noqa: S101 - Pillow sets it
        is_half, direction, white = self.args
        pixels = decoded(self.fd.read(), self.state.xsize, self.state.ysize, is_half=is_half)
        shown = bytes(pixels.translate(bytes((0, *[white] * 255)))) if white > 1 else bytes(pixels)
        self.set_as_raw(shown, "L" if self.mode == "L" else "P", (0, direction))
        return -1, 0


Image.register_decoder(NAME, _RunLengthDecoder)
