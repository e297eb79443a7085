"""Pillow's warnings are silenced while an image is read, and only then."""

import random
import threading
import time
import warnings

import pytest

from renditions.imaging.silence_warnings import SILENCED


def test_warnings_are_silent_inside_and_heard_again_outside() -> None:
    with warnings.catch_warnings(record=True) as heard:
        warnings.simplefilter("always")
        with SILENCED, SILENCED:
            warnings.warn("inside", stacklevel=1)
        warnings.warn("outside", stacklevel=1)
    assert [str(one.message) for one in heard] == ["outside"]


def test_an_error_inside_does_not_leave_the_process_silent() -> None:
    before = list(warnings.filters)
    with pytest.raises(ValueError, match="broken"), SILENCED:
        raise ValueError("broken")
    assert list(warnings.filters) == before


def test_overlapping_threads_restore_the_filters_of_the_process() -> None:
    before = list(warnings.filters)
    with warnings.catch_warnings(record=True) as heard:
        warnings.simplefilter("always")
        threads = [threading.Thread(target=warn_inside, args=(seed,)) for seed in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        warnings.warn("outside", stacklevel=1)
    assert [str(one.message) for one in heard] == ["outside"]
    assert list(warnings.filters) == before


def warn_inside(seed: int) -> None:
    pauses = random.Random(seed)  # noqa: S311 - no secret
    for _ in range(20):
        with SILENCED:
            time.sleep(pauses.random() / 500)
            warnings.warn("inside", stacklevel=1)
