"""Each generated attack ends with one of its codes and a sentence. No content of an accepted one is kept."""

import re
from pathlib import Path

import pytest

from renditions import errors
from renditions.imaging import render
from renditions.settings import Settings
from tests.unit.imaging.attacks.bombs import ACCEPTED, BOMBS, Attack
from tests.unit.imaging.attacks.disguises import FOREIGN, POLYGLOTS
from tests.unit.imaging.attacks.heif_bombs import HEIF_BOMBS
from tests.unit.imaging.attacks.truncations import EVERY_FORMAT, WHOLE, truncations
from tests.unit.imaging.heif_files import BOTH


@pytest.mark.parametrize("attack", [*BOMBS, *FOREIGN, *POLYGLOTS], ids=lambda one: one.name)
def test_an_attack_ends_with_its_code(attack: Attack) -> None:
    code, result = outcome(attack.make(), Settings())
    assert code in attack.codes
    if code == ACCEPTED:
        assert all(word not in result for word in (b"payload", b"<script>", b"alert("))
    else:
        assert re.fullmatch(rb"[A-Z].*\.", result)


@pytest.mark.parametrize("attack", HEIF_BOMBS, ids=lambda one: one.name)
def test_an_attack_on_a_format_that_is_off_by_default_ends_with_its_code(attack: Attack) -> None:
    code, result = outcome(attack.make(), BOTH)
    assert code in attack.codes
    assert code == ACCEPTED or re.fullmatch(rb"[A-Z].*\.", result)


def outcome(data: bytes, settings: Settings) -> tuple[str, bytes]:
    """Return the code of a rejection and its sentence, or ``accepted`` and the rendition."""
    try:
        return ACCEPTED, render(data, "thumbnail", settings).data
    except errors.ImageRejected as rejection:
        return type(rejection).__name__, str(rejection).encode()


@pytest.mark.parametrize("kind", WHOLE)
def test_an_image_cut_off_at_any_kind_of_place_is_rejected(kind: str) -> None:
    """Also if the missing end was added after the cut, as a repair program does."""
    for place, data in truncations(kind):
        with pytest.raises(errors.ImageRejected) as rejection:
            render(data, "thumbnail", EVERY_FORMAT)
        assert type(rejection.value) in (errors.CorruptImage, errors.UnsupportedFormat), place


def test_every_rejection_is_caused_by_an_attack_or_a_limit() -> None:
    met = {code for attack in (*BOMBS, *FOREIGN) for code in attack.codes} - {ACCEPTED}
    leaves = {one.__name__ for one in errors.ImageRejected.__subclasses__()}
    # What S3, GuardDuty and the uploader say about an object is not about its pixels.
    of_the_object = {"EmptyFile", "ObjectArchived", "ObjectEncrypted", "MalwareFound", "ScanUnsupported"}
    stated = {"InvalidFraming", "UnknownPreset"}
    rows = (Path(__file__).parents[4] / "docs/limits.md").read_text("utf-8")
    limits = set(re.findall(r"(?m)^\| `\w+` \| [^|]+ \| `(\w+)` \|", rows))
    unmet = leaves - met - of_the_object - stated - limits
    assert not unmet, (
        f"no attack ends with {', '.join(sorted(unmet))}. Add one here, or its setting to docs/limits.md."
    )
