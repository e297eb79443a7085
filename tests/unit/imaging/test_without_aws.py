"""The imaging package on its own, as docs/library.md shows it."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from PIL import Image

from renditions.settings import Settings
from tests.unit.conftest import ROOT

# None in sys.modules makes an import fail as if the package were not installed.
NO_AWS = "import sys; sys.modules |= dict.fromkeys(('boto3', 'botocore', 'aws_lambda_powertools'))\n"


def test_the_documented_example_makes_all_renditions_without_any_aws_library(tmp_path: Path) -> None:
    example = re.search(r"```python\n(.*?)```", (ROOT / "docs/library.md").read_text(), re.DOTALL)
    assert example
    shutil.copy(ROOT / "samples/living-room.jpg", tmp_path / "holiday.jpg")
    ended = subprocess.run(
        [sys.executable, "-W", "error", "-c", NO_AWS + example[1]],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT / "functions")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "", "")
    with Image.open(tmp_path / "thumbnail.webp") as made:
        assert max(made.size) == 240
    names = {found.name for found in tmp_path.iterdir()}
    assert names == {"holiday.jpg", *(f"{name}.webp" for name in Settings().renditions())}


def test_rendering_loads_no_library_that_it_does_not_need(tmp_path: Path) -> None:
    """LittleCMS, FreeType and OpenSSL take 5 MB and 10 ms of each start."""
    Image.new("RGB", (300, 200)).save(tmp_path / "a.jpg")
    program = (
        "import sys; from pathlib import Path; from renditions.imaging import render; "
        "from renditions.settings import Settings; render(Path('a.jpg').read_bytes(), 'large', Settings()); "
        "print({'_hashlib', 'PIL._imagingft', 'PIL._imagingcms'} & set(sys.modules))"
    )
    ended = subprocess.run(
        [sys.executable, "-c", program],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT / "functions")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ended.stdout, ended.stderr) == ("set()\n", "")
