"""What lists the reasons to reject, made from the classes in errors.py: `make format` writes it."""

import inspect
import json
import re

from renditions import errors
from tests.contract.asl import DEFINITIONS
from tests.contract.asl_format import packed
from tests.contract.conftest import ROOT
from tests.contract.same_for_each import differences, line_differences

PIPELINE = "image_pipeline.asl.json"
SCHEMAS = sorted(path.name for path in (ROOT / "docs").glob("notice*.schema.json"))
LIMITS = "docs/limits.md"


def reasons() -> dict[str, str]:
    """Map the name of each reason to what its class says about it, in the order of errors.py."""
    return {one.__name__: inspect.getdoc(one) or "" for one in errors.ImageRejected.__subclasses__()}


def problems() -> list[str]:
    """Return what lacks a reason or has one in excess, with the file and the place in it."""
    is_now = (DEFINITIONS / PIPELINE).read_text("utf-8")
    wrong = differences(json.loads(is_now), json.loads(caught(is_now)))
    found = [f"statemachine/{PIPELINE}, {one}" for one in wrong]
    for name in SCHEMAS:
        text = (ROOT / "docs" / name).read_text("utf-8")
        found += line_differences(f"docs/{name}", text, in_the_schema(text))
    return found


def write() -> None:
    """Write the reasons into the state machine and the schema of the notice."""
    path = DEFINITIONS / PIPELINE
    path.write_text(packed(caught(path.read_text("utf-8"))), "utf-8")
    for name in SCHEMAS:
        path = ROOT / "docs" / name
        path.write_text(in_the_schema(path.read_text("utf-8")), "utf-8")


def caught(text: str) -> str:
    """Return the definition that catches every reason wherever it catches a damaged image."""
    names = json.dumps([*reasons()])
    return re.sub(r'(?<="ErrorEquals": )\[[^\]]*"CorruptImage"[^\]]*\]', names, text)


def in_the_schema(text: str) -> str:
    """Return the schema of the notice with each code, and a few words about it; those that it has stay."""
    described = re.search(r'(?<="description": "For programs\. )(?:\w+: [^."]*\.(?: |(?=")))+', text)
    assert described is not None, "The schema of the notice describes no codes."
    known = dict(re.findall(r"(\w+): ([^.]*)\.", described[0]))
    words = {name: known.get(name) or _first_words(what) for name, what in reasons().items()}
    space = " " if described[0].endswith(" ") else ""
    new = " ".join(f"{name}: {what}." for name, what in words.items()) + space
    text = text[: described.start()] + new + text[described.end() :]
    return re.sub(r'\n( *)"enum": \[[^\]]*"CorruptImage"[^\]]*\]', _codes, text)


def _codes(found: re.Match[str]) -> str:
    codes = json.dumps([*reasons()], indent=2).replace("\n", f"\n{found[1]}")
    return f'\n{found[1]}"enum": {codes}'


def missing_rows() -> list[str]:
    """Return what docs/limits.md, which people order and word, lacks or has in excess."""
    rows = re.findall(
        r"^\| .* \| .* \| `([A-Z]\w+)` \| .* \|$", (ROOT / LIMITS).read_text("utf-8"), re.MULTILINE
    )
    lacking = [
        f"{LIMITS}: found no row for {name}, expected | the setting or – | its default | `{name}` | {what} |. "
        "Add it where the check takes place."
        for name, what in reasons().items()
        if name not in rows
    ]
    gone = sorted(set(rows) - set(reasons()))
    return lacking + [
        f"{LIMITS}: found a row for {name}, which errors.py no longer has. Remove it." for name in gone
    ]


def _first_words(what: str) -> str:
    """The first sentence of a docstring as a part of another: without capital and full stop."""
    sentence = what.split("\n", maxsplit=1)[0].split(". ", maxsplit=1)[0].rstrip(".").replace('"', "'")
    return sentence[:1].lower() + sentence[1:]


if __name__ == "__main__":
    write()
