"""The Terraform module has a variable for every parameter and an output for every output, and describes no resource."""

import json
import re

from tests.contract.conftest import read_whole_template
from tests.contract.terraform import FOLDER, files, snake_case

# Arguments of a module that Terraform reserves, and the variables that the module has besides.
RESERVED = {"source", "version", "providers", "count", "for_each", "lifecycle", "depends_on", "locals"}
OWN = {"name", "template_url", "iam_role_arn", "tags"}


def test_the_generated_files_are_up_to_date() -> None:
    for name, text in files().items():
        assert (FOLDER / name).read_text("utf-8") == text, (
            f"terraform/{name}: not what template.yaml makes of it. Run `make format`."
        )


def test_no_pattern_needs_what_the_regular_expressions_of_terraform_lack() -> None:
    """RE2 has no lookahead and no lookbehind: a variable with such a pattern accepts nothing."""
    assert not re.findall(r"\(\?[=!<][^\n]*", (FOLDER / "parameters.tf").read_text("utf-8"))


def test_variables_refuse_the_same_names_as_the_parameters() -> None:
    [accepted, refused] = [
        re.compile(json.loads(f'"{one}"'))
        for one in re.findall(
            r'regex\("(.*?)", var.context_keys\)', (FOLDER / "parameters.tf").read_text("utf-8")
        )
    ]
    allowed = read_whole_template()["Parameters"]["ContextKeys"]["AllowedPattern"]
    for names in (
        "",
        "tenant",
        "tenant,project",
        "statusquo",
        "my-status",
        "status",
        "a,bucket",
        "origin,a",
        "1",
        "a,",
    ):
        assert bool(accepted.search(names) and not refused.search(names)) == bool(
            re.search(allowed, names)
        ), names


def test_no_parameter_has_a_name_that_the_module_uses() -> None:
    names = {snake_case(name) for name in read_whole_template()["Parameters"]}
    assert not names & (RESERVED | OWN)


def test_the_module_has_one_resource_the_stack() -> None:
    text = "".join(path.read_text("utf-8") for path in FOLDER.rglob("*.tf"))
    assert re.findall(r'^resource "(\w+)"', text, re.MULTILINE) == ["aws_cloudformation_stack"]


def test_the_example_sets_variables_that_exist() -> None:
    text = (FOLDER / "examples/basic/main.tf").read_text("utf-8")
    [module] = re.findall(r'module "renditions" \{(.*?)\n\}', text, re.DOTALL)
    used = set(re.findall(r"^  (\w+) +=", module, re.MULTILINE)) - {"source"}
    assert used <= {snake_case(name) for name in read_whole_template()["Parameters"]} | OWN
