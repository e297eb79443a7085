"""The packed layout of the state machine definitions: `make format` writes it, `make check` refuses any other.

A value that fits on its line stays on one line. Any other value has one line for each member. A retrier or a catcher
has one line even if it is longer, so that the flow of the states stays visible. The order of the keys is kept.
"""

import json
import sys
from pathlib import Path
from typing import Any

DEFINITIONS = Path(__file__).parents[2] / "statemachine"
WIDTH = 120
# Enough for a retrier with all errors of the Lambda service, and for a catcher with all rejections.
HANDLER_WIDTH = 360
HANDLERS = ("Retry", "Catch")


def packed(text: str) -> str:
    """Return the same JSON in the packed layout. Raises ValueError if it is invalid or repeats a key."""
    return _value(json.loads(text, object_pairs_hook=_without_repeats), "", 0) + "\n"


def in_another_layout() -> list[Path]:
    """Return the definitions that `make format` would change."""
    return [path for path in sorted(DEFINITIONS.glob("*.asl.json")) if packed(_read(path)) != _read(path)]


def write() -> None:
    """Write every definition in the packed layout."""
    for path in in_another_layout():
        path.write_text(packed(_read(path)), "utf-8")


def check() -> str:
    """Return what is wrong and how to fix it, or an empty string."""
    names = ", ".join(path.name for path in in_another_layout())
    return f"{names}: not in the packed layout. Run `make format`." if names else ""


def _value(value: Any, indent: str, column: int, width: int = WIDTH, width_of_members: int = WIDTH) -> str:
    """Lay out a value that starts at ``column`` of a line with this ``indent``."""
    line = json.dumps(value, ensure_ascii=False)
    if column + len(line) < width or not isinstance(value, dict | list):  # one column is left for a comma
        return line
    inner = f"{indent}  "
    if isinstance(value, list):
        members = [inner + _value(one, inner, len(inner), width_of_members) for one in value]
        return "[\n" + ",\n".join(members) + f"\n{indent}]"
    members = [_member(name, one, inner) for name, one in value.items()]
    return "{\n" + ",\n".join(members) + f"\n{indent}}}"


def _member(name: str, value: Any, indent: str) -> str:
    start = f"{indent}{json.dumps(name, ensure_ascii=False)}: "
    width_of_members = HANDLER_WIDTH if name in HANDLERS else WIDTH
    return start + _value(value, indent, len(start), width_of_members=width_of_members)


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError(f"A key is repeated in the object with the keys {', '.join(found)}.")
    return found


def _read(path: Path) -> str:
    return path.read_text("utf-8")


if __name__ == "__main__":
    if "--check" in sys.argv:
        sys.exit(check() or None)
    write()
