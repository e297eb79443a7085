"""What a bucket that the stack did not create (ExistingUploadsBucket) lacks. docs/existing-bucket.md explains each."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

# The objects in these storage classes cannot be read without restoring them first.
_ARCHIVES: Final = {"GLACIER", "DEEP_ARCHIVE"}
# What S3 answers if a bucket has no configuration of a kind.
_NOT_CONFIGURED: Final = {
    "NoSuchBucketPolicy",
    "NoSuchCORSConfiguration",
    "NoSuchLifecycleConfiguration",
    "NoSuchPublicAccessBlockConfiguration",
    "ServerSideEncryptionConfigurationNotFoundError",
}


@dataclass(frozen=True, slots=True)
class BucketFinding:
    """What a bucket lacks, and what to do. ``broken``: uploads start nothing or fail. ``advised``: they work."""

    severity: Literal["broken", "advised"]
    problem: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Use:
    """What the stack does with the bucket: MalwareScan=on, Web=on, UploaderPrincipals, and the region of the stack."""

    region: str
    scanned: bool = False
    web: bool = False
    uploaders: tuple[str, ...] = ()


def check_uploads_bucket(s3: "S3Client", bucket: str, use: Use) -> list[BucketFinding]:
    """Return what the bucket lacks, the most serious first. Raises botocore's error if a permission is missing.

    Needs s3:ListBucket, s3:GetBucketVersioning, s3:GetBucketNotification, s3:GetBucketPolicy,
    s3:GetBucketPublicAccessBlock, s3:GetEncryptionConfiguration, s3:GetLifecycleConfiguration and s3:GetBucketCORS.
    """
    unreachable = _reach(s3, bucket, use)
    if unreachable:
        return [unreachable]
    found = [
        *_settings(s3, bucket),
        *_policy(s3, bucket, use),
        *_lifecycle(s3, bucket, use),
        *_cors(s3, bucket, use),
    ]
    return sorted(found, key=lambda one: one.severity, reverse=True)


def _broken(problem: str, remedy: str) -> BucketFinding:
    return BucketFinding("broken", problem, remedy)


def _advised(problem: str, remedy: str) -> BucketFinding:
    return BucketFinding("advised", problem, remedy)


def _reach(s3: "S3Client", bucket: str, use: Use) -> BucketFinding | None:
    """Whether the bucket can be used at all."""
    try:
        headers = s3.head_bucket(Bucket=bucket)["ResponseMetadata"]["HTTPHeaders"]
    except ClientError as error:
        headers = error.response["ResponseMetadata"].get("HTTPHeaders", {})
        region = headers.get("x-amz-bucket-region", use.region)
        if region == use.region:
            code = error.response["Error"]["Code"]
            return _broken(
                f"The bucket {bucket} does not exist, or you may not see it ({code}).",
                "Correct ExistingUploadsBucket, or ask the owner of the bucket for s3:ListBucket.",
            )
    region = headers.get("x-amz-bucket-region", use.region)
    if region == use.region:
        return None
    return _broken(
        f"The bucket {bucket} is in {region}, the stack in {use.region}. Its events do not reach the stack.",
        f"Deploy the stack in {region}.",
    )


def _settings(s3: "S3Client", bucket: str) -> Iterator[BucketFinding]:
    if s3.get_bucket_versioning(Bucket=bucket).get("Status") != "Enabled":
        yield _broken(
            "Versioning is off. An upload that is replaced while it is processed is lost.",
            f"aws s3api put-bucket-versioning --bucket {bucket} --versioning-configuration Status=Enabled",
        )
    if "EventBridgeConfiguration" not in s3.get_bucket_notification_configuration(Bucket=bucket):
        yield _broken(
            "The bucket sends no events to EventBridge. Uploads start nothing.",
            "Open the bucket in the S3 console, Properties, Amazon EventBridge: On. The command "
            "aws s3api put-bucket-notification-configuration replaces all other notifications.",
        )
    blocked = _configured(lambda: s3.get_public_access_block(Bucket=bucket)["PublicAccessBlockConfiguration"])
    if not blocked or not all(blocked.values()):
        yield _advised(
            "The bucket does not block all public access.",
            f"aws s3api put-public-access-block --bucket {bucket} --public-access-block-configuration "
            "BlockPublicAcls=true,IgnorePublicAcls=true,BlockPublicPolicy=true,RestrictPublicBuckets=true",
        )
    yield from _encryption(s3, bucket)


def _encryption(s3: "S3Client", bucket: str) -> Iterator[BucketFinding]:
    encrypted = _configured(
        lambda: s3.get_bucket_encryption(Bucket=bucket)["ServerSideEncryptionConfiguration"]
    )
    for rule in (encrypted or {}).get("Rules", []):
        default = rule.get("ApplyServerSideEncryptionByDefault", {})
        if default.get("SSEAlgorithm", "").startswith("aws:kms"):
            yield _advised(
                f"Originals are encrypted with {default.get('KMSMasterKeyID', 'the AWS managed key')}.",
                "Allow the roles of the functions kms:Decrypt in the policy of that key. The policy of an AWS managed "
                "key cannot be changed.",
            )


def _policy(s3: "S3Client", bucket: str, use: Use) -> Iterator[BucketFinding]:
    text = _configured(lambda: s3.get_bucket_policy(Bucket=bucket)["Policy"])
    denials = [one for one in json.loads(text)["Statement"] if one["Effect"] == "Deny"] if text else []
    if not any("aws:SecureTransport" in one.get("Condition", {}).get("Bool", {}) for one in denials):
        yield _advised(
            "The bucket accepts requests without TLS.",
            "Add the statement TlsOnly of docs/existing-bucket.md to its policy.",
        )
    if use.scanned and not any("s3:PutObjectTagging" in _listed(one.get("Action")) for one in denials):
        yield _broken(
            "Whoever may tag objects can call a file clean, because MalwareScan is on.",
            "Add the statement OnlyGuardDutyMayTag of docs/existing-bucket.md to its policy.",
        )
    yield from _uploaders(json.loads(text)["Statement"] if text else [], use)


def _uploaders(statements: list[dict[str, Any]], use: Use) -> Iterator[BucketFinding]:
    """Who of UploaderPrincipals may upload is decided by the policy of the bucket, which is not the stack's."""
    allowing = [one for one in statements if one["Effect"] == "Allow" and _allows_put(one)]
    named = {
        principal
        for one in allowing
        if isinstance(one.get("Principal"), dict)
        for principal in _listed(one["Principal"].get("AWS", []))
    }
    if any("aws:PrincipalOrgID" in one.get("Condition", {}).get("StringEquals", {}) for one in allowing):
        named.add("organization")
    for missing in use.uploaders:
        if {missing, f"{missing.rpartition(':')[0]}:root"} & named:
            continue
        yield _broken(
            f"{missing} is in UploaderPrincipals but may not upload: the stack does not own the policy of this bucket.",
            "Add the statement Uploaders of docs/accounts.md to its policy.",
        )


def _allows_put(statement: dict[str, Any]) -> bool:
    actions = [str(one).lower() for one in _listed(statement.get("Action", []))]
    return bool({"s3:putobject", "s3:put*", "s3:*", "*"} & set(actions))


def _lifecycle(s3: "S3Client", bucket: str, use: Use) -> Iterator[BucketFinding]:
    rules = _configured(lambda: s3.get_bucket_lifecycle_configuration(Bucket=bucket)["Rules"]) or []
    active = [rule for rule in rules if rule["Status"] == "Enabled"]
    for rule in active:
        classes = {one.get("StorageClass") for one in rule.get("Transitions", [])} & _ARCHIVES
        if classes:
            yield _advised(
                f"The lifecycle rule {rule.get('ID', '')} moves originals to {', '.join(sorted(map(str, classes)))}. "
                "They can no longer be processed again.",
                "Use GLACIER_IR or another class with immediate access.",
            )
    if not any("AbortIncompleteMultipartUpload" in rule for rule in active):
        yield _advised(
            "Uploads that were never finished are kept, and billed.",
            "Add a lifecycle rule with AbortIncompleteMultipartUpload after 1 day.",
        )
    if use.web and not any("NoncurrentVersionExpiration" in rule for rule in active):
        yield _advised(
            "A file of the web page that is sent twice is kept twice.",
            "Add a lifecycle rule for the prefix web/ that expires noncurrent versions after 1 day.",
        )


def _cors(s3: "S3Client", bucket: str, use: Use) -> Iterator[BucketFinding]:
    if not use.web:
        return
    rules = _configured(lambda: s3.get_bucket_cors(Bucket=bucket)["CORSRules"]) or []
    if not any("POST" in rule["AllowedMethods"] for rule in rules):
        yield _broken(
            "Browsers refuse to upload, because the bucket has no CORS rule for POST.",
            f"aws s3api put-bucket-cors --bucket {bucket} --cors-configuration "
            '\'{"CORSRules":[{"AllowedMethods":["POST"],"AllowedOrigins":["*"],"MaxAgeSeconds":3000}]}\'',
        )


def _configured(read: Callable[[], Any]) -> Any:
    """Return what ``read`` returns, or None if the bucket has no configuration of that kind."""
    try:
        return read()
    except ClientError as error:
        if error.response["Error"]["Code"] in _NOT_CONFIGURED:
            return None
        raise


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
