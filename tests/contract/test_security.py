"""docs/security.md says of each role exactly what the template allows it."""

from tests.contract.privileges import DOCUMENT, grants, written


def test_the_table_of_privileges_is_that_of_the_template() -> None:
    text = DOCUMENT.read_text("utf-8")
    assert written(text) == text, "run `make format`"


def test_the_table_leaves_no_role_out() -> None:
    rows = [line for line in DOCUMENT.read_text("utf-8").splitlines() if line.startswith("|")]
    for role in {grant.role for grant in grants()}:
        assert any(f"| {role} |" in row for row in rows), role
