"""``renditions explain``: what happened to an image, why, and what to do, in three sentences."""

from datetime import UTC, datetime

from rich.text import Text

from renditions_cli.aws.image_story import read_story
from renditions_cli.aws.sdk_errors import readable_aws_errors
from renditions_cli.aws.stack import StackChoice, find_stack
from renditions_cli.errors import ExitCode
from renditions_cli.show.console import open_consoles, print_json
from renditions_cli.show.escaping import visible
from renditions_cli.show.explanation import explain


def explain_image(choice: StackChoice, image: str, *, as_json: bool) -> ExitCode:
    """Explain one image, a key or a URI. Returns OK if nothing is left to do."""
    stack = find_stack(choice)
    consoles = open_consoles(as_json=as_json)
    with readable_aws_errors(), consoles.progress.status("Reading ..."):
        story = read_story(stack, stack.image_uri(image), with_logs=False)
    explanation = explain(story, datetime.now(UTC))
    if as_json:
        print_json(consoles.results, {"image_uri": story.image_uri, **explanation.to_json()})
    else:
        for one, style in zip(
            explanation.sentences, ("bold", "", "green" if explanation.is_well else "yellow"), strict=True
        ):
            consoles.results.print(Text(visible(one), style), soft_wrap=True)
    return ExitCode.OK if explanation.is_well else ExitCode.IMAGE_FAILED
