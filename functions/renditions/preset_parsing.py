"""Parse presets.toml. Every fault is reported at once, with its line and what to do about it."""

import json
import re
import tomllib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from renditions.errors import InvalidSettings
from renditions.presets import PREFIX, SUFFIX, Pattern, Preset
from renditions.settings import Settings, checked_override, without_glyph

# Bytes of JSON: it is part of the output of ValidateImage.
LARGEST_OVERRIDES: Final = 1024
LONGEST_KEY: Final = 1024  # bytes
RENDITIONS: Final = "renditions"
_NAME: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,31}")
_TABLE: Final = re.compile(r"""\s*\[\s*(?:"([^"]*)"|'([^']*)'|([^\].\s]*))""")
_KEY: Final = re.compile(r"""\s*(?:"([^"]*)"|'([^']*)'|([A-Za-z0-9_-]+))\s*[.=]""")
_IN_MESSAGE: Final = re.compile(r" \(at (?:line (\d+), column \d+|end of document)\)$")
_BROKEN: Final = re.compile("[\udc80-\udcff]")  # bytes that are no UTF-8
# The functions may read only what the stack's parameters name.
_OF_THE_STACK: Final = {
    "watermark_logo_bucket": "WatermarkLogoBucket",
    "watermark_font_key": "WatermarkFontKey",
}

Raw = Mapping[str, Any]


def parse(text: str, settings: Settings, file: str) -> dict[str, Preset]:
    """Return the presets by name. Raises InvalidSettings. ``file`` is the name for the message."""
    if not text.isascii() and (
        broken := [n for n, one in enumerate(text.splitlines(), 1) if _BROKEN.search(one)]
    ):
        raise InvalidSettings(
            f"{file} has a fault:\nLine {broken[0]}: not UTF-8. Save the file in this encoding."
        )
    try:
        found = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InvalidSettings(f"{file} has a fault:\n{_syntax_fault(text, str(error))}") from None
    except RecursionError:
        raise InvalidSettings(f"{file} has a fault:\nA value has too many brackets. Remove them.") from None
    reading = _Reading(settings, _Lines(text))
    presets = {name: reading.preset(name, table) for name, table in found.items()}
    if faults := [words for _, words in sorted(reading.faults, key=lambda fault: fault[0])]:
        counted = "a fault" if len(faults) == 1 else f"{len(faults)} faults"
        raise InvalidSettings("\n".join([f"{file} has {counted}:", *faults]))
    return presets


def _syntax_fault(text: str, message: str) -> str:
    at = _IN_MESSAGE.search(message)
    line = int(at[1]) if at and at[1] else len(text.splitlines())
    is_twice = message.startswith(("Cannot overwrite", "Cannot declare", "Cannot mutate"))
    remedy = (
        "Keep only one of the two." if is_twice else "Texts need quotation marks, names of settings none."
    )
    return f"Line {line}: not TOML: {_IN_MESSAGE.sub('', message)}. {remedy}"


class _Lines:
    """Where the tables and their keys are, which tomllib does not say."""

    def __init__(self, text: str) -> None:
        self._found: dict[tuple[str, str], int] = {}
        table, within = "", ""  # the quotation marks of a text of several lines
        for number, line in enumerate(text.split("\n"), start=1):
            inside, within = within, _open_text(line, within)
            if inside:
                continue
            if header := _TABLE.match(line):
                table = next((name for name in header.groups() if name is not None), "")
                self._found.setdefault((table, ""), number)
            elif key := _KEY.match(line):
                name = next(name for name in key.groups() if name is not None)
                self._found.setdefault((table, name), number)
                if not table:
                    self._found.setdefault((name, ""), number)

    def __call__(self, table: str, key: str = "") -> int:
        return self._found.get((table, key)) or self._found.get((table, ""), 1)


@dataclass(slots=True)
class _Reading:
    """Collects the faults of a file while it is read."""

    settings: Settings
    lines: _Lines
    faults: list[tuple[int, str]] = field(default_factory=list)
    patterns: dict[Pattern, str] = field(default_factory=dict)

    def preset(self, name: str, table: object) -> Preset:
        """Return the preset, as far as it can be read."""
        if isinstance(table, list) and table and isinstance(table[0], dict):
            self._fault(name, "", f"is a list of tables. Write [{name}], with one pair of brackets.")
            return Preset(name)
        if not isinstance(table, dict):
            self._fault(name, "", f"stands outside a preset. Put it below a line such as [{name}-preset].")
            return Preset(name)
        if not _NAME.fullmatch(name):
            allowed = "at most 32 of a-z, 0-9 and -, beginning with a letter or a digit"
            self._fault(name, "", f"is not a name. Use {allowed}.")
        patterns = tuple(one for kind in (PREFIX, SUFFIX) for one in self._patterns(name, table, kind))
        skipped = self._skipped(name, table)
        overrides = dict(self._overrides(name, table, skipped))
        self._check_together(name, overrides)
        if not set(table) - {PREFIX, SUFFIX}:
            self._fault(name, "", "changes nothing. Add a setting, or remove it.")
        return Preset(name, patterns, overrides, skipped)

    def _fault(self, name: str, key: str, words: str) -> None:
        line = self.lines(name, key)
        self.faults.append((line, f"Line {line}, [{name:.40}]: {key or 'this':.40} {words}"))

    def _patterns(self, name: str, table: Raw, kind: str) -> Iterator[Pattern]:
        texts = table.get(kind, [])
        if kind in table and texts == []:
            self._fault(name, kind, "is an empty list. Add a text to it, or remove this line.")
        for text in texts if isinstance(texts, list) else [texts]:
            pattern = Pattern(kind, text)
            if not isinstance(text, str):
                self._fault(name, kind, f"is {text!r}, but must be a text or a list of texts.")
            elif not text:
                words = "is empty, so that it matches every key. Change the settings of the stack instead."
                self._fault(name, kind, words)
            elif words := _never_matches(text):
                self._fault(name, kind, words)
            elif pattern in self.patterns:
                words = f"{text!r} is already the {kind} of [{self.patterns[pattern]}]. Remove one of them."
                self._fault(name, kind, words)
            else:
                self.patterns[pattern] = name
                yield pattern

    def _skipped(self, name: str, table: Raw) -> tuple[str, ...]:
        specs = self.settings.renditions()
        made = table.get(RENDITIONS, list(specs))
        if not isinstance(made, list) or not all(isinstance(one, str) for one in made):
            self._fault(name, RENDITIONS, f"is {made!r}, but must be a list of {', '.join(specs)}.")
            return ()
        for one in made:
            if one not in specs:
                self._fault(name, RENDITIONS, f"contains {one!r}. {_instead(one, specs)}")
        for twice in sorted({one for one in made if made.count(one) > 1}):
            self._fault(name, RENDITIONS, f"contains {twice!r} twice. Remove one of them.")
        skipped = tuple(one for one in specs if one not in made)
        for one in skipped:
            if specs[one].previewed:
                words = f"lacks {one!r}, from which colour and placeholder are made. Add it."
                self._fault(name, RENDITIONS, words)
        return skipped

    def _overrides(self, name: str, table: Raw, skipped: Collection[str]) -> Iterator[tuple[str, int | str]]:
        for key, value in table.items():
            if key in {PREFIX, SUFFIX, RENDITIONS}:
                continue
            if words := _refused(key, value, skipped):
                self._fault(name, key, words)
                continue
            try:
                yield key, checked_override(key, value)
            except ValueError as allowed:
                shown = (
                    "a table"
                    if isinstance(value, dict)
                    else json.dumps(value, default=str, ensure_ascii=False)
                )
                self._fault(name, key, f"is {shown}, but must be {allowed}.")

    def _check_together(self, name: str, overrides: Mapping[str, int | str]) -> None:
        size = len(json.dumps(overrides, separators=(",", ":")).encode())
        if size > LARGEST_OVERRIDES:
            self._fault(
                name,
                "",
                f"has {size:,} bytes as JSON. At most {LARGEST_OVERRIDES:,} are allowed. Shorten it.",
            )
        if "watermark_text" in overrides and not self.settings.watermark_font_key:
            for words in without_glyph(str(overrides["watermark_text"])):
                self._fault(name, "watermark_text", words.removeprefix("WATERMARK_TEXT ") + ".")


def _open_text(line: str, within: str) -> str:
    """The quotation marks of the text that goes on after this line, or nothing. ``within``: of one that is open."""
    for found in re.finditer(r'"""|\'\'\'', line.partition("#")[0] if not within else line):
        if not within:
            within = found[0]
        elif within == found[0]:
            within = ""
    return within


def _never_matches(pattern: str) -> str:
    """Why no key has this beginning or end, and what to do; empty if one can."""
    if "*" in pattern:
        return f"{pattern!r:.60} has an asterisk, which stands for itself. Leave it out: the rest of a key is free."
    if pattern.startswith("s3://"):
        return f"{pattern!r:.60} is an address. Name only what follows the bucket and the slash."
    if len(pattern.encode()) > LONGEST_KEY:
        return f"is longer than {LONGEST_KEY:,} bytes, and so than every key. Shorten it."
    return ""


def _refused(key: str, value: object, skipped: Collection[str]) -> str:
    """Why a preset cannot have this key, and what to do; empty if it can."""
    known = Settings.__dataclass_fields__
    pixels = [name for name, one in known.items() if one.metadata["pixels"] and name not in _OF_THE_STACK]
    if key not in known:
        nested = (
            "is a table, but presets have none. Write it as a preset of its own, with no dot in its name."
        )
        wrong = f"is not a setting. {_instead(key, [PREFIX, SUFFIX, RENDITIONS, *pixels])}"
        return nested if isinstance(value, dict) else wrong
    if key in _OF_THE_STACK:
        return f"is for the whole stack: set its parameter {_OF_THE_STACK[key]} and remove this line."
    if key == "watermark_logo_key" and value != "":
        return 'can only be "", for no logo. The logo itself is for the whole stack: its parameter WatermarkLogoKey.'
    if key not in pixels:
        return "is not a pixel setting. It is for the whole stack: set its parameter and remove this line."
    rendition = key.partition("_")[0]
    if rendition in skipped:
        return f"has no effect, because renditions lacks {rendition!r}. Add that, or remove this line."
    return ""


def _instead(wrong: str, allowed: Collection[str]) -> str:
    from difflib import get_close_matches  # noqa: PLC0415 - only for a fault

    close = get_close_matches(wrong.lower(), allowed, n=1)
    return f"Did you mean {close[0]}?" if close else f"Choose from {', '.join(allowed)}."
