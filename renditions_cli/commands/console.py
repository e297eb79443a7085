"""``renditions console``: serve the local web page of executions."""

from threading import Event

from rich.text import Text

from renditions_cli.aws.stack import StackChoice, find_stack
from renditions_cli.console.server import serving
from renditions_cli.errors import ExitCode
from renditions_cli.show.console import open_console


def serve_console(choice: StackChoice, port: int, *, read_only: bool) -> ExitCode:
    """Serve the page until Ctrl-C. Raises StackError if the stack cannot be reached at the start."""
    find_stack(choice)
    console = open_console(stderr=False)
    with serving(lambda: find_stack(choice), port, read_only=read_only) as guard:
        console.print(Text("Open in a browser on this machine:\n", "bold"))
        console.print(Text(f"  {guard.address}\n"), soft_wrap=True)
        console.print(Text("The address works only while this command runs. Press Ctrl-C to stop.", "dim"))
        try:
            Event().wait()
        except KeyboardInterrupt:
            console.print("\nStopped.")
    return ExitCode.OK
