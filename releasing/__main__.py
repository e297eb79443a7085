"""`make release` and `make dist`: python -m releasing release|dist UV."""

import sys
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from releasing import artefact, packages
from releasing.cutting import cut, obstacles
from releasing.errors import ReleaseError
from releasing.versions import project_version

ROOT = Path(__file__).resolve().parents[1]
DIST = ROOT / "dist"


def release(builder: str) -> None:
    """Cut the release, write its files, and say how to keep it. Raises ReleaseError."""
    if found := [*obstacles(ROOT), *packages.missing_programs()]:
        raise ReleaseError("\n".join(["No release was made.", *found]))
    changed = _names(cut(ROOT, datetime.now(UTC).date()))
    try:
        dist(builder)
    except ReleaseError as error:
        raise ReleaseError(
            f"{error}\nRemove what was begun: git stash --include-untracked -- {changed}"
        ) from error
    version = project_version(ROOT)
    sys.stdout.write(
        f"\nKeep it:\n  git add {changed}\n  git commit -m 'Release {version}'\n  git tag v{version}\n"
        "Then raise the version in pyproject.toml (the contract tests name the other places), and give it a section in "
        "UPGRADING.md.\n"
    )


def dist(builder: str) -> None:
    """Write the files of the release that the checkout is. Raises ReleaseError."""
    for path in artefact.write(ROOT, DIST, builder):
        sys.stdout.write(f"{_names([path])}  {path.stat().st_size:,} bytes\n")


def _names(paths: Iterable[Path]) -> str:
    return " ".join(str(path.relative_to(ROOT)) for path in paths)


if __name__ == "__main__":
    _, what, builder_of_wheels = sys.argv
    try:
        {"release": release, "dist": dist}[what](builder_of_wheels)
    except ReleaseError as failure:
        sys.exit(str(failure))
