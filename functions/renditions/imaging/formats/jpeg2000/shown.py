"""How the components of a codestream become the bands of an image."""

from collections.abc import Sequence
from dataclasses import dataclass

from PIL import Image

from renditions.imaging.formats.jpeg2000.boxes import CMYK, GREY, RGB, YCC, Container, unsupported
from renditions.imaging.formats.jpeg2000.codestream import Component

# Modes by the number of components, as Pillow reads them.
_READ = {1: "L", 2: "LA", 3: "RGB", 4: "RGBA"}
_WIDE = "I;16"
_COLOURS = {GREY: 1, RGB: 3, YCC: 3, CMYK: 4}
_BYTE = 8


@dataclass(frozen=True, slots=True)
class Shown:
    """The mode ``read`` in which Pillow reads the components, and the mode ``shown``, made of ``bands``.

    A band is (component, table of 256 values or None). ``is_ycc``: the first three are luminance and colour.
    """

    read: str
    shown: str
    bands: tuple[tuple[int, tuple[int, ...] | None], ...]
    is_ycc: bool = False

    @property
    def is_plain(self) -> bool:
        """Whether the components are the bands already."""
        in_order = all(band == (number, None) for number, band in enumerate(self.bands))
        return self.read == self.shown and in_order and not self.is_ycc

    def of(self, stored: Image.Image) -> Image.Image:
        """Return the image that is shown, made of the components in ``stored``."""
        split = stored.split()
        bands = [
            split[number] if table is None else split[number].point(table, "L")
            for number, table in self.bands
        ]
        if self.is_ycc:
            bands[:3] = Image.merge("YCbCr", bands[:3]).convert("RGB").split()
        return bands[0] if len(bands) == 1 else Image.merge(self.shown, bands)


def plan(container: Container, components: Sequence[Component]) -> Shown:
    """Return how ``components`` are shown. Raises UnsupportedFormat or ValueError."""
    channels = container.channels or [
        *((0, number) for number in range(len(container.columns))),
        *((number, None) for number in range(bool(container.columns), len(components))),
    ]
    space, alpha = container.space, container.alpha
    if not space:
        space = _likely_space(components) if not container.columns else RGB
        if container.size is None and len(channels) in (2, 4):
            alpha = len(channels) - 1  # a bare codestream cannot say so
    count = _COLOURS[space]
    if space in (RGB, YCC) and len(channels) < count:
        space, count = GREY, 1
    order = [*(container.order or range(len(channels)))][:count]
    if len(order) < count:
        raise unsupported(f"{len(channels)} channels for the colours {space}")
    wanted = [*order, *([alpha] if alpha is not None and space != CMYK else ())]
    used = [channels[number] for number in wanted]  # LookupError: there is no such channel
    is_wide = len(components) == 1 and components[0].bits > _BYTE
    if is_wide and container.columns:
        raise unsupported("a palette of more than 256 colours")
    if is_wide:
        return Shown(_WIDE, _WIDE, ((0, None),))
    if any(one.is_subsampled for one in components):
        # Pillow takes such components for luminance and colour, and converts them itself.
        is_usual = space == YCC and order == [0, 1, 2] and len(components) == len(wanted)
        if not is_usual or container.columns or any(one.bits > _BYTE for one in components):
            raise unsupported("components of unusual sizes")
        space = RGB
    bands = tuple((number, _table(components[number], container, column)) for number, column in used)
    last = ("a" if container.is_premultiplied else "A") if len(wanted) > count else ""
    mode = {GREY: "L", CMYK: "CMYK"}.get(space, "RGB") + last
    return Shown(_READ[len(components)], mode, bands, is_ycc=space == YCC)


def _likely_space(components: Sequence[Component]) -> str:
    """Return the colours of a file that states none. Only colour differences are subsampled."""
    if len(components) < 3:
        return GREY
    return YCC if any(one.is_subsampled for one in components[1:3]) else RGB


def _table(component: Component, container: Container, column: int | None) -> tuple[int, ...] | None:
    """Return the table for a band: of its palette, or that widens its bits. Pillow shifts them to the upper end."""
    unused = max(0, _BYTE - component.bits)
    if column is not None:
        values = container.columns[column]
        return tuple(values[min(sample >> unused, len(values) - 1)] for sample in range(256))
    if not unused:
        return None
    most = (1 << component.bits) - 1
    return tuple((sample >> unused) * 255 // most for sample in range(256))
