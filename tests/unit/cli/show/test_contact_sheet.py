"""The contact sheet, looked at pixel by pixel."""

import sys
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image

from cli.aws.outcomes import Outcome
from cli.show.contact_sheet import GROUND, made, write_contact_sheet
from cli.show.lettering import broken, cut, font
from cli.show.tiles import frame_count
from renditions.contracts import Rendition
from tests.unit.cli.example_outcomes import Files, completed, rejected
from tests.unit.imaging.heif_files import coded, heic, heif, irot

Pixels = npt.NDArray[np.uint8]


def sheet(tmp_path: Path, outcomes: list[Outcome], files: Files) -> Pixels:
    target = tmp_path / "sheet.png"
    assert write_contact_sheet(outcomes, files, target) == len(outcomes)
    with Image.open(target) as picture:
        return np.asarray(picture.convert("RGB"))


def blocks(pixels: Pixels, colour: tuple[int, int, int]) -> list[int]:
    """The widths of the runs of ``colour`` in the pixel row that has most of it."""
    same: npt.NDArray[np.bool_] = np.all(np.abs(pixels.astype(int) - colour) < 6, axis=2)
    row = same[same.sum(axis=1).argmax()]
    edges = np.flatnonzero(np.diff(np.concatenate(([0], row.astype(int), [0]))))
    return [int(end - start) for start, end in zip(edges[::2], edges[1::2], strict=True)]


def test_an_original_stands_beside_its_four_renditions_and_none_is_enlarged(tmp_path: Path) -> None:
    outcome, files = completed(tmp_path, "a.png", "#c03020")
    assert blocks(sheet(tmp_path, [outcome], files), (0xC0, 0x30, 0x20)) == [240, 200, 240, 240, 240]


def test_transparency_shows_a_checkerboard(tmp_path: Path) -> None:
    outcome, files = completed(tmp_path, "a.png", (0, 0, 0, 0), "RGBA")
    pixels = sheet(tmp_path, [outcome], files)[180:330]  # the tiles without rules and text
    white, grey = blocks(pixels, (255, 255, 255)), blocks(pixels, (0xDC, 0xDC, 0xD8))
    assert set(white) | set(grey) == {8}
    assert len(white) > 60


def test_a_rejected_file_is_a_tile_with_its_sentence_and_is_never_opened(tmp_path: Path) -> None:
    outcome = rejected(tmp_path, "notes.jpg", "This is no picture.")
    outcome.original.path.unlink()
    pixels = sheet(tmp_path, [outcome], {})
    assert max(blocks(pixels, (0xFB, 0xF1, 0xDC))) > 900  # the tinted field reaches the right edge
    field = pixels[170:290, 340:1300]
    assert (field < 90).all(axis=2).sum() > 200  # the letters on it


def test_a_damaged_rendition_is_a_page_and_does_not_break_the_sheet(tmp_path: Path) -> None:
    outcome, files = completed(tmp_path, "a.png", "#c03020")
    files["a.png"]["medium"].write_bytes(b"cut off")
    assert blocks(sheet(tmp_path, [outcome], files), (0xC0, 0x30, 0x20)) == [240, 200, 240, 240]


def test_an_original_is_shown_upright(tmp_path: Path) -> None:
    outcome, files = completed(tmp_path, "a.jpg", "#c03020")
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.new("RGB", (400, 300), "#2040c0").save(outcome.original.path, exif=exif, quality=95)
    assert blocks(sheet(tmp_path, [outcome], files), (0x20, 0x40, 0xC0)) == [180]


def test_an_original_in_heic_is_shown_upright_where_its_decoder_is_installed(tmp_path: Path) -> None:
    outcome, files = completed(tmp_path, "a.png", "#c03020")
    flat = coded(Image.new("RGB", (400, 300), "#2040c0"), "HEIC")
    outcome.original.path.write_bytes(heif("HEIC", [flat.having(irot(3))]))
    assert blocks(sheet(tmp_path, [outcome], files), (0x20, 0x40, 0xC0)) == [180]


def test_an_original_in_heic_is_a_page_without_its_decoder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    outcome, files = completed(tmp_path, "a.png", "#c03020")
    outcome.original.path.write_bytes(heic(Image.new("RGB", (400, 300), "#c03020")))
    monkeypatch.setitem(sys.modules, "pillow_heif", None)
    assert blocks(sheet(tmp_path, [outcome], files), (0xC0, 0x30, 0x20)) == [200, 240, 240, 240]


def test_a_rendition_that_moves_says_how_many_frames_it_has(tmp_path: Path) -> None:
    still = Rendition("thumbnail", "b", "k", 200, 150, 5120, "image/webp", "")
    frames = [Image.new("RGB", (20, 15), colour) for colour in ("red", "green", "blue")]
    frames[0].save(tmp_path / "moving.webp", save_all=True, append_images=frames[1:])
    frames[0].save(tmp_path / "still.webp")
    assert made(still, frame_count(tmp_path / "moving.webp")) == "200 x 150, 5 kB, 3 frames"
    assert made(still, frame_count(tmp_path / "still.webp")) == "200 x 150, 5 kB"


def test_many_images_make_smaller_tiles(tmp_path: Path) -> None:
    found = [completed(tmp_path, f"{number}.png", "#c03020") for number in range(17)]
    files = {name: made for _, one in found for name, made in one.items()}
    pixels = sheet(tmp_path, [outcome for outcome, _ in found], files)
    assert blocks(pixels, (0xC0, 0x30, 0x20)) == [150] * 5


def test_a_sheet_that_would_be_too_tall_says_how_many_images_are_on_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = [completed(tmp_path, f"{number}.png") for number in range(4)]
    files = {name: made for _, one in found for name, made in one.items()}
    monkeypatch.setattr("cli.show.contact_sheet.TALLEST", 800)
    shown = write_contact_sheet([outcome for outcome, _ in found], files, tmp_path / "sheet.png")
    assert 0 < shown < 4
    with Image.open(tmp_path / "sheet.png") as picture:
        assert picture.height <= 800


def test_the_margin_stays_empty_however_long_the_name_is(tmp_path: Path) -> None:
    outcome, files = completed(tmp_path, "wide-" * 40 + ".png", "#c03020")
    pixels = sheet(tmp_path, [outcome], files)
    ground = tuple(int(GROUND[i : i + 2], 16) for i in (1, 3, 5))
    assert (pixels[:, :40] == ground).all()
    assert (pixels[:, -40:] == ground).all()


def test_long_text_is_broken_into_lines_that_fit_and_keeps_every_word() -> None:
    text = "The file looks like no picture that we know, but only pictures are accepted. " * 3
    lines = broken(text, 20, 300)
    assert " ".join(lines).split() == text.split()
    assert all(font(line, 20).getlength(line) <= 300 for line in lines)


def test_a_name_that_is_cut_keeps_its_beginning_and_its_end() -> None:
    shorter = cut("beginning-" + "x" * 200 + "-end.jpg", 20, 300)
    assert shorter.startswith("beginning")
    assert shorter.endswith("end.jpg")


def test_letters_beyond_ascii_are_drawn_as_themselves() -> None:
    assert len({bytes(font(letter, 20).getmask(letter)) for letter in "éßжλ"}) == 4
