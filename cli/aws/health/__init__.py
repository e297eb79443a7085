"""The checks of `renditions doctor`. Each looks only, and none keeps another from looking."""

from cli.aws.health.finding import Finding as Finding
from cli.aws.health.finding import Mark as Mark
from cli.aws.health.run import CHECKS as CHECKS
from cli.aws.health.run import examine as examine
from cli.aws.health.target import Target as Target
