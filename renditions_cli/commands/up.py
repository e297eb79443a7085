"""``renditions up``: run the local stack in the foreground."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from rich.text import Text

from renditions_cli.aws.stack import Outputs, Stack, stack_of
from renditions_cli.aws.users import set_up_user
from renditions_cli.console.server import serving
from renditions_cli.errors import ExitCode
from renditions_cli.files.originals import SAMPLES
from renditions_cli.local.ports import HOST
from renditions_cli.local.running import RunningStack, find_running
from renditions_cli.local.session import ACCESS_KEY_ID, SECRET_ACCESS_KEY
from renditions_cli.local.stack import DIRECTORY, LocalStack
from renditions_cli.local.starting import started
from renditions_cli.show.console import open_console

LOCAL_USER = "you@example.org"
EXAMPLE = SAMPLES / "living-room.jpg"


@dataclass(frozen=True, slots=True)
class Place:
    """Where the stack runs: its port and that of the console's page (0: any free one), on which address it listens.

    ``state``: the folder that keeps all data, None if nothing is kept.
    """

    port: int
    console_port: int = 0
    listen: str = HOST
    state: Path | None = None


def up(place: Place, parameters: Mapping[str, str], *, web: bool) -> ExitCode:
    """Start the local stack, print how to use it, and keep it running until Ctrl-C or a signal to end.

    ``parameters``: template parameters that differ from their defaults. ``web``: whether the stack has the web page.
    """
    console = open_console(stderr=False)
    chosen = {"Web": "on" if web else "off", **parameters}
    # The emulator sends no invitation, so this command makes the first user.
    user = chosen.pop("WebUserEmail", "") or LOCAL_USER
    with (
        started(
            LocalStack(place.port, parameters=chosen, state=place.state, listen=place.listen), console
        ) as local,
        serving(lambda: stack_of(local), place.console_port, listen=place.listen) as page,
    ):
        stack, first = stack_of(local), find_running(DIRECTORY)
        for line in (
            *continued(local),
            *web_page(stack, user),
            *console_page(page.address),
            *instructions(local, stack.outputs, first),
        ):
            console.print(line, soft_wrap=True)
        try:
            local.wait()
        except KeyboardInterrupt:
            pass  # the usual way to stop it
        finally:
            console.print("\nStopping ...")
    kept = (
        f"The data is in {place.state}." if place.state else "All its processes and data have been removed."
    )
    console.print(f"Stopped. {kept}", soft_wrap=True)
    return ExitCode.OK


def continued(local: LocalStack) -> Iterator[Text]:
    """Yield what to do if the stack whose state this one continues was killed."""
    if local.state and local.state.interrupted:
        yield Text(
            "The stack was killed, so the last seconds may be missing. Find and repair what is incomplete:\n"
        )
        yield Text("  renditions reconcile --local --older-than 0\n")


def web_page(stack: Stack, user: str) -> Iterator[Text]:
    """Give a user a password for this run, and yield where to sign in. Nothing if the stack has no web page."""
    if not stack.outputs.web_url:
        return
    password = set_up_user(stack.cognito(), stack.outputs.web_user_pool, user)
    yield Text("Open the web page and sign in:\n", "bold")
    for label, value in (
        ("Address", f"{stack.outputs.web_url}/"),
        ("User", user),
        ("Password", password),
    ):
        yield Text.assemble((f"  {label:<18}", "dim"), value)
    yield Text("")


def console_page(address: str) -> Iterator[Text]:
    """Yield where to watch the executions."""
    yield Text("Watch the executions, as in the Step Functions console:\n", "bold")
    yield Text(f"  {address}\n")


def instructions(local: LocalStack, outputs: Outputs, first: RunningStack | None) -> Iterator[Text]:
    """Yield the resources of the stack, and commands to try. ``first``: the stack that --local refers to."""
    yield Text("The stack is running on this machine.\n", "bold")
    yield from resources(local, outputs)
    yield Text("\nTry it in another terminal:\n", "bold")
    yield Text(f"  export AWS_ENDPOINT_URL={local.endpoint_url} AWS_DEFAULT_REGION={local.region} \\")
    yield Text(f"         AWS_ACCESS_KEY_ID={ACCESS_KEY_ID} AWS_SECRET_ACCESS_KEY={SECRET_ACCESS_KEY}")
    yield Text(f"  aws s3 cp {EXAMPLE} s3://{outputs.uploads_bucket}/")
    yield Text(f"  aws s3 ls --recursive s3://{outputs.renditions_bucket}/\n")
    option = "--local "
    if first is not None and first.endpoint_url != local.endpoint_url:
        option = ""
        yield Text(f"--local refers to the stack at {first.endpoint_url}, which started earlier.\n", "yellow")
    yield Text("Or with progress and results:\n", "bold")
    yield Text(f"  renditions upload {option}{EXAMPLE}")
    yield Text(f"  renditions status {option}{EXAMPLE.name}\n")
    yield Text("Press Ctrl-C to stop.", "dim")


def resources(local: LocalStack, outputs: Outputs) -> Iterator[Text]:
    """Yield the endpoint and the names of the resources."""
    for label, value in (
        ("Endpoint", local.endpoint_url),
        ("Region", local.region),
        ("Uploads bucket", outputs.uploads_bucket),
        ("Renditions bucket", outputs.renditions_bucket),
        ("Images table", outputs.images_table),
        ("State machine", outputs.image_pipeline),
        ("Topic", outputs.notifications_topic),
    ):
        yield Text.assemble((f"  {label:<18}", "dim"), value)
