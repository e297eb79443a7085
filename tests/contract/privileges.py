"""The table of privileges in docs/security.md, made from template.yaml. `make format` updates it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.contract.conftest import OWN_BUCKET, read_whole_template, with_conditions

DOCUMENT = Path(__file__).parents[2] / "docs" / "security.md"
BEGIN, END = "<!-- made by `make format` from template.yaml: begin -->", "<!-- end -->"
ROLE = "AWS::IAM::Role"


@dataclass(frozen=True, order=True)
class Grant:
    """A role may do one action on one resource. ``owner`` is the function, state machine or rule with that role."""

    owner: str
    role: str
    action: str
    resource: str
    condition: str = ""


def grants() -> list[Grant]:
    """Return everything that the roles of the template allow, in the order of the template."""
    resources = with_conditions(read_whole_template(), OWN_BUCKET)["Resources"]
    owners = _owners(resources)
    return [
        Grant(owners[name], name, action, _readable(resource), condition)
        for name, role in resources.items()
        if role["Type"] == ROLE
        for statement, condition in _statements(role)
        for action in _listed(statement["Action"])
        for resource in _listed(statement["Resource"])
    ]


def table() -> str:
    """Return the grants as a Markdown table, one row for each role and set of actions."""
    actions: dict[tuple[str, str, str], list[str]] = {}
    for grant in grants():
        what = f"{grant.resource}{grant.condition}"
        actions.setdefault((grant.owner, grant.role, what), []).append(grant.action)
    rows: dict[tuple[str, str, str], list[str]] = {}
    for (owner, role, what), allowed in actions.items():
        may = ", ".join(f"`{action}`" for action in allowed)
        rows.setdefault((owner, role, may), []).append(what)
    lines = ["| Who | Role | May | To what |", "|---|---|---|---|"]
    lines += [f"| {owner} | {role} | {may} | {', '.join(to)} |" for (owner, role, may), to in rows.items()]
    return "\n".join(lines)


def written(document: str) -> str:
    """Return the document with an up-to-date table. Raises ValueError if one of its two markers is missing."""
    before, rest = document.split(BEGIN)
    return f"{before}{BEGIN}\n\n{table()}\n\n{END}{rest.split(END)[1]}"


def _owners(resources: dict[str, Any]) -> dict[str, str]:
    """Map each role to the function, state machine or rule that has it."""
    found: dict[str, str] = {}
    for name, one in resources.items():
        properties = one.get("Properties", {})
        kind = one["Type"].rpartition("::")[2]
        for role in [
            properties.get("Role"),
            *(target.get("RoleArn") for target in properties.get("Targets", ())),
        ]:
            if role:
                found[role["Fn::GetAtt"][0]] = (
                    name if name.endswith(kind) else f"{name} ({_WORDS.get(kind, kind)})"
                )
    return found


_WORDS = {"StateMachine": "state machine"}


def _statements(role: dict[str, Any]) -> Iterator[tuple[dict[str, Any], str]]:
    """Yield each statement of a role, with its conditions in words: its own, and that of its policy or role."""
    for policy in role["Properties"]["Policies"]:
        name, document, _ = policy.get("Fn::If", (role.get("Condition"), policy, None))
        condition = f", only if {name}" if name else ""
        for statement in document["PolicyDocument"]["Statement"]:
            yield statement, _limit(statement) + condition


def _limit(statement: dict[str, Any]) -> str:
    """Return the condition of a statement in words, such as ``, where s3:prefix is web/*``."""
    name, operators, _ = statement.get("Condition", {}).get(
        "Fn::If", ("", statement.get("Condition", {}), None)
    )
    tests = [test for operator in operators.values() for test in operator.items()]
    where = "".join(f", where {key} is {_readable(_listed(value)[0])}" for key, value in tests)
    return f"{where} if {name}" if name else where


def _readable(resource: Any) -> str:
    """Return a resource under the name that it has in the template."""
    if resource == "*":
        return "all resources: these actions have no resource-level permissions"
    if isinstance(resource, str):
        return resource
    if "Ref" in resource:
        return str(resource["Ref"])
    if "Fn::GetAtt" in resource:
        return str(resource["Fn::GetAtt"][0])
    if "Fn::If" in resource:
        condition, instead, usual = resource["Fn::If"]
        return f"{_readable(usual)}, or {_readable(instead)} if {condition}"
    text = resource["Fn::Sub"]
    text = text if isinstance(text, str) else text[0]
    text = re.sub(r"^\$\{(\w+)\.Arn\}", r"\1", text)
    text = re.sub(r"^arn:\$\{AWS::Partition\}:(s3):::", "", text)
    text = re.sub(r"^arn:\$\{AWS::Partition\}:\w+:\$\{AWS::Region\}:\$\{AWS::AccountId\}:", "", text)
    return re.sub(r"\$\{(?:AWS::)?(\w+)(?:\.\w+)?\}", r"{\1}", text)


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


if __name__ == "__main__":
    DOCUMENT.write_text(written(DOCUMENT.read_text("utf-8")), "utf-8")
