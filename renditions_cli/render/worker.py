"""A process that renders files one by one, so that a file that crashes or hangs it affects no other file."""

import multiprocessing
import os
import signal
import sys
import warnings
from collections.abc import Iterable, Iterator
from contextlib import suppress
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from threading import Thread

from renditions_cli.files.originals import Original
from renditions_cli.render.one_file import Document, RenderJob, document, render_file

# A forked process starts at once, with everything imported, but not every system can fork safely.
_CONTEXT = (
    multiprocessing.get_context("fork") if sys.platform == "linux" else multiprocessing.get_context("spawn")
)


def render_all(originals: Iterable[Original], job: RenderJob, timeout: float) -> Iterator[Document]:
    """Yield the document of each file as soon as it is ready. ``timeout``: seconds for each file."""
    worker = Worker(job)
    try:
        for original in originals:
            yield worker.render(original, timeout)
    finally:
        worker.stop()


class Worker:
    """A process that renders for ``job``, replaced by a new one after a crash."""

    def __init__(self, job: RenderJob) -> None:
        self._job = job
        self._running: tuple[BaseProcess, Connection] | None = None

    def render(self, original: Original, timeout: float) -> Document:
        """Render one file within ``timeout`` seconds."""
        process, pipe = self._running = self._running or start(self._job)
        try:
            pipe.send(original)
            if pipe.poll(timeout):
                answer: Document = pipe.recv()
                return answer
        except (EOFError, OSError):  # the pipe breaks when the process ends
            process.join()
            self.stop()
            return document(original, "FAILED", "Crashed", how_it_ended(process.exitcode or 0))
        self.stop()
        return document(original, "FAILED", "TimedOut", f"No result after {timeout:g} s.")

    def stop(self) -> None:
        """End the process, if there is one."""
        if self._running:
            process, pipe = self._running
            pipe.close()
            process.kill()
            process.join()
            self._running = None


def start(job: RenderJob) -> tuple[BaseProcess, Connection]:
    """Start a process that receives originals on the pipe and answers with documents."""
    command_end, worker_end = _CONTEXT.Pipe()
    process = _CONTEXT.Process(target=serve, args=(worker_end, job), daemon=True)
    process.start()
    worker_end.close()
    return process, command_end


def how_it_ended(status: int) -> str:
    """Return a sentence for the exit status of the process; below 0 it is the number of a signal."""
    if status == -signal.SIGKILL:
        return "The process was killed (SIGKILL), probably because the system ran out of memory."
    how = signal.Signals(-status).name if status < 0 else f"exit status {status}"
    return f"The process ended with {how} while it rendered this file."


def serve(pipe: Connection, job: RenderJob) -> None:
    """Answer each original on the pipe with its document, until the pipe closes. Runs in the process."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C arrives here too, but the command decides
    signal.signal(signal.SIGTERM, signal.SIG_DFL)  # the forked process must not keep the command's handler
    warnings.simplefilter("ignore")  # Pillow warns about unusual files: the document says what matters
    Thread(target=end_with_the_command, daemon=True).start()
    with suppress(EOFError):
        while True:
            pipe.send(render_file(pipe.recv(), job))


def end_with_the_command() -> None:
    """Wait until the command has ended, even if it was killed, and end this process too.

    Otherwise it would continue to render, and keep open the output that the caller waits for.
    """
    if command := multiprocessing.parent_process():
        command.join()
        os._exit(1)
