"""A TIFF of several pages: one execution, with as many calls of each branch as its pages need."""

from collections.abc import Iterator
from io import BytesIO

import pytest
from PIL import Image

from tests.renditions import BRANCHES
from tests.statemachine.outcomes import Raised
from tests.statemachine.world import World


@pytest.fixture
def archive(world: World) -> Iterator[World]:
    with world.deployed_with(PAGES="all"):
        yield world


@pytest.fixture(scope="module")
def volume() -> bytes:
    pages, file = [Image.new("L", (40, 30), shade) for shade in (0, 100, 200)], BytesIO()
    pages[0].save(file, "TIFF", save_all=True, append_images=pages[1:])
    return file.getvalue()


def test_each_page_has_files_which_record_and_notice_name(archive: World, volume: bytes) -> None:
    upload = archive.upload(volume, "scans/volume.tif")
    execution = archive.run(upload)
    assert (execution.status, execution.path[-1]) == ("SUCCEEDED", "PublishCompletion")
    record, [message] = archive.record(upload), archive.received("subscribers")
    assert record is not None
    assert message.notice["renditions"] == record["renditions"]
    assert {one["pages"] for one in record["renditions"].values()} == {"2-3"}
    assert {one["note"] for name, one in record["renditions"].items() if name != "watermark"} == {""}
    firsts = [one["key"] for one in record["renditions"].values()]
    assert set(archive.files(upload)) == {
        key.replace(".webp", f"{page}.webp") for key in firsts for page in ("", "-p0002", "-p0003")
    }


def test_a_branch_is_called_again_for_the_pages_that_are_left(archive: World, volume: bytes) -> None:
    for number, branch in enumerate(BRANCHES):
        archive.will(branch, *[Raised("PagesLeft")] * (1 + 4 * number))
    execution = archive.run(archive.upload(volume, "scans/long.tif"))
    assert execution.status == "SUCCEEDED"


def test_the_pages_of_an_overwritten_volume_expire_and_those_of_a_deleted_one_are_removed(
    archive: World, volume: bytes
) -> None:
    upload = archive.upload(volume, "scans/again.tif")
    archive.run(upload)
    before = set(archive.files(upload))
    again = archive.upload(volume + b"\0", "scans/again.tif")
    archive.run(again)
    assert archive.expiring(again) == before
    archive.run(archive.delete(again), "image_deleted")
    assert not archive.files(again)
