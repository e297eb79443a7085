"""A plan for 100,000 objects takes less than a minute and 2 GB. Lists and records are made up, and answer slowly."""

import json
import resource
import sys
import time
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import boto3
import pytest
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.compat import HTTPHeaders

from renditions.places import Places
from renditions.reconciliation import Clock
from renditions.wanted_keys import ALL_KEYS
from renditions_cli.aws.backfill.connection import MORE_CONNECTIONS
from renditions_cli.aws.backfill.plan import DEFAULT
from renditions_cli.aws.backfill.planning import Planning, Scope
from tests.unit.cli.aws.backfills import real_recipes

OBJECTS, PAGE = 100_000, 1000
LIST_SECONDS, BATCH_SECONDS = 0.05, 0.01
FACTS = {
    "status": {"S": "COMPLETED"}, "sequencer": {"S": "0062"}, "started_at": {"S": "2026-01-02T00:00:00Z"},
    "format": {"S": "JPEG"}, "width": {"N": "4000"}, "height": {"N": "3000"}, "frames": {"N": "1"},
    "has_alpha": {"BOOL": False}, "recipe": {"S": "0123456789abcdef"}, "labels": {"S": "{}"},
    "renditions": {"M": {"thumbnail": {"M": {"key": {"S": "made"}}}}},
}  # fmt: skip


class Body:
    """The body of an answer, as botocore reads it."""

    def __init__(self, text: str) -> None:
        self.text = text

    def stream(self) -> Any:
        yield self.text.encode()


def listed(number: int) -> str:
    return (
        f"<Contents><Key>photos/{number:08d}.jpg</Key><LastModified>2026-01-01T00:00:00.000Z</LastModified>"
        f"<ETag>{number:032x}</ETag><Size>40000</Size><StorageClass>STANDARD</StorageClass></Contents>"
    )


def answer_list(request: AWSPreparedRequest, **_: Any) -> Any:
    time.sleep(LIST_SECONDS)
    start = int(parse_qs(urlsplit(request.url).query).get("continuation-token", ["0"])[0])
    end = min(OBJECTS, start + PAGE)
    is_more = str(end < OBJECTS).lower()
    more = f"<IsTruncated>{is_more}</IsTruncated><NextContinuationToken>{end}</NextContinuationToken>"
    body = f"<ListBucketResult>{more}{''.join(map(listed, range(start, end)))}</ListBucketResult>"
    return AWSResponse(request.url, 200, HTTPHeaders(), Body(body))


def answer_batch(request: AWSPreparedRequest, **_: Any) -> Any:
    """A third has no record."""
    time.sleep(BATCH_SECONDS)
    assert isinstance(request.body, bytes)
    asked = json.loads(request.body)["RequestItems"]["images"]["Keys"]
    numbers = {one["image_uri"]["S"]: int(one["image_uri"]["S"][-12:-4]) for one in asked}
    items = [
        {"image_uri": {"S": uri}, "etag": {"S": f"{number:032x}"}, **FACTS}
        for uri, number in numbers.items()
        if number % 3
    ]
    body = json.dumps({"Responses": {"images": items}, "UnprocessedKeys": {}})
    return AWSResponse(request.url, 200, HTTPHeaders(), Body(body))


@pytest.mark.long
@pytest.mark.timeout(300)
def test_a_hundred_thousand_objects_are_planned_within_a_minute_and_2_gb() -> None:
    session = boto3.Session()
    s3 = session.client("s3", config=MORE_CONNECTIONS)
    dynamodb = session.client("dynamodb", config=MORE_CONNECTIONS)
    s3.meta.events.register("before-send.s3.ListObjectsV2", answer_list)
    dynamodb.meta.events.register("before-send.dynamodb.BatchGetItem", answer_batch)
    places, scope = Places("uploads", "made", "images"), Scope("", ALL_KEYS, DEFAULT)
    planning = Planning(s3, dynamodb, places, scope, Clock(datetime.now(UTC)), real_recipes())
    began, worked = time.monotonic(), time.process_time()
    size = sum(len(line.to_json()) + 1 for line in planning.lines("20261129-145447-3f2a"))
    took, worked = time.monotonic() - began, time.process_time() - worked
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    sys.stdout.write(f"\n{took:.1f} s, {worked:.1f} s of CPU, {peak:.0f} MB, manifest {size / 1e6:.1f} MB\n")
    assert planning.tally.counts == {"missing": 33_334, "stale": 66_666}
    assert worked < 60, "on a busy machine the wall clock says little"
    assert peak < 2000
