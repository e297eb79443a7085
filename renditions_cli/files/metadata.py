"""The user metadata of uploads: what the pipeline reads there, and what an application wants back."""

import re
from collections.abc import Iterable, Iterator

from renditions.framing import Framing
from renditions.presets import PRESET
from renditions_cli.errors import UsageError

LARGEST = 2048  # bytes of all names and values together, the most that S3 takes
OURS = "renditions-"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")


def read_metadata(framing: Framing, preset: str, given: Iterable[str]) -> dict[str, str]:
    """Return the user metadata: the framing, the name of the preset, and ``NAME=VALUE`` texts. Raises UsageError."""
    metadata = framing.metadata() | ({PRESET: preset} if preset else {}) | dict(_parsed(given))
    if preset and not preset.isascii():
        raise UsageError(
            f"--preset {preset!a:.40} is not the name of a preset. `renditions presets` lists them."
        )
    size = sum(len(name) + len(value) for name, value in metadata.items())
    if size > LARGEST:
        raise UsageError(f"The metadata has {size:,} bytes. S3 takes at most {LARGEST:,}. Shorten it.")
    return metadata


def _parsed(given: Iterable[str]) -> Iterator[tuple[str, str]]:
    for one in given:
        name, equals, value = one.partition("=")
        if not equals or not _NAME.fullmatch(name) or not value.isprintable():
            raise UsageError(
                f"--metadata {one!a:.60} is not NAME=VALUE: a name of letters, digits, -, _ and ., and a line of text."
            )
        if name.lower().startswith(OURS):
            raise UsageError(f"--metadata {name} is for --focus, --crop and --preset. Use these.")
        yield name.lower(), _in_ascii(value)


def _in_ascii(value: str) -> str:
    """Return the value as S3 itself returns one that is not ASCII: by RFC 2047."""
    if value.isascii():
        return value
    from email.header import Header

    return Header(value, "utf-8").encode(maxlinelen=0)
