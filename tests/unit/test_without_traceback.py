"""The error that a function reports is short, however deep in the code it was raised."""

import json
import traceback
from typing import Any

import pytest

from renditions import errors
from renditions.without_traceback import without_traceback


def fails(error: Exception, depth: int = 50) -> Any:
    """Raise from as deep as imaging code can be."""
    if depth:
        return fails(error, depth - 1)
    raise error


def cause(error: Exception) -> str:
    """What Lambda's runtime reports about an error that ``handler`` raised, without the test's own frame."""

    @without_traceback
    def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
        return {"found": fails(error)}

    with pytest.raises(type(error)) as raised:
        handler({}, None)
    frames = traceback.format_tb(raised.tb)[1:]
    report = {
        "errorMessage": str(raised.value),
        "errorType": raised.typename,
        "requestId": "0" * 36,
        "stackTrace": frames,
    }
    return json.dumps(report, ensure_ascii=False)


@pytest.mark.parametrize("verdict", errors.ImageRejected.__subclasses__())
@pytest.mark.parametrize("text", ["x", "é", "🎉", "\udce9"], ids=["ascii", "latin", "emoji", "broken"])
def test_the_cause_of_a_rejection_is_at_most_1_kib(verdict: type[errors.ImageRejected], text: str) -> None:
    report = cause(verdict(f"The file says: {text * 5000}"))
    assert len(report.encode()) <= 1024
    assert json.loads(report)["errorMessage"].startswith("The file says: ")


def test_a_message_that_is_too_long_ends_in_an_ellipsis_and_whole_characters() -> None:
    sentence = str(errors.CorruptImage("é" * 5000))
    assert set(sentence[:-1]) == {"é"}
    assert sentence.endswith("…")
    assert len(sentence.encode()) in {errors.LONGEST_SENTENCE - 1, errors.LONGEST_SENTENCE}


def test_a_short_message_stays_as_it_is() -> None:
    sentence = "The file is 60 MB large, but at most 50 MB are accepted."
    assert str(errors.FileTooLarge(sentence)) == sentence


def test_a_bug_keeps_its_traceback() -> None:
    assert any("in fails" in frame for frame in json.loads(cause(KeyError("width")))["stackTrace"])
