"""One image as the API describes it."""

from dataclasses import replace
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from renditions.api import markup
from renditions.api.images import describe, status_of
from renditions.contracts import Rendition
from renditions.records import ImageRecord
from renditions.settings import Settings
from renditions.storage.objects import StoredObject

STORED = StoredObject("web/s/1/a.jpg", "etag", 5, datetime(2026, 11, 20, 12, 0, 1, 204_000, tzinfo=UTC))
RECORD = ImageRecord(
    "s3://b/web/s/1/a.jpg", "COMPLETED", etag="etag", format="JPEG", width=10, height=20, frames=1
)
STACK: Any = SimpleNamespace(delivery_url="https://d", settings=Settings())


def rendition(name: str, width: int, key: str = "k") -> Rendition:
    return Rendition(name, "b", key, width, width * 2, 7, "image/webp", "")


@pytest.mark.parametrize(
    "stored, record, status",
    [
        (STORED, None, "WAITING"),
        (STORED, RECORD, "COMPLETED"),
        (STORED, replace(RECORD, status="PROCESSING"), "PROCESSING"),
        (STORED, replace(RECORD, status="FAILED", etag=None), "FAILED"),
        # The record is about an earlier version, and this one's event is on its way.
        (STORED, replace(RECORD, etag="older"), "WAITING"),
        (STORED, replace(RECORD, status="DELETED", etag=None), "WAITING"),
        (None, RECORD, "DELETING"),
        (None, replace(RECORD, status="DELETING"), "DELETING"),
        (None, replace(RECORD, status="DELETED"), "DELETED"),
    ],
)
def test_the_status_follows_from_the_object_and_its_record(
    stored: StoredObject | None, record: ImageRecord | None, status: str
) -> None:
    assert status_of(stored, record) == status


def test_the_time_of_an_upload_is_that_of_its_object() -> None:
    assert describe(STACK, STORED.key, STORED, None)["uploaded_at"] == "2026-11-20T12:00:01.204Z"


def test_an_image_whose_record_is_about_an_older_version_shows_nothing_of_it() -> None:
    older = replace(RECORD, etag="older", renditions=(rendition("thumbnail", 5),))
    image = describe(STACK, STORED.key, STORED, older)
    assert (image["format"], image["renditions"], image["srcset"], image["picture_html"]) == (
        None,
        {},
        "",
        "",
    )


def test_a_preset_and_what_it_leaves_out_are_named() -> None:
    image = describe(
        STACK, STORED.key, STORED, replace(RECORD, preset="shop", skipped=("watermark", "large"))
    )
    assert (image["preset"], image["skipped"]) == ("shop", ["large", "watermark"])
    image = describe(STACK, STORED.key, STORED, replace(RECORD, preset="", renditions=()))
    assert (image["preset"], image["skipped"]) == (None, [])


def test_a_failure_names_no_cause_that_is_for_operators() -> None:
    failed = replace(RECORD, status="FAILED", reason_code="Lambda.Unknown", reason="arn:aws:lambda:secret")
    image = describe(STACK, STORED.key, STORED, failed)
    assert image["reason"]["code"] == "Failed"
    assert "arn" not in image["reason"]["message"]


def test_a_rejection_has_the_words_of_the_record() -> None:
    rejected = replace(RECORD, status="REJECTED", reason_code="TooManyPixels", reason="Too many.")
    assert describe(STACK, STORED.key, STORED, rejected)["reason"] == {
        "code": "TooManyPixels",
        "message": "Too many.",
    }


def test_the_context_is_that_of_the_current_upload() -> None:
    tagged = replace(RECORD, context={"tenant": "<b>acme</b>"})
    assert describe(STACK, STORED.key, STORED, tagged)["context"] == {"tenant": "<b>acme</b>"}
    assert describe(STACK, STORED.key, STORED, replace(tagged, etag="older"))["context"] == {}


def test_srcset_has_each_width_once_and_no_watermark() -> None:
    made = (rendition("large", 800, "l"), rendition("watermark", 900, "w"), rendition("medium", 800, "m"))
    shown = markup.in_srcset((*made, rendition("thumbnail", 200, "t")), ["watermark"])
    assert markup.srcset("https://d", shown) == "https://d/t 200w, https://d/l 800w"
    assert markup.sizes(shown) == "(max-width: 800px) 100vw, 800px"


def test_srcset_has_no_crops() -> None:
    square = replace(rendition("card", 400, "c"), height=400)
    shown = markup.in_srcset([square, rendition("thumbnail", 200, "t"), rendition("large", 1601, "l")])
    assert [one.name for one in shown] == ["thumbnail", "large"]


def test_the_snippet_is_safe_for_any_key() -> None:
    shown = [rendition("medium", 8, """web/s/1/a"><script>'& b.jpg/v/medium.webp""")]
    snippet = markup.picture("https://d", shown)
    assert "<script" not in snippet
    assert "web/s/1/a%22%3E%3Cscript%3E%27%26%20b.jpg/v/medium.webp" in snippet
    assert snippet.count('"') % 2 == 0


def test_labels_and_alt_text_come_from_the_record_and_are_escaped_in_the_snippet() -> None:
    labels = {"creator": "<b>Z</b>", "alt_text": """A "cat" <script>&"""}
    labelled = replace(RECORD, labels=labels, renditions=(rendition("large", 8),))
    image = describe(STACK, STORED.key, STORED, labelled)
    assert (image["labels"], image["alt"]) == (labels, labels["alt_text"])
    assert 'alt="A &quot;cat&quot; &lt;script&gt;&amp;"' in image["picture_html"]
    without = describe(STACK, STORED.key, STORED, replace(labelled, labels=None))
    assert (without["labels"], without["alt"]) == ({}, "")
    assert 'alt=""' in without["picture_html"]


def test_an_image_without_renditions_has_no_snippet() -> None:
    assert markup.picture("https://d", []) == markup.sizes([]) == markup.srcset("https://d", []) == ""
