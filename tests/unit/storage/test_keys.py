"""The keys of renditions: valid, unique, and recognized again."""

import hashlib

from hypothesis import assume, example, given
from hypothesis import strategies as st

from renditions.storage import keys

VERSION = "cbc3fa477b8e8447"
FILES = ("thumbnail.webp", "thumbnail.webp.c2pa", "medium.webp", "large.webp", "watermark.webp")

any_key = st.text(st.characters(codec="utf-8"), min_size=1, max_size=1024).filter(
    lambda key: len(key.encode()) <= 1024
)
pieces = st.sampled_from(
    ["a", "é", "日", "🎉", "/", "~", "0123456789abcdef" * 4, "~" + "0123456789abcdef" * 4]
)
long_keys = st.builds(lambda piece, tail: (piece * 1024).encode()[: 1024 - len(tail)].decode(errors="ignore") + tail,
                      pieces, st.sampled_from(["", "a", "b", "~" + "f" * 64]))  # fmt: skip
all_keys = any_key | long_keys
file_names = st.sampled_from(["thumbnail.webp", "watermark.jpeg", "large.png"])


@given(original=all_keys, file_name=file_names)
@example(original="🎉" * 256, file_name="watermark.jpeg")
def test_a_key_is_valid_for_s3_and_ends_in_version_and_file_name(original: str, file_name: str) -> None:
    key = keys.rendition_key(original, VERSION, file_name)
    assert len(key.encode()) <= 1024
    assert key.endswith(f"/{VERSION}/{file_name}")


@given(original=long_keys)
def test_a_shortened_key_keeps_the_start_of_the_original_in_whole_characters(original: str) -> None:
    start = keys.rendition_key(original, VERSION, "large.webp").removesuffix(f"/{VERSION}/large.webp")
    assume(start != original)
    assert original.startswith(start[:-65])
    assert start[-65:] == "~" + hashlib.sha256(original.encode()).hexdigest()


@given(original=any_key)
def test_a_key_with_enough_room_is_not_shortened(original: str) -> None:
    assume(len(original.encode()) <= 900 and "~" not in original)
    assert keys.rendition_key(original, VERSION, "large.webp") == f"{original}/{VERSION}/large.webp"


@given(first=all_keys, second=all_keys)
@example(first="k" * 1023 + "a", second="k" * 1023 + "b")
def test_two_originals_never_share_a_key(first: str, second: str) -> None:
    assume(first != second)
    one = keys.rendition_key(first, VERSION, "large.webp")
    assert one != keys.rendition_key(second, VERSION, "large.webp")


@given(original=long_keys)
def test_an_original_named_like_a_shortened_key_gets_another_key(original: str) -> None:
    taken = keys.rendition_key(original, VERSION, "large.webp")
    imitation = taken.removesuffix(f"/{VERSION}/large.webp")
    assume(imitation != original)
    assert keys.rendition_key(imitation, VERSION, "large.webp") != taken


def test_each_version_and_each_rendition_of_an_original_has_its_own_key() -> None:
    made = {
        keys.rendition_key("k" * 1024, version, name)
        for version in ("0" * 16, "1" * 16)
        for name in ("medium.webp", "large.webp", "large.jpeg")
    }
    assert len(made) == 6


originals = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), min_size=1, max_size=60)
lengths = st.integers(1, 18)


@given(originals, lengths, st.sampled_from(FILES))
@example("k" * 57, 18, "thumbnail.webp")
@example("a~" + "0" * 64, 1, "large.webp")
def test_a_rendition_belongs_to_its_original_and_to_no_other(key: str, times: int, file: str) -> None:
    original = (key * times).encode()[:1024].decode(errors="ignore")
    stored = keys.rendition_key(original, VERSION, file)
    assert keys.is_rendition_of(original, stored)
    assert stored.startswith(keys.common_prefix(original))
    for other in (original + "/", original[:-1], f"{original}/{VERSION}", stored):
        assert not keys.is_rendition_of(other, stored)
