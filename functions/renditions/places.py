"""Where the stack keeps things: the names of its buckets, its tables, its state machines and its distribution."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Self

from renditions.errors import InvalidSettings


@dataclass(frozen=True, slots=True)
class Places:
    """The stack's resources. A place that a function does not need, or that the stack does not have, is empty.

    The environment variable of a place is its name in capitals. The template sets it to the stack's own resource.
    """

    uploads_bucket: str = ""
    renditions_bucket: str = ""
    images_table: str = ""
    image_pipeline_arn: str = ""
    image_deleted_arn: str = ""
    delivery_distribution: str = ""
    web_bucket: str = ""
    web_usage_table: str = ""
    measured_table: str = ""
    image_uploaded_rule: str = ""
    digest_queue_url: str = ""
    digest_topic_arn: str = ""
    event_bus_arn: str = ""

    @classmethod
    def from_environment(cls, environ: Mapping[str, str], *needed: str) -> Self:
        """Read the places from ``environ``. Raises InvalidSettings, naming each of ``needed`` that is missing."""
        missing = [name.upper() for name in needed if not environ.get(name.upper())]
        if missing:
            raise InvalidSettings(f"{', '.join(missing)} must be set.")
        return cls(**{place.name: environ.get(place.name.upper(), "") for place in fields(cls)})

    def uri(self, key: str) -> str:
        """Return the ``image_uri`` of the object ``key`` in the uploads bucket."""
        return f"s3://{self.uploads_bucket}/{key}"
