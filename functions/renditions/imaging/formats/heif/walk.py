"""The structure of AVIF and HEIC, read before their decoders: what will be decoded, by which codec, how large it is.

Only the primary item and its alpha channel count. Thumbnails, depth maps, gain maps and whatever else a phone adds are
never decoded.
"""

from collections.abc import Callable, Iterator
from typing import Any

from renditions.imaging.formats.heif import brands, colour, tracks, transforms
from renditions.imaging.formats.heif import items as heif_items
from renditions.imaging.formats.heif.boxes import Box, Reader, unsupported
from renditions.imaging.formats.heif.codecs import Codec
from renditions.imaging.formats.heif.items import Items
from renditions.imaging.formats.heif.transforms import Transforms
from renditions.imaging.formats.structure import Size, Structure, nothing_to_prepare

# Streams are padded to whole blocks of at most 64 pixels.
_PADDING = 63
_EXIF = (b"II*\0", b"MM\0*")
_METADATA = (b"Exif", b"mime", b"uri ")
_ALPHA = (b"urn:mpeg:mpegB:cicp:systems:auxiliary:alpha", b"urn:mpeg:hevc:2015:auxid:1")


class _Still:
    """The primary item of a file with all that is decoded for it."""

    def __init__(self, reader: Reader, items: Items, codec: Codec) -> None:
        self._reader, self._items, self._codec = reader, items, codec
        self._unread = len(reader.data)
        self.extent = self._extent(items.primary)
        self._parts = {items.primary, *items.parts.get(items.primary, ())}
        self._alphas = [
            one for one, owner in items.owner.items() if owner in self._parts and self._is_alpha(one)
        ]

    def read(self, movie: Box | None) -> Structure:
        """Return the structure. Hides a ``movie`` from the decoder, which would read it, too, and its brand."""
        items = self._items
        properties = items.properties[items.primary]
        sizes = [size for item in (items.primary, *self._alphas) for size in self._sizes(item)]
        transformed = transforms.read(self._reader, properties, sizes[0])
        changes = transforms.neutralized(self._reader.data, transformed.offsets) | self._corrected_exif()
        for item in self._alphas:
            alpha = transforms.read(self._reader, items.properties[item], sizes[0])
            changes |= transforms.neutralized(self._reader.data, alpha.offsets)
        if movie:
            changes[self._reader.data.rindex(movie.kind, 0, movie.start)] = b"free"
        changes |= dict.fromkeys(brands.offsets(self._reader.data, brands.SEQUENCE), brands.STILL)
        first_part = next(iter(items.parts.get(items.primary, ())), items.primary)
        found = colour.read(self._reader, [*properties, *items.properties[first_part]])
        return Structure(
            readable=_changed(self._reader.data, changes),
            metadata=len(found.icc_profile or b"") + self._metadata(),
            sizes=tuple(sizes),
            orientation=transformed.orientation,
            profile=found.profile,
            others=lambda _: items.others(),
            prepare=_cropping(self._codec, transformed),
        )

    def _property(self, item: int, kind: bytes) -> Box:
        return next(box for box in self._items.properties[item] if box.kind == kind)

    def _is_alpha(self, item: int) -> bool:
        for box in self._items.properties[item]:
            if box.kind == b"auxC":
                return self._reader.data[box.start + 4 : box.end].partition(b"\0")[0] in _ALPHA
        return False

    def _metadata(self) -> int:
        """Return the size of EXIF, XMP and the like in bytes, each counted as often as it is referred to."""
        items = self._items
        kept = (items.extents.get(item, ()) for item, kind in items.kinds.items() if kind in _METADATA)
        return sum(end - start for extents in kept for start, end in extents)

    def _corrected_exif(self) -> dict[int, bytes]:
        """Return changes of the file that state where EXIF begins. A decoder refuses a file that states it wrongly."""
        changes: dict[int, bytes] = {}
        for item, kind in self._items.kinds.items():
            extents = self._items.extents.get(item)
            if kind != b"Exif" or not extents:
                continue
            start, end = extents[0]
            begins = [at for mark in _EXIF if (at := self._reader.data.find(mark, start + 4, end)) >= 0]
            place = self._items.places[item]
            changes |= {start: (min(begins) - start - 4).to_bytes(4, "big")} if begins else {place: b"skip"}
        return changes

    def _sizes(self, item: int) -> Iterator[Size]:
        """Yield the size that ``item`` declares, then those of its parts. Raises UnsupportedFormat."""
        yield self._extent(item)
        if self._items.kinds[item] == b"grid":
            yield from self._grid(item)
        elif self._items.kinds[item] == b"iden":
            yield from self._same(item)
        else:
            self._check_codec(item)
            yield from self._coded(item)

    def _check_codec(self, item: int) -> None:
        kind = self._items.kinds[item]
        if kind != self._codec.item:
            raise unsupported(self._codec.format_name, f"an image of the type {kind.decode('latin-1')!r}")

    def _extent(self, item: int) -> Size:
        box = self._property(item, b"ispe")
        return self._reader.number(box.start + 4, 4), self._reader.number(box.start + 8, 4)

    def _bytes(self, item: int) -> bytes:
        data, extents = self._reader.data, self._items.extents[item]
        self._unread -= sum(end - start for start, end in extents)
        if self._unread < 0:
            raise ValueError("the items share their bytes")
        return b"".join(data[start:end] for start, end in extents)

    def _coded(self, item: int) -> Iterator[Size]:
        """Yield the sizes that the stream declares beyond that of ``item``. Raises ValueError if it declares less."""
        stream, configuration = self._bytes(item), b""
        if self._codec.configuration:
            box = self._property(item, self._codec.configuration)
            configuration = self._reader.data[box.start : box.end]
        sizes = list(self._codec.sizes(self._reader, configuration, stream))
        width, height = self._extent(item)
        if not any(size[0] >= width and size[1] >= height for size in sizes):
            raise ValueError("fewer pixels than declared")
        yield from (size for size in sizes if size[0] > width + _PADDING or size[1] > height + _PADDING)

    def _grid(self, item: int) -> Iterator[Size]:
        """Yield the size of the image and of its tiles, and what the tiles declare.

        All tiles have one size, and each lies at least partly in the image, so that no more is decoded.
        """
        parts, header = self._items.parts[item], self._bytes(item)
        number = 4 if header[1] & 1 else 2
        rows, columns = header[2] + 1, header[3] + 1
        width, height = (
            int.from_bytes(header[4 + place : 4 + place + number], "big") for place in (0, number)
        )
        (tile,) = {self._extent(part) for part in parts}
        if rows * columns != len(set(parts)) or not (
            tile[0] * (columns - 1) < width <= tile[0] * columns
            and tile[1] * (rows - 1) < height <= tile[1] * rows
        ):
            raise ValueError("the tiles do not fit")
        yield width, height
        yield tile
        for part in parts:
            self._check_codec(part)
            yield from self._coded(part)

    def _same(self, item: int) -> Iterator[Size]:
        """Yield the sizes of another item that is shown as it is, without transforms of its own."""
        (part,) = self._items.parts[item]
        if (
            self._items.kinds[part] == b"iden"
            or transforms.read(self._reader, self._items.properties[part], (0, 0)).offsets
        ):
            raise unsupported(self._codec.format_name, "an image derived in several steps")
        yield from self._sizes(part)


def declared_size(data: bytes, codec: Codec) -> Size:
    """Return width and height of the image as stored, without reading a stream. Raises what ``walk`` raises."""
    found, _ = _found(Reader(data, codec.format_name), codec)
    return found.extent if isinstance(found, _Still) else found[0].size


def walk(data: bytes, codec: Codec) -> Structure:
    """Read all boxes, and those items that will be decoded.

    Raises ValueError, KeyError or IndexError for a file that is cut off or inconsistent, MetadataTooLarge for one in
    too many parts, UnsupportedFormat for an image in another codec.
    """
    reader = Reader(data, codec.format_name)
    found, movie = _found(reader, codec)
    return found.read(movie) if isinstance(found, _Still) else _of_tracks(reader, found, codec)


def _found(reader: Reader, codec: Codec) -> tuple[_Still | list[tracks.Track], Box | None]:
    """Return what decoders take for the image, and a film beside it."""
    boxes = {box.kind: box for box in reader.top()}
    if reader.data[8:12] == b"avis":
        return tracks.read(reader, boxes[b"moov"]), None
    if b"meta" not in boxes:
        raise unsupported(codec.format_name, "no still image")
    return _Still(reader, heif_items.read(reader, boxes[b"meta"]), codec), boxes.get(b"moov")


def _of_tracks(reader: Reader, found: list[tracks.Track], codec: Codec) -> Structure:
    first = found[0]
    transformed = transforms.read(reader, first.properties, first.size)
    colours = colour.read(reader, first.properties)
    frames = [frame for track in found for frame in track.frames]
    if sum(end - start for start, end in frames) > len(reader.data):
        raise ValueError("the frames share their bytes")
    coded = {size for frame in frames for size in codec.sizes(reader, b"", reader.data[slice(*frame)])}
    return Structure(
        readable=_changed(reader.data, transforms.neutralized(reader.data, transformed.offsets)),
        frames=max(len(track.frames) for track in found),
        metadata=len(colours.icc_profile or b""),
        sizes=(*(track.size for track in found), *coded),
        orientation=transformed.orientation,
        profile=colours.profile,
        prepare=_cropping(codec, transformed),
    )


def _cropping(codec: Codec, transformed: Transforms) -> Callable[[Any], None]:
    """Return a function that passes the crop to the decoder, unless the decoder reads it from the file."""
    if codec.decoder_crops:
        return nothing_to_prepare

    def prepare(image: Any) -> None:
        image.visible = transformed.crop

    return prepare


def _changed(data: bytes, changes: dict[int, bytes]) -> bytes:
    """Return the file with other bytes at some offsets."""
    if not changes:
        return data
    changed = bytearray(data)
    for offset, new in changes.items():
        changed[offset : offset + len(new)] = new
    return bytes(changed)
