"""The local deployment package of a function: its source, and a bootstrap that runs it under AWS's runtime client.

It contains no dependencies: those come from the environment of this command, which has the same versions. The same
files give the same name on every machine at any time, so an unchanged function is never redeployed.
"""

import hashlib
import importlib.util
import io
import marshal
import shlex
import sys
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

BOOTSTRAP = "bootstrap"
PORTABLE = Path(__file__).with_name("portable")
_SKIPPED_FOLDERS = {"__pycache__", "tests", "node_modules"}
_SKIPPED_ENDINGS = (".pyc", ".pyo", ".egg-info", ".dist-info")
_START_OF_ZIP_TIME = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Package:
    """A zip file as bytes. ``key`` is its name, derived from the content without bytecode."""

    key: str
    data: bytes


def package_source(folder: Path) -> Package:
    """Zip the source in ``folder`` with a bootstrap. Raises FileNotFoundError if the folder does not exist."""
    compiled = importlib.util.find_spec("runtime_client") is not None
    source = _package(folder, {BOOTSTRAP: bootstrap(sys.executable, compiled=compiled).encode()})
    return Package(source.key, _with_bytecode(source.data))


def package_files(folder: Path) -> Package:
    """Zip the files in ``folder``, for a layer. Raises FileNotFoundError if the folder does not exist."""
    return _package(folder, {})


def source_files(folder: Path) -> Iterator[Path]:
    """Yield the files of a package, without hidden files, tests, and files that Python or pip generated."""
    for path in folder.iterdir():
        if path.name.startswith(".") or path.name.endswith(_SKIPPED_ENDINGS):
            continue
        if path.is_file():
            yield path
        elif path.name not in _SKIPPED_FOLDERS:
            yield from source_files(path)


def bootstrap(python: str, *, compiled: bool) -> str:
    """Return the script that Lambda starts for a function: ``python`` with the runtime interface client.

    PYTHONPATH takes precedence over installed packages, so the code of the package runs and not that of this checkout.
    ``compiled``: whether the client has its compiled part, which exists on Linux only.
    """
    more = "" if compiled else f":{shlex.quote(str(PORTABLE))}"
    return (
        "#!/bin/sh\n"
        f'export PYTHONPATH="$LAMBDA_TASK_ROOT"{more}\n'
        f'exec {shlex.quote(python)} -m awslambdaric "$_HANDLER"\n'
    )


def _package(folder: Path, programs: Mapping[str, bytes]) -> Package:
    """Zip the files in ``folder`` and ``programs``, name → text of an executable file."""
    if not folder.is_dir():
        raise FileNotFoundError(f"The folder {folder} does not exist.")
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for path in sorted(source_files(folder)):
            _add(archive, path.relative_to(folder).as_posix(), path.read_bytes(), 0o644)
        for name, text in programs.items():
            _add(archive, name, text, 0o755)
    data = buffer.getvalue()
    return Package(f"{hashlib.sha256(data).hexdigest()}.zip", data)


def _with_bytecode(package: bytes) -> bytes:
    """Add the bytecode of every module: each process of a function unpacks the package, and would compile it again."""
    buffer = io.BytesIO(package)
    with zipfile.ZipFile(buffer, "a") as archive:
        for name in (name for name in archive.namelist() if name.endswith(".py")):
            folder, _, module = name.rpartition("/")
            cached = Path(folder, "__pycache__", f"{module[:-3]}.{sys.implementation.cache_tag}.pyc")
            with suppress(SyntaxError):  # the function will say so
                _add(archive, cached.as_posix(), _bytecode(archive.read(name), name), 0o644)
    return buffer.getvalue()


def _bytecode(source: bytes, name: str) -> bytes:
    """Return the content of a .pyc file that Python does not compare with its source (PEP 552)."""
    code = marshal.dumps(compile(source, name, "exec", dont_inherit=True))
    return importlib.util.MAGIC_NUMBER + b"\1\0\0\0" + importlib.util.source_hash(source) + code


def _add(archive: zipfile.ZipFile, name: str, data: bytes, mode: int) -> None:
    entry = zipfile.ZipInfo(name, _START_OF_ZIP_TIME)
    entry.create_system = 3  # Unix: the mode is ignored otherwise
    entry.external_attr = mode << 16
    entry.compress_type = zipfile.ZIP_DEFLATED
    archive.writestr(entry, data)
