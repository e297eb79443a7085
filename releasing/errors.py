"""The error of this package."""


class ReleaseError(Exception):
    """A release could not be made. The message says why, and what to do."""
