"""The packages of the functions, as `make build` makes them, without the SAM CLI."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from releasing.archives import files_in, write_zip
from releasing.errors import ReleaseError

RUNTIME: Final = "python3.13"
ARCHITECTURES: Final = ("arm64", "x86_64")
WITHOUT_RUNTIME: Final = (
    f"{RUNTIME} is needed to compile the functions: put it on PATH. "
    "Without it each cold start takes twice as long."
)
_ANYWHERE = "ARTIFACTS"  # stands for the folder where only the commands are asked for


def missing_programs() -> Iterator[str]:
    """Yield why no package can be built on this machine, with what to do."""
    own = f"python{sys.version_info.major}.{sys.version_info.minor}"
    if own != RUNTIME and not shutil.which(RUNTIME):
        yield WITHOUT_RUNTIME


def build(root: Path, functions: Iterable[str], architecture: str, folder: Path) -> dict[str, str]:
    """Build the packages of ``functions`` into zip files under ``folder``. Returns function → name of its file.

    Functions whose package is made by the same commands share one, named after the first of them. Raises ReleaseError.
    """
    names: dict[str, str] = {}
    made: dict[str, str] = {}
    for function in functions:
        commands = _make(root, function, architecture, _ANYWHERE, "--dry-run")
        if commands not in made:
            made[commands] = f"{function.removesuffix('Function')}.zip"
            content = folder / function
            content.mkdir(parents=True)
            _make(root, function, architecture, str(content))
            files = {name: data for name, data in files_in(content).items() if not _names_this_machine(name)}
            if not any(name.startswith("renditions/") and name.endswith(".pyc") for name in files):
                raise ReleaseError(WITHOUT_RUNTIME)
            write_zip(folder / made[commands], files)
        names[function] = made[commands]
    return names


def _names_this_machine(name: str) -> bool:
    """Whether pip writes the path of its Python into the file, or the file's digest. No function needs either."""
    return name.startswith("bin/") or name.endswith(".dist-info/RECORD")


def _make(root: Path, function: str, architecture: str, folder: str, *options: str) -> str:
    chosen = (f"ARCHITECTURE={architecture}", f"RUNTIME={RUNTIME}", f"ARTIFACTS_DIR={folder}")
    # Without what `make wheels` compiled on this machine: another one would make another package.
    left_out = ("HEIC=off", "CREDENTIALS=off", "COMPILED=")
    command = ["make", "--silent", *options, f"build-{function}", *chosen, *left_out]
    # The variables of the make that calls this one would change its options.
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS"))}
    ended = subprocess.run(
        command, cwd=root / "functions", env=inherited, capture_output=True, text=True, check=False
    )
    if ended.returncode:
        raise ReleaseError(f"The package of {function} could not be built:\n{ended.stderr}")
    return ended.stdout
