"""Note the application's own words about an original, before anything can reject it.

ValidateImage writes the context into the record itself. Each later state, a rejection and a failure included, then
reads it from there like the rest of the notice. Only with ContextKeys or RenditionTags.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Self

from aws_lambda_powertools import Logger

from renditions import aws, context, records
from renditions.contracts import Upload
from renditions.places import Places
from renditions.storage import words

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client

logger = Logger(child=True)


@dataclass(frozen=True, slots=True)
class Noting:
    """What to note, and where. ``table``: that of the records."""

    wanted: context.Wanted
    table: str
    dynamodb: "DynamoDBClient" = field(default_factory=aws.dynamodb)

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> Self:
        """Read the names and the table from ``environ``. Raises InvalidSettings."""
        wanted = context.Wanted.from_environment(environ)
        return cls(wanted, Places.from_environment(environ, "images_table").images_table)

    def note(self, s3: "S3Client", upload: Upload, execution: str) -> str:
        """Write the context into the record, if ``execution`` owns it. Return the tags of the renditions.

        Raises SourceGone, StorageUnavailable, and botocore's error if the tags cannot be read.
        """
        found = words.read(s3, upload)
        if self.wanted.context:
            chosen = found.context(self.wanted.context)
            values = {
                "context": context.as_json(chosen),
                "context_attributes": context.message_attributes(chosen),
            }
            records.note(self.dynamodb, self.table, upload.uri, execution, values)
        tags, refused = found.rendition_tags(self.wanted.tags)
        if refused:
            logger.warning("tags left out", extra={"names": refused})
        return tags
