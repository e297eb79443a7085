"""Where libvips' own smart crops begin. Reads one JSON request per line: a file and the side of the square."""

import json
import sys

import pyvips

INTERESTS = ("attention", "entropy")


def start(file: str, side: int, interest: str) -> int:
    """Return the first column of the square, or its first row in a portrait image."""
    picture = pyvips.Image.new_from_file(file)
    square = picture.smartcrop(side, side, interesting=interest)
    offset: int = square.xoffset if picture.width >= picture.height else square.yoffset
    return -offset


if __name__ == "__main__":
    for line in sys.stdin:
        request = json.loads(line)
        starts = {name: start(request["file"], request["side"], name) for name in INTERESTS}
        print(json.dumps(starts), flush=True)  # noqa: T201 - the answer
