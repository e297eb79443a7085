"""The presets of this checkout, for commands to which somebody names one."""

from renditions import preset_files
from renditions.errors import InvalidSettings
from renditions.presets import Preset, Presets
from renditions.settings import Settings
from renditions_cli.errors import UsageError


def read_presets(settings: Settings) -> Presets:
    """Return the presets that change ``settings``. Raises UsageError."""
    try:
        return preset_files.load(settings)
    except InvalidSettings as error:
        raise UsageError(str(error)) from error


def preset_named(presets: Presets, name: str) -> Preset:
    """Return the preset of this name. Raises UsageError."""
    if name not in presets.by_name:
        there = f"Choose from: {', '.join(presets.by_name)}." if presets.by_name else "presets.toml has none."
        raise UsageError(f"There is no preset {name or 'without a name'}. {there}")
    return presets.by_name[name]
