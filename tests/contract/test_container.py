"""The image and the Compose file agree with each other and with the command, and have what the template needs."""

import json
import re
from typing import Any

import yaml
from typer.testing import CliRunner

from renditions_cli.local.kept_state import SECONDS_TO_SAVE
from renditions_cli.local.template import load
from renditions_cli.main import app
from tests.contract.conftest import ROOT

DOCKERFILE = (ROOT / "container" / "Dockerfile").read_text()
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text())["services"]["renditions"]
SENT = re.findall(r"(?m)^!(.+)$", (ROOT / "container" / "Dockerfile.dockerignore").read_text())
COMMAND: list[str] = json.loads(re.findall(r"(?m)^CMD (.+)$", DOCKERFILE)[0])


def test_the_command_of_the_image_is_understood() -> None:
    ended = CliRunner().invoke(app, [*COMMAND, "--help"])
    assert ended.exit_code == 0
    unknown = [one for one in COMMAND if one.startswith("--") and one not in ended.output]
    assert unknown == []


def test_published_ports_are_those_of_the_image_and_open_to_this_machine_only() -> None:
    exposed = re.findall(r"(?m)^EXPOSE (.+)$", DOCKERFILE)[0].split()
    assert COMPOSE["ports"] == [f"127.0.0.1:{port}:{port}" for port in exposed]
    assert exposed == ["4566", COMMAND[COMMAND.index("--console-port") + 1]]


def test_the_image_has_a_fixed_base_and_a_user_without_rights() -> None:
    assert re.search(r"(?m)^FROM python:3\.1[1-4]\.\d+-slim-\w+$", DOCKERFILE)
    assert re.search(r"(?m)^USER (?!0)\d+:\d+$", DOCKERFILE)


def test_the_volume_is_where_the_state_is_kept_and_there_is_time_to_save_it() -> None:
    state = COMMAND[COMMAND.index("--state") + 1]
    assert COMPOSE["volumes"] == [f"state:{state}"]
    assert f'VOLUME ["{state}"]' in DOCKERFILE
    assert int(COMPOSE["stop_grace_period"].removesuffix("s")) > SECONDS_TO_SAVE


def test_the_build_uses_the_dockerfile_of_this_folder() -> None:
    assert COMPOSE["build"] == {"context": ".", "dockerfile": "container/Dockerfile"}


def test_what_the_command_and_the_template_need_is_in_the_image() -> None:
    template = json.dumps(load(ROOT / "template.yaml"))
    paths = set(re.findall(r'"(?:CodeUri|ContentUri|DefinitionUri)": "([^"]+)"', template))
    needed = {"template.yaml", "requirements/run.txt", "pyproject.toml", "README.md", "renditions_cli"} | {
        path.removeprefix("./").rstrip("/") for path in paths
    }
    assert not {path for path in needed if not (ROOT / path).exists()}
    assert not {path for path in needed if not any(within(path, one) or within(one, path) for one in SENT)}


def within(path: str, folder: str) -> bool:
    return f"{path}/".startswith(f"{folder}/")
