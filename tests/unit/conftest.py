"""The environment of the functions, AWS services on this machine, and no access to the real AWS."""

import json
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import botocore.session
import pytest
from botocore.config import Config
from botocore.httpsession import URLLib3Session
from moto.server import ThreadedMotoServer

from renditions import aws

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

ROOT = Path(__file__).parents[2]
HERE = {"127.0.0.1", "localhost"}
CREDENTIALS = {
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "AWS_SESSION_TOKEN": "testing",
}


@pytest.fixture(autouse=True)
def aws_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Never read a profile, a role or a key of the person who runs the tests."""
    for name in ("AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3"):
        monkeypatch.delenv(name, raising=False)
    nowhere = {"AWS_CONFIG_FILE": "/nonexistent", "AWS_SHARED_CREDENTIALS_FILE": "/nonexistent"}
    region = {
        "AWS_REGION": "us-east-1",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_EC2_METADATA_DISABLED": "true",
    }
    for name, value in (CREDENTIALS | nowhere | region).items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(botocore.session, "get_session", aws_session)
    monkeypatch.setattr(aws, "_session", aws_session)  # the functions keep theirs for the whole process


@pytest.fixture(autouse=True)
def no_real_aws(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fail the test if a request would leave this machine."""
    send = URLLib3Session.send

    def send_here(self: URLLib3Session, request: Any) -> Any:
        if urlsplit(request.url).hostname not in HERE:
            pytest.fail(f"A test sent a request to {request.url}, which is not on this machine.")
        return send(self, request)

    monkeypatch.setattr(URLLib3Session, "send", send_here)


@pytest.fixture(scope="session")
def s3_endpoint() -> Iterator[str]:
    """Moto behind a real HTTP server, so that clients, checksums and streams are the real ones."""
    server = ThreadedMotoServer("127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@cache
def aws_session() -> botocore.session.Session:
    """One session for all clients: loading the service description of S3 takes longer than most tests."""
    return botocore.session.Session()


def connect(endpoint: str, **settings: Any) -> "S3Client":
    """A client without retries: the test sees the first response."""
    config = Config(retries={"total_max_attempts": 1}, **settings)
    client: S3Client = aws_session().create_client("s3", endpoint_url=endpoint, config=config)  # type: ignore[assignment]
    return client


@pytest.fixture
def s3(s3_endpoint: str, aws_environment: None) -> "S3Client":
    return connect(s3_endpoint)


@dataclass(frozen=True)
class Bucket:
    """A bucket of one test."""

    name: str
    s3: "S3Client"

    def put(self, key: str, data: bytes, metadata: dict[str, str] | None = None) -> dict[str, Any]:
        """Upload, and return the ``object`` of the event that S3 would send."""
        answer: Any = self.s3.put_object(Bucket=self.name, Key=key, Body=data, Metadata=metadata or {})
        about = {
            "key": key,
            "size": len(data),
            "etag": answer["ETag"].strip('"'),
            "sequencer": "0062E99A88DC407460",
        }
        return about | ({"version-id": answer["VersionId"]} if "VersionId" in answer else {})

    def upload(
        self, key: str, data: bytes, like: str = "upload_good_image", metadata: dict[str, str] | None = None
    ) -> dict[str, Any]:
        """Upload, and return the whole event, made from the file ``like`` under events/."""
        event: dict[str, Any] = json.loads((ROOT / f"events/{like}.json").read_text())
        event["detail"] |= {"bucket": {"name": self.name}, "object": self.put(key, data, metadata)}
        return event

    def get(self, key: str) -> Any:
        return self.s3.get_object(Bucket=self.name, Key=key)

    def keys(self) -> list[str]:
        listed = self.s3.list_objects_v2(Bucket=self.name)
        return [one["Key"] for one in listed.get("Contents", [])]


def make_bucket(s3: "S3Client", purpose: str) -> Bucket:
    bucket = Bucket(f"{purpose}-{uuid.uuid4().hex}", s3)
    s3.create_bucket(Bucket=bucket.name)
    return bucket


@pytest.fixture
def plain_uploads(s3: "S3Client") -> Bucket:
    """An uploads bucket without versioning."""
    return make_bucket(s3, "plain-uploads")


@pytest.fixture
def uploads(s3: "S3Client") -> Bucket:
    """The uploads bucket as in the template: with versioning."""
    bucket = make_bucket(s3, "uploads")
    s3.put_bucket_versioning(Bucket=bucket.name, VersioningConfiguration={"Status": "Enabled"})
    return bucket


@pytest.fixture
def renditions(s3: "S3Client") -> Bucket:
    return make_bucket(s3, "renditions")
