"""Content credentials: whether there are some, the program, and whether they say AI. Never more, and never for long."""

import random
import time

import pytest

from renditions.imaging.labels.cbor import read as read_cbor
from renditions.imaging.labels.credentials import read
from renditions.imaging.labels.source_types import COMPOSITE_WITH_AI
from tests.unit.imaging.labelled import (
    AI,
    CAMERA,
    actions,
    box,
    cbor,
    credentials,
    manifest,
    statement,
    store,
    superbox,
)

FOUND = {"credentials": "unverified", "credentials_generator": "Generator 1.0"}
SAYS_AI = FOUND | {"credentials_ai": "yes", "digital_source_type": AI}
SAYS_NO_AI = FOUND | {"credentials_ai": "no"}


@pytest.mark.parametrize(
    "pairs, expected",
    [
        ([("c2pa.created", AI)], SAYS_AI),
        ([("c2pa.created", AI.replace("http:", "https:"))], SAYS_AI),
        ([("c2pa.created", AI), ("c2pa.edited", AI)], SAYS_AI),
        ([("c2pa.created", CAMERA)], SAYS_NO_AI),
        ([("c2pa.opened", ""), ("c2pa.resized", "")], SAYS_NO_AI),
        (
            [("c2pa.created", CAMERA), ("c2pa.edited", AI)],
            SAYS_AI | {"digital_source_type": COMPOSITE_WITH_AI},
        ),
        ([("c2pa.placed", COMPOSITE_WITH_AI)], SAYS_AI | {"digital_source_type": COMPOSITE_WITH_AI}),
        ([("c2pa.created", "trainedAlgorithmicMedia?")], SAYS_NO_AI),
    ],
)
def test_the_active_manifest_says_whether_ai_made_the_image(
    pairs: list[tuple[str, str]], expected: dict[str, str]
) -> None:
    assert read(credentials(*pairs)) == expected


def parent(label: str, relationship: str = "parentOf") -> bytes:
    reference = {"url": f"self#jumbf=/c2pa/{label}"}
    return statement("c2pa.ingredient.v3", {"relationship": relationship, "activeManifest": reference})


def test_an_image_that_was_opened_says_what_its_parent_says_but_no_component_does() -> None:
    made = manifest("urn:c2pa:1", "Generator", actions(("c2pa.created", AI)))
    opened = actions(("c2pa.opened", ""))
    expected = SAYS_AI | {"credentials_generator": "Chat 1.0"}
    assert read(store(made, manifest("urn:c2pa:2", "Chat", opened, parent("urn:c2pa:1")))) == expected
    placed = manifest("urn:c2pa:2", "Chat", opened, parent("urn:c2pa:1", "componentOf"))
    assert read(store(made, placed))["credentials_ai"] == "no"
    loop = manifest("urn:c2pa:2", "Chat", opened, parent("urn:c2pa:2"))
    assert read(store(made, loop))["credentials_ai"] == "no"


def test_what_cannot_be_read_is_there_all_the_same() -> None:
    for content in (b"", superbox("urn:c2pa:1", box(b"brob", b"compressed")), superbox("m", b"\0\0\0\1jumb")):
        assert read(superbox("c2pa", content)) == {"credentials": "unverified"}
    broken = superbox("c2pa.actions", box(b"cbor", b"\xff\x9b"))
    assert read(store(superbox("m", superbox("c2pa.assertions", broken)))) == {"credentials": "unverified"}


def test_boxes_of_others_are_no_credentials() -> None:
    for data in (b"", b"JP", superbox("jpeg360", superbox("c2pa")), box(b"jumb", b"\0"), b"\0\0\0\1jumb"):
        assert read(data) == {}


@pytest.mark.parametrize(
    "data",
    [
        superbox("c2pa", *[superbox("m")] * 200_000),
        store(
            superbox(
                "m",
                superbox("c2pa.assertions", *[statement("c2pa.actions", {"actions": [0] * 19_000})] * 300),
            )
        ),
    ],
    ids=["manifests", "statements"],
)
def test_hostile_credentials_take_a_moment(data: bytes) -> None:
    begun = time.process_time()
    assert read(data) == {"credentials": "unverified"}
    assert time.process_time() - begun < 1


@pytest.mark.parametrize(
    "data",
    [
        b"\x9b" + b"\xff" * 8,
        b"\x81" * 100_000,
        b"\x9f" * 100_000,
        b"\xbb\x7f" + b"\0" * 90_000,
        b"\x7b\xff",
        b"",
    ],
)
def test_hostile_cbor_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match=r"cut off|too many"):
        read_cbor(data)


def test_cbor_of_any_length_and_kind_is_read() -> None:
    assert read_cbor(cbor({"a": ["é", 7]})) == {"a": ["é", 7]}
    assert read_cbor(b"\xbf\x61a\x9f\x01\x20\xff\x01\x02\x61b\x7f\x61x\x61y\xff\xff") == {
        "a": [1, -1],
        "b": "xy",
    }
    assert read_cbor(b"\x87\xf4\xf5\xf6\xc1\x18\x64\x42hi\xf9\x3c\x00\xfb\x3f\xf8\0\0\0\0\0\0") == [
        False, True, None, 100, b"hi", 1.0, 1.5,
    ]  # fmt: skip


def test_changed_bytes_never_stop_the_reader() -> None:
    whole = store(
        manifest("urn:c2pa:1", "A", actions(("c2pa.created", AI))),
        manifest("urn:c2pa:2", "B", parent("urn:c2pa:1")),
    )
    changing = random.Random(7)  # noqa: S311 - which bytes change matters to nobody
    for _ in range(300):
        data = bytearray(whole)
        for _ in range(3):
            data[changing.randrange(len(data))] = changing.randrange(256)
        assert read(bytes(data)).get("credentials", "unverified") == "unverified"
