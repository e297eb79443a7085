"""The application's own words: from the original into every notice, whatever becomes of it, and onto the renditions."""

import json
from collections.abc import Iterator

import pytest

from tests.statemachine.outcomes import BUG
from tests.statemachine.test_limits import DOCUMENT, LONGEST_KEYS, larger_than
from tests.statemachine.world import Message, World, status_change

ACME = {"tenant": "acme", "Secret": "of the application"}
# S3 returns what is not ASCII in this form: "Über 2026", and a bell between marks that reverse the direction of text.
HOSTILE = {
    "tenant": "'\"}{]\\n${x}$.y{}" * 60,
    "project": "=?UTF-8?B?w5xiZXIgMjAyNg==?=",
    "title": "=?UTF-8?Q?=E2=80=AE=07=E2=80=AD?= " + "w" * 900,
}


@pytest.fixture
def passing_on(world: World) -> Iterator[World]:
    with world.deployed_with(CONTEXT_KEYS="tenant,project,title", RENDITION_TAGS="tenant,title"):
        yield world


def only(world: World) -> Message:
    [message] = world.received("subscribers")
    return message


def test_a_success_has_the_context_everywhere_and_tags_its_renditions(
    passing_on: World, photo: bytes
) -> None:
    upload = passing_on.upload(photo, metadata=ACME, tagging="project=Summer&tenant=other&title=a%20b%2Fc")
    assert passing_on.run(upload).status == "SUCCEEDED"
    message, record = only(passing_on), passing_on.record(upload)
    context = {"tenant": "acme", "project": "Summer", "title": "a b/c"}
    assert message.notice["context"] == context
    assert message.attributes == {
        "status": "COMPLETED",
        "bucket": "renditions-uploads",
        "origin": "upload",
        **context,
    }
    assert record is not None
    assert json.loads(record["context"]) == context
    for one in record["renditions"].values():
        assert passing_on.tags(one["key"]) == {"tenant": "acme", "title": "a b/c"}


def test_a_rejection_a_failure_and_a_deletion_have_it_too(passing_on: World, photo: bytes) -> None:
    rejected = passing_on.upload(b"no image", metadata=ACME)
    assert passing_on.run(rejected).path[-1] == "Rejected"
    damaged = passing_on.upload(photo[:-300], metadata=ACME)
    passing_on.run(damaged)
    told = passing_on.received("subscribers")
    failing = passing_on.upload(photo, metadata=ACME)
    passing_on.will("Large", BUG)
    change = status_change(passing_on.run(failing), failing)
    assert passing_on.run(change, "execution_failed").path[-1] == "NotifyOperators"
    told += passing_on.received("subscribers")
    assert passing_on.run(passing_on.delete(failing), "image_deleted").path[-1] == "PublishDeletion"
    told += passing_on.received("subscribers")
    assert [one.notice["status"] for one in told] == ["REJECTED", "REJECTED", "FAILED", "DELETED"]
    for message in told:
        assert message.notice["context"] == {"tenant": "acme"}
        assert message.attributes["tenant"] == "acme"
        assert "project" not in message.attributes


def test_an_upload_without_words_loses_those_of_the_one_before(passing_on: World, photo: bytes) -> None:
    first = passing_on.upload(photo, metadata=ACME)
    passing_on.run(first)
    old = passing_on.files(first)
    second = passing_on.upload(photo + b"\0", first["detail"]["object"]["key"])
    passing_on.run(second)
    contexts = [one.notice["context"] for one in passing_on.received("subscribers")]
    assert contexts == [{"tenant": "acme"}, {}]
    for key in old:  # what is retired keeps its tags, for the bill
        assert passing_on.tags(key) == {"tenant": "acme", "superseded": "true"}
    again = passing_on.upload(photo, first["detail"]["object"]["key"], metadata=ACME)
    passing_on.run(again)
    for key in old:
        assert passing_on.tags(key) == {"tenant": "acme"}


def test_hostile_words_are_cleaned_cut_and_never_make_a_tag(passing_on: World, photo: bytes) -> None:
    upload = passing_on.upload(photo, metadata=HOSTILE)
    assert passing_on.run(upload).status == "SUCCEEDED"
    message = only(passing_on)
    context = message.notice["context"]
    assert context["project"] == "Über 2026"
    assert context["tenant"].startswith("'\"}{]\\n${x}$.y{}")
    assert context["title"].startswith("\u202e\N{REPLACEMENT CHARACTER}\u202d")
    assert context["tenant"][-1] == context["title"][-1] == "…"
    assert 1000 < len(json.dumps(context, ensure_ascii=False, separators=(",", ":")).encode()) <= 1024
    assert {name: message.attributes[name] for name in context} == context
    assert all(passing_on.tags(key) == {} for key in passing_on.files(upload))


@LONGEST_KEYS
def test_every_document_stays_small_with_the_longest_key_and_context(
    passing_on: World, photo: bytes, key: str
) -> None:
    """Step Functions allows 256 KiB. The context is there twice: as such and as message attributes."""
    upload = passing_on.upload(photo, f"{key[:-1]}w", metadata={"tenant": "t" * 1000, "title": "w" * 800})
    execution = passing_on.run(upload)
    assert execution.status == "SUCCEEDED"
    assert larger_than(DOCUMENT + 4096, execution) == {}
