"""The outcome of an image, without what differs between any two runs, and the events that a test delivers."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from tests.e2e.cloud import Cloud

# They identify the run, not its result.
_OF_THE_RUN = ("execution_arn", "sequencer", "version_id", "status_shard", "status_since")


@dataclass(frozen=True)
class Outcome:
    """The record, the files in the renditions bucket with their ETags, and the notices."""

    record: Mapping[str, Any]
    files: Mapping[str, str]
    notices: frozenset[str]


def outcome(cloud: Cloud, key: str) -> Outcome:
    """Wait until an image is done. Returns its outcome, with ``KEY`` in place of its key."""
    uri = f"s3://{cloud.outputs['UploadsBucketName']}/{key}"
    found = cloud.outcome(uri)
    cloud.execution(found["execution_arn"])
    if found["status"] == "FAILED":
        cloud.operator.mentioning(key)
    record = {name: value for name, value in found.items() if not _is_of_the_run(name)}
    notices = [json.loads(message["Body"]) for message in cloud.subscriber.mentioning(uri)]
    texts = {json.dumps(_without_the_run(notice), sort_keys=True).replace(key, "KEY") for notice in notices}
    named = json.loads(json.dumps(record, default=int).replace(key, "KEY"))
    return Outcome(
        named, {name.replace(key, "KEY"): etag for name, etag in files(cloud, key).items()}, frozenset(texts)
    )


def _is_of_the_run(name: str) -> bool:
    return name in _OF_THE_RUN or name.endswith("_at")


def files(cloud: Cloud, key: str) -> dict[str, str]:
    """Map the key of each rendition of an original to its ETag."""
    bucket = cloud.outputs["RenditionsBucketName"]
    found = cloud.s3.list_objects_v2(Bucket=bucket, Prefix=f"{key}/").get("Contents", [])
    return {entry["Key"]: entry["ETag"] for entry in found}


def _without_the_run(notice: dict[str, Any]) -> dict[str, Any]:
    """Return a notice without its execution: it may be sent twice, but not with different content."""
    image = {name: value for name, value in notice["image"].items() if not _is_of_the_run(name)}
    return {name: value for name, value in notice.items() if name != "execution"} | {"image": image}


class Events:
    """Uploads, and their events as S3 sends them: with a version and a sequencer."""

    def __init__(self, cloud: Cloud) -> None:
        self._cloud = cloud
        self._bucket = cloud.outputs["UploadsBucketName"]
        self._count = 0

    def of_upload(self, key: str, data: bytes, sequencer: str = "") -> dict[str, Any]:
        """Put an original and return the event that S3 would send. A later upload has a later sequencer."""
        stored = self._cloud.s3.put_object(Bucket=self._bucket, Key=key, Body=data)
        found = {
            "key": key,
            "size": len(data),
            "etag": stored["ETag"].strip('"'),
            "version-id": stored["VersionId"],
        }
        return self._event("Object Created", found, sequencer)

    def of_deletion(self, key: str, sequencer: str = "", version: str = "") -> dict[str, Any]:
        """Delete an original with a delete marker, or one version of it, and return the event that S3 would send."""
        which: Any = {"VersionId": version} if version else {}
        answer = self._cloud.s3.delete_object(Bucket=self._bucket, Key=key, **which)
        found = {"key": key, "etag": "", "version-id": answer["VersionId"]}
        event = self._event("Object Deleted", found, sequencer)
        if version:
            event["detail"]["deletion-type"] = "Permanently Deleted"
        return event

    def _event(self, kind: str, found: dict[str, Any], sequencer: str) -> dict[str, Any]:
        self._count += 1
        found["sequencer"] = sequencer or f"{self._count:018X}"
        detail = {"version": "0", "bucket": {"name": self._bucket}, "object": found, "reason": "PutObject"}
        if kind == "Object Deleted":
            detail |= {"reason": "DeleteObject", "deletion-type": "Delete Marker Created"}
        return {
            "version": "0",
            "id": f"{self._count:08x}-0000-4000-8000-000000000000",
            "detail-type": kind,
            "source": "aws.s3",
            "account": "000000000000",
            "time": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "region": "us-east-1",
            "resources": [f"arn:aws:s3:::{self._bucket}"],
            "detail": detail,
        }
