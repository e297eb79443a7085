"""From a request to its response. Every error becomes a sentence."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from importlib.resources import files
from typing import Any

from renditions_cli.aws.sdk_errors import readable_aws_errors
from renditions_cli.aws.stack import Stack
from renditions_cli.console import actions
from renditions_cli.console.connection import Connection
from renditions_cli.console.guard import Guard
from renditions_cli.console.listing import Listing, machines
from renditions_cli.console.messages import Refused, Request, Response, json_response, problem
from renditions_cli.console.one_execution import read_execution
from renditions_cli.console.pictures import read_picture
from renditions_cli.console.search import find
from renditions_cli.errors import CliError, UsageError

READ_ONLY = "The console was started with --read-only."
UNEXPECTED = "The console failed at this request. Its traceback is where the command runs."
TYPES = {".html": "text/html", ".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}

Route = Callable[[Stack, Request], Any]
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Application:
    """The page and its API. ``read_only``: whether every action is refused."""

    connection: Connection
    guard: Guard
    read_only: bool = False
    _listing: Listing = field(default_factory=Listing)

    def __call__(self, request: Request) -> Response:
        """Return the response."""
        try:
            self.guard.check_host(request)
            if not request.path.startswith("/api/"):
                return static_file(request)
            self.guard.check_caller(request)
            return self.answer(request)
        except Refused as refused:
            return problem(refused.status, refused.message)
        except UsageError as error:
            return problem(400, error.message)
        except CliError as error:
            self.connection.forget()
            return problem(502, error.message)
        except Exception:  # one request that fails must not end the others
            log.exception("%s %r", request.method, request.path)
            return problem(500, UNEXPECTED)

    def answer(self, request: Request) -> Response:
        """Return what the route of an API request returns."""
        route = self.routes().get((request.method, request.path))
        if route is None:
            raise Refused(404, "There is no such address.")
        if request.method == "POST" and self.read_only:
            raise Refused(403, READ_ONLY)
        with readable_aws_errors():
            found = route(self.connection.stack(), request)
        return found if isinstance(found, Response) else json_response(found)

    def routes(self) -> dict[tuple[str, str], Route]:
        """Return the function for each method and path."""
        return {
            ("GET", "/api/stack"): self.describe_stack,
            ("GET", "/api/executions"): self._listing.page,
            ("GET", "/api/execution"): read_execution,
            ("GET", "/api/find"): find,
            ("GET", "/api/picture"): read_picture,
            ("POST", "/api/redrive"): actions.redrive,
            ("POST", "/api/start-again"): actions.start_again,
            ("POST", "/api/stop"): actions.stop,
        }

    def describe_stack(self, stack: Stack, _: Request) -> dict[str, Any]:
        """Return what the page shows about the stack."""
        return {
            "machines": list(machines(stack.outputs)),
            "region": stack.session.region_name,
            "uploads_bucket": stack.outputs.uploads_bucket,
            "images_table": stack.outputs.images_table,
            "is_local": stack.console_link("") is None,
            "read_only": self.read_only,
        }


def static_file(request: Request) -> Response:
    """Return a file of the page. Raises Refused if there is none."""
    if request.method != "GET":
        raise Refused(405, "Only GET is possible here.")
    name = "index.html" if request.path == "/" else request.path[1:]
    kind = next((kind for suffix, kind in TYPES.items() if name.endswith(suffix)), None)
    parts = name.split("/")
    if kind is None or not all(part and set(part) - {"."} for part in parts) or "\\" in name or "\0" in name:
        raise Refused(404, "There is no such file.")
    found = files("renditions_cli.console").joinpath("static", *parts)
    if not found.is_file():
        raise Refused(404, "There is no such file.")
    return Response(200, f"{kind}; charset=utf-8", found.read_bytes())
