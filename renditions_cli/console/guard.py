"""Who may ask. The server acts with the operator's rights, so it answers nobody else on the same machine or network.

- It listens on 127.0.0.1 only.
- The header Host must name this server: another site's name that was rebound to 127.0.0.1 does not (DNS rebinding).
- Everything but the static files needs the token, in the header Authorization. The token is in the fragment of the
  printed address, which browsers send nowhere; the page keeps it in storage that belongs to this origin. A cookie would
  go to every other server on 127.0.0.1, because cookies know no ports.
- Origin and Sec-Fetch-Site, where a browser sends them, must be this server's (cross-site requests).
"""

import hmac
import secrets
from dataclasses import dataclass, field

from renditions_cli.console.messages import Refused, Request

HOST = "127.0.0.1"
NOT_THIS_SERVER = "This address does not belong to the console. Open the address that the command printed."
NOT_THIS_PAGE = "The request comes from another page."
STALE_PAGE = (
    "This page is of an earlier run of the console. Open the address that `renditions console` printed."
)


@dataclass(frozen=True, slots=True)
class Guard:
    """Checks requests to the server on ``port``. ``token`` is new in each run."""

    port: int
    token: str = field(default_factory=lambda: secrets.token_urlsafe(32), repr=False)

    @property
    def address(self) -> str:
        """The address to open, with the token."""
        return f"http://{HOST}:{self.port}/#token={self.token}"

    def check_host(self, request: Request) -> None:
        """Raise Refused unless the request names this server."""
        if request.headers.get("host") not in self._hosts():
            raise Refused(421, NOT_THIS_SERVER)

    def check_caller(self, request: Request) -> None:
        """Raise Refused unless the request comes from the page of this server and has its token."""
        origin = request.headers.get("origin")
        if origin is not None and origin not in {f"http://{host}" for host in self._hosts()}:
            raise Refused(403, NOT_THIS_PAGE)
        if request.headers.get("sec-fetch-site", "same-origin") != "same-origin":
            raise Refused(403, NOT_THIS_PAGE)
        given = request.headers.get("authorization", "")
        if not hmac.compare_digest(given.encode(), f"Bearer {self.token}".encode()):
            raise Refused(401, STALE_PAGE)

    def _hosts(self) -> tuple[str, str]:
        return f"{HOST}:{self.port}", f"localhost:{self.port}"
