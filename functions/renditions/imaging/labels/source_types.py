"""The vocabulary of IPTC for digital source types, as XMP and content credentials use it."""

import re
from typing import Final

IPTC: Final = "http://cv.iptc.org/newscodes/digitalsourcetype/"
MADE_BY_AI: Final = f"{IPTC}trainedAlgorithmicMedia"
COMPOSITE_WITH_AI: Final = f"{IPTC}compositeWithTrainedAlgorithmicMedia"
_AI: Final = (MADE_BY_AI, COMPOSITE_WITH_AI, f"{IPTC}compositeSynthetic")
_ADDRESS: Final = re.compile(
    r"https?://cv\.iptc\.org/newscodes/digitalsourcetype/([A-Za-z]{3,60})/?", re.IGNORECASE
)
_OTHER_ADDRESS: Final = re.compile(r"https?://[!-~]{4,}")
# Some programs write the code alone.
_CODES: Final = (
    "algorithmicallyEnhanced", "algorithmicMedia", "composite", "compositeCapture", "compositeSynthetic",
    "compositeWithTrainedAlgorithmicMedia", "computationalCapture", "dataDrivenMedia", "digitalArt", "digitalCapture",
    "digitalCreation", "humanEdits", "minorHumanEdits", "multiFrameComputationalCapture", "negativeFilm",
    "positiveFilm", "print", "screenCapture", "softwareImage", "trainedAlgorithmicMedia", "virtualRecording",
)  # fmt: skip


def normalized(value: object) -> str:
    """Return the full address, also of a code alone; another address as it is; empty for anything else."""
    text = value.strip() if isinstance(value, str) else ""
    if text in _CODES:
        return IPTC + text
    address = _ADDRESS.fullmatch(text)
    return IPTC + address[1] if address else text if _OTHER_ADDRESS.fullmatch(text) else ""


def says_ai(address: str) -> bool:
    """Return whether it says that AI made the image or a part of it."""
    return address in _AI
