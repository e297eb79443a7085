"""A boto3 session for the local endpoint only, whatever the AWS settings of this machine are."""

import os
from typing import Any

import boto3
import botocore.session
from botocore.config import Config

REGION = "us-east-1"
# The root of the emulator's account; IAM or STS must create every other key. Not a secret: it opens nothing else.
ACCESS_KEY_ID = "test"
SECRET_ACCESS_KEY = "test"  # noqa: S105 - see above

# Requests to 127.0.0.1 must not go through an HTTP proxy of this machine.
_DIRECT = Config(proxies={}, retries={"mode": "standard"}, max_pool_connections=32)
# The user's profile and configuration files are for AWS itself: (configuration name, variables, default, cast).
_IGNORE_USER_SETTINGS: dict[str, Any] = {
    "profile": (None, None, None, None),
    "config_file": (None, None, os.devnull, None),
    "credentials_file": (None, None, os.devnull, None),
}


class LocalSession(boto3.Session):
    """A boto3 session whose clients and resources use ``endpoint_url`` by default."""

    def __init__(self, endpoint_url: str, region: str = REGION) -> None:
        core = botocore.session.Session(session_vars=_IGNORE_USER_SETTINGS)
        super().__init__(
            aws_access_key_id=ACCESS_KEY_ID,
            aws_secret_access_key=SECRET_ACCESS_KEY,
            region_name=region,
            botocore_session=core,
        )
        self.endpoint_url = endpoint_url

    def client(self, service_name: Any, *arguments: Any, **named: Any) -> Any:
        """Like ``boto3.Session.client``. A ``config`` is merged with the local one."""
        named["endpoint_url"] = named.get("endpoint_url") or self.endpoint_url
        own = named.get("config")
        named["config"] = _DIRECT.merge(own) if own else _DIRECT
        return super().client(service_name, *arguments, **named)
