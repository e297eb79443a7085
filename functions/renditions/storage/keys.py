"""Which key a rendition has, and which original a key belongs to. Pure."""

import hashlib
import re
from typing import Final

from renditions.page_keys import SUFFIX

# S3 allows 1,024 bytes. A shortened key ends in "~" and a digest, and no other key does: one that already looks
# shortened is shortened again.
_MAX_BYTES: Final = 1024
_SHORTENED: Final = r"~[0-9a-f]{64}$"

# The part of a rendition's key after the original's: "/{16 hex digits}/{file name}", with room for longer names.
_MAX_REST: Final = 64
_VERSION: Final = r"[0-9a-f]{16}"
# A rendition, that of a further page, or the content credentials beside it.
_FILE: Final = r"[a-z]+(-p[0-9]{4})?\.[a-z]+(\.c2pa)?"
SIDECAR: Final = ".c2pa"


def rendition_key(original: str, version: str, file_name: str, *, spare: int = 0) -> str:
    """Return ``{original}/{version}/{file_name}``. An original key too long for S3 is cut and ends in its digest.

    ``spare``: bytes to leave free, for longer file names of the same version with the same part before them.
    """
    rest = f"/{version}/{file_name}"
    room = _MAX_BYTES - len(rest.encode()) - spare
    if len(original.encode()) <= room and not is_shortened(original):
        return original + rest
    digest = "~" + _digest(original)
    # "ignore" drops a character that the cut went through.
    start = original.encode()[: room - len(digest)].decode(errors="ignore")
    return start + digest + rest


def is_rendition_of(original: str, key: str) -> bool:
    """Return whether ``rendition_key`` makes ``key`` from ``original`` for any version and file."""
    _, version, file_name = ["", "", *key.rsplit("/", 2)][-3:]
    if not re.fullmatch(_VERSION, version) or not re.fullmatch(_FILE, file_name):
        return False
    # That of page 1 leaves room for those of further pages, if there are any.
    return any(rendition_key(original, version, file_name, spare=spare) == key for spare in (0, len(SUFFIX)))


def is_rendition(key: str) -> bool:
    """Return whether ``key`` has the form that ``rendition_key`` makes, for any original."""
    part, version, file_name = ["", "", *key.rsplit("/", 2)][-3:]
    return bool(part and re.fullmatch(_VERSION, version) and re.fullmatch(_FILE, file_name))


def described(key: str) -> str:
    """Return the key of the rendition to which ``key`` belongs: its own, or that without the sidecar's ending."""
    return key.removesuffix(SIDECAR)


def common_prefix(original: str) -> str:
    """Return a prefix of the keys of all renditions of ``original``, whether shortened or not."""
    if len(original.encode()) <= _MAX_BYTES - _MAX_REST and not is_shortened(original):
        return f"{original}/"
    room = _MAX_BYTES - _MAX_REST - len("~") - 64
    return original.encode()[:room].decode(errors="ignore")


def version_in(key: str) -> str:
    """Return the version in the key of a rendition."""
    return key.rsplit("/", 2)[-2]


def original_part(key: str) -> str:
    """Return the part of a rendition's key that comes from the original's key, which may be shortened."""
    return key.rsplit("/", 2)[0]


def is_shortened(part: str) -> bool:
    """Return whether ``part`` ends in the digest of a longer original key."""
    return re.search(_SHORTENED, part) is not None


def is_shortened_form(part: str, original: str) -> bool:
    """Return whether ``part`` ends in the digest of ``original``."""
    return part.endswith("~" + _digest(original))


def _digest(original: str) -> str:
    return hashlib.sha256(original.encode()).hexdigest()
