"""The record that the code reads is the one that docs/record.md describes."""

from dataclasses import fields

from renditions.records import ImageRecord
from tests.contract.conftest import check_names
from tests.contract.test_notice import documented_attributes


def test_the_record_has_exactly_the_documented_attributes() -> None:
    record, _ = documented_attributes()
    known = [
        field.name for field in fields(ImageRecord) if field.name != "skipped"
    ]  # that one is from renditions
    check_names("functions/renditions/records.py, ImageRecord", known, record, "docs/record.md")
