"""Content credentials (C2PA), read only as far as: there are some, the program that made them, and whether they say AI.

No signature and no hash is checked: whoever can write a file can write this. So it is recorded as unverified.
"""

import re
from collections import deque
from collections.abc import Iterator
from typing import Any, Final

from renditions.imaging.labels import cbor
from renditions.imaging.labels.jumbf import Box, Reader
from renditions.imaging.labels.source_types import (
    COMPOSITE_OF_AI,
    COMPOSITE_WITH_AI,
    MADE_BY_AI,
    normalized,
    says_ai,
)

_WHOLE_IMAGE: Final = ("c2pa.created", "c2pa.opened")
# Adobe's, for models of others.
_SOURCE_TYPE_OF_ADOBE: Final = "com.adobe.digitalSourceType"
# Of a program as a browser names itself. Cameras write their serial number there.
_REMARK: Final = re.compile(r"\([^()]*\)")


def read(jumbf: bytes) -> dict[str, str]:
    """Return field → value of Labels; empty if these are no content credentials.

    ``digital_source_type`` only if they say AI: what they say of a camera is for those who verify them.
    """
    reader = Reader(jumbf)
    try:
        store = next((box for box in reader.boxes(0, len(jumbf)) if box.label == "c2pa"), None)
    except (ValueError, LookupError):
        store = None
    if store is None:
        return {}
    found: dict[str, str] = {"credentials": "unverified"}
    try:
        manifests = {box.label: box for box in reader.inside(store) if box.kind == b"jumb"}
        _read_manifests(reader, manifests, found)
    except (ValueError, LookupError, RecursionError):
        pass  # damaged: what was read before counts
    return found


def _read_manifests(reader: Reader, manifests: dict[str, Box], found: dict[str, str]) -> None:
    """Read the active manifest, which is the last one, then those of what it was made from, until one says AI."""
    waiting = deque([(next(reversed(manifests), ""), False)])
    while waiting:
        label, is_part = waiting.popleft()
        manifest = manifests.pop(label, None)  # each is read once
        if manifest is None:
            continue
        claim, assertions = _claim_and_assertions(reader, manifest)
        if claim:  # or it is compressed, and says nothing here
            found.setdefault("credentials_generator", _generator(claim))
            found.setdefault("credentials_ai", "no")
        if source_type := next(_stated_ai(reader, assertions), ""):
            source_type = COMPOSITE_OF_AI if is_part else source_type
            found |= {"credentials_ai": "yes", "digital_source_type": source_type}
            return
        for relationship, made_from in _ingredients(reader, assertions):
            if relationship == "parentOf":
                waiting.appendleft((made_from, is_part))
            elif relationship == "componentOf":
                waiting.append((made_from, True))


def _claim_and_assertions(reader: Reader, manifest: Box) -> tuple[dict[str, Any], list[Box]]:
    claim: dict[str, Any] = {}
    assertions: list[Box] = []
    for box in reader.inside(manifest):
        if box.label.startswith("c2pa.claim"):
            claim = _mapping(reader, box)
        elif box.label == "c2pa.assertions":
            assertions = reader.inside(box)
    return claim, assertions


def _mapping(reader: Reader, box: Box) -> dict[str, Any]:
    content = reader.content(box, b"cbor")
    found = cbor.read(content) if content else {}
    return found if isinstance(found, dict) else {}


def _generator(claim: dict[str, Any]) -> str:
    """Return name and version of the program, of which a claim has one or a list."""
    info = claim.get("claim_generator_info")
    first = info[0] if isinstance(info, list) and info else info
    if isinstance(first, dict) and isinstance(first.get("name"), str):
        version = first.get("version")
        named = f"{first['name']} {version}" if isinstance(version, str) else first["name"]
    else:
        named = claim.get("claim_generator")
    return _REMARK.sub(" ", named) if isinstance(named, str) else ""


def _stated_ai(reader: Reader, assertions: list[Box]) -> Iterator[str]:
    """Yield the source types that say AI: first those of the whole image, then those of its parts."""
    found = [
        _mapping(reader, box).get("actions") for box in assertions if box.label.startswith("c2pa.actions")
    ]
    actions = [one for listed in found if isinstance(listed, list) for one in listed if isinstance(one, dict)]
    stated = [(one.get("action"), _source_type(one)) for one in actions]
    yield from (source for action, source in stated if action in _WHOLE_IMAGE and says_ai(source))
    for action, source in stated:
        if action not in _WHOLE_IMAGE and says_ai(source):
            yield COMPOSITE_WITH_AI if source == MADE_BY_AI else source


def _source_type(action: dict[str, Any]) -> str:
    more = action.get("parameters")
    of_adobe = more.get(_SOURCE_TYPE_OF_ADOBE) if isinstance(more, dict) else ""
    return normalized(action.get("digitalSourceType") or of_adobe)


def _ingredients(reader: Reader, assertions: list[Box]) -> Iterator[tuple[object, str]]:
    """Yield the relationship and the label of the manifest of each image from which this one was made."""
    for box in assertions:
        if box.label.startswith("c2pa.ingredient"):
            ingredient = _mapping(reader, box)
            reference = ingredient.get("activeManifest") or ingredient.get("c2pa_manifest")
            address = reference.get("url") if isinstance(reference, dict) else ""
            if isinstance(address, str):
                yield ingredient.get("relationship"), address.rpartition("/")[2]
