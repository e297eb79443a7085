"""Which keys are the business of the pipeline: IncludeKeys and ExcludeKeys, as the rule of uploads has them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Self

from renditions.presets import PREFIX, SUFFIX, Pattern


@dataclass(frozen=True, slots=True)
class WantedKeys:
    """Keys that match ``include`` (empty: all) and nothing of ``exclude``. The others start no execution."""

    include: tuple[Pattern, ...] = ()
    exclude: tuple[Pattern, ...] = ()

    @classmethod
    def parse(cls, include: str, exclude: str) -> Self:
        """Parse the parameters: ``products/*,*.jpg``."""
        return cls(_patterns(include), _patterns(exclude))

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> Self:
        """Read INCLUDE_KEYS and EXCLUDE_KEYS."""
        return cls.parse(environ.get("INCLUDE_KEYS", ""), environ.get("EXCLUDE_KEYS", ""))

    def __contains__(self, key: str) -> bool:
        if any(one.matches(key) for one in self.exclude):
            return False
        return not self.include or any(one.matches(key) for one in self.include)


ALL_KEYS: Final = WantedKeys()


def _patterns(text: str) -> tuple[Pattern, ...]:
    return tuple(
        Pattern(SUFFIX, one[1:]) if one.startswith("*") else Pattern(PREFIX, one.removesuffix("*"))
        for one in text.split(",")
        if one
    )
