"""What a deployed stack makes of images is read from the environment and the package of its function."""

import ast
import io
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from renditions.settings import PILLOW, SIMD
from renditions_cli.aws.deployed_recipes import DECODER, PRESETS, RESIZER, SOURCES, read_recipes
from renditions_cli.aws.health import package
from renditions_cli.aws.stack import Stack
from renditions_cli.errors import StackError
from tests.unit.conftest import ROOT

LIBRARIES = {f"{DECODER}/Image.py": b"", f"{RESIZER}/__init__.py": b""}
SHOP = b'[shop]\nprefix = "shop/"\nlarge_size = 64\n'
Deployed = Callable[..., Stack]


@pytest.fixture
def deployed(tmp_path: Path) -> Deployed:
    """Return a stack whose function has these files besides those of this checkout, and these variables."""

    def make(files: dict[str, bytes], **variables: str) -> Stack:
        data = io.BytesIO()
        with zipfile.ZipFile(data, "w") as archive:
            ours = {name: (ROOT / "functions" / name).read_bytes() for name in (*SOURCES, PRESETS)}
            for name, content in (ours | files).items():
                archive.writestr(name, content)
        (tmp_path / "package.zip").write_bytes(data.getvalue())

        def get_function(**asked: str) -> dict[str, Any]:
            assert asked == {"FunctionName": "shop-validate-image"}
            location = (tmp_path / "package.zip").as_uri()
            configuration = {"Environment": {"Variables": variables}}
            return {"Configuration": configuration, "Code": {"Location": location}}

        session = SimpleNamespace(client=lambda name: SimpleNamespace(get_function=get_function))
        outputs = SimpleNamespace(image_pipeline="arn:aws:states:x:1:stateMachine:shop-image-pipeline")
        return cast("Stack", SimpleNamespace(session=session, outputs=outputs))

    return make


def test_settings_presets_and_resizer_are_those_of_the_functions(deployed: Deployed) -> None:
    variables = {"LARGE_SIZE": "900", "HEIC_INPUT": "on", "PRESET_BY_METADATA": "on"}
    found = read_recipes(deployed({**LIBRARIES, PRESETS: SHOP}, **variables))
    assert (found.settings.large_size, found.resizer) == (900, SIMD)
    assert found.presets.by_metadata
    assert found.presets.choose("shop/a.jpg").preset.overrides == {"large_size": 64}
    assert read_recipes(deployed(LIBRARIES, RESIZER="pillow")).resizer == PILLOW
    assert read_recipes(deployed({f"{DECODER}/Image.py": b""}, RESIZER="auto")).resizer == PILLOW


def test_a_file_that_is_not_at_the_end_of_the_package_is_found(
    deployed: Deployed, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The server ignores the range in this test, so the tail is cut here."""
    opened = package._archive
    monkeypatch.setattr(
        package, "_archive", lambda url, tail: opened(url if tail > 10**8 else "file:///no", tail)
    )
    assert list(read_recipes(deployed({PRESETS: SHOP})).presets.by_name) == ["shop"]


def test_all_that_computes_a_recipe_is_compared() -> None:
    """But for what holds no more than names and the words of errors."""
    wordless = {f"renditions/{name}.py" for name in ("__init__", "labels/__init__", "errors", "fonts")}
    found, left = set[str](), ["renditions.recipe"]
    while left:
        path = left.pop().replace(".", "/")
        for file in (f"{path}.py", f"{path}/__init__.py"):
            if file not in found and (ROOT / "functions" / file).exists():
                found.add(file)
                left += imported((ROOT / "functions" / file).read_text())
    assert found - wordless <= set(SOURCES)


def imported(source: str) -> Iterator[str]:
    """Yield the modules that a module imports from, and what it imports, which may be modules too."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom) and node.module:
            yield from (node.module, *(f"{node.module}.{one.name}" for one in node.names))


@pytest.mark.parametrize(
    "files, told",
    [
        ({"renditions/recipe.py": b"# of another release"}, "another version of renditions/recipe.py"),
        ({PRESETS: b"[shop\n"}, "settings of the stack are not those of this version"),
    ],
)
def test_what_cannot_be_compared_is_refused(deployed: Deployed, files: dict[str, bytes], told: str) -> None:
    with pytest.raises(StackError, match=told):
        read_recipes(deployed(files))
