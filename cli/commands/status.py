"""``renditions status``: show the records of images, and what their executions did."""

from collections.abc import Sequence
from difflib import get_close_matches

from cli.aws.executions import read_execution
from cli.aws.sdk_errors import readable_aws_errors
from cli.aws.stack import Stack, StackChoice, find_stack
from cli.errors import ExitCode
from cli.show.console import open_consoles, print_json
from cli.show.report import ImageReport, report_lines
from renditions.records import ImageRecord, batch_get

KEYS_SEARCHED = 1000  # for similar keys: one page of S3's listing


def show_status(images: Sequence[str], choice: StackChoice, *, as_json: bool) -> ExitCode:
    """Show each of ``images``, keys or URIs. Returns OK only if all are completed."""
    stack = find_stack(choice)
    consoles = open_consoles(as_json=as_json)
    uris = [stack.image_uri(image) for image in images]
    with readable_aws_errors():
        records = batch_get(stack.dynamodb(), stack.outputs.images_table, list(dict.fromkeys(uris)))
        for uri in uris:
            if uri not in records:
                consoles.progress.print(not_found(stack, uri), style="yellow", soft_wrap=True, markup=False)
            elif as_json:
                print_json(consoles.results, make_report(stack, records[uri]).to_json())
            else:
                for line in report_lines(make_report(stack, records[uri])):
                    consoles.results.print(line, soft_wrap=True)
    completed = all(uri in records and records[uri].status == "COMPLETED" for uri in uris)
    return ExitCode.OK if completed else ExitCode.IMAGE_FAILED


def make_report(stack: Stack, record: ImageRecord) -> ImageReport:
    """Combine the record with its execution."""
    if record.execution_arn is None:
        return ImageReport(record, None, None)
    execution = read_execution(stack.step_functions(), record.execution_arn)
    return ImageReport(record, execution, stack.console_link(record.execution_arn))


def not_found(stack: Stack, uri: str) -> str:
    """Return the message for an image without a record, with what to do."""
    bucket, _, key = uri.removeprefix("s3://").partition("/")
    if bucket != stack.outputs.uploads_bucket:
        return f"There is no record of {uri}. The images of this stack are in s3://{stack.outputs.uploads_bucket}/."
    keys = similar_keys(stack, key)
    if key in keys:
        return f"{key} is uploaded but has no record yet. Its event may still arrive; try again in a few seconds."
    near = get_close_matches(key, keys, n=3, cutoff=0.5)
    hint = (
        f"Did you mean {' or '.join(near)}?"
        if near
        else f"List the keys with `aws s3 ls --recursive s3://{bucket}/`."
    )
    return f"There is no image {key}. {hint}"


def similar_keys(stack: Stack, key: str) -> list[str]:
    """Return up to KEYS_SEARCHED keys, from the same folder if it has any. The key itself comes first."""
    s3, bucket = stack.s3(), stack.outputs.uploads_bucket
    for prefix in dict.fromkeys((key.rpartition("/")[0], "")):
        others = s3.list_objects_v2(Bucket=bucket, Prefix=prefix, MaxKeys=KEYS_SEARCHED).get("Contents", [])
        if others:
            exact = s3.list_objects_v2(Bucket=bucket, Prefix=key, MaxKeys=1).get("Contents", [])
            return [one["Key"] for one in (*exact, *others)]
    return []
