"""`renditions open` and `renditions user`, as a user calls them."""

import json
import webbrowser
from typing import Any

import boto3
import pytest

from renditions_cli.aws.stack import Stack
from renditions_cli.aws.users import create_user
from tests.unit.cli.conftest import TEMPLATE, Command

# As in template.yaml.
POLICIES: Any = {
    "PasswordPolicy": {
        "MinimumLength": 12,
        **{f"Require{kind}": False for kind in ("Uppercase", "Lowercase", "Numbers", "Symbols")},
    }
}


@pytest.fixture
def web_name(stack: Stack, stack_name: str) -> str:
    """The name of a stack with a web page."""
    created = (
        boto3.Session()
        .client("cognito-idp")
        .create_user_pool(PoolName="web", UsernameAttributes=["email"], Policies=POLICIES)
    )
    outputs = {
        "WebUrl": {"Value": "https://d1.cloudfront.net"},
        "WebUserPoolId": {"Value": created["UserPool"]["Id"]},
    }
    template = {**TEMPLATE, "Outputs": {**TEMPLATE["Outputs"], **outputs}}
    boto3.Session().client("cloudformation").create_stack(
        StackName=f"{stack_name}-web", TemplateBody=json.dumps(template)
    )
    return f"{stack_name}-web"


def test_the_page_is_opened_and_its_address_printed(
    renditions_command: Command, web_name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    monkeypatch.setattr(webbrowser, "open", opened.append)
    ended = renditions_command("open", "--stack-name", web_name)
    assert (ended.exit_code, ended.stdout) == (0, "https://d1.cloudfront.net/\n")
    assert opened == ["https://d1.cloudfront.net/"]


@pytest.mark.parametrize("arguments", [["open"], ["user", "list"], ["user", "add", "a@example.org"]])
def test_a_stack_without_a_page_says_how_to_get_one(
    renditions_command: Command, stack: Stack, stack_name: str, arguments: list[str]
) -> None:
    ended = renditions_command(*arguments, "--stack-name", stack_name)
    assert ended.exit_code == 3
    assert "Web=on" in ended.stderr


def test_users_are_invited_listed_and_removed(renditions_command: Command, web_name: str) -> None:
    def user(*arguments: str) -> Any:
        return renditions_command("user", *arguments, "--stack-name", web_name)

    assert "Nobody can sign in" in user("list").stdout
    assert "sent b@example.org an invitation" in user("add", "b@example.org").stdout
    user("add", "a@example.org")
    again = user("add", "b@example.org")
    assert (again.exit_code, "already" in again.stderr) == (2, True)
    lines = user("list").stdout.splitlines()
    assert [line.split()[0] for line in lines] == ["a@example.org", "b@example.org"]
    assert "has not signed in yet" in lines[0]
    first, second = json.loads(user("list", "--json").stdout)["users"]
    assert second["email"] == "b@example.org"
    assert (first["email"], first["status"]) == ("a@example.org", "FORCE_CHANGE_PASSWORD")
    assert first["images_prefix"].startswith("web/")
    assert user("remove", "a@example.org").exit_code == 0
    gone = user("remove", "a@example.org")
    assert (gone.exit_code, "no user a@example.org" in gone.stderr) == (2, True)


def test_a_user_of_the_local_stack_has_a_random_password(web_name: str) -> None:
    from renditions_cli.aws.stack import StackChoice, find_stack

    stack = find_stack(StackChoice(web_name))
    made = {
        create_user(stack.cognito(), stack.outputs.web_user_pool, f"{name}@example.org") for name in "abc"
    }
    assert len(made) == 3
    assert all(len(password) == 19 for password in made)
