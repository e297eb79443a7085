"""``python -m renditions_cli``: the same as ``renditions``."""

from renditions_cli.main import app

app(prog_name="renditions")
