"""The causes of errors."""

from renditions_cli.aws.causes import error_message, shortened


def test_the_cause_of_a_function_error_is_its_message() -> None:
    cause = '{"errorMessage": "No room.", "errorType": "MemoryError", "stackTrace": []}'
    assert error_message(cause) == "No room."
    assert error_message("The task timed out.") == "The task timed out."
    assert error_message('["odd"]') == '["odd"]'
    assert error_message(None) is None


def test_a_long_cause_is_cut_off_between_characters() -> None:
    text = shortened("ü" * 1000)
    assert len(text.encode()) <= 1024
    assert text.endswith("ü…")
    assert shortened("short") == "short"
