"""The vocabulary of IPTC for digital source types, as XMP and content credentials use it."""

import re
from typing import Final

IPTC: Final = "http://cv.iptc.org/newscodes/digitalsourcetype/"
MADE_BY_AI: Final = f"{IPTC}trainedAlgorithmicMedia"
COMPOSITE_WITH_AI: Final = f"{IPTC}compositeWithTrainedAlgorithmicMedia"
COMPOSITE_OF_AI: Final = f"{IPTC}compositeSynthetic"
_AI: Final = (MADE_BY_AI, COMPOSITE_WITH_AI, COMPOSITE_OF_AI)
# The address, also as a browser shows it, or the code, also in the short form of the vocabulary.
_SOURCE_TYPE: Final = re.compile(
    r"https?://(?:www\.)?cv\.iptc\.org/newscodes/digitalsourcetype/([a-z]{3,60})/?(?:[?#][!-~]*)?"
    r"|(?:digsrctype:)?([a-z]{3,60})",
    re.IGNORECASE,
)
_OTHER_ADDRESS: Final = re.compile(r"https?://[!-~]{4,}")
_CODES: Final = (
    "algorithmicallyEnhanced", "algorithmicMedia", "composite", "compositeCapture", "compositeSynthetic",
    "compositeWithTrainedAlgorithmicMedia", "computationalCapture", "dataDrivenMedia", "digitalArt", "digitalCapture",
    "digitalCreation", "humanEdits", "minorHumanEdits", "multiFrameComputationalCapture", "negativeFilm",
    "positiveFilm", "print", "screenCapture", "softwareImage", "trainedAlgorithmicMedia", "virtualRecording",
)  # fmt: skip
_BY_LOWER_CASE: Final = {code.lower(): code for code in _CODES}


def normalized(value: object) -> str:
    """Return the full address, also of a code alone; another address as it is; empty for anything else."""
    text = value.strip() if isinstance(value, str) else ""
    if found := _SOURCE_TYPE.fullmatch(text):
        code = _BY_LOWER_CASE.get(found[found.lastindex or 1].lower(), found[1])
        return IPTC + code if code else ""
    return text if _OTHER_ADDRESS.fullmatch(text) else ""


def says_ai(address: str) -> bool:
    """Return whether it says that AI made the image or a part of it."""
    return address in _AI


def prevailing(first: str, other: str) -> str:
    """Return the one of two addresses that counts: the first, unless only the other says AI. Empty ones say nothing.

    No label of AI is lost because two parts of a file contradict each other.
    """
    return other if not first or (says_ai(other) and not says_ai(first)) else first
