"""GET /api/images/{id}/original: a URL that downloads the file as it was uploaded."""

from renditions.api import keys
from renditions.api.answers import not_found
from renditions.api.images import timestamp
from renditions.api.stack import Stack
from renditions.storage import web_originals


def get_original(stack: Stack, subject: str, image: str) -> dict[str, str]:
    """Return the URL and until when it works. Raises RequestError (404) if there is no such original."""
    key = keys.owned_key(subject, image)
    bucket = stack.places.uploads_bucket
    if web_originals.find(stack.s3, bucket, key) is None:
        raise not_found()
    url, expires = web_originals.sign_download(stack.s3, bucket, key, keys.file_name(key))
    return {"url": url, "expires_at": timestamp(expires)}
