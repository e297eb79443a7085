"""The audit of every object and version after all executions have ended.

Every version has exactly one visible outcome, the record and the renditions belong to the newest version, and nothing
incomplete is shown as complete.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from boto3.dynamodb.types import TypeDeserializer

from tests.e2e.cloud import RENDITIONS, Cloud
from tests.soak.plan import Change

OUTCOME = {"photo": "COMPLETED", "text": "REJECTED", "deletion": "DELETED"}


@dataclass
class Findings:
    """What is wrong, one sentence each. ``outcomes`` counts the images by status."""

    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    stale: list[str] = field(default_factory=list)
    stuck: list[str] = field(default_factory=list)
    outcomes: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    repeated: int = 0
    retired: int = 0
    orphans: list[str] = field(default_factory=list)

    def summary(self) -> str:
        """Return all counts in one line."""
        counts = {name: len(getattr(self, name)) for name in ("lost", "doubled", "stale", "stuck")}
        return ", ".join(f"{name} {count}" for name, count in counts.items())

    def sentences(self) -> list[str]:
        """Return all findings."""
        return [*self.lost, *self.doubled, *self.stale, *self.stuck]


def audit(
    cloud: Cloud, events: Mapping[Change, dict[str, Any]], running: Iterable[str], bodies: list[str]
) -> Findings:
    """Compare the stack with the changes that were made. ``bodies`` are all messages that a subscriber got."""
    findings = Findings(stuck=[f"{arn} is still running" for arn in running])
    notified = _notified(bodies, findings)
    records, files = _records(cloud), _files(cloud)
    newest = {change.key: change for change in sorted(events, key=lambda change: change.number)}
    for key, change in newest.items():
        uri = f"s3://{cloud.outputs['UploadsBucketName']}/{key}"
        record = records.get(uri)
        if record is None:
            findings.lost.append(f"{uri} has no record")
            continue
        findings.outcomes[record["status"]] += 1
        _check(record, change, events[change], files, findings)
        if record["execution_arn"] not in notified:
            findings.lost.append(f"{uri}: no notice that it is {record['status']}")
    _look_at_the_rest(cloud, records, files, findings)
    return findings


def _look_at_the_rest(
    cloud: Cloud, records: dict[str, dict[str, Any]], files: dict[str, str], findings: Findings
) -> None:
    """Count the files that no record names: retired ones expire, the others are left for reconciliation."""
    bucket = cloud.outputs["RenditionsBucketName"]
    named = {found["key"] for record in records.values() for found in record["renditions"].values()}
    for key in sorted(set(files) - named):
        tags = cloud.s3.get_object_tagging(Bucket=bucket, Key=key)["TagSet"]
        if {"Key": "superseded", "Value": "true"} in tags:
            findings.retired += 1
        else:
            findings.orphans.append(key)


def _check(
    record: dict[str, Any], change: Change, event: dict[str, Any], files: dict[str, str], findings: Findings
) -> None:
    uri, status = record["image_uri"], record["status"]
    found = event["detail"]["object"]
    if status in ("PROCESSING", "DELETING"):
        findings.stuck.append(f"{uri} is still {status}")
    elif not _is_of(record, change, found) or status not in (OUTCOME[change.kind], "FAILED"):
        findings.stale.append(f"{uri} is {status} by {record['sequencer']}, newest is {change}")
    elif status == "COMPLETED":
        if set(record["renditions"]) != set(RENDITIONS):
            findings.lost.append(f"{uri} is COMPLETED with {sorted(record['renditions'])}")
        for name, rendition in record["renditions"].items():
            made_from = files.get(rendition["key"])
            if made_from is None:
                findings.lost.append(f"{uri}: its {name} is missing")
            elif made_from != found["version-id"]:
                findings.stale.append(f"{uri}: its {name} was made from version {made_from}")
    elif record["renditions"]:
        _check_served(record, files, findings)


def _is_of(record: dict[str, Any], change: Change, found: Mapping[str, Any]) -> bool:
    """Whether the record is about the newest change. A late upload may have recorded the deletion in its place."""
    return bool(
        record["sequencer"] == found["sequencer"] or record["status"] == OUTCOME[change.kind] == "DELETED"
    )


def _check_served(record: dict[str, Any], files: dict[str, str], findings: Findings) -> None:
    """A rejected or failed upload leaves the previous image in use, and a deletion nothing."""
    uri = record["image_uri"]
    if record["status"] == "DELETED" or not record["version"]:
        findings.stale.append(f"{uri} is {record['status']} and has renditions")
    for name, rendition in record["renditions"].items():
        if files.get(rendition["key"]) is None:
            findings.lost.append(f"{uri}: its {name} is missing")


def _notified(bodies: list[str], findings: Findings) -> set[str]:
    """Return the executions that sent a notice. Two for the same version mean that it was processed twice."""
    by: dict[tuple[str, ...], set[str]] = defaultdict(set)
    for notice in map(json.loads, bodies):
        if notice["status"] != "FAILED":  # a failed image is processed again, with another notice
            about = notice["image"]
            version = about.get("version_id") or about.get("etag") or about.get("deleted_at")
            by[notice["status"], about["uri"], str(version)].add(notice["execution"]["arn"])
    findings.doubled += [
        f"{what} has notices from {len(arns)} executions" for what, arns in by.items() if len(arns) > 1
    ]
    arns = [json.loads(body)["execution"]["arn"] for body in bodies]
    findings.repeated = len(arns) - len(set(arns))
    return set(arns)


def _records(cloud: Cloud) -> dict[str, dict[str, Any]]:
    pages = cloud.dynamodb.get_paginator("scan").paginate(
        TableName=cloud.outputs["ImagesTableName"], ConsistentRead=True
    )
    read = TypeDeserializer().deserialize
    items = [{n: read(v) for n, v in item.items()} for page in pages for item in page["Items"]]
    return {item["image_uri"]: item for item in items}


def _files(cloud: Cloud) -> dict[str, str]:
    """Map the key of each rendition to the version of the original in its metadata."""
    bucket = cloud.outputs["RenditionsBucketName"]
    pages = cloud.s3.get_paginator("list_objects_v2").paginate(Bucket=bucket)
    keys = [entry["Key"] for page in pages for entry in page.get("Contents", [])]
    return {key: cloud.s3.head_object(Bucket=bucket, Key=key)["Metadata"]["original-version"] for key in keys}
