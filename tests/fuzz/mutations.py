"""Seeded damage: the same seed, fixture and number always give the same bytes."""

import random
from collections.abc import Callable, Iterator

Mutation = Callable[[random.Random, bytearray], None]

_INTERESTING = (0, 1, 0x7F, 0x80, 0xD9, 0xDA, 0xFE, 0xFF)


def _somewhere(rng: random.Random, data: bytearray) -> int:
    """Return an offset; every other one in the header, where a changed byte matters most."""
    return rng.randrange(min(len(data), rng.choice((64, 512, len(data), len(data)))))


def flip_bits(rng: random.Random, data: bytearray) -> None:
    for _ in range(rng.choice((1, 1, 4, 30))):
        data[_somewhere(rng, data)] ^= 1 << rng.randrange(8)


def set_bytes(rng: random.Random, data: bytearray) -> None:
    for _ in range(rng.choice((1, 2, 8))):
        data[_somewhere(rng, data)] = rng.choice((*_INTERESTING, rng.randrange(256)))


def set_number(rng: random.Random, data: bytearray) -> None:
    """Replace a length, size or offset of two or four bytes, in either byte order."""
    start, size = _somewhere(rng, data), rng.choice((2, 4))
    number = rng.choice((0, 1, 0x7FFFFFFF, 0xFFFFFFFF, 0x8000, 0xFFFF, len(data), rng.randrange(1 << 32)))
    data[start : start + size] = (number % (1 << 8 * size)).to_bytes(size, rng.choice(("big", "little")))


def cut(rng: random.Random, data: bytearray) -> None:
    del data[_somewhere(rng, data) :]


def drop(rng: random.Random, data: bytearray) -> None:
    start = _somewhere(rng, data)
    del data[start : start + rng.choice((1, 2, 16, 500))]


def repeat(rng: random.Random, data: bytearray) -> None:
    start = _somewhere(rng, data)
    piece = data[start : start + rng.choice((1, 12, 200))]
    data[start:start] = piece * rng.choice((1, 2, 300))


def overwrite(rng: random.Random, data: bytearray) -> None:
    start, size = _somewhere(rng, data), rng.choice((4, 64, 1000))
    data[start : start + size] = rng.randbytes(size) if rng.random() < 0.5 else bytes(size)


def swap(rng: random.Random, data: bytearray) -> None:
    one, other, size = _somewhere(rng, data), _somewhere(rng, data), rng.choice((1, 8, 100))
    data[one : one + size], data[other : other + size] = data[other : other + size], data[one : one + size]


MUTATIONS: tuple[Mutation, ...] = (flip_bits, set_bytes, set_number, cut, drop, repeat, overwrite, swap)


def mutated(data: bytes, fixture: str, seed: int, numbers: range) -> Iterator[tuple[int, bytes]]:
    """Yield (number, damaged bytes) for each of ``numbers``, each with one to three mutations."""
    for number in numbers:
        rng = random.Random(f"{seed}/{fixture}/{number}")  # noqa: S311 - reproducible, not secret
        damaged = bytearray(data)
        for _ in range(rng.choice((1, 1, 2, 3))):
            if damaged:
                rng.choice(MUTATIONS)(rng, damaged)
        yield number, bytes(damaged)
