"""Content credentials: whether there are some, the program, and whether they say AI. Never more, and never for long."""

import random
import time

import pytest

from renditions.imaging.labels.cbor import read as read_cbor
from renditions.imaging.labels.credentials import read
from renditions.imaging.labels.source_types import COMPOSITE_OF_AI, COMPOSITE_WITH_AI
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


def test_an_image_says_what_the_one_says_from_which_it_was_made() -> None:
    made = manifest("urn:c2pa:1", "Generator", actions(("c2pa.created", AI)))
    opened = actions(("c2pa.opened", ""))
    expected = SAYS_AI | {"credentials_generator": "Chat 1.0"}
    assert read(store(made, manifest("urn:c2pa:2", "Chat", opened, parent("urn:c2pa:1")))) == expected
    loop = manifest("urn:c2pa:2", "Chat", opened, parent("urn:c2pa:2"))
    assert read(store(made, loop))["credentials_ai"] == "no"
    asked = manifest("urn:c2pa:2", "Chat", opened, parent("urn:c2pa:1", "inputTo"))
    assert read(store(made, asked))["credentials_ai"] == "no"


def test_a_part_that_ai_made_makes_a_composite() -> None:
    made = manifest("urn:c2pa:1", "Generator", actions(("c2pa.created", AI)))
    photo = manifest("urn:c2pa:2", "Camera", actions(("c2pa.created", CAMERA)))
    edited = manifest("urn:c2pa:3", "Editor", parent("urn:c2pa:1", "componentOf"), parent("urn:c2pa:2"))
    found = read(store(made, photo, edited))
    assert (found["credentials_ai"], found["digital_source_type"]) == ("yes", COMPOSITE_OF_AI)


def test_what_adobe_says_of_a_model_of_others_counts() -> None:
    done = {"action": "c2pa.opened", "parameters": {"com.adobe.digitalSourceType": AI}}
    assert (
        read(store(manifest("m", "Generator", statement("c2pa.actions.v2", {"actions": [done]})))) == SAYS_AI
    )


def test_large_ingredients_do_not_hide_what_the_actions_say() -> None:
    large = [
        statement("c2pa.ingredient.v3", {"relationship": "componentOf", "notes": "x" * 9_000})
        for _ in range(30)
    ]
    assert read(store(manifest("m", "Generator", *large, actions(("c2pa.created", AI))))) == SAYS_AI


def test_the_serial_number_in_the_name_of_a_camera_is_left_out() -> None:
    claim = statement("c2pa.claim", {"claim_generator": "M11-P/2.0.2 (Serial: 5889294) lc_c2pa/v1.6.1"})
    found = read(superbox("c2pa", superbox("5889294:urn:uuid:1", claim)))
    assert found["credentials_generator"].split() == ["M11-P/2.0.2", "lc_c2pa/v1.6.1"]


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
