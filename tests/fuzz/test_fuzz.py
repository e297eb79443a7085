"""A short run of the fuzzer, on one file of each format. `make fuzz` is a longer one."""

import pytest

from tests.fuzz.fixtures import FIXTURES
from tests.fuzz.mutations import mutated
from tests.fuzz.run import main


@pytest.mark.timeout(300)
@pytest.mark.parametrize("only", ["JPEG", "PNG", "GIF", "BMP", "TIFF", "WebP", "AVIF", "HEIC"])
def test_damaged_files_become_renditions_or_rejections(only: str, capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["--n", "6", "--only", only])
    report = capsys.readouterr().out
    assert code == 0, report
    assert "CorruptImage" in report


def test_the_same_seed_gives_the_same_damage() -> None:
    for fixture, make in FIXTURES.items():
        whole = make()  # once: an AVIF carries the second in which it was made
        one, same, other = (list(mutated(whole, fixture, seed, range(5))) for seed in (1, 1, 2))
        assert one == same
        assert one != other
