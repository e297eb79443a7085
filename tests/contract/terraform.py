"""The variables and outputs of terraform/, made from template.yaml. `make format` updates them."""

import json
import re
from collections.abc import Iterator
from typing import Any

from tests.contract.conftest import ROOT, read_whole_template

FOLDER = ROOT / "terraform"
HEAD = "# Made by `make format` from template.yaml.\n\n"
# (?!…), with at most one level of parentheses in it.
LOOKAHEAD = re.compile(r"\(\?!((?:[^()]|\([^()]*\))*)\)")


def files() -> dict[str, str]:
    """Return the text of each generated file, in the layout of `terraform fmt`."""
    template = read_whole_template()
    variables = "\n".join(_variable(name, one) for name, one in template["Parameters"].items())
    outputs = "\n".join(_output(name, one) for name, one in template["Outputs"].items())
    return {
        "parameters.tf": f"{HEAD}{_map([*template['Parameters']])}\n{variables}",
        "outputs.tf": f"{HEAD}{outputs}",
    }


def snake_case(name: str) -> str:
    """Return ``thumbnail_size`` for ``ThumbnailSize``."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


def _map(names: list[str]) -> str:
    width = max(map(len, names))
    lines = [f"    {name.ljust(width)} = var.{snake_case(name)}" for name in names]
    return "locals {\n  parameters = {\n" + "\n".join(lines) + "\n  }\n}\n"


def _variable(name: str, parameter: dict[str, Any]) -> str:
    lines = [
        f'variable "{snake_case(name)}" {{',
        f"  description = {_text(' '.join([parameter['Description'], *_notes(parameter)]))}",
        f"  type        = {'number' if parameter['Type'] == 'Number' else 'string'}",
        "  default     = null",
        *_validation(snake_case(name), parameter),
        "}",
    ]
    return "\n".join(lines) + "\n"


def _notes(parameter: dict[str, Any]) -> Iterator[str]:
    if parameter["Default"] != "":
        yield f"By default {parameter['Default']}."


def _validation(name: str, parameter: dict[str, Any]) -> Iterator[str]:
    """What CloudFormation checks too, so that `terraform plan` finds a wrong value already."""
    if "AllowedValues" in parameter:
        allowed = json.dumps(parameter["AllowedValues"])
        test, words = f"contains({allowed}, var.{name})", ", ".join(map(str, parameter["AllowedValues"]))
    elif "MinValue" in parameter:
        low, high = parameter["MinValue"], parameter["MaxValue"]
        test, words = f"var.{name} >= {low} && var.{name} <= {high}", f"{low} to {high}"
    elif parameter["Type"] == "String" and "AllowedPattern" in parameter:
        test = _matches(name, parameter["AllowedPattern"])
        words = parameter["ConstraintDescription"].removeprefix("must be ")
    else:
        return
    yield ""
    yield "  validation {"
    yield f"    condition     = var.{name} == null ? true : {test}"
    yield f"    error_message = {_text(f'Allowed: {words}.')}"
    yield "  }"


def _matches(name: str, pattern: str) -> str:
    """Return the expression that tests a variable. Terraform's regular expressions (RE2) have no lookahead."""
    tests = [f"can(regex({_text(LOOKAHEAD.sub('', pattern))}, var.{name}))"]
    tests += [f"!can(regex({_text(f'^{refused}')}, var.{name}))" for refused in LOOKAHEAD.findall(pattern)]
    return " && ".join(tests)


def _output(name: str, output: dict[str, Any]) -> str:
    only = " Null without it." if "Condition" in output else ""
    return (
        f'output "{snake_case(name)}" {{\n'
        f"  description = {_text(output['Description'] + only)}\n"
        f'  value       = lookup(aws_cloudformation_stack.renditions.outputs, "{name}", null)\n'
        "}\n"
    )


def _text(value: str) -> str:
    return json.dumps(value.replace("${", "$${").replace("%{", "%%{"), ensure_ascii=False)


if __name__ == "__main__":
    for file, text in files().items():
        (FOLDER / file).write_text(text, "utf-8")
