"""``renditions show``: everything about one image on one screen."""

from contextlib import suppress
from datetime import UTC, datetime
from operator import attrgetter

from botocore.exceptions import ClientError
from rich.console import Console

from renditions.settings import Settings
from renditions_cli.aws.image_story import ImageStory, read_story
from renditions_cli.aws.sdk_errors import readable_aws_errors
from renditions_cli.aws.stack import Stack, StackChoice, find_stack
from renditions_cli.errors import ExitCode
from renditions_cli.show.console import open_consoles, print_json
from renditions_cli.show.explanation import explain
from renditions_cli.show.picture import LARGEST, picture, shows_pictures
from renditions_cli.show.story import story_json, story_lines

# The first that exists: the smallest without a watermark.
SHOWN = [
    one.name
    for one in sorted(Settings().renditions().values(), key=attrgetter("watermarked", "bounds.longest"))
]


def show_image(choice: StackChoice, image: str, *, with_picture: bool, as_json: bool) -> ExitCode:
    """Show one image, a key or a URI. Returns OK if nothing is left to do."""
    stack = find_stack(choice)
    consoles = open_consoles(as_json=as_json)
    with readable_aws_errors(), consoles.progress.status("Reading ..."):
        story = read_story(stack, stack.image_uri(image), with_logs=True)
    explanation = explain(story, datetime.now(UTC))
    if as_json:
        print_json(consoles.results, story_json(story, explanation))
    else:
        if with_picture and shows_pictures(consoles.results):
            print_picture(consoles.results, stack, story)
        for line in story_lines(story):
            consoles.results.print(line, soft_wrap=True)
    return ExitCode.OK if explanation.is_well else ExitCode.IMAGE_FAILED


def print_picture(console: Console, stack: Stack, story: ImageStory) -> None:
    """Print the thumbnail, if there is one of a reasonable size."""
    by_name = {one.name: one for one in story.record.renditions} if story.record else {}
    found = next((by_name[name] for name in SHOWN if name in by_name and name not in story.missing), None)
    if found is None or found.bytes > LARGEST:
        return
    with suppress(ClientError):  # the right to read records does not include the files
        data = stack.s3().get_object(Bucket=found.bucket, Key=found.key)["Body"].read()
        if pixels := picture(data, console.width):
            console.print(pixels)
