"""Updates of the stack while uploads are processed: every upload completes, with the old or the new settings."""

from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path
from uuid import uuid4

import pytest
from PIL import Image

from tests.e2e.cloud import RENDITIONS, Cloud
from tests.e2e.pictures import jpeg
from tests.faults.stack import FaultyStack

UPLOADS, SIZES = 100, (200, 120, 90)


@pytest.mark.long
def test_no_upload_fails_while_new_versions_are_deployed(tmp_path: Path) -> None:
    """Two updates during a hundred uploads, on a separate stack because its settings change."""
    with FaultyStack(tmp_path, timeout=30) as stack, ThreadPoolExecutor(1) as uploader:
        cloud = Cloud(stack.session(), stack.outputs)
        prefix = uuid4().hex
        keys = [f"{prefix}/{number}.jpg" for number in range(UPLOADS)]
        uploads = uploader.submit(lambda: [cloud.upload(key, jpeg(320, 240)) for key in keys])
        for size in SIZES[1:]:
            while len(stack.proxy.mentioning(prefix)) < UPLOADS:
                pass
            stack.deploy({"ThumbnailSize": str(size)})
        records = cloud.outcomes(uploads.result(), 300)
        assert [record["status"] for record in records.values()] == ["COMPLETED"] * UPLOADS
        widths = set()
        for record in records.values():
            assert set(record["renditions"]) == set(RENDITIONS)
            widths.add(assert_matches_record(cloud, record["renditions"]["thumbnail"]))
        assert widths <= set(SIZES)


def assert_matches_record(cloud: Cloud, found: dict[str, str]) -> int:
    """Check that a rendition has the width in its record, and return it."""
    body = cloud.s3.get_object(Bucket=found["bucket"], Key=found["key"])["Body"].read()
    width = Image.open(BytesIO(body)).width
    assert width == int(found["width"])
    return width
