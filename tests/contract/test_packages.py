"""What the packages are built for is what the stack declares, however somebody says it."""

import os
import re
import subprocess
from pathlib import Path

import pytest

from tests.contract.conftest import ROOT

DEFAULTS = "Architecture=arm64 Runtime=python3.13 HeicInput=off"


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """The two files that are asked, as nobody has deployed them yet."""
    for name in ("template.yaml", "samconfig.toml"):
        (tmp_path / name).write_text((ROOT / name).read_text())
    config = (tmp_path / "samconfig.toml").read_text()
    (tmp_path / "samconfig.toml").write_text(re.sub(r"(?m)^parameter_overrides.*\n", "", config))
    return tmp_path


def target(checkout: Path, *said: str, **environment: str) -> str:
    """The parameters that `make build` and `make deploy` hand to SAM."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS"))}
    command = ["make", "--silent", "target", f"ROOT={checkout}", *said]
    return subprocess.run(
        command, cwd=ROOT, env=kept | environment, capture_output=True, text=True, check=True
    ).stdout.strip()


def test_nothing_said_means_the_defaults_of_the_template(checkout: Path) -> None:
    assert target(checkout) == DEFAULTS


@pytest.mark.parametrize(
    "said",
    ["HEIC=on", "PARAMETERS=HeicInput=on", "PARAMETERS=ThumbnailSize=100 HeicInput=on AvifInput=on"],
)
def test_the_decoder_of_heic_and_the_setting_that_uses_it_go_together(checkout: Path, said: str) -> None:
    assert target(checkout, said) == DEFAULTS.replace("off", "on")


def test_the_answers_of_an_earlier_deployment_are_remembered(checkout: Path) -> None:
    with (checkout / "samconfig.toml").open("a") as config:
        config.write(
            'parameter_overrides = "Architecture=\\"x86_64\\" HeicInput=\\"on\\" AvifInput=\\"off\\""\n'
        )
    assert target(checkout) == "Architecture=x86_64 Runtime=python3.13 HeicInput=on"
    assert target(checkout, "HEIC=off").endswith("HeicInput=off")


def test_the_processor_and_the_python_can_be_parameters_or_words_of_their_own(checkout: Path) -> None:
    expected = "Architecture=x86_64 Runtime=python3.14 HeicInput=off"
    assert target(checkout, "ARCHITECTURE=x86_64", "RUNTIME=python3.14") == expected
    assert target(checkout, ARCHITECTURE="x86_64", RUNTIME="python3.14") == expected
    assert target(checkout, "PARAMETERS=Architecture=x86_64 Runtime=python3.14") == expected


def test_the_decoder_of_heic_that_is_built_in_is_the_one_that_is_tested() -> None:
    built, tested = (
        re.findall(r"^pillow-heif==(\S+)", (ROOT / path).read_text(), re.MULTILINE)
        for path in ("functions/requirements-heic.txt", "requirements/dev.txt")
    )
    assert built == tested != []


def test_the_page_on_heic_tells_of_the_version_that_is_built_in() -> None:
    (version,) = re.findall(
        r"^pillow-heif==(\S+)", (ROOT / "functions/requirements-heic.txt").read_text(), re.MULTILINE
    )
    assert f"pillow-heif {version} " in (ROOT / "docs/heic.md").read_text()
