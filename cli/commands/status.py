"""``renditions status``: what is known about images, and what their executions did."""

from collections.abc import Sequence
from difflib import get_close_matches

from cli.aws.executions import read_execution
from cli.aws.images import ImageRecord, read_records
from cli.aws.sdk_errors import clear_aws_errors
from cli.aws.stack import Stack, StackChoice, find
from cli.errors import ExitCode
from cli.show.console import print_json, screens
from cli.show.report import Found, report

LOOKED_THROUGH = 1000  # keys, one page of S3's list


def show_status(images: Sequence[str], choice: StackChoice, *, as_json: bool) -> ExitCode:
    """Show each of ``images``, keys or URIs. The exit status is OK only if all are completed."""
    stack = find(choice)
    screen = screens(as_json=as_json)
    uris = [stack.image_uri(image) for image in images]
    with clear_aws_errors():
        records = read_records(stack.dynamodb(), stack.outputs.images_table, list(dict.fromkeys(uris)))
        for uri in uris:
            if uri not in records:
                screen.progress.print(not_found(stack, uri), style="yellow", soft_wrap=True, markup=False)
            elif as_json:
                print_json(screen.results, look_up(stack, records[uri]).to_json())
            else:
                for line in report(look_up(stack, records[uri])):
                    screen.results.print(line, soft_wrap=True)
    completed = all(uri in records and records[uri].status == "COMPLETED" for uri in uris)
    return ExitCode.OK if completed else ExitCode.IMAGE_FAILED


def look_up(stack: Stack, record: ImageRecord) -> Found:
    """The record with its execution."""
    if record.execution_arn is None:
        return Found(record, None, None)
    execution = read_execution(stack.step_functions(), record.execution_arn)
    return Found(record, execution, stack.console_link(record.execution_arn))


def not_found(stack: Stack, uri: str) -> str:
    """A sentence for an image without a record, with what to do."""
    bucket, _, key = uri.removeprefix("s3://").partition("/")
    if bucket != stack.outputs.uploads_bucket:
        return (
            f"There is no record of {uri}: this stack's images are in s3://{stack.outputs.uploads_bucket}/."
        )
    keys = keys_like(stack, key)
    if key in keys:
        return f"{key} is uploaded, but has no record yet: its event may be on its way. Try again in a few seconds."
    near = get_close_matches(key, keys, n=3, cutoff=0.5)
    hint = (
        f"Did you mean {' or '.join(near)}?"
        if near
        else f"`aws s3 ls --recursive s3://{bucket}/` lists the keys."
    )
    return f"There is no image {key}. {hint}"


def keys_like(stack: Stack, key: str) -> list[str]:
    """Keys of the uploads bucket, at most LOOKED_THROUGH: those in the same folder, else any; the key itself first."""
    s3, bucket = stack.s3(), stack.outputs.uploads_bucket
    for prefix in dict.fromkeys((key.rpartition("/")[0], "")):
        others = s3.list_objects_v2(Bucket=bucket, Prefix=prefix, MaxKeys=LOOKED_THROUGH).get("Contents", [])
        if others:
            exact = s3.list_objects_v2(Bucket=bucket, Prefix=key, MaxKeys=1).get("Contents", [])
            return [one["Key"] for one in (*exact, *others)]
    return []
