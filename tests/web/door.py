"""The deployed page with its users: what somebody gets who is given an address, a name and a password."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from renditions_cli.local.stack import LocalStack

PASSWORD = "correct horse battery staple"


@dataclass(frozen=True)
class Door:
    """``url``: of the page. ``images``: origin of the renditions. ``stack``: to look behind the page."""

    url: str
    images: str
    stack: LocalStack

    def new_user(self, name: str) -> str:
        """Add a user, as an operator does. Returns the name to sign in with."""
        email = f"{name}@example.org"
        users = self.stack.session().client("cognito-idp")
        pool = self.stack.outputs["WebUserPoolId"]
        attributes = [{"Name": "email", "Value": email}, {"Name": "email_verified", "Value": "true"}]
        users.admin_create_user(
            UserPoolId=pool, Username=email, UserAttributes=attributes, MessageAction="SUPPRESS"
        )
        users.admin_set_user_password(UserPoolId=pool, Username=email, Password=PASSWORD, Permanent=True)
        return email


@contextmanager
def open_door(directory: Path) -> Iterator[Door]:
    """Deploy template.yaml with the page onto an emulator on a free port."""
    with LocalStack(port=0, parameters={"Web": "on"}, directory=directory) as stack:
        yield Door(stack.outputs["WebUrl"], stack.outputs["DeliveryUrl"], stack)
