"""The version of the object in the events of S3."""

import json
from typing import Any

import pytest

from renditions_cli.local.event_versions import remembering_the_version, with_version


def sent(source: str, **named: Any) -> dict[str, Any]:
    """Return the object in the event that S3 sends when it is fired with ``named``."""
    events: list[dict[str, Any]] = []
    send = with_version(events.append)
    event = {"Source": source, "Detail": json.dumps({"object": {"key": "a"}})}
    remembering_the_version(lambda *_, **__: send(event))("bucket", "a", "s3:ObjectCreated:Put", **named)
    found: dict[str, Any] = json.loads(events[0]["Detail"])["object"]
    return found


@pytest.mark.parametrize(
    "source, named, expected",
    [
        ("aws.s3", {"version_id": "v1"}, {"key": "a", "version-id": "v1"}),
        ("aws.s3", {"version_id": None}, {"key": "a"}),
        ("aws.s3", {}, {"key": "a"}),
        ("aws.states", {"version_id": "v1"}, {"key": "a"}),
    ],
)
def test_an_event_of_a_versioned_bucket_names_the_version(
    source: str, named: dict[str, Any], expected: dict[str, str]
) -> None:
    assert sent(source, **named) == expected
