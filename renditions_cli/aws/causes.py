"""The causes of errors and the results of tasks, as Step Functions and EventBridge report them. Pure."""

import json
from typing import Any


def error_message(cause: str | None) -> str | None:
    """Return the message in the JSON document of a Lambda function's error; any other cause as it is."""
    if cause is None:
        return None
    message = json_object(cause).get("errorMessage")
    return message if isinstance(message, str) else cause


def request_ids(document: str | None) -> list[str]:
    """Return the ID of the function's invocation that has this result or cause, if it is in there."""
    found = json_object(document)
    metadata = found.get("SdkResponseMetadata")
    ids = (found.get("requestId"), metadata.get("RequestId") if isinstance(metadata, dict) else None)
    return [one for one in ids if isinstance(one, str)]


def json_object(text: str | None) -> dict[str, Any]:
    """Return the JSON object in ``text``; an empty one for anything else."""
    try:
        document = json.loads(text or "")
    except (ValueError, RecursionError):
        return {}
    return document if isinstance(document, dict) else {}


def shortened(text: str, longest: int = 1024) -> str:
    """Return at most ``longest`` bytes of UTF-8, with an ellipsis where something was cut off."""
    if len(text.encode()) <= longest:
        return text
    return text.encode()[: longest - 3].decode(errors="ignore") + "…"
