"""What was removed of an image, and what is left."""

from collections.abc import Callable
from dataclasses import dataclass, field

from botocore.exceptions import ClientError

from renditions import aws
from renditions.storage import objects
from renditions_cli.aws.sdk_errors import response_error


@dataclass(slots=True)
class Forgotten:
    """What was removed, by kind, and in sentences what is left.

    ``is_replaced``: a newer upload was kept. ``is_stopped``: the rest can only be removed by another run.
    """

    image_uri: str
    removed: dict[str, int] = field(default_factory=dict)
    left: list[str] = field(default_factory=list)
    is_replaced: bool = False
    is_stopped: bool = False

    def leave(self, sentence: str) -> None:
        """Note once what is left."""
        if sentence not in self.left:
            self.left.append(sentence)

    def count(self, kind: str, number: int = 1) -> None:
        """Add to the number of removed things of a kind."""
        if number:
            self.removed[kind] = self.removed.get(kind, 0) + number

    def allows(self, request: Callable[[], object], what: str) -> bool:
        """Make a request. Returns False, and notes what is left, if AWS refuses it."""
        try:
            request()
        except ClientError as error:
            if aws.error_code(error) in objects.GONE:
                return True
            self.leave(f"{what}: {response_error(error)}")
            return False
        return True
