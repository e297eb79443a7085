"""Drawings and scans take few bytes in every output format, and a rendition that gains nothing says so."""

import io

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from renditions import fonts
from renditions.imaging import render
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


def test_pixel_art_of_few_colours_is_exact_in_webp() -> None:
    rng = np.random.default_rng(3)
    art = Image.fromarray(rng.integers(0, 4, (24, 24), np.uint8) * 60).convert("RGB").resize((480, 480), 0)
    rendered = render(encoded(art, "PNG"), "large", Settings())
    assert np.array_equal(np.asarray(Image.open(io.BytesIO(rendered.data)).convert("RGB")), np.asarray(art))
