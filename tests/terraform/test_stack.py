"""The Terraform module on the local stack: apply, an empty second plan, a changed parameter, destroy."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from renditions_cli.local.deploy import upload
from renditions_cli.local.session import LocalSession
from renditions_cli.local.stack import TEMPLATE, LocalStack
from renditions_cli.local.template import prepare
from tests.e2e.cloud import Cloud
from tests.e2e.pictures import jpeg
from tests.terraform.program import Terraform, find_mirror

ROOT_MODULE = """
provider "aws" {
  region                      = "us-east-1"
  access_key                  = "test"
  secret_key                  = "test"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_requesting_account_id  = true
  endpoints {
    cloudformation = "%s"
  }
}

variable "log_retention_days" { default = 7 }

module "renditions" {
  source             = "./module"
  name               = "by-terraform"
  template_url       = "%s"
  output_format      = "jpeg"
  log_retention_days = var.log_retention_days
}

output "all" { value = module.renditions }
"""


@pytest.mark.long
@pytest.mark.timeout(900)
def test_the_module_deploys_changes_and_destroys_the_stack(tmp_path: Path) -> None:
    mirror = find_mirror()
    if not shutil.which("terraform") or mirror is None:
        pytest.skip("Terraform or its provider for AWS is not installed")
    terraform = Terraform(tmp_path, mirror)
    terraform.copy()
    with LocalStack(port=0, directory=tmp_path / "local") as local:
        url = upload(local.session(), prepare(TEMPLATE, {}, local.endpoint_url))
        (tmp_path / "main.tf").write_text(ROOT_MODULE % (local.endpoint_url, url))
        terraform.run("init", "-input=false", folder=tmp_path)
        terraform.run("apply", "-auto-approve", "-input=false", folder=tmp_path)
        outputs = read_outputs(terraform, tmp_path)
        assert outputs["web_url"] is None
        assert processed(local.session(), outputs)["renditions"]["thumbnail"]["key"].endswith(".jpg")
        # Exit status 2 would mean changes, and raise.
        terraform.run("plan", "-detailed-exitcode", "-input=false", folder=tmp_path)
        changed = ["-var", "log_retention_days=14"]
        terraform.run("apply", "-auto-approve", "-input=false", *changed, folder=tmp_path)
        assert retention(local.session()) == {14}
        terraform.run("destroy", "-auto-approve", "-input=false", *changed, folder=tmp_path)
        assert retention(local.session()) == set()


def read_outputs(terraform: Terraform, folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(terraform.run("output", "-json", folder=folder).stdout)["all"]["value"]
    return found


def processed(session: LocalSession, outputs: dict[str, Any]) -> dict[str, Any]:
    """Upload an image to the stack that Terraform made. Returns its record."""
    names = {"".join(word.title() for word in name.split("_")): value for name, value in outputs.items()}
    cloud = Cloud(session, names)
    return cloud.outcome(cloud.upload("beach.jpg", jpeg(320, 240)))


def retention(session: LocalSession) -> set[int]:
    groups = session.client("logs").describe_log_groups(logGroupNamePrefix="/aws/lambda/by-terraform-")
    return {one["retentionInDays"] for one in groups["logGroups"]}
