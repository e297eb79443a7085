"""Checks of the bucket with the originals."""

from collections.abc import Iterator

from renditions_cli.aws.health.finding import Finding, Mark
from renditions_cli.aws.health.target import Target
from renditions_cli.aws.uploads_bucket import Use, check_uploads_bucket

NAME = "uploads bucket"


def existing_bucket(target: Target) -> Iterator[Finding]:
    """Yield what a bucket that the stack did not create lacks. Nothing if the stack created its own."""
    parameters = target.parameters
    bucket = parameters.get("ExistingUploadsBucket")
    if not bucket:
        return
    is_on = {name: parameters.get(name) == "on" for name in ("MalwareScan", "Web")}
    uploaders = tuple(filter(None, parameters.get("UploaderPrincipals", "").split(",")))
    use = Use(target.session.region_name, is_on["MalwareScan"], is_on["Web"], uploaders)
    found = check_uploads_bucket(target.client("s3"), bucket, use)
    for one in found:
        mark = Mark.TO_DO if one.severity == "broken" else Mark.NOTE
        yield Finding(NAME, mark, one.problem, one.remedy)
    if not found:
        yield Finding(NAME, Mark.WELL, f"{bucket} has everything that the stack needs.")
