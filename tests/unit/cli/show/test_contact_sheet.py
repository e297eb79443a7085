"""The contact sheet, pixel by pixel."""

import sys
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image

from renditions.contracts import Rendition
from renditions_cli.aws.outcomes import Outcome
from renditions_cli.show.contact_sheet import GROUND, rendition_size, write_contact_sheet
from renditions_cli.show.lettering import cut, font, wrapped
from renditions_cli.show.tiles import frame_count
from tests.renditions import NAMES, PREVIEWED
from tests.unit.cli.example_outcomes import Files, completed, rejected
from tests.unit.imaging.heif_files import coded, heic, heif, irot

Pixels = npt.NDArray[np.uint8]


# The widths of the renditions in a sheet of few images: none is enlarged.
SIDES = [200 if name == PREVIEWED else 240 for name in NAMES]


def sheet(tmp_path: Path, outcomes: list[Outcome], files: Files) -> Pixels:
    target = tmp_path / "sheet.png"
    assert write_contact_sheet(outcomes, files, target) == len(outcomes)
    with Image.open(target) as image:
        return np.asarray(image.convert("RGB"))


def blocks(pixels: Pixels, colour: tuple[int, int, int]) -> list[int]:
    """Return the lengths of the runs of ``colour`` in the pixel row that has most of it."""
    same: npt.NDArray[np.bool_] = np.all(np.abs(pixels.astype(int) - colour) < 6, axis=2)
    row = same[same.sum(axis=1).argmax()]
    edges = np.flatnonzero(np.diff(np.concatenate(([0], row.astype(int), [0]))))
    return [int(end - start) for start, end in zip(edges[::2], edges[1::2], strict=True)]


def test_an_original_is_beside_its_renditions_and_none_is_enlarged(tmp_path: Path) -> None:
    outcome, files = completed(tmp_path, "a.png", "#c03020")
    assert blocks(sheet(tmp_path, [outcome], files), (0xC0, 0x30, 0x20)) == [240, *SIDES]


def test_transparent_areas_show_a_checkerboard(tmp_path: Path) -> None:
    outcome, files = completed(tmp_path, "a.png", (0, 0, 0, 0), "RGBA")
    pixels = sheet(tmp_path, [outcome], files)[180:330]  # the tiles, without rules and text
    white, grey = blocks(pixels, (255, 255, 255)), blocks(pixels, (0xDC, 0xDC, 0xD8))
    assert set(white) | set(grey) == {8}
    assert len(white) > 14 * len(NAMES)


def test_a_rejected_file_is_shown_with_its_reason_and_never_opened(tmp_path: Path) -> None:
    outcome = rejected(tmp_path, "notes.jpg", "This is not an image.")
    outcome.original.path.unlink()
    pixels = sheet(tmp_path, [outcome], {})
    assert max(blocks(pixels, (0xFB, 0xF1, 0xDC))) > 180 * len(
        NAMES
    )  # the tinted field reaches the right edge
    field = pixels[170:290, 340:1300]
    assert (field < 90).all(axis=2).sum() > 200  # the letters on it


def test_a_damaged_rendition_is_shown_as_a_page(tmp_path: Path) -> None:
    outcome, files = completed(tmp_path, "a.png", "#c03020")
    files["a.png"][NAMES[-1]].write_bytes(b"cut off")
    assert blocks(sheet(tmp_path, [outcome], files), (0xC0, 0x30, 0x20)) == [240, *SIDES[:-1]]


def test_an_original_is_shown_upright(tmp_path: Path) -> None:
    outcome, files = completed(tmp_path, "a.jpg", "#c03020")
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.new("RGB", (400, 300), "#2040c0").save(outcome.original.path, exif=exif, quality=95)
    assert blocks(sheet(tmp_path, [outcome], files), (0x20, 0x40, 0xC0)) == [180]


def test_a_heic_original_is_shown_upright_with_its_decoder(tmp_path: Path) -> None:
    outcome, files = completed(tmp_path, "a.png", "#c03020")
    flat = coded(Image.new("RGB", (400, 300), "#2040c0"), "HEIC")
    outcome.original.path.write_bytes(heif("HEIC", [flat.having(irot(3))]))
    assert blocks(sheet(tmp_path, [outcome], files), (0x20, 0x40, 0xC0)) == [180]


def test_a_heic_original_is_shown_as_a_page_without_its_decoder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    outcome, files = completed(tmp_path, "a.png", "#c03020")
    outcome.original.path.write_bytes(heic(Image.new("RGB", (400, 300), "#c03020")))
    monkeypatch.setitem(sys.modules, "pillow_heif", None)
    assert blocks(sheet(tmp_path, [outcome], files), (0xC0, 0x30, 0x20)) == SIDES


def test_an_animated_rendition_shows_its_number_of_frames(tmp_path: Path) -> None:
    still = Rendition("thumbnail", "b", "k", 200, 150, 5120, "image/webp", "")
    frames = [Image.new("RGB", (20, 15), colour) for colour in ("red", "green", "blue")]
    frames[0].save(tmp_path / "moving.webp", save_all=True, append_images=frames[1:])
    frames[0].save(tmp_path / "still.webp")
    assert rendition_size(still, frame_count(tmp_path / "moving.webp")) == "200 x 150, 5 kB, 3 frames"
    assert rendition_size(still, frame_count(tmp_path / "still.webp")) == "200 x 150, 5 kB"


def test_many_images_get_smaller_tiles(tmp_path: Path) -> None:
    found = [completed(tmp_path, f"{number}.png", "#c03020") for number in range(17)]
    files = {name: made for _, one in found for name, made in one.items()}
    pixels = sheet(tmp_path, [outcome for outcome, _ in found], files)
    assert blocks(pixels, (0xC0, 0x30, 0x20)) == [150] * (1 + len(NAMES))


def test_a_sheet_that_would_be_too_tall_leaves_out_images_and_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = [completed(tmp_path, f"{number}.png") for number in range(4)]
    files = {name: made for _, one in found for name, made in one.items()}
    monkeypatch.setattr("renditions_cli.show.contact_sheet.TALLEST", 800)
    shown = write_contact_sheet([outcome for outcome, _ in found], files, tmp_path / "sheet.png")
    assert 0 < shown < 4
    with Image.open(tmp_path / "sheet.png") as image:
        assert image.height <= 800


def test_a_long_name_does_not_reach_the_margin(tmp_path: Path) -> None:
    outcome, files = completed(tmp_path, "wide-" * 40 + ".png", "#c03020")
    pixels = sheet(tmp_path, [outcome], files)
    ground = tuple(int(GROUND[i : i + 2], 16) for i in (1, 3, 5))
    assert (pixels[:, :40] == ground).all()
    assert (pixels[:, -40:] == ground).all()


def test_long_text_is_wrapped_and_keeps_every_word() -> None:
    text = "Not a supported image format. Upload a JPEG, PNG, GIF, BMP, TIFF or WebP. " * 3
    lines = wrapped(text, 20, 300)
    assert " ".join(lines).split() == text.split()
    assert all(font(line, 20).getlength(line) <= 300 for line in lines)


def test_a_shortened_name_keeps_its_beginning_and_its_end() -> None:
    shorter = cut("beginning-" + "x" * 200 + "-end.jpg", 20, 300)
    assert shorter.startswith("beginning")
    assert shorter.endswith("end.jpg")


def test_letters_outside_ascii_have_their_own_glyphs() -> None:
    assert len({bytes(font(letter, 20).getmask(letter)) for letter in "éßжλ"}) == 4
