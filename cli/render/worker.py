"""A process that renders files one after the other, so that a file that kills or hangs it costs only itself."""

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

from cli.files.originals import Original
from cli.render.one_file import Document, Job, document, render_file

# A copy of this process is there at once and has everything imported; not every system can do that safely.
_CONTEXT = (
    multiprocessing.get_context("fork") if sys.platform == "linux" else multiprocessing.get_context("spawn")
)


def render_all(originals: Iterable[Original], job: Job, timeout: float) -> Iterator[Document]:
    """The document of each file, as soon as it is there. ``timeout`` is in seconds, for each file."""
    worker = Worker(job)
    try:
        for original in originals:
            yield worker.render(original, timeout)
    finally:
        worker.stop()


class Worker:
    """A process for ``job``, and after its death another one."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self._running: tuple[BaseProcess, Connection] | None = None

    def render(self, original: Original, timeout: float) -> Document:
        """Have one file rendered, for at most ``timeout`` seconds."""
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
        return document(original, "FAILED", "TimedOut", f"There was no result within {timeout:g} seconds.")

    def stop(self) -> None:
        """End the process, if there is one."""
        if self._running:
            process, pipe = self._running
            pipe.close()
            process.kill()
            process.join()
            self._running = None


def start(job: Job) -> tuple[BaseProcess, Connection]:
    """A process that answers files on the pipe."""
    ours, theirs = _CONTEXT.Pipe()
    process = _CONTEXT.Process(target=serve, args=(theirs, job), daemon=True)
    process.start()
    theirs.close()
    return process, ours


def how_it_ended(status: int) -> str:
    """A sentence for the exit status of a process: below 0, the number of the signal that ended it."""
    if status == -signal.SIGKILL:
        return "The process was ended with SIGKILL: the system does that when its memory has run out."
    how = signal.Signals(-status).name if status < 0 else f"exit status {status}"
    return f"The process ended with {how} over this file."


def serve(pipe: Connection, job: Job) -> None:
    """What the process does: answer each file with its document, until the pipe is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C also comes here, but the command decides
    signal.signal(signal.SIGTERM, signal.SIG_DFL)  # whatever the process that was copied does about it
    warnings.simplefilter("ignore")  # Pillow's about odd files: what matters of them is in the document
    Thread(target=end_with_the_command, daemon=True).start()
    with suppress(EOFError):
        while True:
            pipe.send(render_file(pipe.recv(), job))


def end_with_the_command() -> None:
    """Wait until the command has ended, even if it was killed, and end this process too.

    Left behind it would go on rendering for nobody, and keep open the output that the caller waits for.
    """
    if command := multiprocessing.parent_process():
        command.join()
        os._exit(1)
