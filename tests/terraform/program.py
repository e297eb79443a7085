"""Terraform as it is on this machine. Nothing is downloaded: the provider must be in a folder already."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.contract.terraform import FOLDER

PROVIDER = "registry.terraform.io/hashicorp/aws"
# Where Terraform itself looks for providers, and what packages below /opt bring.
MIRRORS = ["~/.terraform.d/plugins", "/usr/local/share/terraform/plugins", "/usr/share/terraform/plugins"]


@dataclass(frozen=True)
class Terraform:
    """The program with a folder of providers. ``scratch``: a new folder for everything that it writes."""

    scratch: Path
    mirror: Path

    def run(self, *arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
        """Run a command in a folder. Raises CalledProcessError."""
        configuration = self.scratch / "terraform.rc"
        configuration.write_text(
            f'provider_installation {{ filesystem_mirror {{ path = "{self.mirror}" }} }}\n'
        )
        own = {"TF_CLI_CONFIG_FILE": str(configuration), "TF_IN_AUTOMATION": "1", "CHECKPOINT_DISABLE": "1"}
        return subprocess.run(
            ["terraform", arguments[0], "-no-color", *arguments[1:]],
            cwd=folder,
            env=os.environ | own,
            check=True,
            capture_output=True,
            text=True,
        )

    def copy(self) -> Path:
        """Return a copy of the module, because `init` writes into the folder."""
        return Path(shutil.copytree(FOLDER, self.scratch / "module"))


def find_mirror() -> Path | None:
    """Return a folder that has the provider for AWS."""
    return next((path for path in _mirrors() if (path / PROVIDER).is_dir()), None)


def _mirrors() -> Iterator[Path]:
    yield from (Path(path).expanduser() for path in MIRRORS)
    yield from (path.parent for path in Path("/opt").glob("*/registry.terraform.io"))
