"""``renditions open`` and ``renditions user``: the web page of a stack, and who can sign in to it."""

import webbrowser

from rich.text import Text

from renditions_cli.aws.sdk_errors import readable_aws_errors
from renditions_cli.aws.stack import Stack, StackChoice, find_stack
from renditions_cli.aws.users import create_user, invite_user, list_users, remove_user
from renditions_cli.errors import ExitCode, StackError
from renditions_cli.show.console import open_console, print_json

NO_PAGE = (
    "This stack has no web page. Deploy it with `make deploy PARAMETERS='Web=on WebUserEmail=you@example.org'`, or "
    "start the stack on this machine with `renditions up`."
)


def open_web_page(choice: StackChoice) -> ExitCode:
    """Print the address of the web page, and open it where there is a browser."""
    address = f"{_with_web_page(choice).outputs.web_url}/"
    open_console(stderr=False).print(Text(address), soft_wrap=True)
    webbrowser.open(address)
    return ExitCode.OK


def add_user(choice: StackChoice, email: str) -> ExitCode:
    """Invite a user; on this machine, print a password instead, because the emulator sends no e-mail."""
    stack = _with_web_page(choice)
    console = open_console(stderr=False)
    with readable_aws_errors():
        if choice.local:
            password = create_user(stack.cognito(), stack.outputs.web_user_pool, email)
            console.print(Text(f"{email} can sign in with the password {password}"), soft_wrap=True)
        else:
            invite_user(stack.cognito(), stack.outputs.web_user_pool, email)
            console.print(
                Text(f"Cognito has sent {email} an invitation. It is valid for 7 days."), soft_wrap=True
            )
    return ExitCode.OK


def show_users(choice: StackChoice, *, as_json: bool) -> ExitCode:
    """List the users, one per line."""
    stack = _with_web_page(choice)
    console = open_console(stderr=False)
    with readable_aws_errors():
        users = list_users(stack.cognito(), stack.outputs.web_user_pool)
    if as_json:
        print_json(console, {"users": [user.to_json() for user in users]})
        return ExitCode.OK
    for user in users:
        state = "can sign in" if user.status == "CONFIRMED" else "has not signed in yet"
        console.print(
            Text(f"{user.email}  {state}, added {user.created}, web/{user.subject}/"), soft_wrap=True
        )
    if not users:
        console.print(
            Text("Nobody can sign in. Invite someone with `renditions user add EMAIL`."), soft_wrap=True
        )
    return ExitCode.OK


def drop_user(choice: StackChoice, email: str) -> ExitCode:
    """Remove a user."""
    stack = _with_web_page(choice)
    with readable_aws_errors():
        remove_user(stack.cognito(), stack.outputs.web_user_pool, email)
    open_console(stderr=False).print(Text(f"{email} can no longer sign in."), soft_wrap=True)
    return ExitCode.OK


def _with_web_page(choice: StackChoice) -> Stack:
    """Find the stack. Raises StackError if it has no web page."""
    stack = find_stack(choice)
    if not stack.outputs.web_url:
        raise StackError(NO_PAGE)
    return stack
