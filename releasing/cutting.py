"""Whether a release can be cut, and what cutting it changes in the checkout."""

import re
import subprocess
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from releasing import snapshot
from releasing.versions import UNRELEASED, order, project_version, released, sections

RAISE = "Raise the version in pyproject.toml; the contract tests name the other places."


def obstacles(root: Path) -> Iterator[str]:
    """Yield why no release can be cut from the checkout, each with what to do."""
    version = project_version(root)
    if changed := _changed_files(root):
        more = f" and {len(changed) - 3} more" if len(changed) > 3 else ""
        yield f"The working tree is not clean: {', '.join(changed[:3])}{more}. Commit or remove the changes."
    past = released(root)
    if version in past:
        yield f"CHANGELOG.md says that {version} is released. {RAISE}"
    elif past and order(version) <= order(past[0]):
        yield f"{version} is older than {past[0]}. {RAISE}"
    if not sections(root / "CHANGELOG.md").get(UNRELEASED, "").strip():
        yield f"CHANGELOG.md says nothing under {UNRELEASED}. Say what is new."
    if version not in sections(root / "UPGRADING.md"):
        yield (
            f"UPGRADING.md has no section {version}. Say what is rendered again, which resources are replaced, which "
            "parameters change, and what to do."
        )
    if f"Version: {version} }}" not in (root / "template.yaml").read_text("utf-8"):
        yield f"template.yaml has another version than {version}. Change Mappings, Release."


def cut(root: Path, today: date) -> list[Path]:
    """Give the unreleased changes their version and date, and write the copy of the release. Returns what changed.

    Only the copy of the release before it stays, because that is the one that tests update.
    """
    version = project_version(root)
    kept = snapshot.path_of(root, released(root)[0])
    outdated = [path for path in kept.parent.glob("*") if path != kept]
    for path in outdated:
        path.unlink()
    changelog = root / "CHANGELOG.md"
    heading = f"## [{UNRELEASED}]\n"
    text = changelog.read_text("utf-8")
    changelog.write_text(
        text.replace(heading, f"{heading}\n## [{version}] - {today.isoformat()}\n", 1), "utf-8"
    )
    return [changelog, *outdated, snapshot.write(root, version)]


def _changed_files(root: Path) -> list[str]:
    listed = subprocess.run(
        ["git", "status", "--porcelain"], cwd=root, capture_output=True, text=True, check=True
    )
    return [re.sub(r"^.. ", "", line) for line in listed.stdout.splitlines()]
