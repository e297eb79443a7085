"""The renditions for a program of your own: ``from renditions.rendering import render``. See docs/library.md."""

from collections.abc import Iterable, Iterator

from renditions import imaging
from renditions.contracts import Rendered
from renditions.errors import InvalidSettings
from renditions.framing import Framing
from renditions.settings import Settings


def render(
    data: bytes,
    names: str | Iterable[str] = (),
    *,
    logo: bytes | None = None,
    font: bytes = b"",
    focus: str = "",
    crop: str = "",
    **settings: int | str,
) -> dict[str, Rendered]:
    """Make the renditions of an image, by name: those in ``names``, or the one of that name, by default all.

    ``data`` is the content of a file, ``logo`` a PNG or WebP for the watermark, ``font`` a TTF, OTF or TTC for its
    text. ``focus`` ("x,y") and ``crop`` ("x,y,width,height") say where to look, in fractions of the upright image.
    ``settings`` are those of docs/settings.md in lower case, such as ``thumbnail_size=240``.

    Raises a subclass of ``renditions.errors.ImageRejected`` if the image, ``focus`` or ``crop`` is bad, whose text is
    for the uploader; ``InvalidSettings`` for wrong settings, logo or font; ``UnknownRendition`` for a wrong name;
    TypeError for a path or a file in place of ``data``. Can be called from several threads at once.
    """
    _check_type(data)
    checked = _checked(settings, font)
    framing = Framing.parse(focus, crop, "")
    chosen = (names,) if isinstance(names, str) else tuple(names)
    labels = imaging.inspect(data, checked).labels
    return {
        name: imaging.render(data, name, checked, logo, font, framing, labels)
        for name in chosen or checked.renditions()
    }


def pages(data: bytes, **settings: int | str) -> Iterator[bytes]:
    """Yield each page of a TIFF as a file of its own, for ``render``; any other file as it is.

    ``settings`` are those of ``render``, such as ``pages_max=50``. Raises the same, and the file of a damaged page can
    make ``render`` raise ``CorruptImage``.
    """
    _check_type(data)
    checked = _checked({**settings, "pages": "all"}, b"")
    if imaging.inspect(data, checked).pages == 1:
        yield data
        return
    file = imaging.pages(data, checked)
    yield from (file.page(number) for number in range(1, file.count + 1))


def _check_type(data: object) -> None:
    if not isinstance(data, bytes):
        raise TypeError(
            f"data must be the content of a file as bytes, not {type(data).__name__}. "
            "For a path, pass Path(path).read_bytes(); for an open file, file.read()."
        )


def _checked(given: dict[str, int | str], font: bytes) -> Settings:
    known = Settings.__dataclass_fields__
    if unknown := sorted(set(given) - set(known)):
        raise InvalidSettings(f"There is no setting {', '.join(unknown)}, only {', '.join(known)}.")
    environment = {name.upper(): str(value) for name, value in given.items()}
    if font:
        environment["WATERMARK_FONT_KEY"] = "given"  # so that the characters are looked for in this font
    settings = Settings.from_environment(environment)
    imaging.check_resizer(settings)
    imaging.check_text(settings, font)
    return settings
