"""Where libvips' own smart crops begin. One JSON request a line: a file and the side of the square."""

import json
import sys

import pyvips

INTERESTS = ("attention", "entropy")


def start(file: str, side: int, interest: str) -> int:
    """The first column or row of the square, whichever of the two there is a choice of."""
    picture = pyvips.Image.new_from_file(file)
    square = picture.smartcrop(side, side, interesting=interest)
    offset: int = square.xoffset if picture.width >= picture.height else square.yoffset
    return -offset


if __name__ == "__main__":
    for line in sys.stdin:
        request = json.loads(line)
        starts = {name: start(request["file"], request["side"], name) for name in INTERESTS}
        print(json.dumps(starts), flush=True)  # noqa: T201 - the answer
