"""README and docs name only files, modules, headings, states and commands that exist."""

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import typer.main

from renditions_cli.main import app
from tests.contract.asl import states
from tests.contract.conftest import ROOT
from tests.contract.test_functions import handler_name

# What .gitignore lists need not exist. Folders with a dot contain no documents.
MADE_HERE = tuple(line.rstrip("/") for line in (ROOT / ".gitignore").read_text().split())
FOLDERS = [path for path in ROOT.iterdir() if path.is_dir() and not path.name.startswith((".", *MADE_HERE))]
DOCUMENTS = sorted(
    [*ROOT.glob("*.md"), *(found for folder in FOLDERS for found in folder.rglob("*.md"))],
    key=lambda path: (len(path.parts), path),
)
CODE = [ROOT / "Makefile", ROOT / "template.yaml", ROOT / "pyproject.toml"] + [
    found for folder in FOLDERS for found in folder.rglob("*.py")
]
FENCE = re.compile(r"^\s*```")
SUFFIXES = {".csv", ".json", ".md", ".mk", ".py", ".toml", ".txt", ".yaml"}
PATH = re.compile(r"[\w.-]+(?:/[\w.-]+)*/?")
PACKAGES = {
    "renditions": "functions/renditions",
    "renditions_cli": "renditions_cli",
    "tests": "tests",
    "benchmarks": "benchmarks",
}
MODULE = re.compile(rf"(?<![\w./-])(?:{'|'.join(PACKAGES)})(?:\.\w+)+")
LINK = re.compile(r"\]\(([^)\s]+)\)|src=\"([^\"]+)\"")
CALL = re.compile(r"(?:\$ )?(?:\.venv/bin/)?(renditions|make)(?: +(?!= )(.*))?")
COMMANDS: Any = typer.main.get_command(app)
MAKEFILES = (ROOT / "Makefile").read_text() + (ROOT / "functions/target.mk").read_text()
TARGETS = set(re.findall(r"^([a-z]+):", MAKEFILES, re.MULTILINE))

every_document = pytest.mark.parametrize(
    "document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)) if isinstance(path, Path) else ""
)


@dataclass(frozen=True)
class Line:
    """A line of a document. ``fenced``: whether it is part of a code block."""

    document: Path
    number: int
    text: str
    fenced: bool

    @property
    def spans(self) -> list[str]:
        """The texts between backticks."""
        return [] if self.fenced else re.findall(r"`([^`]+)`", self.text)

    @property
    def prose(self) -> str:
        """The text without code."""
        return "" if self.fenced else re.sub(r"`[^`]*`", "", self.text)

    def problem(self, what: str) -> str:
        """Return a message that starts with the place."""
        return f"{self.document.relative_to(ROOT)}:{self.number}: {what}"


@cache
def lines(document: Path) -> list[Line]:
    found, fenced = [], False
    for number, text in enumerate(document.read_text("utf-8").splitlines(), start=1):
        if FENCE.match(text):
            fenced = not fenced
        else:
            found.append(Line(document, number, text, fenced))
    return found


@cache
def existing() -> set[str]:
    """Return all paths of files and folders with all their endings, such as ``handlers/reconcile.py``."""
    paths = [path for path in ROOT.iterdir() if path.name not in {".git", *MADE_HERE}]
    paths += [found for folder in FOLDERS for found in folder.rglob("*")]
    ends: set[str] = set()
    for path in paths:
        parts = path.relative_to(ROOT).parts
        ends |= {"/".join(parts[start:]) for start in range(len(parts))}
    return ends


def is_path(span: str) -> bool:
    """Return whether a span names a file or folder of this repository, not an object key or a media type."""
    first, *others = span.split("/")
    if not PATH.fullmatch(span) or first in MADE_HERE:
        return False
    inside = bool(others) and first in {folder.name for folder in FOLDERS}
    return inside or span.endswith("/") or Path(span).suffix in SUFFIXES


@every_document
def test_every_path_in_a_document_exists(document: Path) -> None:
    problems = [
        line.problem(f"`{span}` does not exist. Correct the name, or remove it.")
        for line in lines(document)
        for span in [*line.spans, *(re.findall(r"[\w./-]+\.py\b", line.text) if line.fenced else [])]
        if is_path(span) and span.rstrip("/") not in existing()
    ]
    assert not problems, "\n".join(problems)


@every_document
def test_every_module_in_a_document_exists(document: Path) -> None:
    problems = []
    for line in lines(document):
        for name in MODULE.findall(line.text if line.fenced else " ".join(line.spans)):
            package, _, rest = name.partition(".")
            path = ROOT / PACKAGES[package] / rest.replace(".", "/")
            if not (path.is_dir() or path.with_suffix(".py").is_file()):
                problems.append(line.problem(f"the module {name} does not exist. Correct the name."))
    assert not problems, "\n".join(problems)


@cache
def anchors(document: Path) -> set[str]:
    """Return the anchors that GitHub gives to the headings."""
    found: set[str] = set()
    for line in lines(document):
        if not line.fenced and (heading := re.match(r"#+ (.*)", line.text)):
            text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading[1]).lower()
            slug = re.sub(r"[^\w\- ]", "", text).replace(" ", "-")
            repeated = sum(1 for one in found if re.fullmatch(rf"{re.escape(slug)}(-\d+)?", one))
            found.add(f"{slug}-{repeated}" if repeated else slug)
    return found


def broken(document: Path, target: str) -> str:
    """Return what is wrong with a link, or an empty string."""
    if re.match(r"[a-z]+:", target):
        return ""
    name, _, anchor = target.partition("#")
    path = (document.parent / name).resolve() if name else document
    if not path.exists():
        return f"the link {target} does not exist. Correct the path; it is relative to this file."
    if anchor and anchor not in anchors(path):
        known = ", ".join(sorted(anchors(path)))
        return f"the link {target} has no such heading. The headings of {path.name} are {known}."
    return ""


@every_document
def test_every_relative_link_has_a_target(document: Path) -> None:
    problems = [
        line.problem(fault)
        for line in lines(document)
        for groups in LINK.findall(line.prose)
        if (fault := broken(document, "".join(groups)))
    ]
    assert not problems, "\n".join(problems)


def calls(document: Path) -> Iterator[tuple[Line, str, list[str]]]:
    """Yield every call of `renditions` or `make`, as line, program and arguments."""
    for line in lines(document):
        for text in [line.text] if line.fenced else line.spans:
            if found := CALL.fullmatch(text.strip()):
                yield line, found[1], shlex.split(found[2] or "", comments=True)


def wrong_command(words: list[str]) -> str:
    """Return what is wrong with a call of `renditions`, or an empty string. Parses the call without running it."""
    command, path = COMMANDS, ["renditions"]
    while words and hasattr(command, "commands"):
        if any(words[0] in option.opts for option in command.params):
            return ""  # as --version, which stands before any command
        if words[0] not in command.commands:
            known = ", ".join(sorted(command.commands))
            return f"there is no `{' '.join([*path, words[0]])}`. The commands are {known}."
        command, path, words = command.commands[words[0]], [*path, words[0]], words[1:]
    if not words or words[0] in {"--help", "…"}:
        return ""  # a mention, not a call
    try:
        command.make_context(" ".join(path), [*words], resilient_parsing=False)
    except Exception as error:  # noqa: BLE001 - every message of the parser is a problem
        message = getattr(error, "message", error)
        return f"`{' '.join([*path, *words])}` cannot be called: {message} See `{' '.join(path)} --help`."
    return ""


def wrong_target(words: list[str]) -> str:
    """Return what is wrong with a call of `make`, or an empty string."""
    for word in words:
        name, equals, value = word.partition("=")
        if not equals and name not in TARGETS:
            return f"make has no target {name}. `make help` lists them."
        if equals and not re.search(rf"\b{name}\b", MAKEFILES):
            return f"make has no variable {name}. Correct the name."
        for path in re.findall(r"\btests/[\w/.]+", value):
            if not (ROOT / path).exists():
                return f"there is no {path}. Correct the name."
    return ""


@every_document
def test_every_command_in_a_document_parses(document: Path) -> None:
    problems = [
        line.problem(fault)
        for line, program, words in calls(document)
        if (fault := wrong_target(words) if program == "make" else wrong_command(words))
    ]
    assert not problems, "\n".join(problems)


def test_the_commands_in_the_documents_are_found() -> None:
    """Without this, the test above could pass because it finds nothing."""
    for document in (ROOT / "README.md", ROOT / "docs/operations.md"):
        assert len(list(calls(document))) >= 10


@pytest.mark.parametrize(
    "words, fault",
    [
        (["reconsile"], "there is no `renditions reconsile`"),
        (["status", "--lokal", "a.jpg"], "No such option"),
        (["dlq", "list", "a.jpg"], "unexpected extra argument"),
    ],
)
def test_a_wrong_command_is_reported(words: list[str], fault: str) -> None:
    assert fault in wrong_command(words)


def test_every_document_named_in_code_exists() -> None:
    problems = [
        f"{path.relative_to(ROOT)} names {name}, which does not exist. Name the document that replaced it."
        for path in CODE
        for name in re.findall(r"\bdocs/[\w/.-]+\.(?:md|json)\b", path.read_text("utf-8"))
        if not (ROOT / name).exists()
    ]
    assert not problems, "\n".join(problems)


def test_the_readme_links_each_task_to_its_file() -> None:
    rows = re.findall(
        r"^\| ([A-Z]\w+(?:, [A-Z]\w+)*) \| .* \| \[.*\]\((\S+)\) \|$",
        (ROOT / "README.md").read_text("utf-8"),
        re.MULTILINE,
    )
    named = [(name, target) for names, target in rows for name in names.split(", ")]
    is_lambda = "arn:${Partition}:states:::lambda:invoke"
    expected = [
        (
            task.name,
            f"functions/renditions/handlers/{handler_name(task)}.py"
            if task.body["Resource"] == is_lambda
            else f"statemachine/{task.machine}.asl.json",
        )
        for task in states("Task")
    ]
    lacking = [
        f"README.md: found no row that links {name}, expected | {name} | what it does | [{Path(path).name}]({path}) |."
        for name, path in sorted(set(expected) - set(named))
    ]
    lacking += [
        f"README.md: found a row that links {name} to {path}, where it is not. Remove the name."
        for name, path in sorted(set(named) - set(expected))
    ]
    assert not lacking, "\n".join(lacking)


@pytest.mark.parametrize("folder", ["functions/renditions", "functions/renditions/imaging"])
def test_the_layers_name_every_module(folder: str) -> None:
    text = (ROOT / "docs/architecture.md").read_text("utf-8")
    layers = text.split("\n## Layers\n")[1].split("\n## ")[0]
    lacking = [
        f"docs/architecture.md#layers: found no `{module}` of {folder}/. Add it to the row of its layer."
        for module in map(as_written, sorted((ROOT / folder).iterdir()))
        if module and f"`{module}`" not in layers
    ]
    assert not lacking, "\n".join(lacking)


def as_written(path: Path) -> str:
    """Return the name of a module or package, ``settings.py`` or ``api/``; nothing for another file."""
    is_package = (path / "__init__.py").exists()
    is_module = path.suffix == ".py" and not path.stem.startswith("_")
    return f"{path.name}/" if is_package else path.name if is_module else ""


def test_the_decisions_are_listed_in_order() -> None:
    """Markdown counts a list itself, from its first number: it would show another number than is written."""
    pages = sorted(path.name for path in (ROOT / "docs/decisions").glob("[0-9]*.md"))
    listed = re.findall(
        r"(?m)^(\d+)\. \[.*\]\((.*)\)$", (ROOT / "docs/decisions/README.md").read_text("utf-8")
    )
    assert [path for _, path in listed] == pages, "docs/decisions/README.md: list each page once, in order."
    assert [int(number) for number, _ in listed] == [int(page.split("-")[0]) for page in pages]


@pytest.mark.parametrize("name", ["README.md", "docs/architecture.md"])
def test_diagrams_show_only_existing_states_and_resources(name: str, resources: dict[str, Any]) -> None:
    [diagram] = re.findall(r"```mermaid\n(.*?)```", (ROOT / name).read_text("utf-8"), re.DOTALL)
    shown = set(re.findall(r"\b(?:[A-Z][a-z]+){2,}\b", diagram))
    assert shown - {state.name for state in states()} - set(resources) == set()
