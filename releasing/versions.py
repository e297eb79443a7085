"""The version in pyproject.toml, and the sections of CHANGELOG.md and UPGRADING.md."""

import re
import tomllib
from pathlib import Path

UNRELEASED = "Unreleased"
_HEADING = re.compile(r"^## \[?([^\]\s]+)\]?(?: - \d{4}-\d\d-\d\d)?\n", re.MULTILINE)


def project_version(root: Path) -> str:
    """Return the version in pyproject.toml."""
    return str(tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]["version"])


def sections(document: Path) -> dict[str, str]:
    """Map each version to the text below its heading, the newest first: ``## [0.1.0] - 2026-11-29`` or ``## 0.1.0``."""
    _, *parts = _HEADING.split(document.read_text("utf-8"))
    return dict(zip(parts[::2], parts[1::2], strict=True))


def released(root: Path) -> list[str]:
    """Return the versions in CHANGELOG.md that are released, the newest first."""
    return [one for one in sections(root / "CHANGELOG.md") if one != UNRELEASED]


def order(version: str) -> tuple[int, ...]:
    """Return what versions are sorted by. A pre-release (0.1.0-alpha) sorts as what it precedes."""
    return tuple(int(number) for number in version.partition("-")[0].split("."))
