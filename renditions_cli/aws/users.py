"""The users of the web page: people in the stack's Cognito user pool. Nobody can sign themselves up."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from renditions_cli.errors import UsageError

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient

# Where the keys of their images begin, as in renditions.api.keys, which would import the libraries of the API.
IMAGES_PREFIX = "web/"
PASSWORD_WORDS = 4  # of four hex digits each: 64 bits


@dataclass(frozen=True, slots=True)
class User:
    """A user. ``status``: CONFIRMED, or FORCE_CHANGE_PASSWORD until the first sign-in. ``created``: UTC, as text."""

    email: str
    status: str
    created: str
    subject: str

    def to_json(self) -> dict[str, str]:
        """Return the document for --json."""
        return {
            "email": self.email,
            "status": self.status,
            "created": self.created,
            "images_prefix": f"{IMAGES_PREFIX}{self.subject}/",
        }


def invite_user(cognito: "CognitoIdentityProviderClient", pool: str, email: str) -> None:
    """Create a user, to whom Cognito sends an invitation with a temporary password. Raises UsageError."""
    with _readable_errors(email):
        cognito.admin_create_user(
            UserPoolId=pool, Username=email, UserAttributes=_verified(email), DesiredDeliveryMediums=["EMAIL"]
        )


def create_user(cognito: "CognitoIdentityProviderClient", pool: str, email: str) -> str:
    """Create a user without an e-mail, and return the random password. Raises UsageError."""
    with _readable_errors(email):
        _create_silently(cognito, pool, email)
        return _set_password(cognito, pool, email)


def set_up_user(cognito: "CognitoIdentityProviderClient", pool: str, email: str) -> str:
    """Create a user unless there is one, and return the new random password. Raises UsageError."""
    with _readable_errors(email):
        with suppress(cognito.exceptions.UsernameExistsException):
            _create_silently(cognito, pool, email)
        return _set_password(cognito, pool, email)


def list_users(cognito: "CognitoIdentityProviderClient", pool: str) -> list[User]:
    """Return all users, by e-mail address."""
    pages = cognito.get_paginator("list_users").paginate(UserPoolId=pool)
    return sorted((_user(one) for page in pages for one in page["Users"]), key=lambda user: user.email)


def remove_user(cognito: "CognitoIdentityProviderClient", pool: str, email: str) -> None:
    """Delete a user and end their sessions. Raises UsageError if there is no such user."""
    with _readable_errors(email):
        cognito.admin_user_global_sign_out(UserPoolId=pool, Username=email)
        cognito.admin_delete_user(UserPoolId=pool, Username=email)


def _create_silently(cognito: "CognitoIdentityProviderClient", pool: str, email: str) -> None:
    cognito.admin_create_user(
        UserPoolId=pool, Username=email, UserAttributes=_verified(email), MessageAction="SUPPRESS"
    )


def _set_password(cognito: "CognitoIdentityProviderClient", pool: str, email: str) -> str:
    password = "-".join(secrets.token_hex(2) for _ in range(PASSWORD_WORDS))
    cognito.admin_set_user_password(UserPoolId=pool, Username=email, Password=password, Permanent=True)
    return password


def _verified(email: str) -> list[Any]:
    # Verified by the operator's word: Cognito sends password resets only to verified addresses.
    return [{"Name": "email", "Value": email}, {"Name": "email_verified", "Value": "true"}]


def _user(one: Any) -> User:
    attributes = {attribute["Name"]: attribute["Value"] for attribute in one.get("Attributes", [])}
    created = one["UserCreateDate"].strftime("%Y-%m-%d %H:%M")
    return User(
        attributes.get("email", one["Username"]), one["UserStatus"], created, attributes.get("sub", "")
    )


@contextmanager
def _readable_errors(email: str) -> Iterator[None]:
    """Turn the errors that a wrong address leads to into sentences."""
    try:
        yield
    except ClientError as error:
        code = error.response["Error"]["Code"]
        messages = {
            "UsernameExistsException": f"There is a user {email} already. List the users with `renditions user list`.",
            "UserNotFoundException": f"There is no user {email}. List the users with `renditions user list`.",
            "InvalidParameterException": f"{email} is not an e-mail address.",
        }
        if code not in messages:
            raise
        raise UsageError(messages[code]) from error
