"""The local deployment package."""

import io
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from renditions_cli.local.package import PORTABLE, Package, bootstrap, package_source


@pytest.fixture
def code(tmp_path: Path) -> Path:
    for name in (
        "app/__init__.py", "app/fonts/a.ttf", "app/__pycache__/x.pyc", "tests/test_app.py", ".hidden",
        "app.egg-info/PKG-INFO", "requirements.txt",
    ):  # fmt: skip
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    return tmp_path


def opened(package: Package) -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO(package.data))


def test_it_contains_the_source_a_bootstrap_and_bytecode_and_nothing_else(code: Path) -> None:
    assert opened(package_source(code)).namelist() == [
        "app/__init__.py", "app/fonts/a.ttf", "requirements.txt", "bootstrap",
        f"app/__pycache__/__init__.{sys.implementation.cache_tag}.pyc",
    ]  # fmt: skip


def test_the_bytecode_is_used_instead_of_compiling_the_source(tmp_path: Path) -> None:
    folder = tmp_path / "source"
    (folder / "app").mkdir(parents=True)
    (folder / "app/__init__.py").write_text("print(__file__, (lambda: 0).__code__.co_filename)")
    unpacked = tmp_path / "unpacked"
    opened(package_source(folder)).extractall(unpacked)
    (unpacked / "app/__init__.py").write_text("this does not compile")
    found = subprocess.run(
        [sys.executable, "-c", "import app"], cwd=unpacked, capture_output=True, text=True, check=False
    )
    where = str(unpacked / "app/__init__.py")
    assert (found.stdout, found.stderr) == (f"{where} {where}\n", "")


def test_the_bootstrap_is_executable_and_the_source_is_readable(code: Path) -> None:
    modes = {entry.filename: entry.external_attr >> 16 for entry in opened(package_source(code)).infolist()}
    assert modes["bootstrap"] == 0o755
    assert modes["app/__init__.py"] == 0o644


def test_the_same_source_gives_the_same_bytes_at_any_time(code: Path) -> None:
    first = package_source(code)
    (code / "requirements.txt").touch()
    (code / "app" / "__pycache__" / "y.pyc").write_text("y")
    assert package_source(code) == first


def test_changed_source_gets_another_name(code: Path) -> None:
    first = package_source(code)
    (code / "requirements.txt").write_text("other")
    assert package_source(code).key != first.key


def test_source_that_does_not_compile_is_left_to_the_function(code: Path) -> None:
    (code / "app/broken.py").write_text("this does not compile")
    names = opened(package_source(code)).namelist()
    assert "app/broken.py" in names
    assert not any("broken" in name and name.endswith(".pyc") for name in names)


def test_a_missing_folder_is_reported(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="nowhere"):
        package_source(tmp_path / "nowhere")


@pytest.mark.parametrize("compiled, more", [(True, ""), (False, f":{PORTABLE}")])
def test_the_bootstrap_starts_a_python_whose_path_has_spaces(
    tmp_path: Path, more: str, *, compiled: bool
) -> None:
    """The folder of a checkout can have spaces in its name."""
    python = tmp_path / "my python"
    python.write_text('#!/bin/sh\necho "$PYTHONPATH $@"\n')
    python.chmod(0o755)
    script = tmp_path / "bootstrap"
    script.write_text(bootstrap(str(python), compiled=compiled))
    environment = {"LAMBDA_TASK_ROOT": "/var/task", "_HANDLER": "a.b"}
    found = subprocess.run(["/bin/sh", script], env=environment, capture_output=True, text=True, check=True)
    assert found.stdout == f"/var/task{more} -m awslambdaric a.b\n"
