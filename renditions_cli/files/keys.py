"""What S3 accepts as the key of an object."""

LONGEST_KEY = 1024  # bytes, S3's limit


def key_fault(text: str) -> str:
    """Return what is wrong with ``text`` as a key or as its start; an empty string if nothing is.

    What a shell or a file system passes on need not be text.
    """
    try:
        size = len(text.encode())
    except UnicodeEncodeError:
        return "it is not UTF-8"
    return f"it has {size} bytes, but S3 allows {LONGEST_KEY}" if size > LONGEST_KEY else ""
