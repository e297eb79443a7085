"""The table of privileges in docs/security.md matches the template."""

from tests.contract.privileges import DOCUMENT, grants, written


def test_the_table_of_privileges_is_up_to_date() -> None:
    text = DOCUMENT.read_text("utf-8")
    assert written(text) == text, "run `make format`"


def test_the_table_lists_every_role() -> None:
    rows = [line for line in DOCUMENT.read_text("utf-8").splitlines() if line.startswith("|")]
    for role in {grant.role for grant in grants()}:
        assert any(f"| {role} |" in row for row in rows), role
