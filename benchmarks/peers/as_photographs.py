"""Ours, with drawings and scans encoded as if they were photographs: what their own encodings are compared with."""

from unittest.mock import patch

from benchmarks.peers.renditions_imaging import rendition
from benchmarks.peers.serve import serve


def main() -> None:
    """Serve renditions without the encodings that only drawings have."""
    with (
        patch("renditions.imaging.encode._candidates", lambda _picture, _output, usual: [usual]),
        patch("renditions.imaging.encode._lower_quality", lambda _picture, _output: []),
    ):
        serve(rendition)


if __name__ == "__main__":
    main()
