"""The template of a release for one processor: template.yaml with packages in place of sources.

Text is replaced, not a document written anew, so that comments and order stay and a comparison shows the little that
differs.
"""

import re
from collections.abc import Mapping
from pathlib import Path

from releasing.errors import ReleaseError
from renditions_cli.local.template import FUNCTION, load

PAGE_SOURCE, PAGE = "web/", "packages/page.zip"
# Options whose library is not in the packages: functions that need it would not start.
LEFT_OUT = ("HeicInput", "ContentCredentials")


def functions(template: Path) -> list[str]:
    """Return the logical IDs of the functions, in order."""
    return [name for name, one in load(template)["Resources"].items() if one["Type"] == FUNCTION]


def packaged(text: str, packages: Mapping[str, str], architecture: str, runtime: str) -> str:
    """Return the template with ``packages``, function → path, for one processor and Python and without LEFT_OUT.

    Raises ReleaseError if template.yaml no longer has the form that is expected.
    """
    text = _replace(text, r"^    CodeUri: functions/\n", "")
    text = _replace(text, rf"^(      ContentUri: ){PAGE_SOURCE}$", rf"\1{PAGE}")
    for name, path in packages.items():
        text = _replace(
            text, rf"^(  {name}:\n(?:(?:    .*| *)\n)*?    Properties:\n)", rf"\1      CodeUri: {path}\n"
        )
    fixed = {"Architecture": architecture, "Runtime": runtime} | dict.fromkeys(LEFT_OUT, '"off"')
    for parameter, value in fixed.items():
        text = _only(text, parameter, value)
    return text


def _only(text: str, parameter: str, value: str) -> str:
    """Allow no other value of a parameter: what a package is built for cannot be chosen."""
    head = rf"^(  {parameter}:\n    Type: String\n)    Default: .*\n    AllowedValues: .*\n"
    return _replace(text, head, rf"\1    Default: {value}\n    AllowedValues: [{value}]\n")


def _replace(text: str, pattern: str, replacement: str) -> str:
    changed, times = re.subn(pattern, replacement, text, flags=re.MULTILINE)
    if times != 1:
        raise ReleaseError(f"template.yaml has {times} places like {pattern!r}, and one is expected.")
    return changed
