"""Let a browser upload one image to the uploads bucket, without credentials and with a limit on its size.

Your server calls ``presigned_upload`` for a signed-in user and returns the result as JSON. The browser posts a form
with ``fields`` and then the file, in this order, to ``url``. To adapt: the prefix, the limit, the lifetime. Needs boto3
and the permission s3:PutObject on the bucket, which needs a CORS rule for POST from your page.
"""

from pathlib import PureWindowsPath
from typing import Any
from uuid import uuid4

LARGEST = 50 * 1024 * 1024  # bytes, as MAX_BYTES of the stack
SECONDS = 300


def presigned_upload(s3: Any, bucket: str, user: str, file_name: str) -> dict[str, Any]:
    """Return ``url`` and ``fields`` of the form, and the ``key`` by which the image is found later.

    ``s3`` must be made with ``Config(signature_version="s3v4")``, ``file_name`` is what the user's file is called.
    """
    # A new key each time: nobody can overwrite another image, and the name in it is only for people.
    key = f"users/{user}/{uuid4().hex}/{PureWindowsPath(file_name).name[-100:]}"
    form: dict[str, Any] = s3.generate_presigned_post(
        bucket, key, Conditions=[["content-length-range", 1, LARGEST]], ExpiresIn=SECONDS
    )
    return form | {"key": key}
