"""Names as they may be shown. Whoever uploads a file chooses its key, and a terminal obeys what is printed on it."""

import unicodedata

# They join letters in several scripts, and the parts of emoji. All others of their kind move or hide text.
HARMLESS = frozenset("\u200c\u200d")
# Control characters, invisible ones such as those that reverse the direction of text, half characters, line ends.
HIDDEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})


def visible(text: str) -> str:
    r"""Return ``text`` with an escape such as ``\x1b`` or ``\u202e`` for each character that is not just shown."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(map(_visible, text))


def visible_lines(text: str) -> str:
    """Return ``text`` like ``visible``, but keep its lines. For text of our own that contains names."""
    return "\n".join(map(visible, text.split("\n")))


def _visible(character: str) -> str:
    if character in HARMLESS or unicodedata.category(character) not in HIDDEN:
        return character
    return character.encode("unicode_escape").decode()
