"""All requests to S3. The client is passed in.

    keys         the keys of renditions: pure
    objects      what both buckets are asked: list, look up
    originals    the uploads bucket
    renditions   the renditions bucket

A request that processes an image raises StorageUnavailable when S3 is unavailable, so that the state machine retries.
Reconciliation has no state machine behind it: its requests raise botocore's errors.
"""
