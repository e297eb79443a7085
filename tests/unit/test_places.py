"""The stack's resources from the environment."""

import pytest

from renditions.errors import InvalidSettings
from renditions.places import Places


def test_places_are_read_from_the_variables_of_their_names() -> None:
    environment = {"RENDITIONS_BUCKET": "made", "IMAGE_DELETED_ARN": "arn", "HOME": "/root"}
    expected = Places(renditions_bucket="made", image_deleted_arn="arn")
    assert Places.from_environment(environment, "renditions_bucket") == expected


@pytest.mark.parametrize("empty", [{}, {"UPLOADS_BUCKET": "", "IMAGES_TABLE": ""}], ids=["absent", "empty"])
def test_all_missing_places_are_named_in_one_sentence(empty: dict[str, str]) -> None:
    with pytest.raises(InvalidSettings, match=r"^UPLOADS_BUCKET, IMAGES_TABLE must be set\.$"):
        Places.from_environment(
            {"RENDITIONS_BUCKET": "made"} | empty, "uploads_bucket", "renditions_bucket", "images_table"
        )


def test_a_place_that_is_not_needed_may_be_missing() -> None:
    assert Places.from_environment({}) == Places()


def test_the_uri_of_an_image_is_its_bucket_and_its_key_unchanged() -> None:
    assert Places(uploads_bucket="in").uri("Zoë + 100%2B.jpg") == "s3://in/Zoë + 100%2B.jpg"
