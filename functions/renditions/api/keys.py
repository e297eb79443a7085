"""Which key an upload from the web gets, whose it is, and its ID in URLs. Pure.

A key is ``web/{subject}/{descending time}{random}/{file name}``. S3 lists keys in byte order, so a user's images are
listed newest first, without an index, and no list reaches another user's keys.
"""

import base64
import re
import secrets
import unicodedata
from binascii import Error as NotBase64
from typing import Final

from renditions.api.answers import bad_request, not_found

PREFIX: Final = "web/"
LONGEST_NAME: Final = 255  # characters, the most that file systems allow
_LONGEST_KEPT: Final = 160  # bytes of UTF-8. Longer ones would make the keys of renditions hard to read.
_LAST_MOMENT: Final = 9_999_999_999_999  # milliseconds since 1970: the year 2286
_SUBJECT: Final = re.compile(r"[A-Za-z0-9-]{1,64}")
# Characters that mean something to a path, a URL, a shell or HTML, or that S3 advises against.
_AWKWARD: Final = re.compile(r"[/\\:*?\"<>|&$@=;+,{}^%`\[\]~#']+")
_SPACES: Final = re.compile(r"\s+")
# Unicode categories: control, format (also those that reverse the direction of text), surrogate, private, unassigned.
_INVISIBLE: Final = {"Cc", "Cf", "Cs", "Co", "Cn"}


def prefix(subject: str) -> str:
    """Return the prefix of all keys of a user. Raises ValueError for a subject that could leave its folder."""
    if not _SUBJECT.fullmatch(subject):
        raise ValueError("The subject of the token is not one of Cognito's.")
    return f"{PREFIX}{subject}/"


def new_key(subject: str, name: str, milliseconds: int) -> str:
    """Return a key that sorts before all earlier ones of the user. Raises RequestError for an unusable name."""
    moment = f"{_LAST_MOMENT - milliseconds:013d}{secrets.token_hex(8)}"
    return f"{prefix(subject)}{moment}/{safe_name(name)}"


def safe_name(name: object) -> str:
    """Return a file name that is safe in a key and still the user's own. Raises RequestError if nothing is left."""
    if not isinstance(name, str) or not name or len(name) > LONGEST_NAME:
        raise bad_request(
            "BadName",
            f"A file name has 1 to {LONGEST_NAME} characters. Rename the file, then upload it again.",
        )
    visible = "".join(one for one in unicodedata.normalize("NFC", name) if _is_visible(one))
    kept = _SPACES.sub(" ", _AWKWARD.sub("-", visible)).strip(" .-")
    if not kept:
        raise bad_request(
            "BadName", "The file name has no letter or digit. Rename the file, then upload it again."
        )
    return _shortened(kept)


def image_id(key: str) -> str:
    """Return the ID of an image: its key in base64url without padding."""
    return base64.urlsafe_b64encode(key.encode()).decode().rstrip("=")


def owned_key(subject: str, image: str) -> str:
    """Return the key of the image with an ID. Raises RequestError (404) unless it is a key of this user."""
    try:
        key = base64.b64decode(image + "=" * (-len(image) % 4), altchars=b"-_", validate=True).decode()
    except (NotBase64, UnicodeError, ValueError):
        raise not_found() from None
    _, _, rest = key.partition(prefix(subject))
    if not key.startswith(prefix(subject)) or rest.count("/") != 1 or image_id(key) != image:
        raise not_found()
    return key


def file_name(key: str) -> str:
    """Return the file name in a key."""
    return key.rpartition("/")[2]


def _is_visible(character: str) -> bool:
    return character in "\t\n" or unicodedata.category(character) not in _INVISIBLE


def _shortened(name: str) -> str:
    """Cut the middle out of a long name, so that its ending stays."""
    if len(name.encode()) <= _LONGEST_KEPT:
        return name
    stem, dot, ending = name.rpartition(".")
    if not stem or len(ending.encode()) > 16:
        stem, dot, ending = name, "", ""
    room = _LONGEST_KEPT - len((dot + ending).encode())
    return stem.encode()[:room].decode(errors="ignore").rstrip(" .-") + dot + ending
