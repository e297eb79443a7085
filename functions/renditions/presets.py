"""Presets: other pixel settings for the originals whose keys match, or that ask for one by name.

ValidateImage chooses the preset, once. What follows from it is in its output, so that a deployment between two states
never mixes two presets in one image.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final, NamedTuple

from renditions.errors import UnknownPreset
from renditions.settings import Settings

# User metadata of the object: x-amz-meta-renditions-preset.
PRESET: Final = "renditions-preset"
_SHOWN: Final = 40  # characters of a wrong name


PREFIX, SUFFIX = "prefix", "suffix"


class Pattern(NamedTuple):
    """What a key begins with (``prefix``) or ends with (``suffix``)."""

    kind: str
    text: str

    def matches(self, key: str) -> bool:
        """Return whether the key has it. Upper and lower case differ, as in S3."""
        return key.startswith(self.text) if self.kind == PREFIX else key.endswith(self.text)


NO_PATTERN: Final = Pattern("", "")


@dataclass(frozen=True, slots=True)
class Preset:
    """A name, what it matches, the settings that differ, and the renditions that are not made."""

    name: str = ""
    patterns: tuple[Pattern, ...] = ()
    overrides: Mapping[str, Any] = field(default_factory=dict)
    skipped: tuple[str, ...] = ()

    def settings(self, base: Settings) -> Settings:
        """Return the settings of an image that has this preset."""
        return replace(base, **self.overrides)


NONE: Final = Preset()


class Choice(NamedTuple):
    """A preset, and the pattern by which the key has it: NO_PATTERN if it was asked for by name, or is none."""

    preset: Preset
    pattern: Pattern = NO_PATTERN

    @property
    def is_asked(self) -> bool:
        """Whether the original names the preset, which it has whatever its key matches."""
        return bool(self.preset.name) and self.pattern == NO_PATTERN


@dataclass(frozen=True, slots=True)
class Presets:
    """All presets by name, in the order of the file. ``by_metadata``: whether an uploader may name one."""

    by_name: Mapping[str, Preset] = field(default_factory=dict)
    by_metadata: bool = False

    def of(self, key: str, metadata: Mapping[str, str]) -> Choice:
        """Return the preset of an original with this user metadata. Raises UnknownPreset."""
        named = (value.strip(" ") for name, value in metadata.items() if name.lower() == PRESET)
        return self.choose(key, next(named, "") if self.by_metadata else "")

    def choose(self, key: str, asked: str = "") -> Choice:
        """Return the preset that is ``asked`` for, or else that of the key. Raises UnknownPreset."""
        if not asked:
            return next(self.matching(key), Choice(NONE))
        if asked not in self.by_name:
            allowed = ", ".join(self.by_name) or "none, because the stack has no presets"
            shown = ascii(asked[:_SHOWN]) + ("…" if len(asked) > _SHOWN else "")
            raise UnknownPreset(
                f"The metadata {PRESET} names {shown}, which is not a preset. Allowed: {allowed}. "
                "Correct it, or leave it out."
            )
        return Choice(self.by_name[asked])

    def matching(self, key: str) -> Iterator[Choice]:
        """Yield the presets whose patterns the key matches, each with its pattern, the one that wins first."""
        found = (
            Choice(preset, pattern)
            for preset in self.by_name.values()
            for pattern in preset.patterns
            if pattern.matches(key)
        )
        yield from sorted(found, key=_precedence)


def _precedence(choice: Choice) -> tuple[int, bool]:
    """The longest pattern comes first; of two of the same length, the prefix."""
    return -len(choice.pattern.text), choice.pattern.kind != PREFIX
