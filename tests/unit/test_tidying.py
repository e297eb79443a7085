"""The renditions bucket matches the record, in any order of events."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from hypothesis import example, given
from hypothesis import strategies as st

from renditions import records
from renditions.contracts import Original, Tidied
from renditions.errors import StorageUnavailable
from renditions.page_keys import key_of_page
from renditions.storage import originals, renditions
from renditions.storage.keys import rendition_key
from renditions.tidying import tidy
from tests.unit.conftest import Bucket, aws_session
from tests.unit.faulty_s3 import error, serving

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client

OLD, NEW = "0123456789abcdef", "fedcba9876543210"
BEACH = Original("uploads", "holiday/beach.jpg")
FILES = ("thumbnail.webp", "medium.webp", "large.webp", "watermark.webp")
EXPIRES = {"Key": "superseded", "Value": "true"}


@pytest.fixture
def bucket(s3: "S3Client", renditions: Bucket) -> Bucket:
    """The renditions bucket as in the template: with versioning."""
    s3.put_bucket_versioning(Bucket=renditions.name, VersioningConfiguration={"Status": "Enabled"})
    return renditions


class Table:
    """An images table of one test. ``write`` writes a record as an execution would."""

    def __init__(self, endpoint: str, name: str) -> None:
        self.name = name
        self.client: DynamoDBClient = aws_session().create_client("dynamodb", endpoint_url=endpoint)  # type: ignore[assignment]
        self.client.create_table(
            TableName=name,
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": "image_uri", "AttributeType": "S"}],
            KeySchema=[{"AttributeName": "image_uri", "KeyType": "HASH"}],
        )

    def write(self, status: str, version: str = "", owner: str = "one", pages: str = "") -> None:
        keys = [rendition_key(BEACH.key, version, file) for file in FILES] if version else []
        item: Any = {
            "image_uri": {"S": BEACH.uri},
            "status": {"S": status},
            "execution_arn": {"S": owner},
            "renditions": {
                "M": {
                    str(number): {"M": {"key": {"S": key}, "pages": {"S": pages}}}
                    for number, key in enumerate(keys)
                }
            },
        }
        self.client.put_item(TableName=self.name, Item=item)


@pytest.fixture
def table(s3_endpoint: str, bucket: Bucket, aws_environment: None) -> Table:
    return Table(s3_endpoint, bucket.name)


def store(bucket: Bucket, version: str, original: str = BEACH.key) -> set[str]:
    """Store the four renditions of one version, as the functions do."""
    keys = {rendition_key(original, version, file) for file in FILES}
    for key in sorted(keys):
        bucket.s3.put_object(
            Bucket=bucket.name,
            Key=key,
            Body=key.encode(),
            ContentType="image/webp",
            CacheControl=renditions.CACHE_CONTROL,
            Metadata={"version": version},
        )
    return keys


def expiring(bucket: Bucket) -> set[str]:
    keys = bucket.keys()
    tags = [bucket.s3.get_object_tagging(Bucket=bucket.name, Key=key)["TagSet"] for key in keys]
    return {key for key, found in zip(keys, tags, strict=True) if EXPIRES in found}


def run(bucket: Bucket, table: Table, original: Original = BEACH) -> Tidied:
    return tidy(bucket.s3, table.client, table.name, bucket.name, original)


def meanwhile(client: Any, call: str, what: Callable[[], object]) -> None:
    """Do ``what`` once, just before the next ``call`` of ``client`` is sent."""
    done: list[object] = []

    def once(**_: object) -> None:
        if not done:
            done.append(call)
            what()

    client.meta.events.register(f"before-call.{call}", once)


@pytest.mark.parametrize("status, served", [("COMPLETED", True), ("REJECTED", True), ("REJECTED", False)])
def test_renditions_not_in_the_record_expire_and_stay_readable_until_then(
    bucket: Bucket,
    table: Table,
    status: str,
    served: bool,  # noqa: FBT001 - a parameter of the test
) -> None:
    old, new = store(bucket, OLD), store(bucket, NEW)
    table.write(status, NEW if served else "")
    gone = old if served else old | new
    assert run(bucket, table) == Tidied(status, retired=len(gone))
    assert expiring(bucket) == gone
    for key in gone:
        found = bucket.get(key)
        assert found["Body"].read() == key.encode()
        assert (found["ContentType"], found["CacheControl"]) == ("image/webp", renditions.CACHE_CONTROL)
        assert found["Metadata"]["version"] in {OLD, NEW}


def test_the_credentials_beside_a_rendition_stay_and_go_with_it(bucket: Bucket, table: Table) -> None:
    beside = {version: rendition_key(BEACH.key, version, "thumbnail.webp.c2pa") for version in (OLD, NEW)}
    for key in beside.values():
        bucket.s3.put_object(Bucket=bucket.name, Key=key, Body=b"c2pa")
    table.write("COMPLETED", NEW)
    assert run(bucket, table).retired == 1
    assert expiring(bucket) == {beside[OLD]}
    table.write("DELETED")
    run(bucket, table)
    assert not bucket.keys()


def test_the_pages_that_the_record_names_stay_and_others_expire(bucket: Bucket, table: Table) -> None:
    firsts = {version: store(bucket, version) for version in (OLD, NEW)}
    pages = {}
    for version, keys in firsts.items():
        pages[version] = {key_of_page(key, number) for key in keys for number in (2, 3, 4)}
        for key in pages[version]:
            bucket.s3.put_object(Bucket=bucket.name, Key=key, Body=b"")
    table.write("COMPLETED", NEW, pages="2,4")
    left_out = {key for key in pages[NEW] if "-p0003" in key}
    assert run(bucket, table) == Tidied("COMPLETED", retired=4 + 12 + 4)
    assert expiring(bucket) == firsts[OLD] | pages[OLD] | left_out
    table.write("DELETED")
    run(bucket, table)
    assert bucket.keys() == []


def test_tidying_twice_does_not_restart_the_grace_period(bucket: Bucket, table: Table) -> None:
    [key, *_] = store(bucket, OLD)
    table.write("COMPLETED", NEW)
    run(bucket, table)
    version = bucket.get(key)["VersionId"]
    assert run(bucket, table) == Tidied("COMPLETED")
    assert bucket.get(key)["VersionId"] == version


@pytest.mark.parametrize("status", ["DELETING", "DELETED"])
def test_all_versions_of_all_renditions_of_a_deleted_image_are_removed(
    bucket: Bucket, table: Table, status: str
) -> None:
    store(bucket, OLD)
    store(bucket, OLD)
    store(bucket, NEW)
    table.write(status)
    assert run(bucket, table) == Tidied(status, removed=12)
    assert "Versions" not in bucket.s3.list_object_versions(Bucket=bucket.name)
    assert run(bucket, table) == Tidied(status)


@pytest.mark.parametrize("status", ["PROCESSING", "FAILED", ""])
def test_an_image_in_work_or_failed_or_without_a_record_is_left_alone(
    bucket: Bucket, table: Table, status: str
) -> None:
    store(bucket, OLD)
    if status:
        table.write(status)
    assert run(bucket, table) == Tidied(status)
    assert expiring(bucket) == set()
    assert len(bucket.keys()) == 4


# ── Files that other programs wrote ───────────────────────────────────────────────────────────────────────────────


def test_a_file_without_any_header_is_retired_like_the_others(bucket: Bucket, table: Table) -> None:
    """As a backup may restore it."""
    old = store(bucket, OLD)
    [first, *_] = sorted(old)
    bucket.s3.put_object(Bucket=bucket.name, Key=first, Body=b"restored")
    table.write("COMPLETED", NEW)
    assert run(bucket, table) == Tidied("COMPLETED", retired=4)
    assert expiring(bucket) == old


def test_a_retired_file_keeps_the_headers_that_it_has(bucket: Bucket, table: Table) -> None:
    key = rendition_key(BEACH.key, OLD, "large.webp")
    headers: Any = {"ContentDisposition": "inline", "ContentLanguage": "de", "ContentType": "image/webp"}
    bucket.s3.put_object(Bucket=bucket.name, Key=key, Body=b"restored", **headers)
    table.write("COMPLETED", NEW)
    run(bucket, table)
    found = bucket.get(key)
    assert {name: found[name] for name in headers} == headers


@pytest.mark.parametrize("operation", ["GetObjectTagging", "HeadObject", "CopyObject"])
def test_one_file_that_s3_refuses_to_touch_does_not_stop_the_others(
    bucket: Bucket, table: Table, operation: str, caplog: pytest.LogCaptureFixture
) -> None:
    """It is logged and left: encrypted with a key that the function may not use."""
    old = store(bucket, OLD)
    [refused, *_] = sorted(old)
    refuse(bucket.s3, operation, refused)
    table.write("COMPLETED", NEW)
    assert run(bucket, table) == Tidied("COMPLETED", retired=3, left=1)
    assert "not retired" in caplog.text
    if operation != "GetObjectTagging":  # by which the test itself would look
        assert expiring(bucket) == old - {refused}


def test_one_version_that_cannot_be_deleted_fails_the_removal_after_all_others(
    bucket: Bucket, table: Table
) -> None:
    [refused, *_] = sorted(store(bucket, OLD))
    refuse(bucket.s3, "DeleteObject", refused)
    table.write("DELETING")
    with pytest.raises(ClientError, match="AccessDenied"):
        run(bucket, table)
    assert bucket.keys() == [refused]


def test_a_file_that_is_deleted_meanwhile_is_not_missed(bucket: Bucket, table: Table) -> None:
    [first, *_] = sorted(store(bucket, OLD))
    table.write("COMPLETED", NEW)
    refuse(bucket.s3, "GetObjectTagging", first, "NoSuchKey", 404)
    assert run(bucket, table) == Tidied("COMPLETED", retired=3)


def refuse(client: Any, operation: str, key: str, code: str = "AccessDenied", status: int = 403) -> None:
    """Let S3 refuse an operation on one object."""

    def check(params: dict[str, Any], **_: object) -> None:
        if params["Key"] == key:
            answer: Any = {"Error": {"Code": code}, "ResponseMetadata": {"HTTPStatusCode": status}}
            raise ClientError(answer, operation)

    client.meta.events.register(f"provide-client-params.s3.{operation}", check)


# ── A newer upload in the meantime ────────────────────────────────────────────────────────────────────────────────


def test_renditions_that_a_newer_upload_writes_during_a_removal_stay(bucket: Bucket, table: Table) -> None:
    """The same image again, with the keys that are being deleted."""
    store(bucket, OLD)
    table.write("DELETING")
    meanwhile(bucket.s3, "s3.DeleteObject", lambda: store(bucket, OLD))
    run(bucket, table)
    assert len(bucket.keys()) == 4


def test_a_newer_upload_before_the_record_is_read_prevents_the_removal(bucket: Bucket, table: Table) -> None:
    store(bucket, OLD)
    table.write("DELETING")
    meanwhile(table.client, "dynamodb.GetItem", lambda: table.write("PROCESSING", owner="two"))
    assert run(bucket, table) == Tidied("PROCESSING")
    assert len(bucket.keys()) == 4


def test_an_image_uploaded_again_during_retirement_keeps_its_renditions(bucket: Bucket, table: Table) -> None:
    old, new = store(bucket, OLD), store(bucket, NEW)
    table.write("COMPLETED", NEW)

    def upload_again() -> None:
        store(bucket, OLD)
        table.write("COMPLETED", OLD, owner="two")

    meanwhile(bucket.s3, "s3.CopyObject", upload_again)
    run(bucket, table)
    assert expiring(bucket) == new
    assert set(bucket.keys()) == old | new


# ── The files of an image ──────────────────────────────────────────────────────────────────────────────────────────


def test_other_files_with_similar_keys_are_not_touched(bucket: Bucket, table: Table) -> None:
    key = BEACH.key
    neighbours = [f"{key}/x.jpg", f"{key}2", f"{key}/{OLD}", key[:-1], f"{key}/{OLD}/large.webp"]
    kept = {stored for neighbour in neighbours for stored in store(bucket, NEW, neighbour)}
    bucket.put(f"{key}/{OLD}/", b"")
    bucket.put(f"{key}/notes.txt", b"")
    kept |= {f"{key}/{OLD}/", f"{key}/notes.txt"}
    store(bucket, OLD)
    table.write("DELETED")
    assert run(bucket, table).removed == 4
    assert set(bucket.keys()) == kept


@pytest.mark.parametrize("key", ["k" * 1024, "é" * 512, "k" * 975, "k" * 990, "k" * 959])
def test_all_renditions_of_an_original_with_a_long_key_are_found(bucket: Bucket, key: str) -> None:
    keys = store(bucket, OLD, key)
    store(bucket, OLD, f"{key[:-1]}2")
    found = renditions.versions(bucket.s3, bucket.name, Original("uploads", key))
    assert {one.key for one in found} == keys


# ── Errors ─────────────────────────────────────────────────────────────────────────────────────────────────────────

EVERY_CALL: list[Callable[[Any], object]] = [
    lambda s3: originals.look_up(s3, BEACH),
    lambda s3: list(renditions.versions(s3, "bucket", BEACH)),
    lambda s3: renditions.remove_version(s3, "bucket", renditions.StoredVersion("k", "v", current=True)),
    lambda s3: renditions.read_tags(s3, "bucket", "k"),
    lambda s3: renditions.retire(s3, "bucket", "k"),
    lambda s3: renditions.reinstate(s3, "bucket", "k"),
    lambda dynamodb: records.get(dynamodb, "images", BEACH.uri),
]


@pytest.mark.parametrize("call", EVERY_CALL)
@pytest.mark.parametrize("status, expected", [(503, StorageUnavailable), (403, ClientError)])
def test_a_temporary_error_differs_from_one_that_an_operator_must_fix(
    call: Callable[[Any], object], status: int, expected: type[Exception]
) -> None:
    service = "dynamodb" if call is EVERY_CALL[-1] else "s3"
    settings = Config(retries={"total_max_attempts": 1})
    with serving(error(status, "SlowDown" if status == 503 else "AccessDenied")) as faulty:
        client = aws_session().create_client(service, endpoint_url=faulty.endpoint, config=settings)
        with pytest.raises(expected):
            call(client)


# ── Order ─────────────────────────────────────────────────────────────────────────────────────────────────────────

HEX = st.text("0123456789ABCDEF", min_size=1, max_size=24)


def padded(one: str, other: str) -> tuple[str, str]:
    """S3 pads the shorter one with zeros on the right before it compares them, according to its documentation."""
    length = max(len(one), len(other))
    return one.ljust(length, "0"), other.ljust(length, "0")


@given(HEX, HEX)
@example("0055AED6DCD90281E5", "0055AED6DCD90281E50")
@example("0062E99A88DC40746", "0062E99A88DC407460")
def test_sequencers_of_unequal_length_compare_as_text_like_padded_ones(one: str, other: str) -> None:
    """DynamoDB compares text. The results differ only for equal padded ones, which are the same event."""
    left, right = padded(one, other)
    assert left == right or (one < other) == (left < right)
