"""A small reader of CBOR (RFC 8949), which reads no more items than any content credentials have."""

import struct
from dataclasses import dataclass
from typing import Any, Final

_MOST_ITEMS, _DEEPEST = 20_000, 32
_UNSIGNED, _NEGATIVE, _BYTES, _TEXT, _ARRAY, _MAP, _TAG, _SIMPLE = range(8)
_INDEFINITE, _FIRST_WIDE, _LAST_WIDE = 31, 24, 27
_BREAK: Final = object()
_CONSTANTS: Final = {20: False, 21: True}
_FLOATS: Final = {25: ">e", 26: ">f", 27: ">d"}


def read(data: bytes) -> Any:
    """Return the first item. Raises ValueError if it is cut off, or has too many or too deep items."""
    return _Reader(data).item(0)


@dataclass(slots=True)
class _Reader:
    data: bytes
    position: int = 0
    items: int = 0

    def item(self, depth: int) -> Any:
        self.items += 1
        if self.items > _MOST_ITEMS or depth > _DEEPEST:
            raise ValueError("too many items")
        (first,) = self._take(1)
        kind, low = first >> 5, first & 31
        if kind == _SIMPLE:
            return self._simple(low)
        if low == _INDEFINITE:
            return self._indefinite(kind, depth)
        number = self._number(low)
        if kind in (_ARRAY, _MAP):
            parts = [self.item(depth + 1) for _ in range(number * (2 if kind == _MAP else 1))]
            return parts if kind == _ARRAY else _map(parts)
        if kind == _TAG:
            return self.item(depth + 1)
        return self._string(kind, number) if kind in (_BYTES, _TEXT) else _whole(kind, number)

    def _take(self, size: int) -> bytes:
        taken = self.data[self.position : self.position + size]
        if len(taken) < size:
            raise ValueError("cut off")
        self.position += size
        return taken

    def _number(self, low: int) -> int:
        if low < _FIRST_WIDE:
            return low
        if low > _LAST_WIDE:
            raise ValueError("no number")
        return int.from_bytes(self._take(1 << low - _FIRST_WIDE), "big")

    def _string(self, kind: int, length: int) -> bytes | str:
        content = self._take(length)
        return content if kind == _BYTES else content.decode("utf-8", "replace")

    def _simple(self, low: int) -> Any:
        if low == _INDEFINITE:
            return _BREAK
        if low in _FLOATS:
            return struct.unpack(_FLOATS[low], self._take(1 << low - _FIRST_WIDE))[0]
        return _CONSTANTS.get(self._number(low))

    def _indefinite(self, kind: int, depth: int) -> Any:
        """Return a string, an array or a map that ends with a break."""
        parts: list[Any] = []
        while (part := self.item(depth + 1)) is not _BREAK:
            parts.append(part)
        if kind == _ARRAY:
            return parts
        if kind == _MAP:
            return _map(parts)
        return b"".join(parts) if kind == _BYTES else "".join(map(str, parts))


def _map(parts: list[Any]) -> dict[str, Any]:
    """Return the pairs whose keys are texts: all others mean nothing here."""
    pairs = zip(parts[::2], parts[1::2], strict=False)
    return {key: value for key, value in pairs if isinstance(key, str)}


def _whole(kind: int, number: int) -> int:
    return number if kind == _UNSIGNED else -1 - number
