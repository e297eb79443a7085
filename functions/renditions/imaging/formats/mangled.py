"""Images that a program took for text and wrote in UTF-8, which destroys them."""

import codecs
from typing import NamedTuple

NAME = "a file that was read as text (UTF-8), which destroys an image"
ADVICE = "Send it as binary data. In API Gateway, declare its type as a binary media type."
SENTENCE = f"This looks like {NAME}. {ADVICE}"
# Different characters beyond ASCII: pixels never form as many by chance. The share of question marks: no image has it.
_LEAST_CHARACTERS, _MOST_QUESTIONS = 4, 0.05
_EXAMINED, _PIECE = 4_194_304, 65_536  # bytes


class _Text(NamedTuple):
    """The different characters of a text, and the share of question marks."""

    characters: set[str]
    questions: float

    @property
    def beyond_ascii(self) -> int:
        return sum(not one.isascii() for one in self.characters)


def is_text(data: bytes) -> bool:
    """Return whether the bytes that are no ASCII have become characters of UTF-8, as in no image."""
    text = _text(data)
    return text is not None and text.beyond_ascii >= _LEAST_CHARACTERS


def may_be_text(data: bytes) -> bool:
    """Return the same for an image that cannot be read: fewer characters, or question marks, are enough."""
    text = _text(data)
    return text is not None and (text.beyond_ascii > 0 or text.questions > _MOST_QUESTIONS)


def _text(data: bytes) -> _Text | None:
    """Return ``data`` as UTF-8; None if it is none, as no image of more than a few bytes is."""
    decoder, characters, questions = codecs.getincrementaldecoder("utf-8")(), set[str](), 0
    length = min(len(data), _EXAMINED)
    try:
        for start in range(0, length, _PIECE):
            text = decoder.decode(data[start : start + _PIECE])
            characters |= set(text)
            questions += text.count("?")
    except UnicodeDecodeError:
        return None
    return _Text(characters, questions / max(1, length))
