"""The packages are built for the processor, the Python and the libraries that the stack declares."""

import os
import re
import subprocess
from pathlib import Path

import pytest

from tests.contract.conftest import ROOT

DEFAULTS = "Architecture=arm64 Runtime=python3.13 HeicInput=off ContentCredentials=off"


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A copy of template.yaml and samconfig.toml, before the first deployment."""
    for name in ("template.yaml", "samconfig.toml"):
        (tmp_path / name).write_text((ROOT / name).read_text())
    config = (tmp_path / "samconfig.toml").read_text()
    (tmp_path / "samconfig.toml").write_text(re.sub(r"(?m)^parameter_overrides.*\n", "", config))
    return tmp_path


def target(checkout: Path, *words: str, **environment: str) -> str:
    """Return the parameters that `make build` and `make deploy` pass to SAM."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS"))}
    command = ["make", "--silent", "target", f"ROOT={checkout}", *words]
    return subprocess.run(
        command, cwd=ROOT, env=kept | environment, capture_output=True, text=True, check=True
    ).stdout.strip()


def test_the_defaults_are_those_of_the_template(checkout: Path) -> None:
    assert target(checkout) == DEFAULTS


@pytest.mark.parametrize(
    "word",
    ["HEIC=on", "PARAMETERS=HeicInput=on", "PARAMETERS=ThumbnailSize=100 HeicInput=on AvifInput=on"],
)
def test_the_heic_decoder_and_its_setting_go_together(checkout: Path, word: str) -> None:
    assert target(checkout, word) == DEFAULTS.replace("HeicInput=off", "HeicInput=on")


@pytest.mark.parametrize("word", ["CREDENTIALS=keep", "PARAMETERS=LargeSize=2000 ContentCredentials=keep"])
def test_the_library_that_signs_and_its_setting_go_together(checkout: Path, word: str) -> None:
    """Without this, a later choice of anything else would take the library from a stack that signs."""
    assert target(checkout, word) == DEFAULTS.replace("Credentials=off", "Credentials=keep")


def test_the_answers_of_an_earlier_deployment_are_used(checkout: Path) -> None:
    with (checkout / "samconfig.toml").open("a") as config:
        config.write(
            'parameter_overrides = "Architecture=\\"x86_64\\" HeicInput=\\"on\\" AvifInput=\\"off\\""\n'
        )
    expected = DEFAULTS.replace("arm64", "x86_64").replace("HeicInput=off", "HeicInput=on")
    assert target(checkout) == expected
    assert target(checkout, "HEIC=off") == expected.replace("HeicInput=on", "HeicInput=off")


def test_processor_and_python_are_set_by_parameters_or_by_variables(checkout: Path) -> None:
    expected = DEFAULTS.replace("arm64", "x86_64").replace("3.13", "3.14")
    assert target(checkout, "ARCHITECTURE=x86_64", "RUNTIME=python3.14") == expected
    assert target(checkout, ARCHITECTURE="x86_64", RUNTIME="python3.14") == expected
    assert target(checkout, "PARAMETERS=Architecture=x86_64 Runtime=python3.14") == expected


def test_the_packaged_heic_decoder_is_the_tested_one() -> None:
    built, tested = (
        re.findall(r"^pillow-heif==(\S+)", (ROOT / path).read_text(), re.MULTILINE)
        for path in ("functions/requirements-heic.txt", "requirements/dev.txt")
    )
    assert built == tested != []


def test_the_packaged_resizer_is_the_tested_one() -> None:
    built, tested = (
        re.findall(r"^cykooz-resizer==([^\s;]+)", (ROOT / path).read_text(), re.MULTILINE)
        for path in ("functions/requirements-simd.txt", "requirements/run.txt")
    )
    assert built == tested != []


def test_the_packaged_decoder_of_png_is_the_tested_one() -> None:
    built, tested = (
        re.findall(r"^(?:pyspng==([^\s;]+)|numpy==.*)", (ROOT / path).read_text(), re.MULTILINE)
        for path in ("functions/requirements.txt", "requirements/run.txt")
    )
    assert built == tested
    assert len(built) == 1
    assert built[0], "numpy is left out: only the Python code of pyspng needs it"


def test_the_known_pillow_is_the_packaged_one() -> None:
    """The library reads Pillow's memory: resampling.py names the major version with which it was tested."""
    (packaged,) = re.findall(
        r"^pillow==(\d+)\.", (ROOT / "functions/requirements.txt").read_text(), re.MULTILINE
    )
    source = (ROOT / "functions/renditions/imaging/resampling.py").read_text()
    assert f'_KNOWN_PILLOW = "{packaged}"' in source


def test_the_page_on_heic_names_the_packaged_version() -> None:
    (version,) = re.findall(
        r"^pillow-heif==(\S+)", (ROOT / "functions/requirements-heic.txt").read_text(), re.MULTILINE
    )
    assert f"pillow-heif {version} " in (ROOT / "docs/heic.md").read_text()
