"""``renditions logs``: what the functions logged about one image."""

import json

from rich.text import Text

from renditions_cli.aws.image_story import read_story
from renditions_cli.aws.sdk_errors import readable_aws_errors
from renditions_cli.aws.stack import StackChoice, find_stack
from renditions_cli.errors import ExitCode
from renditions_cli.show.console import open_consoles
from renditions_cli.show.escaping import visible
from renditions_cli.show.story import log_line

NONE = "No function has logged anything about this image, or the lines are older than LogRetentionDays."


def show_logs(choice: StackChoice, image: str, *, as_json: bool) -> ExitCode:
    """Print every line about an image, a key or a URI, in order. Returns OK, also if there is none."""
    stack = find_stack(choice)
    consoles = open_consoles(as_json=as_json)
    with readable_aws_errors(), consoles.progress.status("Reading the logs ..."):
        story = read_story(stack, stack.image_uri(image), with_logs=True)
    for line in story.lines:
        if as_json:
            consoles.results.out(json.dumps(line.to_json()), highlight=False)
        else:
            consoles.results.print(log_line(line), soft_wrap=True)
    if not as_json:
        for problem in story.problems:
            consoles.results.print(Text(visible(problem), "red"), soft_wrap=True)
        if not story.lines:
            consoles.results.print(NONE, soft_wrap=True)
    return ExitCode.OK
