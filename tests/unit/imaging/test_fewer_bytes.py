"""Drawings and scans take few bytes in every output format, and a rendition that gains nothing says so."""

import io
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from renditions import fonts
from renditions.imaging import render
from renditions.imaging.encode import _encoded as encode_one
from renditions.settings import Settings
from tests.unit.imaging.pictures import encoded, photograph


def scan() -> Image.Image:
    page = Image.new("1", (1700, 2200), 1)
    draw, font = ImageDraw.Draw(page), ImageFont.truetype(fonts.DEFAULT, 30)
    for line in range(40):
        draw.text(
            (120, 120 + 48 * line), "The quick brown fox jumps over the lazy dog and runs", font=font, fill=0
        )
    return page


SCAN = encoded(scan(), "PNG", optimize=True)


@pytest.mark.parametrize("output_format, most", [("webp", 90_000), ("auto", 90_000), ("png", 140_000)])
def test_a_scan_becomes_small_without_loss_that_shows(output_format: str, most: int) -> None:
    rendered = render(SCAN, "large", Settings(output_format=output_format))
    assert len(rendered.data) < most
    shown = np.asarray(Image.open(io.BytesIO(rendered.data)).convert("L")).astype(int)
    exact = np.asarray(
        scan().convert("L").resize((rendered.width, rendered.height), Image.Resampling.BICUBIC)
    )
    assert np.abs(shown - exact).mean() < 4


def test_a_smaller_rendition_with_more_bytes_than_its_original_says_so() -> None:
    rendered = render(SCAN, "large", Settings())
    assert len(rendered.data) > len(SCAN)
    assert f"{len(rendered.data):,} bytes, the larger original only {len(SCAN):,}" in rendered.note


def test_a_photograph_gets_no_note() -> None:
    assert not render(encoded(photograph(900, 700), "JPEG", quality=92), "thumbnail", Settings()).note


def pixel_art() -> Image.Image:
    rng = np.random.default_rng(3)
    return Image.fromarray(rng.integers(0, 4, (24, 24), np.uint8) * 60).convert("RGB").resize((480, 480), 0)


def test_pixel_art_of_few_colours_is_exact_in_webp() -> None:
    art = pixel_art()
    rendered = render(encoded(art, "PNG"), "large", Settings())
    assert np.array_equal(np.asarray(Image.open(io.BytesIO(rendered.data)).convert("RGB")), np.asarray(art))


def discs() -> Image.Image:
    board = Image.new("RGB", (1600, 1600), "white")
    draw, rng = ImageDraw.Draw(board), np.random.default_rng(5)
    for _ in range(12):
        x, y, radius = (int(one) for one in rng.integers(200, 1400, 3))
        draw.ellipse(
            (x - radius // 4, y - radius // 4, x + radius // 4, y + radius // 4),
            tuple(rng.integers(0, 256, 3)),
        )
    return board.resize((800, 800), Image.Resampling.LANCZOS)


@pytest.mark.parametrize(
    "data, is_lossless",
    [(SCAN, True), (encoded(pixel_art(), "PNG"), True), (encoded(discs(), "PNG"), False)],
    ids=["scan", "pixel art", "soft edges"],
)
def test_where_a_part_decides_a_drawing_is_encoded_once(
    data: bytes,
    is_lossless: bool,  # noqa: FBT001 - a case
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made: list[tuple[int, int]] = []

    def counted(image: Image.Image, *rest: Any) -> bytes:
        made.append(image.size)
        return encode_one(image, *rest)

    monkeypatch.setattr("renditions.imaging.encode._encoded", counted)
    rendered = render(data, "large", Settings())
    assert made.count((rendered.width, rendered.height)) == 1
    assert (b"VP8L" in rendered.data[:40]) == is_lossless
