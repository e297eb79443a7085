"""An account that runs two functions at once, as new accounts run ten: a burst takes long, and nothing fails."""

from pathlib import Path
from uuid import uuid4

import pytest

from tests.e2e.cloud import Cloud
from tests.e2e.pictures import jpeg
from tests.faults.stack import FaultyEmulator, FaultyStack

UPLOADS, CONCURRENCY = 100, 2


class SmallAccount(FaultyEmulator):
    """Lambda refuses every call above the concurrency of the account, as on AWS. Nothing waits in a queue."""

    def _environment(self) -> dict[str, str]:
        limits = {"LAMBDA_ACCOUNT_CONCURRENCY": str(CONCURRENCY), "LAMBDA_PARALLEL": "64"}
        return super()._environment() | limits


class ThrottledStack(FaultyStack):
    """The stack in such an account."""

    emulator_class = SmallAccount


@pytest.mark.long
@pytest.mark.timeout(600)
def test_no_upload_of_a_burst_fails_with_two_concurrent_functions(tmp_path: Path) -> None:
    """A hundred uploads at once. Retries wait a fiftieth of the declared time, so the three hours are minutes."""
    with ThrottledStack(tmp_path, timeout=30) as stack:
        cloud = Cloud(stack.session(), stack.outputs)
        prefix = uuid4().hex
        uris = [cloud.upload(f"{prefix}/{number}.jpg", jpeg(320, 240)) for number in range(UPLOADS)]
        records = cloud.outcomes(uris, 500)
        calls = [call for call in stack.proxy.calls if call.service == "lambda" and call.actions]
        assert [record["status"] for record in records.values()] == ["COMPLETED"] * UPLOADS
        assert len(calls) > 2 * 5 * UPLOADS, "most calls were throttled"
