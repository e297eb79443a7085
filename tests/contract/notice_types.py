"""The types of the notice for programs, made from its schema. `make format` writes them into examples/."""

import json
import textwrap
from typing import Any

from tests.contract.conftest import ROOT
from tests.contract.notice_schema import UNKNOWN, published

FOLDER = ROOT / "examples"
WIDTH = 118
HEAD = "Made by `make format` from docs/notice.schema.json"
SCALARS = {"string": ("string", "str"), "integer": ("number", "int"), "number": ("number", "float")}
TYPESCRIPT, PYTHON = 0, 1


def files() -> dict[str, str]:
    """Return the text of each generated file, by name."""
    return {"notice.d.ts": _typescript(), "notice.py": _python()}


def outdated() -> list[str]:
    """Return the files that `make format` would change."""
    return [name for name, text in files().items() if (FOLDER / name).read_text("utf-8") != text]


def _typescript() -> str:
    parts = [f"// {HEAD}.\n// Ignore fields that are not here, and notices with a status that is not here.\n"]
    for name, node in _objects():
        doc = _comment(node["description"], "/** ", " */", "")
        if "properties" not in node:
            parts.append(f"{doc}export type {name} = {_map(node, TYPESCRIPT)};\n")
            continue
        fields = "".join(_typescript_field(name, key, one) for key, one in node["properties"].items())
        others = node.get("additionalProperties")
        index = f"  [name: string]: {_type(others, TYPESCRIPT)};\n" if others else ""
        parts.append(f"{doc}export interface {name} {{\n{fields}{index}}}\n")
    union = " | ".join(_notices())
    parts.append(f"{_comment(published()['description'], '/** ', ' */', '')}export type Notice = {union};\n")
    return "\n".join(parts)


def _typescript_field(owner: str, key: str, node: dict[str, Any]) -> str:
    doc = _comment(_field_description(node), "/** ", " */", "  ")
    optional = "" if key in _definition(owner)["required"] else "?"
    return f"{doc}  {key}{optional}: {_type(node, TYPESCRIPT)};\n"


def _python() -> str:
    about = (
        "A notice may have fields that are not here. Ignore them, and notices with a status that is not here."
    )
    head = f'"""The notice as typed dictionaries. {HEAD}.\n\n{about}\n"""\n'
    parts = [f"{head}\nfrom typing import Literal, NotRequired, TypedDict\n"]
    for name, node in _objects():
        if "properties" not in node:
            gap = "\n" if len(parts) > 1 else ""  # the formatter wants one line after the import
            parts.append(f"{gap}{_comment(node['description'], '# ', '', '')}{name} = {_map(node, PYTHON)}\n")
            continue
        doc = _docstring(node["description"])
        fields = "".join(_python_field(name, key, one) for key, one in node["properties"].items())
        parts.append(f"\nclass {name}(TypedDict):\n{doc}\n{fields}")
    union = " | ".join(_notices())
    parts.append(f"\n{_comment(published()['description'], '# ', '', '')}Notice = {union}\n")
    return "\n".join(parts)


def _python_field(owner: str, key: str, node: dict[str, Any]) -> str:
    doc = _comment(_field_description(node), "# ", "", "    ")
    kind = _type(node, PYTHON)
    return f"{doc}    {key}: {kind if key in _definition(owner)['required'] else f'NotRequired[{kind}]'}\n"


def _objects() -> list[tuple[str, dict[str, Any]]]:
    """Return the name and the node of each object in the schema, each before it is used."""
    found: dict[str, dict[str, Any]] = {}

    def visit(node: dict[str, Any]) -> None:
        for one in map(_resolved, node.get("properties", {}).values()):
            if one.get("type") == "object":
                visit(one)
        found.setdefault(_name(node), node)

    for status in _statuses():
        visit(status)
    return list(found.items())


def _statuses() -> list[dict[str, Any]]:
    return [_resolved(one) for one in published()["oneOf"] if not one["$ref"].endswith(f"/{UNKNOWN}")]


def _notices() -> list[str]:
    return [_name(one) for one in _statuses()]


def _definition(name: str) -> dict[str, Any]:
    return dict(_objects())[name]


def _resolved(node: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = published()["$defs"][node["$ref"].rpartition("/")[2]] if "$ref" in node else node
    return found


def _name(node: dict[str, Any]) -> str:
    return "".join(word.capitalize() for word in node["title"].split())


def _map(node: dict[str, Any], language: int) -> str:
    """The type of an object without fields of its own: names → values, or always empty."""
    values = node.get("additionalProperties")
    if language == TYPESCRIPT:
        return f"Record<string, {_type(values, language) if values else 'never'}>"
    return f"dict[str, {_type(values, language) if values else 'object'}]"


def _type(node: dict[str, Any], language: int) -> str:
    node = _resolved(node)
    if "anyOf" in node:
        known = " | ".join(map(json.dumps, node["anyOf"][0]["enum"]))
        return f"{known} | (string & {{}})" if language == TYPESCRIPT else "str"
    if "const" in node:
        value = json.dumps(node["const"])
        return value if language == TYPESCRIPT else f"Literal[{value}]"
    kind = node["type"]
    return _name(node) if kind == "object" else SCALARS[kind][language]


def _field_description(node: dict[str, Any]) -> str:
    """The description of a field, unless its type is an object, which has it."""
    node = _resolved(node)
    return "" if node.get("type") == "object" else str(node.get("description", ""))


def _comment(text: str, begin: str, end: str, indent: str) -> str:
    """Wrap a description into a comment; nothing for an empty one."""
    if not text:
        return ""
    following = indent + {"/** ": " * ", "# ": "# "}[begin]
    lines = textwrap.wrap(text + end, WIDTH, initial_indent=indent + begin, subsequent_indent=following)
    return "\n".join(lines) + "\n"


def _docstring(text: str) -> str:
    """Wrap a description into a docstring: one line, or its first sentence and the rest below."""
    if len(text) <= WIDTH - len('    """"""'):
        return f'    """{text}"""\n'
    first, _, rest = text.partition(". ")
    lines = textwrap.fill(rest, WIDTH, initial_indent="    ", subsequent_indent="    ")
    return f'    """{first}.\n\n{lines}\n    """\n'


if __name__ == "__main__":
    for file, content in files().items():
        (FOLDER / file).write_text(content, "utf-8")
