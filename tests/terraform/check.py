"""`make check`: the layout of terraform/, and whether it is valid, where Terraform and its provider are installed."""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.contract.terraform import FOLDER
from tests.terraform.program import Terraform, find_mirror


def main() -> int:
    """Return the exit status."""
    if not shutil.which("terraform"):
        print("Terraform is not installed: terraform/ is not checked.")  # noqa: T201 - a line for whoever runs it
        return 0
    fmt = ["terraform", "fmt", "-check", "-diff", "-recursive", str(FOLDER)]
    layout = subprocess.run(fmt, check=False, env=os.environ | {"TF_CLI_CONFIG_FILE": os.devnull})
    if layout.returncode:
        return layout.returncode
    mirror = find_mirror()
    if mirror is None:
        print("Terraform's provider for AWS is not installed: terraform/ is not validated.")  # noqa: T201
        return 0
    with tempfile.TemporaryDirectory() as scratch:
        return validate(Terraform(Path(scratch), mirror))


def validate(terraform: Terraform) -> int:
    """Validate the example, and with it the module that it uses."""
    example = terraform.copy() / "examples" / "basic"
    try:
        terraform.run("init", "-backend=false", "-input=false", folder=example)
        terraform.run("validate", folder=example)
    except subprocess.CalledProcessError as error:
        print(error.stdout + error.stderr)  # noqa: T201
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
