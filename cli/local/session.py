"""A boto3 session that talks to the local endpoint and to nothing else, whatever this machine's AWS settings say."""

import os
from typing import Any

import boto3
import botocore.session
from botocore.config import Config

REGION = "us-east-1"
# The emulator's account root: every other key must have been made by IAM or STS. No secret: it opens nothing else.
ACCESS_KEY_ID = "test"
SECRET_ACCESS_KEY = "test"  # noqa: S105 - see above

# An HTTP proxy of this machine must not be asked for 127.0.0.1.
_DIRECT = Config(proxies={}, retries={"mode": "standard"}, max_pool_connections=32)
# The user's own profile and configuration file belong to real AWS: (configuration name, variables, default, cast).
_NOTHING_OF_THE_USERS: dict[str, Any] = {
    "profile": (None, None, None, None),
    "config_file": (None, None, os.devnull, None),
    "credentials_file": (None, None, os.devnull, None),
}


class LocalSession(boto3.Session):
    """A boto3 session whose clients and resources use ``endpoint_url`` unless they are given another one."""

    def __init__(self, endpoint_url: str, region: str = REGION) -> None:
        core = botocore.session.Session(session_vars=_NOTHING_OF_THE_USERS)
        super().__init__(
            aws_access_key_id=ACCESS_KEY_ID,
            aws_secret_access_key=SECRET_ACCESS_KEY,
            region_name=region,
            botocore_session=core,
        )
        self.endpoint_url = endpoint_url

    def client(self, service_name: Any, *arguments: Any, **named: Any) -> Any:
        """Like ``boto3.Session.client``. A ``config`` adds to the local one."""
        named["endpoint_url"] = named.get("endpoint_url") or self.endpoint_url
        own = named.get("config")
        named["config"] = _DIRECT.merge(own) if own else _DIRECT
        return super().client(service_name, *arguments, **named)
