"""An existing bucket: each thing that it lacks is named, with what to do about it."""

import json
from typing import TYPE_CHECKING, Any
from unittest import mock

import boto3
import pytest
from moto import mock_aws

from renditions_cli.aws.uploads_bucket import Use, check_uploads_bucket

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mypy_boto3_s3 import S3Client

BUCKET = "originals-of-before"
USE = Use("us-east-1")
EVERYTHING = Use("us-east-1", scanned=True, web=True)


@pytest.fixture
def s3() -> "Iterator[S3Client]":
    with mock_aws():
        client: S3Client = boto3.client("s3", region_name="us-east-1")
        client.create_bucket(Bucket=BUCKET)
        yield client


def deny(sid: str, **more: Any) -> dict[str, Any]:
    return {"Sid": sid, "Effect": "Deny", "Principal": "*", "Resource": f"arn:aws:s3:::{BUCKET}/*", **more}


def configure(s3: "S3Client") -> None:
    """Switch on everything that docs/existing-bucket.md asks for."""
    s3.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
    # Moto forgets it. tests/e2e/test_malware_scan.py asks the emulator.
    on: Any = {"EventBridgeConfiguration": {}}
    mock.patch.object(s3, "get_bucket_notification_configuration", return_value=on).start()
    block: Any = dict.fromkeys(
        ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"), True
    )
    s3.put_public_access_block(Bucket=BUCKET, PublicAccessBlockConfiguration=block)
    tls = deny("TlsOnly", Action="s3:*", Condition={"Bool": {"aws:SecureTransport": "false"}})
    tags = deny("OnlyGuardDutyMayTag", Action=["s3:PutObjectTagging", "s3:PutObjectVersionTagging"])
    policy = {"Version": "2012-10-17", "Statement": [tls, tags]}
    s3.put_bucket_policy(Bucket=BUCKET, Policy=json.dumps(policy))
    post: Any = {"CORSRules": [{"AllowedMethods": ["POST"], "AllowedOrigins": ["*"]}]}
    s3.put_bucket_cors(Bucket=BUCKET, CORSConfiguration=post)
    move(s3)


def move(s3: "S3Client", *transitions: dict[str, Any]) -> None:
    rule: Any = {
        "ID": "Originals",
        "Status": "Enabled",
        "Filter": {"Prefix": ""},
        "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 1},
        "NoncurrentVersionExpiration": {"NoncurrentDays": 1},
        **({"Transitions": [*transitions]} if transitions else {}),
    }
    s3.put_bucket_lifecycle_configuration(Bucket=BUCKET, LifecycleConfiguration={"Rules": [rule]})


def problems(s3: "S3Client", use: Use) -> list[str]:
    return [one.problem for one in check_uploads_bucket(s3, BUCKET, use)]


def test_a_bucket_with_everything_switched_on_lacks_nothing(s3: "S3Client") -> None:
    configure(s3)
    assert problems(s3, EVERYTHING) == []


def test_a_new_bucket_lacks_events_and_versions_first(s3: "S3Client") -> None:
    found = check_uploads_bucket(s3, BUCKET, USE)
    assert [one.severity for one in found] == ["broken"] * 2 + ["advised"] * 3
    assert "Versioning is off" in found[0].problem
    assert "EventBridge" in found[1].problem
    assert all(one.problem.endswith(".") and one.remedy for one in found)


def test_options_ask_for_more(s3: "S3Client") -> None:
    more = set(problems(s3, EVERYTHING)) - set(problems(s3, USE))
    assert len(more) == 3
    assert any("CORS" in one for one in more)
    assert any("call a file clean" in one for one in more)


def test_an_uploader_whom_the_policy_does_not_allow_is_named(s3: "S3Client") -> None:
    """The stack cannot change the policy of a bucket that is not its own."""
    team, camera = "arn:aws:iam::111122223333:root", "arn:aws:iam::444455556666:role/camera"
    for uploaders, missing in (
        ((), []),
        ((team, "arn:aws:iam::111122223333:role/camera"), []),
        ((team, camera), [camera]),
        (("organization",), ["organization"]),
    ):
        configure(s3)
        policy = json.loads(s3.get_bucket_policy(Bucket=BUCKET)["Policy"])
        allow = {"Effect": "Allow", "Principal": {"AWS": team}, "Action": "s3:PutObject"}
        policy["Statement"].append({**allow, "Resource": f"arn:aws:s3:::{BUCKET}/*"})
        s3.put_bucket_policy(Bucket=BUCKET, Policy=json.dumps(policy))
        found = check_uploads_bucket(s3, BUCKET, Use("us-east-1", uploaders=uploaders))
        assert [one.problem.split(" is in UploaderPrincipals")[0] for one in found] == missing
        assert all("docs/accounts.md" in one.remedy for one in found)


def test_an_organization_that_the_policy_allows_is_no_finding(s3: "S3Client") -> None:
    configure(s3)
    policy = json.loads(s3.get_bucket_policy(Bucket=BUCKET)["Policy"])
    everybody = {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": ["s3:PutObject"]}
    limit = {"StringEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}}
    policy["Statement"].append({**everybody, "Resource": f"arn:aws:s3:::{BUCKET}/*", "Condition": limit})
    s3.put_bucket_policy(Bucket=BUCKET, Policy=json.dumps(policy))
    assert check_uploads_bucket(s3, BUCKET, Use("us-east-1", uploaders=("organization",))) == []


def test_an_archive_and_a_key_are_pointed_out(s3: "S3Client") -> None:
    configure(s3)
    move(s3, {"Days": 30, "StorageClass": "GLACIER"})
    key: Any = {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": "alias/originals"}
    encryption: Any = {"Rules": [{"ApplyServerSideEncryptionByDefault": key}]}
    s3.put_bucket_encryption(Bucket=BUCKET, ServerSideEncryptionConfiguration=encryption)
    found = problems(s3, USE)
    assert len(found) == 2
    assert "moves originals to GLACIER" in " ".join(found)
    assert "alias/originals" in " ".join(found)


def test_a_bucket_that_does_not_exist_is_named(s3: "S3Client") -> None:
    [found] = check_uploads_bucket(s3, "nowhere-to-be-seen", USE)
    assert (found.severity, "nowhere-to-be-seen does not exist" in found.problem) == ("broken", True)


def test_a_bucket_of_another_region_is_useless(s3: "S3Client") -> None:
    elsewhere: Any = {"LocationConstraint": "eu-central-1"}
    s3.create_bucket(Bucket="far-away", CreateBucketConfiguration=elsewhere)
    [found] = check_uploads_bucket(s3, "far-away", USE)
    assert "is in eu-central-1, the stack in us-east-1" in found.problem
