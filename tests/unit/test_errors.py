"""Errors as Step Functions gets them: Lambda's runtime interface client writes the class name and the message."""

import sys

import pytest
from awslambdaric.bootstrap import build_fault_result

from renditions import errors

SENTENCE = (
    "The image is 40,000 × 10 pixels. The longest side allowed is 30,000 pixels. Upload a smaller version."
)
RAISED = [
    "EmptyFile",
    "FileTooLarge",
    "SideTooLong",
    "CorruptImage",
    "SourceGone",
    "StorageUnavailable",
    "InvalidSettings",
]


@pytest.mark.parametrize("name", RAISED)
def test_the_state_machine_gets_the_class_name_and_the_message(name: str) -> None:
    try:
        raise getattr(errors, name)(SENTENCE)
    except errors.RenditionsError:
        fault = build_fault_result(sys.exc_info(), None)
    assert (fault["errorType"], fault["errorMessage"]) == (name, SENTENCE)


def test_rejections_differ_from_temporary_errors() -> None:
    assert issubclass(errors.CorruptImage, errors.ImageRejected)
    assert not issubclass(errors.SourceGone, errors.ImageRejected)
    assert not issubclass(errors.StorageUnavailable, errors.ImageRejected)
