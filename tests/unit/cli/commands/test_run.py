"""`renditions run`, as a user calls it."""

from pathlib import Path

from tests.unit.cli.conftest import Command
from tests.unit.cli.stand_ins import image_file


def test_run_refuses_an_output_folder_that_is_a_file(renditions_command: Command, tmp_path: Path) -> None:
    image_file(tmp_path / "a.png", (8, 8), "red")
    ended = renditions_command("run", "a.png", "--out", ".")
    assert ended.exit_code == 2
    assert "Cannot create the folder a.png: a file has that name. Choose another --out." in ended.stderr
