"""A webhook on this machine gets the notices that it asked for. The emulator does not sign them."""

import json
import threading
import time
import urllib.request
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from examples.webhook import Refused, Verifier
from tests.e2e.cloud import Cloud, wait_for
from tests.e2e.conftest import Command
from tests.e2e.pictures import jpeg


class Webhook:
    """An HTTP server that confirms its subscription and keeps what it gets."""

    def __init__(self) -> None:
        self.bodies: list[bytes] = []
        keep = self.bodies.append

        class Receiver(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                keep(self.rfile.read(int(self.headers["Content-Length"])))
                self.send_response(200)
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_port}/notices"

    def messages(self, kind: str) -> list[dict[str, Any]]:
        """Return the messages of a type."""
        return [one for one in map(json.loads, self.bodies) if one["Type"] == kind]


@pytest.fixture
def webhook() -> Iterator[Webhook]:
    running = Webhook()
    yield running
    running.server.shutdown()
    running.server.server_close()


def test_a_webhook_gets_the_notices_that_it_asked_for_and_can_leave(
    cloud: Cloud, renditions: Command, webhook: Webhook, prefix: str
) -> None:
    asked = renditions("subscribe", webhook.url, "--status", "REJECTED", "--prefix", f"{prefix}wanted/")
    assert (asked.exit_code, "pending" in asked.output) == (0, True), asked.output
    [confirmation] = wait_for(lambda: webhook.messages("SubscriptionConfirmation"), "the confirmation", 10)
    open_url = urllib.request.build_opener(urllib.request.ProxyHandler({})).open
    open_url(confirmation["SubscribeURL"].replace("localhost", "127.0.0.1"))
    shown = json.loads(renditions("subscribe", "--list", "--json").output)["subscriptions"]
    [one] = [one for one in shown if one["endpoint"] == webhook.url]
    assert one["confirmed"]

    good = cloud.upload(f"{prefix}wanted/good.png", jpeg())
    other = cloud.upload(f"{prefix}other.txt", b"no image")
    wanted = cloud.upload(f"{prefix}wanted/bad.txt", b"no image")
    cloud.outcomes([good, other, wanted])
    wait_for(lambda: webhook.messages("Notification"), "the notice", 10)
    time.sleep(0.5)  # for those that must not come
    [message] = webhook.messages("Notification")
    notice = json.loads(message["Message"])
    assert (notice["status"], notice["image"]["uri"]) == ("REJECTED", wanted)
    with pytest.raises(Refused):  # the emulator writes "FAKE" where the signature is
        Verifier(cloud.outputs["NotificationsTopicArn"]).verify(webhook.bodies[-1])

    assert renditions("unsubscribe", webhook.url).exit_code == 0
    assert webhook.url not in renditions("subscribe", "--list").output
