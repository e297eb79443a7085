"""The causes of errors, as Step Functions and EventBridge report them. Pure."""

import json


def error_message(cause: str | None) -> str | None:
    """Return the message in the JSON document of a Lambda function's error; any other cause as it is."""
    if cause is None:
        return None
    try:
        document = json.loads(cause)
    except (ValueError, RecursionError):
        return cause
    message = document.get("errorMessage") if isinstance(document, dict) else None
    return message if isinstance(message, str) else cause


def shortened(text: str, longest: int = 1024) -> str:
    """Return at most ``longest`` bytes of UTF-8, with an ellipsis where something was cut off."""
    if len(text.encode()) <= longest:
        return text
    return text.encode()[: longest - 3].decode(errors="ignore") + "…"
