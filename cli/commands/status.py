"""``renditions status``: show the records of images, and what their executions did."""

from collections.abc import Sequence
from difflib import get_close_matches

from botocore.exceptions import ClientError

from cli.aws.executions import read_execution
from cli.aws.images import may_have_record
from cli.aws.sdk_errors import concerns_every_request, readable_aws_errors, response_error
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
        known = [uri for uri in uris if may_have_record(uri)]
        records = batch_get(stack.dynamodb(), stack.outputs.images_table, known)
        reports = [make_report(stack, uri, records.get(uri)) for uri in uris]
    if as_json:
        print_json(consoles.results, {"images": [report.to_json() for report in reports]})
    else:
        for line in (line for report in reports for line in report_lines(report)):
            consoles.results.print(line, soft_wrap=True)
    completed = all(report.record and report.record.status == "COMPLETED" for report in reports)
    return ExitCode.OK if completed else ExitCode.IMAGE_FAILED


def make_report(stack: Stack, uri: str, record: ImageRecord | None) -> ImageReport:
    """Combine the record with its execution. An error for one image does not end the command."""
    try:
        if record is None:
            return ImageReport(uri, None, message=not_found(stack, uri))
        if record.execution_arn is None:
            return ImageReport(uri, record)
        execution = read_execution(stack.step_functions(), record.execution_arn)
        return ImageReport(uri, record, execution, stack.console_link(record.execution_arn))
    except ClientError as error:
        if concerns_every_request(error):
            raise
        return ImageReport(uri, record, message=response_error(error))


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
