"""The digest: what it counts, what it says, and that it loses nothing."""

import importlib
import json
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from botocore.exceptions import ClientError

from renditions import digest
from renditions.digest.mail import LISTED, WIDTH, printable
from renditions.digest.summary import Summary
from renditions.errors import StorageUnavailable
from tests.unit.conftest import ROOT, aws_session

SENTENCE = "Not a supported image format. Upload a JPEG, PNG, GIF, BMP, TIFF, WebP or AVIF."
HOSTILE = "a\nYour account is locked: https://evil.example/\x1b[31m\u202egpj.exe\u2028\x00.jpg"


def notice(status: str = "COMPLETED", key: str = "a.jpg", execution: str = "", **changes: str) -> str:
    """Return the JSON document of a notice."""
    document: dict[str, Any] = {
        "schema_version": "1",
        "status": status,
        "image": {"uri": f"s3://uploads/{key}"},
        "renditions": {},
        "execution": {
            "arn": execution or f"arn:{uuid4()}",
            "completed_at": changes.get("at", "2026-11-29T05:00:00.000Z"),
        },
    }
    if status in {"REJECTED", "FAILED"}:
        document["reason"] = {
            "code": changes.get("code", "UnsupportedFormat"),
            "sentence": changes.get("sentence", SENTENCE),
        }
    return json.dumps(document)


def summary(*bodies: str) -> Summary:
    """Return the summary of these notices."""
    taken = digest.Taken()
    for body in bodies:
        taken.add(body, "receipt")
    return taken.summary


def composed(*bodies: str, period: str = "daily") -> digest.Mail:
    """Return the e-mail about these notices."""
    return digest.compose(summary(*bodies), period)


def test_the_email_counts_each_status_and_names_what_needs_somebody() -> None:
    mail = composed(
        *(notice(at=f"2026-11-28T06:{minute:02d}:00.000Z") for minute in range(12)),
        notice("REJECTED", "notes.jpg"),
        notice("FAILED", "holiday/beach.jpg", code="ClientError", sentence="It ended."),
        notice("DELETED"),
    )
    assert mail.subject == "Renditions: 12 ready, 1 rejected, 1 failed, 1 deleted"
    assert (
        mail.text
        == (ROOT / "docs/notice.md")
        .read_text()
        .split("Subject: Renditions: 12 ready")[1]
        .split("\n\n", 1)[1]
        .split("```")[0]
    )


def test_a_backfill_is_one_line_of_counts_and_lists_nothing() -> None:
    backfill = [
        json.dumps(json.loads(notice("REJECTED" if n < 3 else "COMPLETED")) | {"origin": "backfill"})
        for n in range(1237)
    ]
    mail = composed(*backfill, notice(), notice("REJECTED", "notes.jpg"))
    assert mail.subject == "Renditions: 1 ready, 1 rejected"
    assert "Backfill: 1,234 completed, 3 rejected\n" in mail.text
    assert mail.text.count("UnsupportedFormat") == 1
    mail = composed(*backfill, period="hourly")
    assert mail.subject == "Renditions: backfill of 1237"
    assert "Backfill: 1,234 completed, 3 rejected\n" in mail.text


def test_a_notice_that_comes_twice_is_counted_once() -> None:
    body = notice(execution="arn:1")
    assert composed(body, body).subject == "Renditions: 1 ready"


@pytest.mark.parametrize("order", [1, -1])
def test_a_failure_that_was_repaired_is_not_told(order: int) -> None:
    """In whatever order the two notices arrive."""
    bodies = [notice("FAILED", execution="arn:1"), notice("COMPLETED", execution="arn:1")][::order]
    mail = composed(*bodies)
    assert mail.subject == "Renditions: 1 ready"
    assert "Failed" not in mail.text


def test_a_failure_that_was_rejected_after_a_redrive_is_rejected() -> None:
    assert composed(notice("FAILED", execution="a"), notice("REJECTED", execution="a")).subject.endswith(
        ": 1 rejected"
    )


def test_a_long_list_is_cut_and_says_how_to_see_the_rest() -> None:
    mail = composed(*(notice("REJECTED", f"{n}.jpg") for n in range(LISTED + 5)), period="hourly")
    assert mail.text.count("UnsupportedFormat") == LISTED
    assert "... and 5 more. All of them:\nrenditions list --status REJECTED --since 2h\n" in mail.text


def test_no_line_is_longer_than_78_characters() -> None:
    mail = composed(
        notice("REJECTED", "k" * 1024, code="C" * 60),
        notice("FAILED", "photos of the summer/" * 45, sentence="s" * 300),
        notice("REJECTED", HOSTILE * 9),
        *(notice() for _ in range(3)),
    )
    assert max(len(line) for line in mail.text.split("\n")) <= WIDTH
    assert "".join(line.strip() for line in mail.text.split("\n")).count("k") >= 1024


def test_an_uploader_cannot_write_lines_or_hide_characters() -> None:
    mail = composed(notice("REJECTED", HOSTILE, code=HOSTILE, sentence=HOSTILE))
    assert all(one.isprintable() or one == "\n" for one in mail.text)
    assert not any(line.startswith("Your account") for line in mail.text.split("\n"))
    assert printable("Zoë/日本語.jpg") == "Zoë/日本語.jpg"


def test_the_subject_is_what_sns_accepts() -> None:
    found = Summary()
    for status in ("COMPLETED", "REJECTED", "FAILED", "DELETED"):
        found.statuses |= {f"{status}{n}": status for n in range(25_000)}
    subject = digest.compose(found, "daily").subject
    assert subject.isascii()
    assert len(subject) < 100


@pytest.mark.parametrize("body", ["", "{}", "[]", "null", '{"status": 1}', notice()[:-9], "[" * 100_000])
def test_what_is_no_notice_is_counted_apart_and_leaves_the_queue(body: str) -> None:
    taken = digest.Taken()
    taken.add(body, "receipt")
    assert (taken.unreadable, taken.receipts, taken.summary.counts()) == (1, ["receipt"], {})


@pytest.mark.parametrize("status", ["BACKFILL_ENDED", "BACKFILL_FAILED"])
def test_a_notice_about_a_backfill_as_a_whole_is_readable_and_counts_no_image(status: str) -> None:
    taken = digest.Taken()
    taken.add(json.dumps({"schema_version": "1", "status": status, "plan": "p", "images": 3}), "receipt")
    assert (taken.unreadable, taken.receipts, taken.summary.counts()) == (0, ["receipt"], {})


def test_the_details_that_are_kept_are_bounded() -> None:
    found = summary(*(notice("REJECTED") for _ in range(3000)))
    assert found.counts()["REJECTED"] == 3000
    assert len(found.details) <= 2000


# ── The function, with moto's SQS and SNS ─────────────────────────────────────────────────────────────────────────

Run = Callable[[], dict[str, Any]]


class Context:
    """What Lambda passes: enough time."""

    function_name = invoked_function_arn = aws_request_id = "send-digest"
    memory_limit_in_mb = 512

    def get_remaining_time_in_millis(self) -> int:
        return 900_000


@pytest.fixture
def sqs(s3_endpoint: str, aws_environment: None, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("AWS_ENDPOINT_URL", s3_endpoint)
    return aws_session().create_client("sqs")


def a_queue(sqs: Any, name: str = "") -> str:
    return str(sqs.create_queue(QueueName=name or f"q{uuid4().hex}")["QueueUrl"])


@pytest.fixture
def queue(sqs: Any) -> str:
    return a_queue(sqs)


@pytest.fixture
def inbox(sqs: Any, monkeypatch: pytest.MonkeyPatch) -> str:
    """A queue that gets what is published on the topic of the digest."""
    url = a_queue(sqs)
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    sns: Any = aws_session().create_client("sns")
    topic = sns.create_topic(Name=f"t{uuid4().hex}")["TopicArn"]
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
    monkeypatch.setenv("DIGEST_TOPIC_ARN", topic)
    return url


@pytest.fixture
def run(queue: str, inbox: str, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run the function as Lambda does."""
    monkeypatch.setenv("DIGEST_QUEUE_URL", queue)
    monkeypatch.setattr("renditions.digest.queue.WAIT_SECONDS", 0)
    module = importlib.reload(importlib.import_module("renditions.handlers.send_digest"))
    return lambda: module.handler({}, Context())


def received(sqs: Any, url: str) -> list[dict[str, Any]]:
    found = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
    return [json.loads(one["Body"]) for one in found]


def left(sqs: Any, url: str) -> int:
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    attributes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
    return sum(int(attributes[name]) for name in names)


def test_all_notices_become_one_email_and_leave_the_queue(sqs: Any, queue: str, inbox: str, run: Run) -> None:
    for number in range(23):
        sqs.send_message(QueueUrl=queue, MessageBody=notice(key=f"{number}.jpg"))
    sqs.send_message(QueueUrl=queue, MessageBody="rubbish")
    assert run() == {"messages": 24, "unreadable": 1, "COMPLETED": 23}
    [mail] = received(sqs, inbox)
    assert mail["Subject"] == "Renditions: 23 ready"
    assert left(sqs, queue) == 0


def test_a_backfill_of_any_size_leaves_the_queue_at_once(
    sqs: Any, queue: str, inbox: str, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It keeps no notice of an upload from being counted."""
    monkeypatch.setattr("renditions.digest.queue.AHEAD", 10)
    monkeypatch.setattr("renditions.digest.queue.take.__defaults__", (2,))
    for number in range(25):
        body = json.loads(notice(key=f"{number}.jpg")) | ({} if number == 24 else {"origin": "backfill"})
        sqs.send_message(QueueUrl=queue, MessageBody=json.dumps(body))
    assert run() == {"messages": 25, "unreadable": 0, "COMPLETED": 1, "backfilled": 24}
    [mail] = received(sqs, inbox)
    assert mail["Subject"] == "Renditions: 1 ready"
    assert "Backfill: 24 completed\n" in mail["Message"]
    assert left(sqs, queue) == 0


def test_no_email_is_sent_if_nothing_happened(sqs: Any, inbox: str, run: Run) -> None:
    assert run() == {"messages": 0, "unreadable": 0}
    assert received(sqs, inbox) == []


def test_nothing_is_lost_if_the_email_cannot_be_sent(
    sqs: Any, queue: str, inbox: str, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    sqs.send_message(QueueUrl=queue, MessageBody=notice())
    module = importlib.import_module("renditions.handlers.send_digest")
    monkeypatch.setattr(
        module, "PLACES", module.PLACES.__class__(digest_queue_url=queue, digest_topic_arn="x")
    )
    with pytest.raises(ClientError):
        run()
    assert left(sqs, queue) == 1


def test_a_message_that_is_not_deleted_fails_the_function_and_is_told_again() -> None:
    class Refusing:
        def delete_message_batch(self, **_: Any) -> dict[str, Any]:
            return {"Failed": [{"Id": "0"}]}

    refusing: Any = Refusing()
    with pytest.raises(StorageUnavailable, match="did not delete 2 messages"):
        digest.delete(refusing, "queue", ["receipt"] * 11)


def test_taking_stops_in_time_and_at_the_limit_of_sqs(sqs: Any, queue: str) -> None:
    for _ in range(12):
        sqs.send_message(QueueUrl=queue, MessageBody=notice())
    assert digest.take(sqs, queue, lambda: True).receipts == []
    assert len(digest.take(sqs, queue, lambda: False, at_most=10).receipts) == 10
