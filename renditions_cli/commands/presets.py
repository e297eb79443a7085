"""``renditions presets`` and ``renditions presets explain``: which presets there are, and which one a key gets."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from rich.text import Text

from renditions import preset_files
from renditions.contracts import bucket_and_key
from renditions.errors import InvalidSettings
from renditions.presets import NO_PATTERN, Choice, Pattern, Preset, Presets
from renditions.settings import Settings
from renditions_cli.errors import ExitCode, UsageError
from renditions_cli.show.console import open_consoles, print_json
from renditions_cli.show.escaping import visible

LABEL = 12  # columns
BY_NAME = "only by name: renditions render --preset, or metadata with PresetByMetadata=on"


def list_presets(file: Path | None, *, as_json: bool) -> ExitCode:
    """List the presets in the order of the file."""
    presets, settings = read(file)
    console = open_consoles(as_json=as_json).results
    if as_json:
        print_json(console, {"presets": [preset_json(one) for one in presets.by_name.values()]})
        return ExitCode.OK
    for preset in presets.by_name.values():
        for line in preset_lines(preset, settings):
            console.print(line, soft_wrap=True)
    if not presets.by_name:
        console.print(
            f"No presets. To add one, edit {visible(str(file or preset_files.FILE))}.", soft_wrap=True
        )
    return ExitCode.OK


def explain_key(key: str, file: Path | None, *, as_json: bool) -> ExitCode:
    """Show the preset of a key, the pattern that decides, and those that lose against it."""
    presets, settings = read(file)
    key = bucket_and_key(key)[1] if key.startswith("s3://") else key
    console = open_consoles(as_json=as_json).results
    [chosen, *others] = [*presets.matching(key)] or [presets.choose(key)]
    if as_json:
        document = preset_json(chosen.preset) if chosen.preset.name else None
        losers = [{"name": one.preset.name, one.pattern.kind: one.pattern.text} for one in others]
        by = {chosen.pattern.kind: chosen.pattern.text} if chosen.pattern != NO_PATTERN else None
        print_json(console, {"key": key, "preset": document, "because": by, "also_matches": losers})
        return ExitCode.OK
    for line in explanation(key, chosen, others, settings):
        console.print(line, soft_wrap=True)
    return ExitCode.OK


def read(file: Path | None) -> tuple[Presets, Settings]:
    """Return the presets, and the settings of the environment that they change. Raises UsageError."""
    try:
        settings = Settings.from_environment(os.environ)
        return preset_files.load(settings, file), settings
    except InvalidSettings as error:
        raise UsageError(str(error)) from error


def explanation(key: str, chosen: Choice, others: list[Choice], settings: Settings) -> Iterator[Text]:
    """Yield the lines about a key."""
    if not chosen.preset.name:
        yield Text(
            f"{visible(key)} has no preset: no prefix and no suffix matches. The settings of the stack apply."
        )
        return
    pattern, length = described(chosen.pattern), len(chosen.pattern.text)
    yield Text(
        f"{visible(key)} has the preset {chosen.preset.name}: {pattern} is the longest match, {length}."
    )
    for one in others:
        yield Text(
            f"  It loses: {described(one.pattern)} of {one.preset.name}, {len(one.pattern.text)}"
            + (", because a prefix comes before a suffix." if len(one.pattern.text) == length else ".")
        )
    yield from preset_lines(chosen.preset, settings)


def preset_lines(preset: Preset, settings: Settings) -> Iterator[Text]:
    """Yield the name of a preset, what it matches, and what it changes."""
    yield Text(preset.name, "bold")
    for pattern in preset.patterns or (NO_PATTERN,):
        yield titled("Matches", described(pattern) if pattern.text else BY_NAME)
    for name, value in preset.overrides.items():
        yield titled("Changes", f"{name.upper()} to {shown(value)} from {shown(getattr(settings, name))}")
    if preset.skipped:
        yield titled("Skips", ", ".join(preset.skipped))


def titled(label: str, text: str) -> Text:
    """Return a line after its label."""
    return Text.assemble((f"  {label:<{LABEL}}", "dim"), visible(text))


def described(pattern: Pattern) -> str:
    """Return ``the prefix 'products/'``."""
    return f"the {pattern.kind} {visible(pattern.text)!r}"


def shown(value: object) -> str:
    """Return a value, of which one may see that it is empty."""
    return str(value) or '""'


def preset_json(preset: Preset) -> dict[str, Any]:
    """Return a preset for --json."""
    return {
        "name": preset.name,
        "prefix": [one.text for one in preset.patterns if one.kind == "prefix"],
        "suffix": [one.text for one in preset.patterns if one.kind == "suffix"],
        "settings": dict(preset.overrides),
        "skipped": list(preset.skipped),
    }
