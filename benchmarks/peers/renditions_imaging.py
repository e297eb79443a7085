"""Ours: the public function with the default settings, as the Lambda functions call it."""

from functools import lru_cache

from benchmarks.peers.serve import serve
from renditions.imaging import render
from renditions.settings import Settings


@lru_cache
def settings(output: str) -> Settings:
    """Return the default settings with another output format."""
    return Settings(output_format=output)


def rendition(original: bytes, name: str, _size: int, output: str, _mark: str) -> bytes:
    """Make one rendition. The mark is the text of the settings, which costs more than pasting a finished image."""
    return render(original, name, settings(output)).data


if __name__ == "__main__":
    serve(rendition)
