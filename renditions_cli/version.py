"""The version of this command: pyproject.toml in a checkout, otherwise the installed distribution's metadata."""

import re
from pathlib import Path

PROJECT_FILE = Path(__file__).resolve().parents[1] / "pyproject.toml"
DISTRIBUTION = "renditions"


def version(project_file: Path = PROJECT_FILE) -> str:
    """Return the version, such as ``0.2.0``.

    A checkout comes first: the metadata of its editable installation may be older than its files.
    """
    if project_file.is_file():
        text = project_file.read_text("utf-8")
        if found := re.search(rf'^name = "{DISTRIBUTION}"\nversion = "([^"]+)"$', text, re.MULTILINE):
            return found[1]
    from importlib.metadata import version as installed_version

    return installed_version(DISTRIBUTION)
