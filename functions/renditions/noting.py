"""Note the application's own words about an original, before its content can be rejected.

ValidateImage writes the context into the record itself. Each later state, that of a rejection and that of a failure
included, then reads it from there like the rest of the notice. Only with ContextKeys or RenditionTags: without them,
nothing is imported here, which would make each cold start slower.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from aws_lambda_powertools import Logger

from renditions import aws
from renditions.contracts import Upload
from renditions.places import Places

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client

    from renditions.context import Wanted

logger = Logger(child=True)


def from_environment(environ: Mapping[str, str]) -> "Noting | None":
    """Return what to note with these settings, or None. Raises InvalidSettings."""
    if not environ.get("CONTEXT_KEYS") and not environ.get("RENDITION_TAGS"):
        return None
    from renditions.context import Wanted  # noqa: PLC0415 - for start time

    table = Places.from_environment(environ, "images_table").images_table
    return Noting(Wanted.from_environment(environ), table, aws.dynamodb())


@dataclass(frozen=True, slots=True)
class Noting:
    """What to note, and where: in the records of ``table``."""

    wanted: "Wanted"
    table: str
    dynamodb: "DynamoDBClient"

    def note(self, s3: "S3Client", upload: Upload, execution: str) -> str:
        """Write the context into the record, if ``execution`` owns it. Return the tags of the renditions.

        Raises SourceGone, StorageUnavailable, and botocore's error if the tags cannot be read.
        """
        from renditions import context, records  # noqa: PLC0415 - for start time
        from renditions.storage import words  # noqa: PLC0415

        found = words.read(s3, upload)
        if self.wanted.context:
            chosen = found.context(self.wanted.context)
            texts = {
                "context": context.as_json(chosen),
                "context_attributes": context.message_attributes(chosen),
            }
            records.note(self.dynamodb, self.table, upload.uri, execution, texts)
        tags, refused = found.rendition_tags(self.wanted.tags)
        if refused:
            logger.warning("tags left out", extra={"names": refused})
        return tags
