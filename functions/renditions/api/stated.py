"""What an uploader may state about one image, and the pipeline then reads in the metadata of the object."""

from collections.abc import Mapping
from typing import Any

from renditions.api.answers import bad_request
from renditions.api.stack import Stack
from renditions.errors import InvalidFraming, UnknownPreset
from renditions.framing import Framing
from renditions.presets import PRESET


def metadata(stack: Stack, given: Mapping[str, Any]) -> dict[str, str]:
    """Return the user metadata for ``focus``, ``crop`` and ``preset``. Raises RequestError if one of them is wrong."""
    preset = _preset(stack, given)
    return _framing(given).metadata() | ({PRESET: preset} if preset else {})


def _framing(given: Mapping[str, Any]) -> Framing:
    focus, crop = ("" if given.get(name) is None else str(given[name]) for name in ("focus", "crop"))
    try:
        return Framing.parse(focus, crop, stated_as="")
    except InvalidFraming as error:
        raise bad_request("InvalidFraming", str(error)) from error


def _preset(stack: Stack, given: Mapping[str, Any]) -> str:
    named = given.get("preset") or ""
    if named and stack.presets is None:
        raise bad_request("UnknownPreset", "This stack chooses the preset itself. Leave preset out.")
    try:
        return stack.presets.choose("", str(named)).preset.name if stack.presets and named else ""
    except UnknownPreset as error:
        raise bad_request("UnknownPreset", str(error)) from error
