"""``renditions render``: files to renditions on this machine, without AWS."""

import json
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from cli.errors import ExitCode, UsageError
from cli.files.folders import prepare_folder
from cli.files.originals import Original, all_originals
from cli.render.one_file import Document, Job
from cli.render.table import RenderingTable
from cli.render.worker import render_all
from cli.show.console import screens
from renditions.errors import InvalidSettings
from renditions.settings import Settings


@dataclass(frozen=True, slots=True)
class Choice:
    """What the options say: names of renditions (empty: all), ``NAME=VALUE`` of settings, a picture for the mark."""

    renditions: Sequence[str] = ()
    settings: Sequence[str] = ()
    logo: Path | None = None


def render(files: Sequence[Path], out: Path, choice: Choice, timeout: float, *, as_json: bool) -> ExitCode:
    """Render ``files`` one after the other, telling of each as soon as it is done. Returns the exit status."""
    job = make_job(choice, out)
    originals = all_originals(files)
    prepare_folder(out, originals)
    results = screens(as_json=as_json).results
    documents = render_all(originals, job, timeout)
    told = tell_json(results, documents) if as_json else tell_table(results, originals, documents)
    statuses = set(told)
    return ExitCode.OK if statuses == {"COMPLETED"} else ExitCode.IMAGE_FAILED


def make_job(choice: Choice, out: Path) -> Job:
    """Check what was chosen. Raises UsageError."""
    settings = read_settings(os.environ, choice.settings)
    names = tuple(settings.renditions())
    unknown = [name for name in choice.renditions if name not in names]
    if unknown:
        raise UsageError(f"There is no rendition {', '.join(unknown)}, only {', '.join(names)}.")
    logo = read_logo(choice.logo) if choice.logo else None
    return Job(out, tuple(dict.fromkeys(choice.renditions)) or names, settings, logo)


def read_settings(environ: Mapping[str, str], chosen: Iterable[str]) -> Settings:
    """The functions' settings from the environment, with ``chosen`` ones over them. Raises UsageError."""
    values = dict(environ)
    known = {name.upper() for name in Settings.__dataclass_fields__}
    for one in chosen:
        name, equals, value = one.partition("=")
        if not equals or name.upper() not in known:
            raise UsageError(f"--set {one} is not NAME=VALUE of a setting. docs/settings.md lists them.")
        values[name.upper()] = value
    try:
        return Settings.from_environment(values)
    except InvalidSettings as fault:
        raise UsageError(str(fault)) from fault


def read_logo(path: Path) -> bytes:
    """The bytes of the logo's file. Raises UsageError."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise UsageError(f"The logo {path} cannot be read: {error.strerror}.") from error


def tell_json(console: Console, documents: Iterable[Document]) -> Iterator[str]:
    """Print one document a line. Yields the statuses."""
    for document in documents:
        console.out(json.dumps(document), highlight=False)
        yield document["status"]


def tell_table(
    console: Console, originals: Sequence[Original], documents: Iterable[Document]
) -> Iterator[str]:
    """Print a table that grows row by row. Yields the statuses."""
    table = RenderingTable(max(len(original.name) for original in originals))
    console.print(table.heading())
    for document in documents:
        console.print(table.row(document))
        yield document["status"]
