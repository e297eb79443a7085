"""Who listens on this machine's ports: asked before the emulator is started, and until it answers."""

import json
import socket
import urllib.request

from cli.errors import PortTaken

HOST = "127.0.0.1"
# No proxy of this machine has anything to do with the machine itself.
_OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def health(endpoint_url: str) -> dict[str, object] | None:
    """What an emulator at ``endpoint_url`` says of itself (``version``, ``auth``, ``services``); None without one."""
    try:
        with _OPENER.open(f"{endpoint_url}/_ministack/health", timeout=1) as answer:
            found = json.load(answer)
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) else None


def check_port(port: int) -> None:
    """Raise PortTaken, saying by what and what to do, unless a server can listen on ``port`` of this machine."""
    if _is_free(port):
        return
    owner = "another program"
    if found := health(f"http://{HOST}:{port}"):
        owner = f"another local AWS (ministack {found.get('version', '')})"
    raise PortTaken(
        f"Port {port} is taken by {owner}: stop it, or choose another port with --port {port + 1}."
    )


def free_port() -> int:
    """A port on which nothing listens at this moment."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def _is_free(port: int) -> bool:
    # Both questions: a listener on all addresses does not hinder binding one address everywhere.
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
