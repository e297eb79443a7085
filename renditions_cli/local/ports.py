"""Ports of this machine: whether one is free for the emulator, and whether an emulator responds on it."""

import json
import socket
import urllib.request
from http.client import HTTPException

from renditions_cli.errors import PortTaken

HOST = "127.0.0.1"
# A proxy must not receive requests to this machine.
_OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def health(endpoint_url: str) -> dict[str, object] | None:
    """Return the health document of the emulator at ``endpoint_url`` (``version``, ``auth``, ``services``), or None."""
    try:
        with _OPENER.open(f"{endpoint_url}/_ministack/health", timeout=1) as answer:
            found = json.load(answer)
    except (OSError, ValueError, HTTPException):  # the last: it stops while it answers
        return None
    return found if isinstance(found, dict) else None


def check_port(port: int) -> None:
    """Raise PortTaken unless a server can listen on ``port`` of this machine."""
    if _is_free(port):
        return
    owner = "another program"
    if found := health(f"http://{HOST}:{port}"):
        owner = f"another local stack (ministack {found.get('version', '')})"
    raise PortTaken(
        f"Port {port} is in use by {owner}. Stop it, or choose another port, for example --port {port + 1}."
    )


def free_port() -> int:
    """Return a port on which nothing listens at the moment."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def _is_free(port: int) -> bool:
    # Both checks are needed: on some systems one address can be bound while another program listens on all.
    with socket.socket() as probe:
        if probe.connect_ex((HOST, port)) == 0:
            return False
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True
