"""The local stack with the fault proxy, and with crash points in its functions."""

import json
import re
import shutil
import urllib.request
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Self

from renditions_cli.local.emulator import PROJECT, Emulator
from renditions_cli.local.stack import TEMPLATE, LocalStack
from tests.faults.proxy import Proxy

CRASH_POINTS = Path(__file__).parent / "crash_points"
FUNCTIONS = ("validate-image", "resize-image", "watermark-image")
# Retries wait this fraction of the declared time, so that their order stays but the tests are quick.
WAIT_SCALE = 0.02


class FaultyEmulator(Emulator):
    """The emulator, whose functions and state machines reach it only through ``proxy``."""

    launcher = "tests.faults.launcher"

    def __init__(self, directory: Path, proxy: Proxy) -> None:
        super().__init__(directory, port=0)
        proxy.upstream = self.port
        self.crash_points = directory / "crash_points"
        self.crash_points.mkdir(parents=True)
        self._proxy = proxy

    def _environment(self) -> dict[str, str]:
        return super()._environment() | {
            "AWS_ENDPOINT_URL": self._proxy.url,
            "CRASH_POINTS": str(self.crash_points.resolve()),
        }


class FaultyStack(LocalStack):
    """template.yaml with one change: functions time out after ``timeout`` seconds."""

    emulator_class = FaultyEmulator

    def __init__(self, directory: Path, timeout: int = 8) -> None:
        self.proxy = Proxy()
        super().__init__(port=0, directory=directory, template=_with_crash_points(directory, timeout))
        self.emulator: FaultyEmulator = self.emulator_class(directory, self.proxy)
        self.endpoint_url = self.emulator.endpoint_url
        self._proxying = ExitStack()

    def __enter__(self) -> Self:
        self._proxying.enter_context(self.proxy)
        super().__enter__()
        self.wait_in_retries(WAIT_SCALE)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        super().__exit__(kind, error, trace)
        self._proxying.close()

    def wait_in_retries(self, scale: float) -> None:
        """Set the fraction of the declared time that retries wait."""
        body = json.dumps({"stepfunctions._SFN_WAIT_SCALE": scale}).encode()
        request = urllib.request.Request(f"{self.endpoint_url}/_ministack/config", body, method="POST")  # noqa: S310
        with urllib.request.urlopen(request, timeout=5) as answer:  # noqa: S310 - our own emulator
            assert json.load(answer)["applied"], "the emulator no longer has this setting"

    def at(self, function: str, step: str, *orders: str) -> None:
        """Schedule what the next processes of ``function`` do after ``step``, in order: pass, kill or hang."""
        for number, order in enumerate(orders, start=1):
            (self.emulator.crash_points / f"{function}.{step}.{number:03}.{order}").touch()

    def left_at_crash_points(self) -> list[str]:
        """Remove and return the orders that no process took, because the case did not go as intended."""
        left = sorted(self.emulator.crash_points.iterdir())
        for path in left:
            path.unlink()
        return [path.name for path in left]


def _with_crash_points(directory: Path, timeout: int) -> Path:
    """Copy everything that is deployed, with the crash points in the package of the functions."""
    copy = directory / "source"
    for folder in ("functions", "statemachine", "web"):
        shutil.copytree(PROJECT / folder, copy / folder, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(CRASH_POINTS / "sitecustomize.py", copy / "functions")
    # Except for reconciliation, which never runs here and keeps some of its 900 seconds in reserve.
    original, replacement = (
        r"(?m)^      Timeout: (?!900$)(\d+|!Ref RenditionTimeout)$",
        f"      Timeout: {timeout}",
    )
    text, functions = re.subn(original, replacement, TEMPLATE.read_text())
    assert functions == 10, "the Timeout lines of the template have changed"
    (copy / "template.yaml").write_text(text)
    return copy / "template.yaml"
