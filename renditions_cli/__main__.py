"""``renditions``, and ``python -m renditions_cli``, which is the same."""

import sys


def start() -> None:
    """Run the command. Its packages are an extra of the distribution, whose core is the library."""
    try:
        from renditions_cli.main import app
    except ModuleNotFoundError as missing:
        sys.exit(f"The command needs the package {missing.name}: pip install 'renditions[cli]'")
    app(prog_name="renditions")


if __name__ == "__main__":
    start()
