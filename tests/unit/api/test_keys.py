"""The keys of uploads from the web, and their IDs."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from renditions.api import keys
from renditions.api.answers import RequestError

SUBJECT = "04096657-c207-4e07-a13b-3653fff1064b"


def test_a_later_upload_sorts_first() -> None:
    made = [
        keys.new_key(SUBJECT, "a.jpg", moment) for moment in (1, 999, 1_700_000_000_000, 1_700_000_000_001)
    ]
    assert sorted(made) == made[::-1]


def test_two_uploads_at_the_same_moment_have_different_keys() -> None:
    assert keys.new_key(SUBJECT, "a.jpg", 1) != keys.new_key(SUBJECT, "a.jpg", 1)


@given(st.text(max_size=300))
def test_any_name_stays_in_the_folder_of_its_user_or_is_refused(name: str) -> None:
    try:
        key = keys.new_key(SUBJECT, name, 1)
    except RequestError:
        return
    assert key.startswith(f"web/{SUBJECT}/")
    assert key.count("/") == 3
    assert 0 < len(keys.file_name(key).encode()) <= 160
    assert keys.safe_name(keys.file_name(key)) == keys.file_name(key)
    assert keys.owned_key(SUBJECT, keys.image_id(key)) == key
    assert not set(keys.file_name(key)) & set('/\\\0\r\n"<>`${}%')


@given(st.text(max_size=100))
def test_rubbish_is_no_id(image: str) -> None:
    with pytest.raises(RequestError):
        keys.owned_key(SUBJECT, image)


@given(st.text(max_size=60))
def test_a_key_outside_of_the_folder_of_a_user_is_not_theirs(key: str) -> None:
    with pytest.raises(RequestError):
        keys.owned_key(SUBJECT, keys.image_id(key.encode(errors="replace").decode()))


def test_an_id_is_accepted_in_one_spelling_only() -> None:
    key = f"web/{SUBJECT}/1/abc"  # so long that the last character of the ID has bits to spare
    image = keys.image_id(key)
    assert keys.owned_key(SUBJECT, image) == key
    for other in (f"{image}=", f"{image}==", f" {image}", image[:-1] + chr(ord(image[-1]) + 1)):
        with pytest.raises(RequestError):
            keys.owned_key(SUBJECT, other)


@pytest.mark.parametrize("subject", ["", "a/b", "..", "a b", "a\n", "ü", "x" * 65])
def test_a_subject_that_could_leave_its_folder_is_an_error(subject: str) -> None:
    with pytest.raises(ValueError, match="subject"):
        keys.prefix(subject)


def test_the_ending_of_a_long_name_stays() -> None:
    assert keys.safe_name("ä" * 200 + ".jpeg").endswith("ä.jpeg")
    assert len(keys.safe_name("x." + "y" * 200)) <= 160
