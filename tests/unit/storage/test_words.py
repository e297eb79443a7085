"""Read the user metadata and the tags of exactly the object in the event."""

import pytest
from botocore.exceptions import ClientError

from renditions.context import Words
from renditions.contracts import Upload
from renditions.errors import SourceGone, StorageUnavailable
from renditions.storage import words
from tests.unit.conftest import Bucket, connect
from tests.unit.faulty_s3 import error, serving


def put(uploads: Bucket, tenant: str) -> Upload:
    answer = uploads.s3.put_object(
        Bucket=uploads.name, Key="a.jpg", Body=b"1", Metadata={"Tenant": tenant}, Tagging=f"project={tenant}"
    )
    return Upload(uploads.name, "a.jpg", answer["ETag"].strip('"'), answer["VersionId"], 1)


def test_the_words_are_those_of_the_version_in_the_event(uploads: Bucket) -> None:
    first, second = put(uploads, "one"), put(uploads, "two")
    assert words.read(uploads.s3, first) == Words({"tenant": "one"}, {"project": "one"})
    assert words.read(uploads.s3, second) == Words({"tenant": "two"}, {"project": "two"})


def test_an_object_that_is_gone_is_told_as_such(uploads: Bucket) -> None:
    upload = put(uploads, "one")
    assert upload.version_id
    uploads.s3.delete_object(Bucket=uploads.name, Key="a.jpg", VersionId=upload.version_id)
    with pytest.raises(SourceGone):
        words.read(uploads.s3, upload)


@pytest.mark.parametrize(
    "code, expected", [(503, StorageUnavailable), (412, SourceGone), (404, SourceGone)], ids=str
)
def test_an_unversioned_object_must_be_the_one_in_the_event(code: int, expected: type[Exception]) -> None:
    with serving(error(code, "Whatever" if code == 503 else str(code))) as faulty, pytest.raises(expected):
        words.read(connect(faulty.endpoint), Upload("uploads", "a.jpg", "etag", None, 1))


def test_tags_that_cannot_be_read_are_for_the_operators() -> None:
    """The metadata is left out if S3 refuses it: of a file that is not clean, or encrypted with SSE-C."""
    with serving(error(403, "AccessDenied")) as faulty, pytest.raises(ClientError, match="GetObjectTagging"):
        words.read(connect(faulty.endpoint), Upload("uploads", "a.jpg", "etag", "v", 1))
