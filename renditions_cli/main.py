"""The commands and their arguments. What a command does is in commands/, imported when the command is called."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

from renditions_cli import backfill, holdings, inspection, planning, presets, recovery, upkeep, web_page
from renditions_cli.errors import CliError, ExitCode
from renditions_cli.on_a_stack import on_a_stack
from renditions_cli.options import (
    EXAMPLES,
    EXIT_CODES,
    LONGEST_WAIT,
    SERVING_EXIT_CODES,
    Crop,
    Focus,
    Json,
    Metadata,
    Parameters,
    Port,
    Preset,
    Timeout,
    finite,
    read_framing,
    read_parameters,
)
from renditions_cli.show.escaping import visible, visible_lines

if TYPE_CHECKING:
    from renditions_cli.aws.stack import StackChoice

INTERRUPTED = 130  # 128 + SIGINT, the convention of shells


class Commands(TyperGroup):
    """The group of all commands: reports our own errors, and those of the file system, as a sentence."""

    def invoke(self, ctx: Any) -> Any:
        """Run the named command."""
        try:
            return super().invoke(ctx)
        except CliError as error:
            typer.secho(visible_lines(error.message), fg=typer.colors.RED, err=True)
            raise typer.Exit(error.exit_code) from error
        except ModuleNotFoundError as missing:
            if missing.name in {None, "renditions", "renditions_cli"}:
                raise
            message = f"This command needs the package {missing.name}: pip install 'renditions[local]'"
            typer.secho(message, fg=typer.colors.RED, err=True)
            raise typer.Exit(ExitCode.USAGE) from missing
        except OSError as error:
            if error.filename is None:
                raise
            message = visible(f"Cannot use {str(error.filename)[:200]}: {error.strerror}.")
            typer.secho(message, fg=typer.colors.RED, err=True)
            raise typer.Exit(ExitCode.USAGE) from error
        except KeyboardInterrupt as interrupt:
            typer.echo("Interrupted.", err=True)
            raise typer.Exit(INTERRUPTED) from interrupt


app = typer.Typer(
    cls=Commands,
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="rich",
    pretty_exceptions_show_locals=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Every image uploaded to the S3 bucket becomes renditions, a record and a notice. "
    "Start with `run`, which processes the sample images on this machine. "
    "The other commands work with a stack on this machine or on AWS.",
    epilog=EXIT_CODES,
)


def show_version(asked: bool) -> None:  # noqa: FBT001 - typer passes the value of the option
    """Print the version and end, if the option is given."""
    if asked:
        from renditions_cli.version import version

        typer.echo(version())
        raise typer.Exit


@app.callback()
def options_before_a_command(
    *,
    version: Annotated[
        bool,
        typer.Option("--version", callback=show_version, is_eager=True, help="Show the version and exit."),
    ] = False,
) -> None:
    """Take the options that stand before a command."""


@app.command(
    epilog=EXAMPLES
    + "  renditions run\n  renditions run holiday.jpg scans/ --out /tmp/renditions\n"
    + "  renditions run --json | jq '.images\\[].status'\n"
    + EXIT_CODES
)
def run(
    images: Annotated[
        list[Path] | None,
        typer.Argument(help="Files and folders. Default: the sample images.", show_default=False),
    ] = None,
    *,
    out: Annotated[Path, typer.Option(help="Folder for the renditions and the contact sheet.")] = Path("out"),
    parameter: Parameters = None,
    port: Port = 0,
    timeout: Timeout = 300,
    json: Json = False,
) -> None:
    """Start the stack on this machine, process images, show the results, and stop the stack.

    Writes a folder with the renditions of each image, and a contact sheet that shows all of them.
    """
    from renditions_cli.commands.run import run as command

    parameters = read_parameters(parameter or [])
    raise typer.Exit(command(images or [], out, parameters, port, timeout, as_json=json))


@app.command(
    epilog=EXAMPLES
    + "  renditions render holiday.jpg scans/ --out renditions\n"
    + "  renditions render *.jpg --out renditions --rendition thumbnail --json | jq .status\n"
    + "  renditions render logo.png --out renditions --set OUTPUT_FORMAT=png --set WATERMARK_TEXT=\n"
    + "  renditions render team.jpg --out renditions --set THUMBNAIL_FIT=cover --focus 0.4,0.3\n"
    + "  renditions render chair.jpg --out renditions --key products/chair.jpg\n"
    + EXIT_CODES
)
def render(  # noqa: PLR0913 - one for each option
    files: Annotated[
        list[Path], typer.Argument(metavar="FILES...", help="Files and folders.", show_default=False)
    ],
    *,
    out: Annotated[Path, typer.Option(help="Folder for the renditions.", show_default=False)],
    rendition: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="Make only this rendition. Can be repeated. Default: all."),
    ] = None,
    settings: Annotated[
        list[str] | None,
        typer.Option(
            "--set", metavar="NAME=VALUE", help="Override a setting from the environment. Can be repeated."
        ),
    ] = None,
    logo: Annotated[Path | None, typer.Option(help="Logo for the watermark, PNG or WebP.")] = None,
    font: Annotated[Path | None, typer.Option(help="Font for the watermark's text, TTF, OTF or TTC.")] = None,
    focus: Focus = "",
    crop: Crop = "",
    preset: Annotated[str, typer.Option(metavar="NAME", help="Use the settings of this preset.")] = "",
    key: Annotated[
        str, typer.Option(metavar="KEY", help="Use the preset that an original with this key gets.")
    ] = "",
    timeout: Annotated[
        float,
        typer.Option(
            min=1, max=LONGEST_WAIT, callback=finite, help="Seconds after which a file counts as failed."
        ),
    ] = 60,
    json: Annotated[
        bool, typer.Option("--json", help="Print JSON instead of text: one document per file, one per line.")
    ] = False,
) -> None:
    """Make renditions of files on this machine, without AWS.

    The renditions are the same as on AWS. Settings are environment variables: see docs/settings.md.
    """
    from renditions_cli.commands.render import RenderOptions
    from renditions_cli.commands.render import render as command

    options = RenderOptions(
        rendition or (), settings or (), logo, font, read_framing(focus, crop), preset, key
    )
    raise typer.Exit(command(files, out, options, timeout, as_json=json))


@app.command(
    epilog=EXAMPLES
    + "  renditions up\n  renditions up --port 4567\n  renditions up --state ~/renditions-state\n"
    + SERVING_EXIT_CODES
)
def up(
    *,
    web: Annotated[
        bool, typer.Option("--web/--no-web", help="Include the web page, with a user for this run.")
    ] = True,
    parameter: Parameters = None,
    port: Port = 4566,
    state: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            help="Keep objects, records, users, queues and executions in this folder, and continue with them.",
            show_default=False,
        ),
    ] = None,
    console_port: Annotated[
        int, typer.Option(min=0, max=65535, help="Port of the page with executions; 0 picks a free port.")
    ] = 0,
    listen: Annotated[
        str,
        typer.Option(
            metavar="ADDRESS",
            help="Address of this machine to listen on. 0.0.0.0, for a container, opens the stack to other machines, "
            "and its credentials are known to everybody.",
        ),
    ] = "127.0.0.1",
) -> None:
    """Start the stack on this machine and keep it running until Ctrl-C.

    Prints the address of the web page with a user and a password, the endpoint, the names of the resources, and
    commands to try.
    """
    from renditions_cli.commands.up import Place
    from renditions_cli.commands.up import up as command

    place = Place(port, console_port, listen, state)
    raise typer.Exit(command(place, read_parameters(parameter or []), web=web))


@app.command(
    epilog=EXAMPLES
    + "  renditions console --local\n  renditions console --profile work --region eu-central-1 --read-only\n"
    + SERVING_EXIT_CODES
)
@on_a_stack
def console(
    *,
    read_only: Annotated[
        bool, typer.Option("--read-only", help="Refuse to redrive, start and stop executions from the page.")
    ] = False,
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="Port of the page on 127.0.0.1; 0 picks a free port.")
    ] = 4580,
    choice: "StackChoice",
) -> None:
    """Serve a web page on this machine that shows executions as the Step Functions console does.

    Shows the graph of an execution, the input, output, errors and retries of its states, its events and its images.
    """
    from renditions_cli.commands.console import serve_console

    raise typer.Exit(serve_console(choice, port, read_only=read_only))


@app.command(
    epilog=EXAMPLES
    + "  renditions upload --local holiday.jpg\n  renditions upload photos/ --prefix 2026/ --profile work\n"
    + "  renditions upload big.tiff --stack-name renditions-test --region eu-central-1 --no-wait\n"
    + EXIT_CODES
)
@on_a_stack
def upload(  # noqa: PLR0913 - one for each option
    files: Annotated[
        list[Path], typer.Argument(metavar="FILES...", help="Files and folders.", show_default=False)
    ],
    *,
    prefix: Annotated[str, typer.Option(help="Prefix of the keys, for example 2026/")] = "",
    focus: Focus = "",
    crop: Crop = "",
    preset: Preset = "",
    metadata: Metadata = None,
    choice: "StackChoice",
    wait: Annotated[
        bool, typer.Option("--wait/--no-wait", help="Wait until each image has been processed.")
    ] = True,
    timeout: Timeout = 300,
    json: Json = False,
) -> None:
    """Upload images to a stack on AWS or on this machine, and show the result for each image.

    The key of a file is --prefix and its name. In a folder, it also has the name of the folder: holiday/beach.jpg.
    """
    from renditions_cli.commands.upload import upload_files
    from renditions_cli.files.metadata import read_metadata

    stated = read_metadata(read_framing(focus, crop), preset, metadata or ())
    raise typer.Exit(upload_files(files, prefix, stated, choice, timeout if wait else None, as_json=json))


@app.command(
    epilog=EXAMPLES
    + "  renditions status --local holiday.jpg\n  renditions status s3://my-uploads/2026/holiday.jpg --profile work\n"
    + "  renditions status a.jpg b.jpg --json | jq '.images\\[].image.status'\n"
    + EXIT_CODES
)
@on_a_stack
def status(
    images: Annotated[
        list[str],
        typer.Argument(
            metavar="IMAGES...", help="Keys in the uploads bucket, or s3://bucket/key.", show_default=False
        ),
    ],
    *,
    choice: "StackChoice",
    json: Json = False,
) -> None:
    """Show the status of images: the record, the renditions, and each state of the execution."""
    from renditions_cli.commands.status import show_status

    raise typer.Exit(show_status(images, choice, as_json=json))


inspection.add_to(app)
web_page.add_to(app)
recovery.add_to(app)
planning.add_to(app)
upkeep.add_to(app)
presets.add_to(app)
backfill.add_to(app)
holdings.add_to(app)
