"""What the tests expect of the renditions: their names, states and sizes, from the one list."""

from collections.abc import Mapping, Sequence
from typing import Any

from renditions.imaging.geometry import scaled
from renditions.settings import RenditionSpec, Settings
from renditions.shapes import INSIDE, padding

SPECS: Mapping[str, RenditionSpec] = Settings().renditions()
NAMES: Sequence[str] = [*SPECS]
PREVIEWED = next(name for name, spec in SPECS.items() if spec.previewed)
# The example of a rendition that is only resized.
LARGEST = max(
    (name for name, spec in SPECS.items() if spec.fit == INSIDE and not spec.watermarked),
    key=lambda name: SPECS[name].bounds.width,
)


def state_name(rendition: str) -> str:
    """Return the name of the state that makes a rendition: ``SocialCard`` for ``social_card``."""
    return "".join(word.capitalize() for word in rendition.split("_"))


def without(*names: str) -> list[str]:
    """Return the names of the other renditions."""
    return [name for name in NAMES if name not in names]


def largest(size: int | str, fit: str = INSIDE) -> dict[str, Any]:
    """Return the settings that give the rendition LARGEST this size and fit."""
    return {f"{LARGEST}_size": size, f"{LARGEST}_fit": fit}


def shown_size(size: int | str) -> str:
    """Return the setting of a size as comments show it: ``1,600``, or a shape as it is."""
    return f"{size:,}" if isinstance(size, int) else size


def states_of(*, watermarked: bool) -> list[str]:
    """Return the states of the renditions with or without a watermark, in the order of the list."""
    return [state_name(name) for name, spec in SPECS.items() if spec.watermarked == watermarked]


BRANCHES = [state_name(name) for name in NAMES]
# The state transitions of a success: six states, and one in each branch.
TRANSITIONS = 6 + len(BRANCHES)


def size_of(rendition: str, width: int, height: int, settings: Settings | None = None) -> tuple[int, int]:
    """Return width and height of a rendition of an original with these."""
    spec = (settings or Settings()).rendition(rendition)
    made = scaled(width, height, spec)
    if spec.covers:
        return spec.bounds.filled_by(*made)
    return made if padding(spec.fit) is None else spec.bounds.canvas_for(*made)


def sizes_of(width: int, height: int) -> dict[str, tuple[int, int]]:
    """Return the size of each rendition of an original with these."""
    return {name: size_of(name, width, height) for name in NAMES}
