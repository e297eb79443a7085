"""Checks of the bucket with the originals, and of the keys that count."""

from collections.abc import Iterator

from renditions.presets import SUFFIX
from renditions.wanted_keys import WantedKeys
from renditions_cli.aws.health.finding import Finding, Mark
from renditions_cli.aws.health.target import Target
from renditions_cli.aws.uploads_bucket import Use, check_uploads_bucket
from renditions_cli.aws.users import IMAGES_PREFIX

NAME = "uploads bucket"


def uploads(target: Target) -> Iterator[Finding]:
    """Yield what keeps uploads from being processed."""
    yield from existing_bucket(target)
    yield from keys_of_the_page(target)


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


def keys_of_the_page(target: Target) -> Iterator[Finding]:
    """Yield whether IncludeKeys and ExcludeKeys leave out all that users of the web page upload: it starts nothing."""
    parameters = target.parameters
    if parameters.get("Web") != "on":
        return
    wanted = WantedKeys.parse(parameters.get("IncludeKeys", ""), parameters.get("ExcludeKeys", ""))
    possible = [
        IMAGES_PREFIX + one.text if one.kind == SUFFIX else max(one.text, IMAGES_PREFIX, key=len)
        for one in wanted.include
    ]
    if not any(key.startswith(IMAGES_PREFIX) and key in wanted for key in possible or [IMAGES_PREFIX]):
        problem = (
            "IncludeKeys or ExcludeKeys leave out web/*, the uploads of the web page. They start nothing."
        )
        yield Finding(NAME, Mark.TO_DO, problem, "Add web/* to IncludeKeys, or remove it from ExcludeKeys.")
