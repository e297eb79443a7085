"""What the input of an execution is about. Pure."""

from typing import Any

from renditions_cli.aws.dead_letters import image_of, parse_event

MOST_NESTED = 5  # reports of reports


def upload_event(event: Any) -> Any:
    """Return the event of S3: the input itself, or the input of the execution that it reports."""
    for _ in range(MOST_NESTED):
        inner = _detail(event).get("input")
        if not isinstance(inner, str):
            break
        event = parse_event(inner)
    return event


def image_of_input(event: Any) -> str:
    """Return the image that an input is about, ``s3://bucket/key``; empty if it is about none."""
    return image_of(upload_event(event))


def original_of_input(event: Any) -> dict[str, str] | None:
    """Return what identifies the original: ``uri``, ``etag`` and ``version``, as far as the input names them."""
    upload = upload_event(event)
    uri = image_of(upload)
    if not uri:
        return None
    found = upload["detail"]["object"]
    facts = {"uri": uri, "etag": found.get("etag"), "version": found.get("version-id")}
    return {name: value for name, value in facts.items() if isinstance(value, str) and value}


def reported_execution(event: Any) -> str:
    """Return the execution that the input reports; empty if it reports none."""
    arn = _detail(event).get("executionArn")
    return arn if isinstance(arn, str) else ""


def _detail(event: Any) -> dict[str, Any]:
    detail = event.get("detail") if isinstance(event, dict) else None
    return detail if isinstance(detail, dict) else {}
