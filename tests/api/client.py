"""A client of the web API that checks each answer against the OpenAPI document."""

import http.client
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

from jsonschema import Draft202012Validator

from renditions_cli.aws.users import create_user
from renditions_cli.local.stack import LocalStack
from tests.e2e.cloud import wait_for

FINAL = ("COMPLETED", "REJECTED", "FAILED", "DELETED")


@dataclass(frozen=True)
class Tokens:
    """What a user gets when signing in."""

    access: str
    id: str
    refresh: str


def sign_in(web: LocalStack, email: str) -> Tokens:
    """Create a user and sign in as a program does."""
    cognito = web.session().client("cognito-idp")
    password = create_user(cognito, web.outputs["WebUserPoolId"], email)
    found = cognito.initiate_auth(
        ClientId=web.outputs["WebProgramClientId"],
        AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": email, "PASSWORD": password},
    )["AuthenticationResult"]
    return Tokens(found["AccessToken"], found["IdToken"], found["RefreshToken"])


@dataclass(frozen=True)
class Answer:
    """An answer to a request. ``body`` is parsed if it is JSON."""

    status: int
    headers: Mapping[str, str]
    body: Any

    @property
    def code(self) -> str:
        """The code of an error of the API; empty if it is an answer of API Gateway."""
        return str(self.body.get("error", {}).get("code", ""))


class OpenApi:
    """docs/openapi.yaml."""

    def __init__(self, document: dict[str, Any]) -> None:
        self.document = document
        self.seen: set[tuple[str, int]] = set()

    def check(self, method: str, path: str, answer: Answer) -> None:
        """Fail unless the document describes this answer of the route."""
        operation = self.operation(method, path)
        if operation is None:
            assert answer.status in {401, 404}, f"{method} {path} is not documented"
            return
        self.seen.add((operation["operationId"], answer.status))
        responses = operation["responses"]
        assert str(answer.status) in responses, f"{method} {path} answered {answer.status}: {answer.body}"
        response = self._resolved(responses[str(answer.status)])
        content = response.get("content", {}).get("application/json")
        if content is None:
            assert not answer.body
            return
        # The schema with the document around it, for its references.
        Draft202012Validator({**self.document, **content["schema"]}).validate(answer.body)

    def operation(self, method: str, path: str) -> dict[str, Any] | None:
        """Return the operation of a request, or None."""
        for template, item in self.document["paths"].items():
            part = ".+" if method == "PUT" else "[^/]+"  # a name may have slashes, an ID has none
            if re.fullmatch(re.sub(r"\{\w+\}", part, template), path):
                found: dict[str, Any] | None = item.get(method.lower())
                return found
        return None

    def _resolved(self, node: dict[str, Any]) -> dict[str, Any]:
        while "$ref" in node:
            found: Any = self.document
            for part in node["$ref"].removeprefix("#/").split("/"):
                found = found[part]
            node = found
        return node


@dataclass
class Client:
    """A user, or nobody, of the web page at ``origin``."""

    origin: str
    openapi: OpenApi
    token: str
    uploaded: list[str] = field(default_factory=list)

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> Answer:
        """Request a path below /api. ``body``: bytes, or an object that becomes JSON."""
        if self.token:
            headers.setdefault("Authorization", f"Bearer {self.token}")
        data = body if isinstance(body, bytes | None) else json.dumps(body).encode()
        answer = fetch(method, f"{self.origin}/api{path}", data, headers)
        self.openapi.check(method, path.partition("?")[0], answer)
        return answer

    def get(self, path: str) -> Any:
        """The JSON of a GET that succeeds."""
        answer = self.call("GET", path)
        assert answer.status == 200, answer
        return answer.body

    def sign(self, name: str, data: bytes, **more: Any) -> dict[str, Any]:
        """The form for a file."""
        answer = self.call("POST", "/uploads", {"name": name, "size": len(data), **more})
        assert answer.status == 201, answer
        form: dict[str, Any] = answer.body
        return form

    def upload(self, name: str, data: bytes) -> str:
        """Upload a file as the page does. Returns the ID of the image."""
        form = self.sign(name, data, type="image/jpeg")
        answer = post_form(form["url"], form["fields"], data)
        assert answer.status == 204, answer
        return str(form["id"])

    def outcome(self, image: str, *statuses: str) -> dict[str, Any]:
        """The image once its status is one of ``statuses``, or final."""

        def final() -> dict[str, Any] | None:
            found: dict[str, Any] = self.get(f"/images/{image}")
            return found if found["status"] in (statuses or FINAL) else None

        return wait_for(final, f"the outcome of {image}", 60)


def post_form(url: str, fields: Mapping[str, str], data: bytes) -> Answer:
    """Send a form to S3 as a browser does, the file last."""
    boundary = uuid4().hex
    parts = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{n}"\r\n\r\n{v}\r\n'
        for n, v in fields.items()
    ]
    head = f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="x"\r\n\r\n'
    body = "".join(parts).encode() + head.encode() + data + f"\r\n--{boundary}--\r\n".encode()
    return fetch("POST", url, body, {"Content-Type": f"multipart/form-data; boundary={boundary}"})


def fetch(
    method: str, url: str, body: bytes | None = None, headers: Mapping[str, str] | None = None
) -> Answer:
    """Send a request to this machine, whatever the host in ``url``: Python does not find *.localhost everywhere."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection("127.0.0.1", parts.port, timeout=60)
    path = parts.path + (f"?{parts.query}" if parts.query else "")
    connection.request(method, path or "/", body, {"Host": parts.netloc, **(headers or {})})
    answer = connection.getresponse()
    data = answer.read()
    connection.close()
    parsed: Any = data
    if (answer.getheader("Content-Type") or "").startswith("application/json"):
        parsed = json.loads(data) if data else None
    return Answer(answer.status, {name.lower(): value for name, value in answer.getheaders()}, parsed)
