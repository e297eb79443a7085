"""``renditions status``: show the records of images, and what their executions did."""

from collections.abc import Sequence

from botocore.exceptions import ClientError

from renditions.records import ImageRecord, batch_get
from renditions_cli.aws.express import read_owner
from renditions_cli.aws.images import may_have_record
from renditions_cli.aws.missing_records import not_found
from renditions_cli.aws.sdk_errors import concerns_every_request, readable_aws_errors, response_error
from renditions_cli.aws.stack import Stack, StackChoice, find_stack
from renditions_cli.errors import ExitCode
from renditions_cli.show.console import open_consoles, print_json
from renditions_cli.show.report import ImageReport, report_lines


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
        link = stack.console_link(record.execution_arn, record.started_at)
        return ImageReport(uri, record, read_owner(stack, record, with_data=True), link)
    except ClientError as error:
        if concerns_every_request(error):
            raise
        return ImageReport(uri, record, message=response_error(error))
