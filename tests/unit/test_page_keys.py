"""The keys of pages, and which pages have a file."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from renditions.page_keys import as_text, key_of_page, page_of, ranges_in
from renditions.storage import keys

VERSION = "0123456789abcdef"


@given(st.sets(st.integers(2, 5_000)))
def test_numbers_as_text_are_the_same_numbers(numbers: set[int]) -> None:
    assert {number for one in ranges_in(as_text(numbers)) for number in one} == numbers


def test_numbers_in_a_row_are_written_as_a_range() -> None:
    assert as_text([4, 2, 3, 7, 9, 10]) == "2-4,7,9-10"
    assert as_text([]) == ""


@pytest.mark.parametrize("text", ["", "2-", "-2", "2,,3", "2;3", "all", "99999", "2-3-4"])
def test_any_other_text_names_no_page(text: str) -> None:
    assert ranges_in(text) == []


@given(st.text(max_size=1024), st.integers(2, 5_000))
def test_every_page_of_an_original_has_a_key_of_its_own_that_is_known_as_its(
    original: str, number: int
) -> None:
    original = original.encode(errors="ignore").decode()[:1024] or "a"
    first = keys.rendition_key(original, VERSION, "large.webp", spare=6)
    page = key_of_page(first, number)
    assert len(page.encode()) <= 1024 or len(original.encode()) > 1024
    assert page_of(page) == (first, number)
    assert page_of(first) == (first, 1)
    assert keys.is_rendition(page)
    assert keys.is_rendition_of(original, first)
    assert keys.is_rendition_of(original, page)
    assert not keys.is_rendition_of(f"{original}x", page)


@pytest.mark.parametrize("length", range(990, 1025))
def test_the_pages_of_a_long_key_fit_into_what_s3_allows(length: int) -> None:
    original = "k" * length
    first = keys.rendition_key(original, VERSION, "watermark.webp", spare=6)
    for key in (first, key_of_page(first, 5000)):
        assert len(key) <= 1024
        assert keys.is_rendition_of(original, key)
