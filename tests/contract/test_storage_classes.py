"""docs/storage-classes.md: its tables follow from its prices, and its advice from its tables."""

import pytest

from tests.contract.conftest import read_whole_template
from tests.contract.storage_classes import (
    DOCUMENT,
    SIZES,
    SMALLEST,
    month,
    months_until_it_pays,
    prices,
    written,
)

TEXT = DOCUMENT.read_text("utf-8")
PRICES = prices(TEXT)
SMALL = [size for size in SIZES.values() if size < SMALLEST]
LARGE = [size for size in SIZES.values() if size > SMALLEST]


def test_the_tables_are_up_to_date() -> None:
    assert written(TEXT) == TEXT, "run `make format`"


def test_every_class_that_the_stack_offers_has_a_price() -> None:
    offered = read_whole_template()["Parameters"]["OriginalsTransitionClass"]["AllowedValues"]
    names = {
        "STANDARD_IA": "Standard-IA",
        "ONEZONE_IA": "One Zone-IA",
        "INTELLIGENT_TIERING": "Intelligent-Tiering",
    }
    assert {names.get(one, "Glacier Instant Retrieval") for one in offered} == set(PRICES) - {"Standard"}


def test_two_cells_by_hand() -> None:
    """200,000 bytes at $0.0125 a GB; 128 KiB instead of 8,000 bytes."""
    assert month(200_000, "Standard-IA", PRICES, 0) == pytest.approx(200_000e6 / 2**30 * 0.0125)
    assert month(8_000, "One Zone-IA", PRICES, 1) == pytest.approx(
        131_072e6 / 2**30 * 0.01 + 1 + 8e9 / 2**30 * 0.01
    )


@pytest.mark.parametrize("name", ["Intelligent-Tiering", "Standard-IA"])
def test_small_renditions_stay_in_standard(name: str) -> None:
    assert [months_until_it_pays(size, name, PRICES) for size in SMALL] == [None] * len(SMALL)


@pytest.mark.parametrize("name", ["Standard-IA", "One Zone-IA"])
def test_one_read_a_month_takes_the_saving_of_a_large_rendition(name: str) -> None:
    for size in LARGE[:2]:
        saved = month(size, "Standard", PRICES, 0) - month(size, name, PRICES, 0)
        left = month(size, "Standard", PRICES, 1) - month(size, name, PRICES, 1)
        assert left < saved / 4


def test_originals_pay_within_the_first_month() -> None:
    for name in set(PRICES) - {"Standard"}:
        months = months_until_it_pays(SIZES["original, 3 MB"], name, PRICES)
        assert months is not None
        assert months < 1
