"""The commands for the web page of a stack, and their arguments."""

from typing import TYPE_CHECKING, Annotated

import typer

from renditions_cli.on_a_stack import on_a_stack
from renditions_cli.options import EXAMPLES, Json

if TYPE_CHECKING:
    from renditions_cli.aws.stack import StackChoice

PANEL = "Web page"
EXIT_CODES = """
[bold]Exit status[/bold]

  0  done
  2  wrong usage, or there is no such user
  3  the stack cannot be reached, or has no web page
"""
Email = Annotated[str, typer.Argument(metavar="EMAIL", help="E-mail address.", show_default=False)]

user = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode="rich",
    help="Invite, list and remove the users of the web page.",
    epilog=EXIT_CODES,
)


def add_to(app: typer.Typer) -> None:
    """Add these commands to ``app``."""
    examples = "  renditions open --local\n  renditions open --stack-name renditions-test\n"
    app.command("open", epilog=EXAMPLES + examples + EXIT_CODES, rich_help_panel=PANEL)(open_page)
    app.add_typer(user, name="user", rich_help_panel=PANEL)


@on_a_stack
def open_page(
    *,
    choice: "StackChoice",
) -> None:
    """Open the web page of a stack in the browser, and print its address."""
    from renditions_cli.commands.web import open_web_page

    raise typer.Exit(open_web_page(choice))


@user.command("add", epilog=EXAMPLES + "  renditions user add me@example.org --profile work\n" + EXIT_CODES)
@on_a_stack
def user_add(
    email: Email,
    *,
    choice: "StackChoice",
) -> None:
    """Invite a user by e-mail. With --local, no e-mail is sent: the password is printed."""
    from renditions_cli.commands.web import add_user

    raise typer.Exit(add_user(choice, email))


@user.command(
    "list", epilog=EXAMPLES + "  renditions user list --json | jq -r '.users\\[].email'\n" + EXIT_CODES
)
@on_a_stack
def user_list(
    *,
    choice: "StackChoice",
    json: Json = False,
) -> None:
    """List the users, whether they have signed in, and the prefix of their images in the uploads bucket."""
    from renditions_cli.commands.web import show_users

    raise typer.Exit(show_users(choice, as_json=json))


@user.command("remove", epilog=EXAMPLES + "  renditions user remove me@example.org\n" + EXIT_CODES)
@on_a_stack
def user_remove(
    email: Email,
    *,
    choice: "StackChoice",
) -> None:
    """Remove a user. Their images stay; a token that they already have works for up to 15 minutes."""
    from renditions_cli.commands.web import drop_user

    raise typer.Exit(drop_user(choice, email))
