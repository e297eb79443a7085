"""Where a forgotten image, or its key, is kept after the stack has nothing of it any more, and for how long."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from renditions.logs import pseudonym
from renditions_cli.aws.stack import Stack

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


@dataclass(frozen=True, slots=True)
class Keeper:
    """A place outside of what this command removes: what is there, and how long."""

    where: str
    what: str
    until: str

    def to_json(self) -> dict[str, Any]:
        """Return the document for --json."""
        return asdict(self)


def keepers(stack: Stack, parameters: Mapping[str, str], image_uris: list[str]) -> list[Keeper]:
    """Return what is kept elsewhere, according to the parameters of the stack."""
    context = ", the context" if parameters.get("ContextKeys") else ""
    facts = f"the key, the size, the time, the camera, the labels{context} and the checksum"
    return [
        Keeper(
            "executions",
            f"inputs and outputs with {facts}",
            "90 days after they ended; Step Functions deletes none earlier",
        ),
        *_logs(parameters, image_uris),
        Keeper("backups of the table", "the record", "35 days, by point-in-time recovery"),
        *_streams(parameters),
        *_copies(stack),
        Keeper(
            "notices that were sent",
            f"e-mails, messages and events with {facts}",
            "as long as their subscribers keep them; they get the notice DELETED",
        ),
        Keeper(
            "your own copies",
            "downloads, caches of browsers (up to a year), AWS Backup, exports, archives of events, CloudTrail",
            "as you have set them",
        ),
    ]


def _logs(parameters: Mapping[str, str], image_uris: list[str]) -> Iterator[Keeper]:
    days = f"{parameters.get('LogRetentionDays', '30')} days"
    pseudonyms = ", ".join(map(pseudonym, image_uris))
    yield Keeper(
        "logs of the functions",
        f"the pseudonym {pseudonyms}; errors in lines of AWS may name the key",
        days,
    )
    if parameters.get("LogExecutionData") == "on":
        yield Keeper("logs of the state machines", "the key, by LogExecutionData=on", days)


def _streams(parameters: Mapping[str, str]) -> Iterator[Keeper]:
    if parameters.get("Web") == "on" or parameters.get("Delivery") == "public":
        yield Keeper("CloudFront", "the renditions, at edge locations", "some minutes, by an invalidation")
    if parameters.get("Monitoring", "basic") != "basic":
        yield Keeper("stream of the table", "the record", "24 hours")
    if parameters.get("EmailDigest", "off") != "off":
        yield Keeper("queue of the digest", "notices of the image", "the next digest")
    if parameters.get("Backfill") == "on":
        yield Keeper("plans of backfills", "the key and the ETag", "90 days after each plan")
    if parameters.get("EventBusArn"):
        yield Keeper("queues of the event bus", "notices that it refused", "at most 14 days")
    if bucket := parameters.get("AccessLogsBucket"):
        yield Keeper(f"access logs in s3://{bucket}", "the keys of the requests", "as you have set it")


def _copies(stack: Stack) -> Iterator[Keeper]:
    """Yield the buckets to which S3 replicates, which deletes no versions there."""
    s3 = stack.s3()
    for bucket in (stack.outputs.uploads_bucket, stack.outputs.renditions_bucket):
        for copy in _replicas(s3, bucket):
            yield Keeper(f"replica of {bucket} in {copy}", "all versions", "until you delete them there")


def _replicas(s3: "S3Client", bucket: str) -> list[str]:
    try:
        rules = s3.get_bucket_replication(Bucket=bucket)["ReplicationConfiguration"]["Rules"]
    except ClientError:
        return []  # no replication, or it may not be seen: "your own copies"
    return sorted({one["Destination"]["Bucket"].rpartition(":")[2] for one in rules})
