"""Images without a record: what there is instead, and what to do."""

from difflib import get_close_matches

from renditions.contracts import bucket_and_key
from renditions_cli.aws.stack import Stack

KEYS_SEARCHED = 1000  # for similar keys: one page of S3's listing


def not_found(stack: Stack, uri: str) -> str:
    """Return the message for an image without a record, with what to do."""
    bucket, key = bucket_and_key(uri)
    if bucket != stack.outputs.uploads_bucket:
        return f"There is no record of {uri}. {where_to_look(stack, uri)}"
    if key in similar_keys(stack, key)[:1]:
        return f"{key} is uploaded but has no record yet. Its event may still arrive; try again in a few seconds."
    return f"There is no image {key}. {where_to_look(stack, uri)}"


def where_to_look(stack: Stack, uri: str) -> str:
    """Return which image may be meant instead of one that does not exist, or where the images are."""
    bucket, key = bucket_and_key(uri)
    if bucket != stack.outputs.uploads_bucket:
        return f"The images of this stack are in s3://{stack.outputs.uploads_bucket}/."
    if near := get_close_matches(key, similar_keys(stack, key), n=3, cutoff=0.5):
        return f"Did you mean {' or '.join(near)}?"
    return f"List the keys with `aws s3 ls --recursive s3://{bucket}/`."


def similar_keys(stack: Stack, key: str) -> list[str]:
    """Return up to KEYS_SEARCHED keys, from the same folder if it has any. The key itself comes first."""
    s3, bucket = stack.s3(), stack.outputs.uploads_bucket
    for prefix in dict.fromkeys((key.rpartition("/")[0], "")):
        others = s3.list_objects_v2(Bucket=bucket, Prefix=prefix, MaxKeys=KEYS_SEARCHED).get("Contents", [])
        if others:
            exact = s3.list_objects_v2(Bucket=bucket, Prefix=key, MaxKeys=1).get("Contents", [])
            return [one["Key"] for one in (*exact, *others)]
    return []
