"""``renditions render``: make renditions of files on this machine, without AWS."""

import json
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from renditions import imaging
from renditions.errors import InvalidSettings
from renditions.framing import WHOLE, Framing
from renditions.presets import NONE, Preset
from renditions.settings import Settings
from renditions_cli.errors import ExitCode, UsageError
from renditions_cli.files.folders import prepare_folder
from renditions_cli.files.originals import Original, all_originals
from renditions_cli.files.presets import preset_named, read_presets
from renditions_cli.render.one_file import Document, RenderJob
from renditions_cli.render.table import RenderTable
from renditions_cli.render.worker import render_all
from renditions_cli.show.console import open_consoles


@dataclass(frozen=True, slots=True)
class RenderOptions:
    """The options: names of renditions (empty: all), settings as ``NAME=VALUE``, logo and font, where to look.

    ``preset`` is the name of a preset, ``key`` a key that chooses one.
    """

    renditions: Sequence[str] = ()
    settings: Sequence[str] = ()
    logo: Path | None = None
    font: Path | None = None
    framing: Framing = WHOLE
    preset: str = ""
    key: str = ""


def render(
    files: Sequence[Path], out: Path, options: RenderOptions, timeout: float, *, as_json: bool
) -> ExitCode:
    """Render ``files`` one by one and print each result at once. Returns the exit status."""
    job = make_job(options, out)
    originals = all_originals(files)
    prepare_folder(out, originals)
    console = open_consoles(as_json=as_json).results
    documents = render_all(originals, job, timeout)
    statuses = print_lines(console, documents) if as_json else print_table(console, originals, documents)
    return ExitCode.OK if set(statuses) == {"COMPLETED"} else ExitCode.IMAGE_FAILED


def make_job(options: RenderOptions, out: Path) -> RenderJob:
    """Check the options. Raises UsageError."""
    font = read_file(options.font, "font") if options.font else b""
    key = [f"WATERMARK_FONT_KEY={options.font}"] if options.font else []
    settings = read_settings(os.environ, [*options.settings, *key])
    preset = choose_preset(options, settings)
    settings = preset.settings(settings)
    check_settings(settings, font)
    names = tuple(name for name in settings.renditions() if name not in preset.skipped)
    unknown = [name for name in options.renditions if name not in names]
    if unknown:
        where = f" with the preset {preset.name}" if preset.name else ""
        raise UsageError(
            f"There is no rendition {', '.join(unknown)}{where}. Choose from {', '.join(names)}."
        )
    logo = read_file(options.logo, "logo") if options.logo else None
    wanted = tuple(dict.fromkeys(options.renditions)) or names
    return RenderJob(out, wanted, settings, logo, font, options.framing, preset.name)


def choose_preset(options: RenderOptions, settings: Settings) -> Preset:
    """Return the preset that the options name, or that of their key. Raises UsageError."""
    if options.preset and options.key:
        raise UsageError("--preset and --key exclude each other. Use one of them.")
    if not (options.preset or options.key):
        return NONE
    presets = read_presets(settings)
    return preset_named(presets, options.preset) if options.preset else presets.choose(options.key).preset


def read_settings(environ: Mapping[str, str], overrides: Iterable[str]) -> Settings:
    """Read the settings of the functions from the environment, and apply ``overrides``. Raises UsageError."""
    values = dict(environ)
    known = {name.upper() for name in Settings.__dataclass_fields__}
    for override in overrides:
        name, equals, value = override.partition("=")
        if not equals or name.upper() not in known:
            raise UsageError(
                f"--set {override} is not valid. Use NAME=VALUE with a setting of docs/settings.md."
            )
        values[name.upper()] = value
    try:
        return Settings.from_environment(values)
    except InvalidSettings as error:
        raise UsageError(str(error)) from error


def check_settings(settings: Settings, font: bytes) -> None:
    """Check the library that resizes, and the watermark's text and ``font``. Raises UsageError."""
    try:
        imaging.check_resizer(settings)
        imaging.check_text(settings, font)
    except InvalidSettings as error:
        raise UsageError(str(error)) from error


def read_file(path: Path, what: str) -> bytes:
    """Read the file of the logo or the font, which is ``what``. Raises UsageError."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise UsageError(f"Cannot read the {what} {path}: {error.strerror}.") from error


def print_lines(console: Console, documents: Iterable[Document]) -> Iterator[str]:
    """Print one JSON document per line. Yields the statuses."""
    for document in documents:
        console.out(json.dumps(document), highlight=False)
        yield document["status"]


def print_table(
    console: Console, originals: Sequence[Original], documents: Iterable[Document]
) -> Iterator[str]:
    """Print a table row by row. Yields the statuses."""
    table = RenderTable(max(len(original.name) for original in originals))
    console.print(table.heading())
    for document in documents:
        console.print(table.row(document))
        yield document["status"]
