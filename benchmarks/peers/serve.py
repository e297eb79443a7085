"""The contestants' side of the protocol, one JSON request and answer per line. Uses only the standard library."""

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

# bytes of the original, name of the rendition, longest side in pixels, "webp" or "jpeg", file of the mark or "" → bytes
Render = Callable[[bytes, str, int, str, str], bytes]


def serve(render: Render) -> None:
    """Answer requests until standard input ends. ``cpu`` counts all threads; both times are in seconds."""
    for line in sys.stdin:
        request = json.loads(line)
        original = Path(request["file"]).read_bytes()
        begun, started = time.process_time(), time.monotonic()
        made = render(original, request["name"], request["size"], request["format"], request["mark"])
        spent = {"cpu": time.process_time() - begun, "wall": time.monotonic() - started}
        answer: dict[str, Any] = {**spent, "bytes": len(made)}
        Path(request["out"]).write_bytes(made)
        print(json.dumps(answer), flush=True)  # noqa: T201 - the answer
