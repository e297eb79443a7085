"""AVIF and HEIC, walked before their decoders see them: what will be decoded, by which codec, how large it is.

Only the primary item and its alpha count. Thumbnails, depth maps, gain maps and whatever else a phone puts beside
them are never decoded.
"""

from collections.abc import Iterator

from renditions.imaging.formats.heif import items as heif_items
from renditions.imaging.formats.heif import tracks as heif_tracks
from renditions.imaging.formats.heif.boxes import Box, Reader, foreign
from renditions.imaging.formats.heif.coded_size import av1_sizes, hevc_sizes
from renditions.imaging.formats.heif.items import Items
from renditions.imaging.formats.heif.structure import Heif, Size
from renditions.imaging.formats.heif.turns import turns, undone

_CODECS = {"AVIF": b"av01", "HEIC": b"hvc1"}
# Streams are padded to whole blocks of at most 64 pixels.
_PADDING = 63
_EXIF = (b"II*\0", b"MM\0*")
_METADATA = (b"Exif", b"mime", b"uri ")
_ALPHA = (b"urn:mpeg:mpegB:cicp:systems:auxiliary:alpha", b"urn:mpeg:hevc:2015:auxid:1")


class _Still:
    """The primary item of a file with all that is decoded for it."""

    def __init__(self, reader: Reader, items: Items) -> None:
        self._reader, self._items = reader, items
        self._unread = len(reader.data)
        self.extent = self._extent(items.primary)
        self._pieces = {items.primary, *items.parts.get(items.primary, ())}
        self._alphas = [
            one for one, owner in items.owner.items() if owner in self._pieces and self._is_alpha(one)
        ]

    def read(self, movie: Box | None) -> Heif:
        """All about it. A ``movie`` beside it is hidden from the decoder, which would read it, too."""
        items = self._items
        properties = items.properties[items.primary]
        sizes = [size for item in (items.primary, *self._alphas) for size in self._sizes(item)]
        turned = turns(self._reader, properties, sizes[0])
        changes = undone(self._reader.data, turned.offsets) | self._exif_in_order()
        for item in self._alphas:
            changes |= undone(
                self._reader.data, turns(self._reader, items.properties[item], sizes[0]).offsets
            )
        if movie:
            changes[self._reader.data.rindex(movie.kind, 0, movie.start)] = b"free"
        first_part = next(iter(items.parts.get(items.primary, ())), items.primary)
        icc_profile, colours = _colour(self._reader, [*properties, *items.properties[first_part]])
        return Heif(
            readable=_changed(self._reader.data, changes),
            sizes=tuple(sizes),
            turns=turned,
            metadata=len(icc_profile or b"") + self._metadata(),
            icc_profile=icc_profile,
            colours=colours,
        )

    def _property(self, item: int, kind: bytes) -> Box:
        return next(box for box in self._items.properties[item] if box.kind == kind)

    def _is_alpha(self, item: int) -> bool:
        for box in self._items.properties[item]:
            if box.kind == b"auxC":
                return self._reader.data[box.start + 4 : box.end].partition(b"\0")[0] in _ALPHA
        return False

    def _metadata(self) -> int:
        """The bytes of EXIF, XMP and the like, counted as often as they are referred to."""
        items = self._items
        kept = (items.extents.get(item, ()) for item, kind in items.kinds.items() if kind in _METADATA)
        return sum(end - start for extents in kept for start, end in extents)

    def _exif_in_order(self) -> dict[int, bytes]:
        """Changes of the file that tell where EXIF begins: a decoder refuses a picture that tells it wrongly."""
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
        """What ``item`` declares, then what its parts do. Raises UnsupportedFormat for another codec."""
        yield self._extent(item)
        if self._items.kinds[item] == b"grid":
            yield from self._grid(item)
        elif self._items.kinds[item] == b"iden":
            yield from self._same(item)
        else:
            self._refuse_unless_coded(item)
            yield from self._coded(item)

    def _refuse_unless_coded(self, item: int) -> None:
        kind, image_format = self._items.kinds[item], self._reader.image_format
        if kind != _CODECS[image_format]:
            raise foreign(image_format, f"a picture of the kind {kind.decode('latin-1')!r}")

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
        """The sizes that the stream declares beyond what ``item`` does. Raises ValueError where it declares less."""
        stream = self._bytes(item)
        if self._reader.image_format == "AVIF":
            sizes = list(av1_sizes(self._reader, stream))
        else:
            box = self._property(item, b"hvcC")
            sizes = list(hevc_sizes(self._reader, self._reader.data[box.start : box.end], stream))
        width, height = self._extent(item)
        if not any(size[0] >= width and size[1] >= height for size in sizes):
            raise ValueError("fewer pixels than declared")
        yield from (size for size in sizes if size[0] > width + _PADDING or size[1] > height + _PADDING)

    def _grid(self, item: int) -> Iterator[Size]:
        """Tiles of one size that cover the picture and lie in it, each at least in part: no more is decoded."""
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
            self._refuse_unless_coded(part)
            yield from self._coded(part)

    def _same(self, item: int) -> Iterator[Size]:
        """Another item as it is. What turns that one itself is not looked for behind it."""
        (part,) = self._items.parts[item]
        if (
            self._items.kinds[part] == b"iden"
            or turns(self._reader, self._items.properties[part], (0, 0)).offsets
        ):
            raise foreign(self._reader.image_format, "a picture derived in several steps")
        yield from self._sizes(part)


def declared_size(data: bytes, image_format: str) -> Size:
    """Width and height of the picture as stored; no stream is looked at. Raises what ``walk`` raises."""
    found, _ = _found(Reader(data, image_format))
    return found.extent if isinstance(found, _Still) else found[0].size


def walk(data: bytes, image_format: str) -> Heif:
    """Walk over all boxes, and over those items that are needed.

    Raises ValueError, KeyError or IndexError for a file that is cut off or does not hold together, MetadataTooLarge
    for one in too many pieces, UnsupportedFormat for a picture in another codec than the format's.
    """
    reader = Reader(data, image_format)
    found, movie = _found(reader)
    return found.read(movie) if isinstance(found, _Still) else _of_tracks(reader, found)


def _found(reader: Reader) -> tuple[_Still | list[heif_tracks.Track], Box | None]:
    """What decoders take for the picture, and a film beside it."""
    boxes = {box.kind: box for box in reader.top()}
    if reader.data[8:12] == b"avis":
        return heif_tracks.read(reader, boxes[b"moov"]), None
    if b"meta" not in boxes:
        raise foreign(reader.image_format, "no still picture")
    return _Still(reader, heif_items.read(reader, boxes[b"meta"])), boxes.get(b"moov")


def _of_tracks(reader: Reader, tracks: list[heif_tracks.Track]) -> Heif:
    first = tracks[0]
    turned = turns(reader, first.properties, first.size)
    icc_profile, colours = _colour(reader, first.properties)
    frames = [frame for track in tracks for frame in track.frames]
    if sum(end - start for start, end in frames) > len(reader.data):
        raise ValueError("the frames share their bytes")
    coded = {size for frame in frames for size in av1_sizes(reader, reader.data[slice(*frame)])}
    return Heif(
        readable=_changed(reader.data, undone(reader.data, turned.offsets)),
        sizes=(*(track.size for track in tracks), *coded),
        turns=turned,
        metadata=len(icc_profile or b""),
        frames=max(len(track.frames) for track in tracks),
        icc_profile=icc_profile,
        colours=colours,
    )


def _colour(reader: Reader, properties: list[Box]) -> tuple[bytes | None, tuple[int, int] | None]:
    """The profile and the numbers of H.273 that the first such properties hold."""
    icc_profile, colours = None, None
    for box in properties:
        kind = reader.data[box.start : box.start + 4] if box.kind == b"colr" else b""
        if kind in (b"prof", b"rICC"):
            icc_profile = icc_profile or reader.data[box.start + 4 : box.end]
        elif kind == b"nclx":
            colours = colours or (reader.number(box.start + 4, 2), reader.number(box.start + 6, 2))
    return icc_profile, colours


def _changed(data: bytes, changes: dict[int, bytes]) -> bytes:
    """The file with other bytes at some offsets."""
    if not changes:
        return data
    changed = bytearray(data)
    for offset, new in changes.items():
        changed[offset : offset + len(new)] = new
    return bytes(changed)
