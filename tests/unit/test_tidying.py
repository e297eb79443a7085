"""The renditions bucket follows the record, whatever the order in which things happen."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from hypothesis import example, given
from hypothesis import strategies as st

from renditions import records, storage
from renditions.contracts import Original, Tidied
from renditions.errors import ObjectExists, StorageUnavailable
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
def shelf(s3: "S3Client", renditions: Bucket) -> Bucket:
    """The renditions bucket as the template makes it: with versions."""
    s3.put_bucket_versioning(Bucket=renditions.name, VersioningConfiguration={"Status": "Enabled"})
    return renditions


class Table:
    """An images table of one test. ``says`` is what an execution would write."""

    def __init__(self, endpoint: str, name: str) -> None:
        self.name = name
        self.client: DynamoDBClient = aws_session().create_client("dynamodb", endpoint_url=endpoint)  # type: ignore[assignment]
        self.client.create_table(
            TableName=name,
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": "image_uri", "AttributeType": "S"}],
            KeySchema=[{"AttributeName": "image_uri", "KeyType": "HASH"}],
        )

    def says(self, status: str, version: str = "", owner: str = "one") -> None:
        keys = [storage.rendition_key(BEACH.key, version, file) for file in FILES] if version else []
        item: Any = {
            "image_uri": {"S": BEACH.uri},
            "status": {"S": status},
            "execution_arn": {"S": owner},
            "renditions": {"M": {str(number): {"M": {"key": {"S": key}}} for number, key in enumerate(keys)}},
        }
        self.client.put_item(TableName=self.name, Item=item)


@pytest.fixture
def table(s3_endpoint: str, shelf: Bucket, aws_environment: None) -> Table:
    return Table(s3_endpoint, shelf.name)


def store(shelf: Bucket, version: str, original: str = BEACH.key) -> set[str]:
    """The four renditions of one version, as the functions store them."""
    keys = {storage.rendition_key(original, version, file) for file in FILES}
    for key in sorted(keys):
        shelf.s3.put_object(
            Bucket=shelf.name,
            Key=key,
            Body=key.encode(),
            ContentType="image/webp",
            CacheControl=storage.CACHE_FOR_EVER,
            Metadata={"version": version},
        )
    return keys


def expiring(shelf: Bucket) -> set[str]:
    keys = shelf.keys()
    tags = [shelf.s3.get_object_tagging(Bucket=shelf.name, Key=key)["TagSet"] for key in keys]
    return {key for key, found in zip(keys, tags, strict=True) if EXPIRES in found}


def run(shelf: Bucket, table: Table, original: Original = BEACH) -> Tidied:
    return tidy(shelf.s3, table.client, table.name, shelf.name, original)


def meanwhile(client: Any, call: str, what: Callable[[], object]) -> None:
    """Do ``what`` once, when the next ``call`` of ``client`` is on its way."""
    done: list[object] = []

    def once(**_: object) -> None:
        if not done:
            done.append(call)
            what()

    client.meta.events.register(f"before-call.{call}", once)


@pytest.mark.parametrize("status", ["COMPLETED", "REJECTED", "FAILED"])
def test_what_the_record_does_not_name_expires_and_stays_readable_till_then(
    shelf: Bucket, table: Table, status: str
) -> None:
    old, new = store(shelf, OLD), store(shelf, NEW)
    table.says(status, NEW if status == "COMPLETED" else "")
    gone = old if status == "COMPLETED" else old | new
    assert run(shelf, table) == Tidied(status, retired=len(gone))
    assert expiring(shelf) == gone
    for key in gone:
        found = shelf.get(key)
        assert found["Body"].read() == key.encode()
        assert (found["ContentType"], found["CacheControl"]) == ("image/webp", storage.CACHE_FOR_EVER)
        assert found["Metadata"]["version"] in {OLD, NEW}


def test_tidying_twice_does_not_begin_the_grace_period_anew(shelf: Bucket, table: Table) -> None:
    [key, *_] = store(shelf, OLD)
    table.says("COMPLETED", NEW)
    run(shelf, table)
    version = shelf.get(key)["VersionId"]
    assert run(shelf, table) == Tidied("COMPLETED")
    assert shelf.get(key)["VersionId"] == version


@pytest.mark.parametrize("status", ["DELETING", "DELETED"])
def test_of_a_deleted_image_no_version_of_any_rendition_is_left(
    shelf: Bucket, table: Table, status: str
) -> None:
    store(shelf, OLD)
    store(shelf, OLD)
    store(shelf, NEW)
    table.says(status)
    assert run(shelf, table) == Tidied(status, removed=12)
    assert "Versions" not in shelf.s3.list_object_versions(Bucket=shelf.name)
    assert run(shelf, table) == Tidied(status)


@pytest.mark.parametrize("status", ["PROCESSING", ""])
def test_an_image_that_is_worked_on_or_unknown_is_left_alone(
    shelf: Bucket, table: Table, status: str
) -> None:
    store(shelf, OLD)
    if status:
        table.says(status)
    assert run(shelf, table) == Tidied(status)
    assert expiring(shelf) == set()
    assert len(shelf.keys()) == 4


# ── A newer upload in the middle of it ────────────────────────────────────────────────────────────────────────────


def test_what_a_newer_upload_writes_during_a_removal_stays(shelf: Bucket, table: Table) -> None:
    """The same picture again: the very keys that are about to be deleted."""
    store(shelf, OLD)
    table.says("DELETING")
    meanwhile(shelf.s3, "s3.DeleteObject", lambda: store(shelf, OLD))
    run(shelf, table)
    assert len(shelf.keys()) == 4


def test_a_newer_upload_that_begins_before_the_record_is_read_stops_the_removal(
    shelf: Bucket, table: Table
) -> None:
    store(shelf, OLD)
    table.says("DELETING")
    meanwhile(table.client, "dynamodb.GetItem", lambda: table.says("PROCESSING", owner="two"))
    assert run(shelf, table) == Tidied("PROCESSING")
    assert len(shelf.keys()) == 4


def test_a_picture_that_comes_back_while_its_files_are_retired_is_shown_for_good(
    shelf: Bucket, table: Table
) -> None:
    old, new = store(shelf, OLD), store(shelf, NEW)
    table.says("COMPLETED", NEW)

    def comes_back() -> None:
        store(shelf, OLD)
        table.says("COMPLETED", OLD, owner="two")

    meanwhile(shelf.s3, "s3.CopyObject", comes_back)
    run(shelf, table)
    assert expiring(shelf) == new
    assert set(shelf.keys()) == old | new


# ── Which files are an image's ────────────────────────────────────────────────────────────────────────────────────


def test_the_files_of_a_neighbour_are_not_touched(shelf: Bucket, table: Table) -> None:
    key = BEACH.key
    neighbours = [f"{key}/x.jpg", f"{key}2", f"{key}/{OLD}", key[:-1], f"{key}/{OLD}/large.webp"]
    kept = {stored for neighbour in neighbours for stored in store(shelf, NEW, neighbour)}
    shelf.put(f"{key}/{OLD}/", b"")
    shelf.put(f"{key}/notes.txt", b"")
    kept |= {f"{key}/{OLD}/", f"{key}/notes.txt"}
    store(shelf, OLD)
    table.says("DELETED")
    assert run(shelf, table).removed == 4
    assert set(shelf.keys()) == kept


KEYS = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), min_size=1, max_size=60)
LENGTHS = st.integers(1, 18)


@given(KEYS, LENGTHS, st.sampled_from(FILES))
@example("k" * 57, 18, "thumbnail.webp")
@example("a~" + "0" * 64, 1, "large.webp")
def test_a_rendition_is_found_under_its_original_and_under_no_other(key: str, times: int, file: str) -> None:
    original = (key * times).encode()[:1024].decode(errors="ignore")
    stored = storage.rendition_key(original, OLD, file)
    assert storage.is_rendition_of(original, stored)
    assert stored.startswith(storage._common_start(original))
    for other in (original + "/", original[:-1], f"{original}/{OLD}", stored):
        assert not storage.is_rendition_of(other, stored)


@pytest.mark.parametrize("key", ["k" * 1024, "é" * 512, "k" * 975, "k" * 990, "k" * 959])
def test_the_files_of_an_image_with_a_long_key_are_all_found(shelf: Bucket, key: str) -> None:
    keys = store(shelf, OLD, key)
    store(shelf, OLD, f"{key[:-1]}2")
    found = storage.stored_versions(shelf.s3, shelf.name, Original("uploads", key))
    assert {one.key for one in found} == keys


# ── Whether the original is gone ──────────────────────────────────────────────────────────────────────────────────


def test_an_original_is_gone_behind_a_delete_marker_and_back_without_it(
    s3: "S3Client", uploads: Bucket
) -> None:
    original = Original(uploads.name, "beach.jpg")
    storage.confirm_deleted(s3, original)
    uploads.put("beach.jpg", b"pixels")
    with pytest.raises(ObjectExists, match=r"The key has an object, with the ETag .*\."):
        storage.confirm_deleted(s3, original)
    marker = s3.delete_object(Bucket=uploads.name, Key="beach.jpg")["VersionId"]
    storage.confirm_deleted(s3, original)
    s3.delete_object(Bucket=uploads.name, Key="beach.jpg", VersionId=marker)
    with pytest.raises(ObjectExists):
        storage.confirm_deleted(s3, original)


EVERY_CALL: list[Callable[[Any], object]] = [
    lambda s3: storage.confirm_deleted(s3, BEACH),
    lambda s3: list(storage.stored_versions(s3, "shelf", BEACH)),
    lambda s3: storage.remove_version(s3, "shelf", storage.Stored("k", "v", current=True)),
    lambda s3: storage.is_retired(s3, "shelf", "k"),
    lambda s3: storage.retire(s3, "shelf", "k"),
    lambda s3: storage.reinstate(s3, "shelf", "k"),
    lambda dynamodb: records.read(dynamodb, "images", BEACH.uri),
]


@pytest.mark.parametrize("call", EVERY_CALL)
@pytest.mark.parametrize("status, expected", [(503, StorageUnavailable), (403, ClientError)])
def test_what_may_pass_is_told_from_what_an_operator_must_put_right(
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
    """As S3 documents it: the shorter one is filled with zeros on the right before the two are compared."""
    length = max(len(one), len(other))
    return one.ljust(length, "0"), other.ljust(length, "0")


@given(HEX, HEX)
@example("0055AED6DCD90281E5", "0055AED6DCD90281E50")
@example("0062E99A88DC40746", "0062E99A88DC407460")
def test_sequencers_of_unequal_length_compare_as_text_as_they_do_padded(one: str, other: str) -> None:
    """DynamoDB compares text. It agrees wherever the padded ones differ; equal ones are one event, and never occur."""
    left, right = padded(one, other)
    assert left == right or (one < other) == (left < right)
