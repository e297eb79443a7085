"""What a function says of a verdict is short, wherever in the code it was found."""

import json
import traceback
from typing import Any

import pytest

from renditions import errors
from renditions.verdicts import told_without_traceback


def fails(error: Exception, depth: int = 50) -> Any:
    """Raise from as deep as imaging code may be."""
    if depth:
        return fails(error, depth - 1)
    raise error


def cause(error: Exception) -> str:
    """What Lambda's runtime tells of an error that ``handler`` raised; the test's own frame is not part of it."""

    @told_without_traceback
    def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
        return {"found": fails(error)}

    with pytest.raises(type(error)) as raised:
        handler({}, None)
    frames = traceback.format_tb(raised.tb)[1:]
    told = {
        "errorMessage": str(raised.value),
        "errorType": raised.typename,
        "requestId": "0" * 36,
        "stackTrace": frames,
    }
    return json.dumps(told, ensure_ascii=False)


@pytest.mark.parametrize("verdict", errors.ImageRejected.__subclasses__())
@pytest.mark.parametrize("text", ["x", "é", "🎉", "\udce9"], ids=["ascii", "latin", "emoji", "broken"])
def test_the_cause_of_a_rejection_is_at_most_1_kib_whatever_it_found(
    verdict: type[errors.ImageRejected], text: str
) -> None:
    told = cause(verdict(f"The file says: {text * 5000}"))
    assert len(told.encode()) <= 1024
    assert json.loads(told)["errorMessage"].startswith("The file says: ")


def test_a_sentence_that_is_too_long_ends_in_an_ellipsis_and_in_no_broken_character() -> None:
    sentence = str(errors.CorruptImage("é" * 5000))
    assert set(sentence[:-1]) == {"é"}
    assert sentence.endswith("…")
    assert len(sentence.encode()) in {errors.LONGEST_SENTENCE - 1, errors.LONGEST_SENTENCE}


def test_an_ordinary_sentence_is_told_as_it_is() -> None:
    sentence = "The file is 60 MB large, but at most 50 MB are accepted."
    assert str(errors.FileTooLarge(sentence)) == sentence


def test_a_bug_keeps_its_traceback() -> None:
    assert any("in fails" in frame for frame in json.loads(cause(KeyError("width")))["stackTrace"])
