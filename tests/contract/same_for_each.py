"""The one list of renditions, and what becomes of a block that each of them has. The two modules beside it use it.

The block of the first rendition that a file already knows is the pattern: every other one is a copy of it with another
name. So a change of what all have in common is made once, in that block.
"""

import difflib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pytest

from tests.renditions import NAMES


def renamed(value: Any, pattern: str, name: str) -> Any:
    """Return a copy of JSON in which ``name`` is wherever ``pattern`` was a whole word."""
    text = re.sub(rf"\b{pattern}\b", name, json.dumps(value, ensure_ascii=False))
    return json.loads(text)


def copies(block: Mapping[str, Any], key: str, known: Sequence[str]) -> dict[str, Any]:
    """Return the members of an object, with those that each rendition has made anew where the first of them is.

    ``key``: what the name of such a member looks like, such as ``#{}.$``; ``known``: the renditions that it may have.
    """
    ours = {key.format(name): name for name in [*known, *NAMES]}
    pattern = next((member for member in block if member in ours), None)
    made: dict[str, Any] = {}
    for member, value in block.items():
        if member == pattern:
            made |= {key.format(name): renamed(value, ours[member], name) for name in NAMES}
        elif member not in ours:
            made[member] = value
    return made


def differences(found: Any, expected: Any, place: str = "") -> Iterator[str]:
    """Yield each place at which two JSON documents differ: what was found there, and what is expected."""
    if isinstance(found, dict) and isinstance(expected, dict):
        yield from _of_objects(found, expected, place)
    elif isinstance(found, list) and isinstance(expected, list):
        yield from _of_objects(_labelled(found), _labelled(expected), place)
    elif found != expected:
        yield f"{place}: found {_short(found, expected)}, expected {_short(expected, found)}."


def line_differences(path: str, found: str, expected: str) -> Iterator[str]:
    """Yield each group of lines in which two texts differ, with the path of the file and the line."""
    old, new = found.splitlines(), expected.splitlines()
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    for tag, start, end, first, last in matcher.get_opcodes():
        if tag != "equal":
            have, want = " / ".join(old[start:end]).strip(), " / ".join(new[first:last]).strip()
            yield f"{path}:{start + 1}: found {_short(have, want)}, expected {_short(want, have)}."


def report(source: str, problems: Sequence[str]) -> None:
    """Fail a test with every problem on a line of its own, if there are any. ``source``: what the files must follow."""
    if problems:
        pytest.fail("\n".join([f"{source} `make format` writes this:", *problems]), pytrace=False)


def _of_objects(found: dict[str, Any], expected: dict[str, Any], place: str) -> Iterator[str]:
    for member in [*found, *(one for one in expected if one not in found)]:
        where = f"{place}.{member}" if place else member
        if member not in expected:
            yield f"{where}: found, but no rendition of the list needs it."
        elif member not in found:
            yield f"{where}: missing, expected {_short(expected[member], '')}."
        else:
            yield from differences(found[member], expected[member], where)
    if set(found) == set(expected) and [*found] != [*expected]:
        yield f"{place}: found in the order {', '.join(found)}, expected {', '.join(expected)}."


def _labelled(members: list[Any]) -> dict[str, Any]:
    """Return the members of a list by name, if they are branches, or by position."""
    return {str(one["StartAt"]) if "StartAt" in one else str(at): one for at, one in enumerate(members)}


def _short(value: Any, other: Any, most: int = 160) -> str:
    """The value on one line; of a long one the part from which it differs from the other."""
    text, against = (json.dumps(one, ensure_ascii=False) for one in (value, other))
    if not value:
        return "nothing"
    if len(text) <= most:
        return text
    same = next((at for at, (a, b) in enumerate(zip(text, against, strict=False)) if a != b), len(against))
    start = max(0, min(same, len(text)) - 40)
    return f"{'…' if start else ''}{text[start : start + most]}{'…' if start + most < len(text) else ''}"
