"""What the API needs from its surroundings, put together once when the function starts."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Self

from renditions import aws
from renditions.errors import InvalidSettings
from renditions.places import Places
from renditions.settings import Settings

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client

    from renditions.presets import Presets

_NEEDED: Final = ("DELIVERY_URL", "SIGN_IN_URL", "SIGN_IN_CLIENT", "IMAGES_PER_USER", "UPLOADS_PER_HOUR")


@dataclass(frozen=True, slots=True)
class Stack:
    """The clients, places and settings of the API.

    ``delivery_url`` and ``sign_in_url`` are origins without a trailing slash. ``images_per_user``: the most that one
    user may have. ``uploads_per_hour``: the most uploads, and the most deletions, of one user. ``presets``: those
    that a user may name, None if that is not allowed.
    """

    s3: "S3Client"
    dynamodb: "DynamoDBClient"
    places: Places
    settings: Settings
    delivery_url: str
    sign_in_url: str
    sign_in_client: str
    images_per_user: int
    uploads_per_hour: int
    presets: "Presets | None" = None

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] = os.environ) -> Self:
        """Connect, and read the settings. Raises InvalidSettings, naming what is missing."""
        if missing := [name for name in _NEEDED if not environ.get(name)]:
            raise InvalidSettings(f"{', '.join(missing)} must be set.")
        settings = _settings(environ)
        return cls(
            s3=aws.web_s3(),
            dynamodb=aws.dynamodb(read_timeout=3, attempts=2),
            places=Places.from_environment(environ, "uploads_bucket", "images_table", "web_usage_table"),
            settings=settings,
            delivery_url=environ["DELIVERY_URL"],
            sign_in_url=environ["SIGN_IN_URL"],
            sign_in_client=environ["SIGN_IN_CLIENT"],
            images_per_user=int(environ["IMAGES_PER_USER"]),
            uploads_per_hour=int(environ["UPLOADS_PER_HOUR"]),
            presets=_presets(settings) if environ.get("PRESET_BY_METADATA") == "on" else None,
        )


def _presets(settings: Settings) -> "Presets":
    from renditions import preset_files  # noqa: PLC0415 - only for stacks whose users may name one

    return preset_files.load(settings)


def _settings(environ: Mapping[str, str]) -> Settings:
    """The settings of the stack. Whether HEIC can be decoded concerns other functions: this one has no decoder."""
    from dataclasses import replace  # noqa: PLC0415 - only for stacks that accept HEIC

    values: dict[str, Any] = {name: value for name, value in environ.items() if name != "HEIC_INPUT"}
    settings = Settings.from_environment(values)
    return replace(settings, heic_input=environ["HEIC_INPUT"]) if environ.get("HEIC_INPUT") else settings
