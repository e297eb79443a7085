"""Every page of a TIFF: kept between calls, left out if it cannot be read, and never more in memory than one."""

import io
import itertools
import struct
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any, ClassVar

import pytest
from PIL import Image as Pixels

from renditions import imaging, paging
from renditions.contracts import Image, Rendered, Rendition, RenditionRequest, Upload
from renditions.errors import CorruptImage, PagesLeft
from renditions.framing import WHOLE
from renditions.paging import Branch
from renditions.presets import NONE, Choice
from renditions.settings import Settings
from tests.unit.conftest import Bucket

ALL = Settings(pages="all", thumbnail_size=16)


def tiff(*pages: Pixels.Image, **options: Any) -> bytes:
    file = io.BytesIO()
    pages[0].save(file, "TIFF", save_all=True, append_images=pages[1:], **options)
    return file.getvalue()


def page(shade: int, mode: str = "L", size: tuple[int, int] = (32, 24)) -> Pixels.Image:
    return Pixels.new("L", size, shade).convert(mode)


def volume(count: int) -> bytes:
    return tiff(*(page(number) for number in range(count)))


def broken(data: bytes, *numbers: int) -> bytes:
    """Return a TIFF of uncompressed pages in which those of these numbers lie outside the file."""
    copy, reader = bytearray(data), imaging.pages(data, replace(ALL, pages_max=5_000))
    for number in numbers:
        alone = reader.page(number)
        (directory,) = struct.unpack_from("<I", alone, 4)
        (entries,) = struct.unpack_from("<H", alone, directory)
        for entry in range(directory + 2, directory + 2 + 12 * entries, 12):
            if struct.unpack_from("<H", alone, entry) == (273,):
                struct.pack_into("<I", copy, entry + 8, len(data) + 999)
    return bytes(copy)


class Counting(Branch):
    """Counts the pages that are made, and remembers the memory that each may take."""

    limits: ClassVar[list[int]] = []

    def make(self, data: bytes, settings: Settings) -> Rendered:
        self.limits.append(settings.max_memory)
        return super().make(data, settings)


def branch(bucket: Bucket, data: bytes, settings: Settings = ALL) -> Branch:
    upload = Upload("uploads", "volume.tif", "e", None, len(data))
    image = Image.of(upload, imaging.inspect(data, settings), data, WHOLE, settings, Choice(NONE), tags="")
    Counting.limits.clear()
    return Counting(bucket.s3, bucket.name, RenditionRequest("thumbnail", image), settings)


def stored(branch: Branch, data: bytes, time: Iterator[int] | None = None) -> Rendition:
    """Store with so many milliseconds left each time that somebody asks."""
    left = time or itertools.repeat(60_000)
    return paging.store(branch, data, lambda: next(left))[0]


def file_names(bucket: Bucket) -> list[str]:
    listed = bucket.keys()
    return sorted(key.rpartition("/")[2] for key in listed)


def test_a_file_of_one_page_is_listed_nowhere_and_has_no_pages(renditions: Bucket) -> None:
    data = volume(1)
    assert stored(branch(renditions, data), data).pages == ""
    assert file_names(renditions) == ["thumbnail.webp"]


def test_each_page_has_its_own_pixels_beside_page_1(renditions: Bucket) -> None:
    data = tiff(page(0), page(1, "1", (24, 32)), page(200, "RGB"), page(255, "CMYK"), page(90, "I;16"))
    made = stored(branch(renditions, data), data)
    assert (made.pages, made.note, made.files) == ("2-5", "", 5)
    assert file_names(renditions) == [*(f"thumbnail-p000{n}.webp" for n in (2, 3, 4, 5)), "thumbnail.webp"]
    files = [renditions.get(key)["Body"].read() for key in (made.key, *made.further_keys)]
    shown = [Pixels.open(io.BytesIO(file)) for file in files]
    assert [one.size for one in shown] == [(16, 12), (12, 16), (16, 12), (16, 12), (16, 12)]
    shades = [one.convert("L").tobytes()[0] for one in shown]
    assert [abs(shade - wanted) < 3 for shade, wanted in zip(shades, (0, 255, 200, 255, 0), strict=True)]


def test_the_next_call_continues_where_time_ended(renditions: Bucket) -> None:
    data = volume(5)
    where = branch(renditions, data)
    # Two pages take 20 seconds each of 60: then less than a third is left.
    for expected in (["2", "3"], ["4", "5"]):
        left = iter([60_000, 60_000, 40_000, 40_000, 40_000, 19_000, *[19_000] * 9])
        with pytest.raises(PagesLeft):
            stored(where, data, left)
        assert [f"thumbnail-p000{n}.webp" in file_names(renditions) for n in expected] == [True, True]
    assert len(Counting.limits) == 4
    assert stored(where, data).pages == "2-5"
    assert file_names(renditions)[-1] == "thumbnail.webp"


def test_a_page_that_cannot_be_read_is_left_out_and_named(renditions: Bucket) -> None:
    data = broken(volume(50), 17)
    made = stored(branch(renditions, data), data)
    assert made.pages == "2-16,18-50"
    assert made.note.startswith("Page 17 of 50 is not shown: ")
    assert made.note.endswith(".")
    again = stored(branch(renditions, data), data)  # as after a redrive
    assert (again.pages, again.note) == (made.pages, made.note)
    # What is stored says that it was tried, and there is no time to try it again.
    again = stored(branch(renditions, data), data, itertools.repeat(0))
    assert (again.pages, again.note) == (made.pages, made.note)


def test_a_page_whose_file_was_deleted_is_made_again(renditions: Bucket) -> None:
    """Otherwise the note would call the page damaged."""
    data = broken(volume(9), 3, 7)
    where = branch(renditions, data)
    made = stored(where, data)
    for key in [*made.further_keys][1:4]:
        renditions.s3.delete_object(Bucket=renditions.name, Key=key)
    again = stored(where, data)
    assert (again.pages, again.note) == (made.pages, made.note)
    assert len(file_names(renditions)) == 7


def test_a_page_is_not_tried_again_where_time_is_short(renditions: Bucket) -> None:
    data = broken(volume(5), 3)
    where = branch(renditions, data)
    stored(where, data)
    renditions.s3.delete_object(Bucket=renditions.name, Key=where.write(where.make(data, ALL), page=5).key)
    # Page 5 takes 20 seconds of 60.
    made = stored(where, data, iter([60_000, 60_000, *[40_000] * 9]))
    assert made.note == "Page 3 of 5 is not shown: It is damaged, or needs too much memory."


def test_several_are_listed_with_the_reason_of_the_first(renditions: Bucket) -> None:
    data = broken(volume(9), 3, 4, 8)
    made = stored(branch(renditions, data), data)
    assert made.pages == "2,5-7,9"
    assert made.note.startswith("3 of 9 pages are not shown: 3-4, 8. Page 3: ")


def test_too_many_that_cannot_be_read_reject_the_file(renditions: Bucket) -> None:
    data = broken(volume(30), *range(3, 24))
    with pytest.raises(
        CorruptImage, match=r"^21 of 30 pages are not shown: 3-23\. Page 3: .* Repair the file"
    ):
        stored(branch(renditions, data), data)


def test_a_call_that_can_read_none_in_its_time_rejects_the_file(renditions: Bucket) -> None:
    """Otherwise the next call would begin at the same page."""
    data = broken(volume(5), 2, 3)
    with pytest.raises(CorruptImage, match="Page 2 of 5"):
        stored(branch(renditions, data), data, iter([60_000, 60_000, 15_000, 15_000, 15_000]))


def test_a_damaged_page_1_rejects_the_file_as_it_does_alone(renditions: Bucket) -> None:
    data = broken(volume(3), 1)
    with pytest.raises(CorruptImage):
        stored(branch(renditions, data), data)


def test_pages_beyond_the_limits_are_counted_in_the_note(renditions: Bucket) -> None:
    data, settings = volume(5), replace(ALL, pages_max=3)
    made = stored(branch(renditions, data, settings), data)
    assert made.pages == "2-3"
    assert made.note.startswith("Only the first 3 of 5 pages are shown. PAGES_MAX allows 3, ")
    large = tiff(*(page(number, size=(1000, 800)) for number in range(3)))
    assert imaging.inspect(large, replace(ALL, pages_max_megapixels=2)).pages == 2


def test_only_new_files_of_an_earlier_upload_are_kept(
    renditions: Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Older ones may be retired, and S3 would remove them."""
    data = volume(3)
    where = branch(renditions, data)
    stored(where, data)
    stored(where, data)
    assert len(Counting.limits) == 3 + 1
    monkeypatch.setattr("renditions.storage.renditions._STAYING", timedelta(hours=-1))
    stored(where, data)
    assert len(Counting.limits) == 3 + 1 + 3


def test_further_pages_leave_room_for_the_whole_file(renditions: Bucket) -> None:
    data = volume(2) + bytes(3_000_000)
    stored(branch(renditions, data, replace(ALL, max_memory=500)), data)
    assert Counting.limits == [497, 500]
