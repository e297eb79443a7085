"""Content credentials (C2PA), read only as far as: there are some, the program that made them, and whether they say AI.

No signature and no hash is checked: whoever can write a file can write this. So it is recorded as unverified.
"""

from collections.abc import Iterator
from typing import Any, Final

from renditions.imaging.labels import cbor
from renditions.imaging.labels.jumbf import Box, Reader
from renditions.imaging.labels.source_types import COMPOSITE_WITH_AI, MADE_BY_AI, normalized, says_ai

# An image that was made by one program and then converted by another has two manifests.
_MOST_MANIFESTS: Final = 8
_WHOLE_IMAGE: Final = ("c2pa.created", "c2pa.opened")


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
    """Read the active manifest, which is the last one, and then that of the image from which it was made."""
    label = next(reversed(manifests), "")
    for _ in range(_MOST_MANIFESTS):
        manifest = manifests.pop(label, None)
        if manifest is None:
            return
        claim, statements = _claim_and_statements(reader, manifest)
        if claim:  # or it is compressed, and says nothing here
            found.setdefault("credentials_generator", _generator(claim))
            found.setdefault("credentials_ai", "no")
        if source_type := next(_stated_ai(statements), ""):
            found |= {"credentials_ai": "yes", "digital_source_type": source_type}
            return
        label = _parent(statements)


def _claim_and_statements(reader: Reader, manifest: Box) -> tuple[dict[str, Any], list[tuple[str, Any]]]:
    claim: dict[str, Any] = {}
    statements: list[tuple[str, Any]] = []
    for box in reader.inside(manifest):
        if box.label.startswith("c2pa.claim"):
            claim = _mapping(reader, box)
        elif box.label == "c2pa.assertions":
            wanted = (
                one for one in reader.inside(box) if one.label.startswith(("c2pa.actions", "c2pa.ingredient"))
            )
            statements += [(one.label, _mapping(reader, one)) for one in wanted]
    return claim, statements


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
        return f"{first['name']} {version}" if isinstance(version, str) else first["name"]
    named = claim.get("claim_generator")
    return named if isinstance(named, str) else ""


def _stated_ai(statements: list[tuple[str, Any]]) -> Iterator[str]:
    """Yield the source types that say AI: first those of the whole image, then those of its parts."""
    actions = [
        action
        for label, statement in statements
        if label.startswith("c2pa.actions") and isinstance(statement.get("actions"), list)
        for action in statement["actions"]
        if isinstance(action, dict)
    ]
    stated = [(one.get("action"), normalized(one.get("digitalSourceType"))) for one in actions]
    yield from (source for action, source in stated if action in _WHOLE_IMAGE and says_ai(source))
    for action, source in stated:
        if action not in _WHOLE_IMAGE and says_ai(source):
            yield COMPOSITE_WITH_AI if source == MADE_BY_AI else source


def _parent(statements: list[tuple[str, Any]]) -> str:
    """Return the label of the manifest of the image that was opened; empty if there is none."""
    for label, statement in statements:
        if label.startswith("c2pa.ingredient") and statement.get("relationship") == "parentOf":
            reference = statement.get("activeManifest") or statement.get("c2pa_manifest")
            address = reference.get("url") if isinstance(reference, dict) else ""
            return address.rpartition("/")[2] if isinstance(address, str) else ""
    return ""
