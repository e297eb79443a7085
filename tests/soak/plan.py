"""The steps of a soak in their order. They depend only on the seed, so that a run can be repeated."""

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

DUPLICATES, REORDERED, OVERWRITES, DELETIONS, TEXTS = 0.20, 0.20, 0.30, 0.08, 0.05
# A late event, or the duplicate of an event, comes up to this many steps later.
LATE = 40


@dataclass(frozen=True)
class Change:
    """A change of an object. ``number`` is its position among all changes, ``kind`` photo, text or deletion."""

    number: int
    key: str
    kind: str


@dataclass(frozen=True)
class Step:
    """Either a change itself, or the delivery of its event."""

    change: Change
    delivery: bool


def draw(uploads: int, seed: int) -> list[Step]:
    """Return the steps of a soak: each change before its events, each event once or twice."""
    random = Random(seed)  # noqa: S311 - reproducible on purpose
    placed: list[tuple[float, int, Step]] = []
    for change in _changes(uploads, random):
        placed.append((change.number, 0, Step(change, delivery=False)))
        late = random.uniform(1, LATE) if random.random() < REORDERED else 0.5
        placed.append((change.number + late, 1, Step(change, delivery=True)))
        if random.random() < DUPLICATES:
            placed.append((change.number + random.uniform(0.5, LATE), 1, Step(change, delivery=True)))
    return [step for _, _, step in sorted(placed, key=lambda one: one[:2])]


def _changes(uploads: int, random: Random) -> Iterator[Change]:
    present: list[str] = []
    number = done = 0
    while done < uploads:
        number += 1
        if present and random.random() < DELETIONS:
            yield Change(number, present.pop(random.randrange(len(present))), "deletion")
            continue
        done += 1
        if present and random.random() < OVERWRITES:
            key = random.choice(present)
        else:
            key = f"soak/{number:06}.jpg"
            present.append(key)
        yield Change(number, key, "text" if random.random() < TEXTS else "photo")
