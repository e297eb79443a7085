"""Receive notices by HTTPS, and believe only those that SNS signed for your topic.

Needs the package cryptography and nothing else. Copy it, or run it behind a proxy that speaks HTTPS:

    python examples/webhook.py --topic-arn arn:aws:sns:eu-central-1:123456789012:renditions-… --port 8080

docs/notice.md explains the checks. AWS describes them in
https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html
"""

import argparse
import base64
import binascii
import json
import re
import sys
import urllib.request
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

Message = dict[str, str]
Fetch = Callable[[str], bytes]

# What is signed, in this order. A field that a message does not have is left out: only Subject can be missing.
NOTIFICATION = ("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type")
CONFIRMATION = ("Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type")
SIGNED = {
    "Notification": NOTIFICATION,
    "SubscriptionConfirmation": CONFIRMATION,
    "UnsubscribeConfirmation": CONFIRMATION,
}
CERTIFICATE_PATH = re.compile(r"/SimpleNotificationService-[0-9a-f]{16,64}\.pem")
LARGEST_MESSAGE = 1_000_000  # bytes; SNS sends 256 KB, in which JSON may escape every character
LARGEST_CERTIFICATE = 20_000
# SNS repeats a delivery for an hour at most. Older messages are repeated by somebody else.
OLDEST = timedelta(hours=2)
SECONDS = 10


class Refused(Exception):  # noqa: N818 - reads as what it is
    """The message is not one that SNS sent for this topic. The text says why, for your log, not for the sender."""


class Verifier:
    """Verifies messages for one topic. Keeps the certificates, of which SNS changes one about once a year."""

    def __init__(self, topic_arn: str, fetch: Fetch | None = None) -> None:
        _, partition, service, region, *_ = topic_arn.split(":")
        if service != "sns":
            raise ValueError(f"{topic_arn} is not the ARN of a topic")
        self._topic_arn = topic_arn
        self._host = f"sns.{region}.amazonaws.com" + (".cn" if partition == "aws-cn" else "")
        self._fetch = fetch or fetch_certificate
        self._keys: dict[str, RSAPublicKey] = {}

    def verify(self, body: bytes) -> Message:
        """Return the message. Raises Refused if a check fails."""
        message = parse(body)
        if message["TopicArn"] != self._topic_arn:  # SNS signs messages of everybody's topics
            raise Refused(f"it is for the topic {message['TopicArn']}")
        if message["SignatureVersion"] != "2":  # version 1 is SHA-1
            raise Refused(f"its signature has version {message['SignatureVersion']}, not 2")
        self._check_age(message["Timestamp"])
        key = self._key(message["SigningCertURL"])
        try:
            signature = base64.b64decode(message["Signature"], validate=True)
            key.verify(signature, string_to_sign(message), PKCS1v15(), hashes.SHA256())
        except (binascii.Error, InvalidSignature, ValueError) as error:
            raise Refused("its signature is wrong") from error
        return message

    def confirm(self, message: Message) -> None:
        """Confirm the subscription that a verified SubscriptionConfirmation is about. Raises Refused."""
        url = message["SubscribeURL"]
        self._check_host(url)
        asked = parse_qs(urlsplit(url).query)
        if asked.get("Action") != ["ConfirmSubscription"] or asked.get("TopicArn") != [self._topic_arn]:
            raise Refused("its SubscribeURL confirms something else")
        try:
            self._fetch(url)
        except (OSError, ValueError) as error:
            raise Refused("its SubscribeURL does not answer") from error

    def _check_age(self, timestamp: str) -> None:
        try:
            age = datetime.now(UTC) - datetime.fromisoformat(timestamp)
        except (ValueError, TypeError, OverflowError) as error:
            raise Refused("its time is not one") from error
        if abs(age) > OLDEST:
            raise Refused(f"it is of {timestamp}")

    def _check_host(self, url: str) -> None:
        """Accept https and exactly the host of SNS in the topic's region: no port, no user, no look-alike."""
        try:
            parts = urlsplit(url)
        except ValueError as error:
            raise Refused("its URL is not one") from error
        if (parts.scheme, parts.netloc) != ("https", self._host):
            raise Refused(f"its URL does not lead to https://{self._host}")

    def _key(self, url: str) -> RSAPublicKey:
        self._check_host(url)
        parts = urlsplit(url)
        if not CERTIFICATE_PATH.fullmatch(parts.path) or parts.query or parts.fragment:
            raise Refused("its certificate has another path than those of SNS")
        if url not in self._keys:
            certificate = self._certificate(url)
            key = certificate.public_key()
            if not isinstance(key, RSAPublicKey):
                raise Refused("its certificate has no RSA key")
            now = datetime.now(UTC)
            if not certificate.not_valid_before_utc <= now <= certificate.not_valid_after_utc:
                raise Refused("its certificate is not valid now")
            if len(self._keys) >= 10:
                self._keys.clear()
            self._keys[url] = key
        return self._keys[url]

    def _certificate(self, url: str) -> x509.Certificate:
        try:
            return x509.load_pem_x509_certificate(self._fetch(url))
        except (OSError, ValueError) as error:
            raise Refused("its certificate cannot be read") from error


def parse(body: bytes) -> Message:
    """Return the fields of the message, all of them text. Raises Refused."""
    try:
        message: Any = json.loads(body)
        signed = SIGNED[message["Type"]]
        needed = {*signed, "SignatureVersion", "Signature", "SigningCertURL"} - {"Subject"}
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise Refused("it is not a message of SNS") from error
    fields = {name: message[name] for name in (*needed, "Subject") if message.get(name) is not None}
    if needed - set(fields) or not all(isinstance(value, str) for value in fields.values()):
        raise Refused("it lacks a field")
    return fields


def string_to_sign(message: Message) -> bytes:
    """Return what SNS signs: name and value of each field, each on lines of its own."""
    names = [name for name in SIGNED[message["Type"]] if name in message]
    return "".join(f"{name}\n{message[name]}\n" for name in names).encode("utf-8", "surrogatepass")


class NoRedirects(urllib.request.HTTPRedirectHandler):
    """Follows no redirect: it could lead anywhere, also into your own network."""

    def redirect_request(self, *_: Any) -> None:
        """Refuse, which makes the redirect an error."""
        return


def fetch_certificate(url: str) -> bytes:
    """Return what is at an HTTPS address that was checked. Raises OSError, or ValueError if it is too large."""
    with urllib.request.build_opener(NoRedirects).open(url, timeout=SECONDS) as answer:
        data: bytes = answer.read(LARGEST_CERTIFICATE + 1)
    if len(data) > LARGEST_CERTIFICATE:
        raise ValueError("too large")
    return data


def receiver(verifier: Verifier, act: Callable[[dict[str, Any]], None]) -> type[BaseHTTPRequestHandler]:
    """Return the handler of a server that calls ``act`` with each notice. SNS repeats what is not answered with 200."""

    class Receiver(BaseHTTPRequestHandler):
        timeout = SECONDS  # a client that sends nothing

        def do_POST(self) -> None:
            try:
                length = int(self.headers.get("Content-Length", ""))
            except ValueError:
                return self.answer(411)
            if not 0 <= length <= LARGEST_MESSAGE:
                return self.answer(413)
            try:
                message = verifier.verify(self.rfile.read(length))
                if message["Type"] == "SubscriptionConfirmation":
                    verifier.confirm(message)
                elif message["Type"] == "Notification":
                    act(json.loads(message["Message"]))
            except Refused as reason:
                self.log_message("refused: %s", reason)
                return self.answer(403)
            return self.answer(200)

        def answer(self, status: int) -> None:
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()

    return Receiver


def show(notice: dict[str, Any]) -> None:
    """Print a notice. Act on it here: a notice may come twice, so skip an execution and status that you know."""
    sys.stdout.write(f"{notice['status']} {json.dumps(notice['image']['uri'])}\n")
    sys.stdout.flush()


def main() -> None:
    """Serve until Ctrl-C."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    options.add_argument("--topic-arn", required=True, help="output NotificationsTopicArn of the stack")
    options.add_argument("--port", type=int, default=8080)
    chosen = options.parse_args()
    handler = receiver(Verifier(chosen.topic_arn), show)
    ThreadingHTTPServer(("127.0.0.1", chosen.port), handler).serve_forever()


if __name__ == "__main__":
    main()
