"""The stack that the console shows, with one client per service for all threads."""

from collections.abc import Callable
from dataclasses import dataclass, field
from threading import RLock
from typing import TYPE_CHECKING, Any, cast

from renditions_cli.aws.stack import Stack

if TYPE_CHECKING:
    import boto3

Find = Callable[[], Stack]


class SharedClients:
    """A session that makes each client once: threads may share clients, but not sessions."""

    def __init__(self, session: "boto3.Session") -> None:
        self.region_name = session.region_name
        self._session = session
        self._clients: dict[str, Any] = {}
        self._lock = RLock()

    def client(self, service_name: str, **options: Any) -> Any:
        """Return the client for a service, with the options of the first caller."""
        with self._lock:
            if service_name not in self._clients:
                self._clients[service_name] = self._session.client(service_name, **options)  # type: ignore[call-overload]
            return self._clients[service_name]


@dataclass(slots=True)
class Connection:
    """Finds the stack at the first request, and again after an error.

    So an operator who signs in again, or restarts the local stack, can keep the page open.
    """

    find: Find
    _stack: Stack | None = None
    _lock: RLock = field(default_factory=RLock)

    def stack(self) -> Stack:
        """Return the stack. Raises StackError if it cannot be reached."""
        with self._lock:
            if self._stack is None:
                found = self.find()
                self._stack = Stack(found.outputs, cast("boto3.Session", SharedClients(found.session)))
            return self._stack

    def forget(self) -> None:
        """Find the stack anew for the next request."""
        with self._lock:
            self._stack = None
