"""``python -m cli``: the same as ``renditions``."""

from cli.main import app

app(prog_name="renditions")
