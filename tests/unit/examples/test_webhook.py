"""The example of a webhook: it believes what SNS signed for its topic, and nothing else."""

import base64
import json
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from http.server import ThreadingHTTPServer
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.x509.oid import NameOID

from examples import webhook
from examples.webhook import Refused, Verifier, string_to_sign

TOPIC = "arn:aws:sns:eu-central-1:123456789012:renditions"
HOST = "https://sns.eu-central-1.amazonaws.com"
CERTIFICATE = f"{HOST}/SimpleNotificationService-{'0' * 32}.pem"
SUBSCRIBE = f"{HOST}/?Action=ConfirmSubscription&TopicArn={TOPIC}&Token=abc"
NOTICE = {"status": "COMPLETED", "image": {"uri": "s3://uploads/Zoë\n.jpg"}}


@cache
def key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@cache
def certificate(days: int = 300, *, elliptic: bool = False) -> bytes:
    """Return a self-made certificate that is valid until in ``days`` days."""
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "sns.amazonaws.com")])
    now = datetime.now(UTC)
    signer = ec.generate_private_key(ec.SECP256R1()) if elliptic else key()
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(signer.public_key())
    made = made.serial_number(1).not_valid_before(now - timedelta(days=600))
    made = made.not_valid_after(now + timedelta(days=days))
    return made.sign(signer, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)


def message(kind: str = "Notification", **changes: Any) -> dict[str, Any]:
    """Return a message that is signed as SNS does it. ``changes`` are made before it is signed."""
    made: dict[str, Any] = {
        "Type": kind,
        "MessageId": "1",
        "TopicArn": TOPIC,
        "Message": json.dumps(NOTICE),
        "Timestamp": datetime.now(UTC).isoformat().replace("+00:00", "Z"),
        "SignatureVersion": "2",
        "SigningCertURL": CERTIFICATE,
    }
    made |= {"Subject": "Renditions: image ready"} if kind == "Notification" else {}
    made |= {"Token": "abc", "SubscribeURL": SUBSCRIBE} if kind != "Notification" else {}
    made = {name: value for name, value in (made | changes).items() if value is not None}
    signature = key().sign(string_to_sign(made), PKCS1v15(), hashes.SHA256())
    return made | {"Signature": base64.b64encode(signature).decode()}


class Internet:
    """What is at an address; notes what was asked for."""

    def __init__(self, content: bytes | Exception | None = None) -> None:
        self.asked: list[str] = []
        self._content = certificate() if content is None else content

    def fetch(self, url: str) -> bytes:
        self.asked.append(url)
        if isinstance(self._content, Exception):
            raise self._content
        return self._content


def verified(body: dict[str, Any] | bytes, internet: Internet | None = None) -> dict[str, str]:
    """Verify a message."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Verifier(TOPIC, (internet or Internet()).fetch).verify(raw)


@pytest.mark.parametrize(
    "kind, subject",
    [
        ("Notification", "Renditions: image ready"),
        ("Notification", None),
        ("SubscriptionConfirmation", None),
        ("UnsubscribeConfirmation", None),
    ],
)
def test_what_sns_signed_is_believed(kind: str, subject: str | None) -> None:
    found = verified(message(kind, Subject=subject))
    assert (found["Type"], found["Message"]) == (kind, json.dumps(NOTICE))


def test_the_certificate_is_fetched_once() -> None:
    internet = Internet()
    verifier = Verifier(TOPIC, internet.fetch)
    for _ in range(3):
        verifier.verify(json.dumps(message()).encode())
    assert internet.asked == [CERTIFICATE]


@pytest.mark.parametrize("name", [*webhook.NOTIFICATION, "Signature"])
def test_a_changed_field_is_refused(name: str) -> None:
    made = message()
    made[name] = {
        "Type": "UnsubscribeConfirmation",
        "Timestamp": datetime.now(UTC).isoformat(),
        "Signature": base64.b64encode(b"x" * 256).decode(),
    }.get(name, made[name] + "x")
    with pytest.raises(Refused):
        verified(made)


@pytest.mark.parametrize(
    "name",
    [
        "Message",
        "MessageId",
        "Timestamp",
        "TopicArn",
        "Type",
        "Signature",
        "SigningCertURL",
        "SignatureVersion",
        "Subject",
    ],
)
def test_a_missing_field_is_refused(name: str) -> None:
    with pytest.raises(Refused):
        verified({one: value for one, value in message().items() if one != name})


@pytest.mark.parametrize(
    "url",
    [
        "http://sns.eu-central-1.amazonaws.com/SimpleNotificationService-00000000000000000000000000000000.pem",
        "https://evil.example/SimpleNotificationService-00000000000000000000000000000000.pem",
        "https://sns.eu-central-1.amazonaws.com.evil.example/SimpleNotificationService-0000000000000000.pem",
        "https://evilsns.eu-central-1.amazonaws.com/SimpleNotificationService-0000000000000000.pem",
        "https://sns.us-east-1.amazonaws.com/SimpleNotificationService-0000000000000000.pem",
        "https://sns.eu-central-1.amazonaws.com@evil.example/SimpleNotificationService-0000000000000000.pem",
        "https://evil.example\\@sns.eu-central-1.amazonaws.com/SimpleNotificationService-0000000000000000.pem",
        "https://user@sns.eu-central-1.amazonaws.com/SimpleNotificationService-0000000000000000.pem",
        "https://sns.eu-central-1.amazonaws.com:8443/SimpleNotificationService-0000000000000000.pem",
        "https://my-bucket.s3.amazonaws.com/SimpleNotificationService-0000000000000000.pem",
        "https://sns.eu-central-1.amazonaws.com/?Action=GetTopicAttributes",
        "https://sns.eu-central-1.amazonaws.com/x/../SimpleNotificationService-0000000000000000.pem",
        "https://sns.eu-central-1.amazonaws.com/SimpleNotificationService-0000000000000000.pem?x",
        "https://sns.eu-central-1.amazonaws.com/SimpleNotificationService-0000000000000000.pem#x",
        "https://169.254.169.254/SimpleNotificationService-0000000000000000.pem",
        "file:///etc/passwd",
        "https://[",
        "",
    ],
)
def test_a_certificate_from_elsewhere_is_not_even_fetched(url: str) -> None:
    internet = Internet()
    with pytest.raises(Refused):
        verified(message(SigningCertURL=url), internet)
    assert internet.asked == []


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----",
        certificate(days=-1),
        certificate(elliptic=True),
        urllib.error.URLError("no route"),
        ValueError("too large"),
    ],
    ids=["empty", "damaged", "expired", "elliptic", "unreachable", "too large"],
)
def test_a_bad_certificate_is_refused(content: bytes | Exception) -> None:
    with pytest.raises(Refused):
        verified(message(), Internet(content))


@pytest.mark.parametrize(
    "changes",
    [
        {"TopicArn": TOPIC + "-of-somebody-else"},
        {"SignatureVersion": "1"},
        {"Timestamp": "2020-01-01T00:00:00.000Z"},
        {"Timestamp": "9999-12-31T23:59:59Z"},
        {"Timestamp": "2026-01-01T00:00:00"},
        {"Timestamp": "yesterday"},
    ],
    ids=str,
)
def test_a_signed_message_that_is_not_for_us_or_not_new_is_refused(changes: dict[str, str]) -> None:
    with pytest.raises(Refused):
        verified(message(**changes))


@pytest.mark.parametrize(
    "body", [b"", b"null", b"[]", b"{}", b'{"Type": []}', b'{"Type": "Other"}', b"\xff", b"[" * 100_000]
)
def test_what_is_no_message_is_refused(body: bytes) -> None:
    with pytest.raises(Refused):
        verified(body)


def test_a_field_that_is_not_text_is_refused() -> None:
    with pytest.raises(Refused):
        verified(json.dumps(message() | {"Message": {"status": "COMPLETED"}}).encode())


@pytest.mark.parametrize(
    "url",
    [
        SUBSCRIBE.replace("https", "http"),
        SUBSCRIBE.replace("sns.eu", "evil.eu"),
        SUBSCRIBE.replace("ConfirmSubscription", "DeleteTopic"),
        SUBSCRIBE.replace("renditions", "another"),
        HOST,
    ],
)
def test_only_the_confirmation_of_our_topic_is_confirmed(url: str) -> None:
    internet = Internet()
    with pytest.raises(Refused):
        Verifier(TOPIC, internet.fetch).confirm(message("SubscriptionConfirmation", SubscribeURL=url))
    assert internet.asked == []


def test_only_a_topic_can_be_waited_for() -> None:
    with pytest.raises(ValueError, match="not the ARN of a topic"):
        Verifier("arn:aws:sqs:eu-central-1:123456789012:queue")
    with pytest.raises(ValueError):  # noqa: PT011 - any will do
        Verifier("renditions")


def test_the_host_in_china_has_another_end() -> None:
    topic = TOPIC.replace("arn:aws:sns:eu-central-1", "arn:aws-cn:sns:cn-north-1")
    url = CERTIFICATE.replace("eu-central-1.amazonaws.com", "cn-north-1.amazonaws.com.cn")
    body = json.dumps(message(TopicArn=topic, SigningCertURL=url)).encode()
    assert Verifier(topic, Internet().fetch).verify(body)


# ── The server ────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def notices() -> list[dict[str, Any]]:
    return []


@pytest.fixture
def internet() -> Internet:
    return Internet()


@pytest.fixture
def server(notices: list[dict[str, Any]], internet: Internet) -> Iterator[str]:
    handler = webhook.receiver(Verifier(TOPIC, internet.fetch), notices.append)
    handler.log_message = lambda *_: None  # type: ignore[method-assign]
    running = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=running.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{running.server_port}"
    running.shutdown()
    running.server_close()


def post(url: str, body: bytes, **headers: str) -> int:
    """Return the status of the answer."""
    request = urllib.request.Request(url, body, headers)  # noqa: S310 - of this machine
    try:
        return int(urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request).status)
    except urllib.error.HTTPError as error:
        return error.code


def test_the_server_confirms_and_acts_on_what_is_signed(
    server: str, notices: list[dict[str, Any]], internet: Internet
) -> None:
    assert post(server, json.dumps(message("SubscriptionConfirmation")).encode()) == 200
    assert internet.asked == [CERTIFICATE, SUBSCRIBE]
    assert notices == []
    assert post(server, json.dumps(message()).encode()) == 200
    assert notices == [NOTICE]


def test_the_server_refuses_everything_else(server: str, notices: list[dict[str, Any]]) -> None:
    assert post(server, json.dumps(message() | {"Message": "{}"}).encode()) == 403
    assert post(server, b"rubbish") == 403
    assert post(server, b"", **{"Content-Length": "99999999"}) == 413
    assert post(server, b"", **{"Content-Length": "many"}) == 411
    assert notices == []


def test_a_redirect_is_not_followed_and_a_large_answer_is_refused(server: str) -> None:
    from http.server import BaseHTTPRequestHandler

    class Elsewhere(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(302 if self.path == "/moved" else 200)
            self.send_header("Location", "/large")
            self.end_headers()
            if self.path == "/large":
                self.wfile.write(b"x" * (webhook.LARGEST_CERTIFICATE + 1))

        def log_message(self, *_: Any) -> None:
            pass

    running = ThreadingHTTPServer(("127.0.0.1", 0), Elsewhere)
    threading.Thread(target=running.serve_forever, args=(0.01,), daemon=True).start()
    here = f"http://127.0.0.1:{running.server_port}"
    try:
        with pytest.raises(urllib.error.HTTPError):
            webhook.fetch_certificate(f"{here}/moved")
        with pytest.raises(ValueError, match="too large"):
            webhook.fetch_certificate(f"{here}/large")
    finally:
        running.shutdown()
        running.server_close()
