"""presets.toml → presets."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final

from renditions.errors import InvalidSettings
from renditions.presets import Presets
from renditions.settings import Settings

FILE: Final = Path(__file__).with_name("presets.toml")
# Where the stack is not known, it may have a font of its own. ValidateImage looks for the characters when it starts.
BEFORE_DEPLOYMENT: Final = Settings(watermark_font_key="unknown")


def from_environment(environ: Mapping[str, str]) -> tuple[Settings, Presets]:
    """Return the settings, and the presets that change them. Raises InvalidSettings."""
    settings = Settings.from_environment(environ)
    return settings, replace(load(settings), by_metadata=environ.get("PRESET_BY_METADATA") == "on")


def load(settings: Settings, file: Path | None = None) -> Presets:
    """Read the presets, by default those in the package. Raises InvalidSettings, naming every fault at once.

    ``settings`` are those that the presets change.
    """
    file = file or FILE
    return read(file.read_text("utf-8", errors="surrogateescape"), settings, file.name)


def read(text: str, settings: Settings, name: str) -> Presets:
    """Read the presets in the ``text`` of a file of this name. Raises InvalidSettings, likewise."""
    if not any(line.strip() and not line.lstrip().startswith("#") for line in text.splitlines()):
        return Presets()
    from renditions.preset_parsing import parse  # noqa: PLC0415 - for the start time of those without presets

    return Presets(parse(text, settings, name))


def check() -> None:
    """Check the presets before they are packaged. Exits with all faults."""
    try:
        load(BEFORE_DEPLOYMENT)
    except InvalidSettings as error:
        raise SystemExit(str(error)) from None
