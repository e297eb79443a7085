"""The checks of `renditions doctor`. Each looks only, and none keeps another from looking."""

from renditions_cli.aws.health.finding import Finding as Finding
from renditions_cli.aws.health.finding import Mark as Mark
from renditions_cli.aws.health.run import CHECKS as CHECKS
from renditions_cli.aws.health.run import examine as examine
from renditions_cli.aws.health.target import Target as Target
