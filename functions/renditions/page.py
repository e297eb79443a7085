"""Publish the web page: a custom resource of CloudFormation, so that `sam deploy` alone does it.

The files are a Lambda layer, which gets a new version whenever they change. That version is a property of the custom
resource, so CloudFormation sends an update exactly when there is something to publish. The layer is not attached to any
function: it is how a template carries files.
"""

import io
import json
import zipfile
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final
from urllib.request import Request, urlopen

from renditions.storage import page_files

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient
    from mypy_boto3_s3 import S3Client

_SECONDS: Final = 30
INDEX: Final = "index.html"


def publish(s3: "S3Client", lambda_functions: "LambdaClient", bucket: str, event: Mapping[str, Any]) -> int:
    """Make the bucket hold exactly the files of the event's layer, or nothing if the event is a deletion.

    Returns how many files the page has. Raises ValueError if they are no page, and botocore's errors.
    """
    files: dict[str, bytes] = {}
    if event["RequestType"] != "Delete":
        files = _files(lambda_functions, event["ResourceProperties"]["Files"])
    # The page comes last: until then visitors get the old one, whose files are removed only afterwards.
    for name in sorted(files, key=lambda name: (name == INDEX, name)):
        page_files.put(s3, bucket, name, files[name])
    for name in page_files.names(s3, bucket):
        if name not in files:
            page_files.remove(s3, bucket, name)
    return len(files)


def report(event: Mapping[str, Any], status: str, reason: str = "") -> None:
    """Tell CloudFormation how it went. Without this answer, a deployment waits for an hour."""
    answer = {
        "Status": status,
        "Reason": reason,
        # The same for every version of the page: another ID would make CloudFormation delete the page after an update.
        "PhysicalResourceId": "page",
        **{name: event[name] for name in ("StackId", "RequestId", "LogicalResourceId")},
    }
    # CloudFormation's URL is signed for an empty Content-Type.
    request = Request(  # noqa: S310 - the URL comes from CloudFormation
        event["ResponseURL"], json.dumps(answer).encode(), {"Content-Type": ""}, method="PUT"
    )
    with urlopen(request, timeout=_SECONDS):  # noqa: S310 - as above
        pass


def _files(lambda_functions: "LambdaClient", layer: str) -> dict[str, bytes]:
    """The files of the page in a version of a layer, given by its ARN: name → bytes."""
    *_, name, version = layer.split(":")
    content = lambda_functions.get_layer_version(LayerName=name, VersionNumber=int(version))["Content"]
    with urlopen(content["Location"], timeout=_SECONDS) as answer:  # noqa: S310 - the URL comes from Lambda
        archive = zipfile.ZipFile(io.BytesIO(answer.read()))
    files = {name: archive.read(name) for name in archive.namelist() if page_files.is_published(name)}
    if INDEX not in files:
        raise ValueError(f"The folder web/ has no {INDEX}.")
    return files
