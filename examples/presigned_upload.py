r"""Let a browser upload one image to the uploads bucket, without credentials and with a limit on its size.

Your server calls ``presigned_upload`` for a signed-in user and returns the result as JSON. The browser posts a form
with ``fields`` and then the file, in this order, to ``url``. To adapt: the prefix, the limit, the lifetime. Needs boto3
and the permission s3:PutObject on the bucket, which needs a CORS rule for POST from your page. Web=on has one for every
page or for that of WebDomain; this command replaces it, so list all origins:

    aws s3api put-bucket-cors --bucket UPLOADS_BUCKET --cors-configuration \
      '{"CORSRules": [{"AllowedMethods": ["POST"], "AllowedOrigins": ["https://shop.example"]}]}'
"""

from collections.abc import Mapping
from pathlib import PureWindowsPath
from typing import Any
from uuid import uuid4

from botocore.config import Config

LARGEST = 50 * 1024 * 1024  # bytes, as MAX_BYTES of the stack
SECONDS = 300
# With the address of the bucket's region. The general one redirects to it while a bucket is new, which browsers refuse.
SIGNING = Config(signature_version="s3v4", s3={"addressing_style": "virtual"})


def presigned_upload(
    s3: Any, bucket: str, user: str, file_name: str, metadata: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """Return ``url`` and ``fields`` of the form, and the ``key`` by which the image is found later.

    ``s3`` is ``boto3.client("s3", config=SIGNING)``, ``file_name`` is what the user's file is called.
    ``metadata`` is what the stack reads beside the image: ``renditions-focus``, ``renditions-crop`` and the names in
    ContextKeys. It is signed, so the browser cannot change it: the tenant is what your server says.
    """
    # S3 replaces ${filename} in a key, and the image would not be where you look for it.
    readable = PureWindowsPath(file_name).name[-100:].replace("$", "_") or "image"
    # A new key each time: nobody can overwrite another image, and the name in it is only for people.
    key = f"users/{user}/{uuid4().hex}/{readable}"
    stated = {f"x-amz-meta-{name}": value for name, value in (metadata or {}).items()}
    conditions = [["content-length-range", 1, LARGEST], *({name: value} for name, value in stated.items())]
    form: dict[str, Any] = s3.generate_presigned_post(
        bucket, key, Fields=stated, Conditions=conditions, ExpiresIn=SECONDS
    )
    return form | {"key": key}
