"""The rows of docs/settings.md that are missing, made from settings.py and template.yaml: `make format` adds them."""

from dataclasses import Field, fields
from typing import Any

from renditions.settings import Settings
from tests.contract.conftest import ROOT, read_whole_template
from tests.contract.test_settings import allowed_in_words, documented, parameter_name

PAGE = ROOT / "docs/settings.md"


def write() -> None:
    """Add a row for each setting without one, below that of the setting before it. A row that is there stays."""
    above = ""
    for setting in fields(Settings):
        described = read_whole_template()["Parameters"].get(parameter_name(setting), {}).get("Description")
        if setting.name.upper() not in documented() and described and above:
            lines = PAGE.read_text("utf-8").split("\n")
            [at] = [at for at, line in enumerate(lines) if line.startswith(f"| `{above}` |")]
            lines.insert(at + 1, row(setting, described))
            PAGE.write_text("\n".join(lines), "utf-8")
        above = setting.name.upper()


def row(setting: "Field[Any]", effect: str) -> str:
    """Return the row of a setting."""
    default, rules = str(setting.default) or "empty", setting.metadata
    allowed = allowed_in_words(setting)
    if "allowed" in rules or "pattern" in rules:
        allowed = ", ".join(f"`{one}`" for one in allowed.split(", "))
    shown = default if default == "empty" else f"`{default}`"
    name = f"`{setting.name.upper()}` | `{parameter_name(setting)}`"
    return f"| {name} | {shown} | {allowed} | {rules['unit']} | {effect} |"


if __name__ == "__main__":
    write()
