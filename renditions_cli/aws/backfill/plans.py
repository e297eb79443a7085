"""The plans that the stack keeps, in its BackfillBucket: ``plans/{ID}/plan.json`` and ``…/manifest.jsonl`` beside it.

The document is written last. A plan without it was interrupted while it was made: nobody finds it, and it expires.
"""

import json
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from renditions import aws
from renditions_cli.aws.backfill.plan import Line, Plan, is_id
from renditions_cli.errors import UsageError

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_LARGEST_LINE = 1 << 14  # bytes; a key has 1,024, each at most six in JSON


@dataclass(frozen=True, slots=True)
class Plans:
    """The plans in ``bucket``. Requests raise botocore's errors."""

    s3: "S3Client"
    bucket: str

    def write(self, plan: str, lines: Iterable[Line], describe: Callable[[], Plan]) -> Plan:
        """Write the manifest, then the document that ``describe`` returns once all lines have been read.

        Without any image, there is no document and so no plan.
        """
        self.write_lines(manifest(plan), lines)
        described = describe()
        if not described.images:
            return described
        body = json.dumps(described.to_json(), indent=2)
        self.s3.put_object(
            Bucket=self.bucket, Key=_document(plan), Body=body.encode(), ContentType="application/json"
        )
        return described

    def write_lines(self, key: str, lines: Iterable[Line]) -> int:
        """Write a manifest. Returns the number of lines."""
        count = 0
        with tempfile.TemporaryFile() as file:
            for count, line in enumerate(lines, start=1):  # noqa: B007 - the last is the result
                file.write(line.to_json().encode("ascii") + b"\n")
            file.seek(0)
            self.s3.upload_fileobj(file, self.bucket, key)
        return count

    def read(self, plan: str) -> Plan:
        """Return the document of a plan. Raises UsageError if there is none."""
        none = UsageError(
            f"There is no plan {plan[:40]!a}. `renditions backfill status --all` lists the plans of this stack, which "
            "it keeps for 90 days."
        )
        if not is_id(plan):
            raise none
        try:
            answer = self.s3.get_object(Bucket=self.bucket, Key=_document(plan))
        except ClientError as error:
            if not aws.is_not_found(error):
                raise
            raise none from error
        return Plan.parse(json.load(answer["Body"]))

    def lines(self, key: str) -> Iterator[Line]:
        """Yield the lines of a manifest, without keeping them."""
        body = self.s3.get_object(Bucket=self.bucket, Key=key)["Body"]
        for line in body.iter_lines(_LARGEST_LINE):
            yield Line.parse(line.decode("ascii"))

    def ids(self) -> list[str]:
        """Return the IDs of all plans, the newest first."""
        pages = self.s3.get_paginator("list_objects_v2").paginate(Bucket=self.bucket, Prefix="plans/")
        keys = [one["Key"] for page in pages for one in page.get("Contents", [])]
        return sorted((key.split("/")[1] for key in keys if key.endswith("/plan.json")), reverse=True)


def manifest(plan: str, run: int = 1) -> str:
    """Return the key of a plan's manifest; of the lines that are left, for a later run."""
    return f"plans/{plan}/manifest{f'-{run}' if run > 1 else ''}.jsonl"


def _document(plan: str) -> str:
    return f"plans/{plan}/plan.json"
