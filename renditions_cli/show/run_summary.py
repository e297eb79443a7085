"""The summary of ``renditions run``: where the files are and how long it took, for the console and for --json."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.text import Text

from renditions_cli.aws.outcomes import Outcome
from renditions_cli.files.downloads import Downloads
from renditions_cli.show.wording import counted, duration


@dataclass(frozen=True, slots=True)
class RunTimes:
    """Moments by the monotonic clock: the start of the command, and when the stack was ready."""

    begun: float
    ready: float

    def to_json(self, outcomes: Sequence[Outcome]) -> dict[str, float]:
        """Return the seconds from the start of the command."""
        ended = [outcome.ended - self.begun for outcome in outcomes]
        seconds = {
            "stack_ready": self.ready - self.begun,
            "first_image": min(ended),
            "all_images": max(ended),
        }
        return {name: round(value, 3) for name, value in seconds.items()}


@dataclass(frozen=True, slots=True)
class RunSummary:
    """All results of a run. ``on_sheet``: how many images the contact sheet shows."""

    outcomes: Sequence[Outcome]
    files: Downloads
    out: Path
    contact_sheet: Path
    on_sheet: int
    times: RunTimes

    def lines(self) -> Iterator[Text]:
        """Yield the lines to print below the table of results."""
        made = sum(bool(self.files.get(outcome.original.folder)) for outcome in self.outcomes)
        folders = f"{self.out}/  ({counted(made, 'folder')}, one per image)" if made else "none"
        yield Text(f"Renditions      {folders}")
        yield Text(f"Contact sheet   {self.contact_sheet}")
        if missing := len(self.outcomes) - self.on_sheet:
            yield Text(
                f"                without the last {counted(missing, 'image')}, which would make it too tall"
            )
        seconds = self.times.to_json(self.outcomes)
        yield Text(
            f"Time            stack ready after {duration(seconds['stack_ready'])}, "
            f"first image after {duration(seconds['first_image'])}, all after {duration(seconds['all_images'])}"
        )

    def to_json(self) -> dict[str, Any]:
        """Return the document for --json."""
        return {
            "images": [
                with_files(outcome, self.files.get(outcome.original.folder, {})) for outcome in self.outcomes
            ],
            "out": str(self.out),
            "contact_sheet": str(self.contact_sheet),
            "seconds": self.times.to_json(self.outcomes),
        }


def with_files(outcome: Outcome, files: Mapping[str, Path]) -> dict[str, Any]:
    """Return the document of one image, with the local file of each rendition."""
    document = outcome.to_json()
    for name, rendition in document["renditions"].items():
        rendition["file"] = str(files[name]) if name in files else None
    return document
