"""AVIF and HEIC: accepted if the settings say so, and shown as in viewers."""

import struct
import subprocess
import sys

import pytest
from PIL import Image

from renditions.errors import (
    InvalidSettings,
    TooManyPixels,
    UnsupportedFormat,
)
from renditions.imaging import inspect, render
from renditions.settings import Settings
from tests.renditions import LARGEST
from tests.unit.imaging import heif_files as made
from tests.unit.imaging.heif_files import (
    BOTH,
    FORMATS,
    ON,
    Item,
    alike,
    avif,
    both,
    coded,
    corners,
    grid,
    heic,
    heif,
)
from tests.unit.imaging.pictures import (
    BLUE,
    GREEN,
    RED,
    UPRIGHT,
    YELLOW,
    assert_colour,
    decoded,
    flat,
    photograph,
    quadrants,
    rendered_pixels,
    with_orientation,
)

TURNS: dict[int, list[bytes]] = {
    1: [],
    2: [made.imir(1)],
    3: [made.irot(2)],
    4: [made.imir(0)],
    5: [made.irot(1), made.imir(0)],
    6: [made.irot(3)],
    7: [made.irot(3), made.imir(0)],
    8: [made.irot(1)],
}


@both
def test_it_is_rejected_unless_the_settings_accept_it(image_format: str) -> None:
    article = {"AVIF": "an", "HEIC": "a"}[image_format]
    other = {"AVIF": "heic_input", "HEIC": "avif_input"}[image_format]
    neither = {"avif_input": "off", "heic_input": "off"}
    data = made.WRITERS[image_format](photograph(64, 48))
    with pytest.raises(
        UnsupportedFormat, match=rf"looks like {article} {image_format} image\. .* TIFF or WebP\.$"
    ):
        inspect(data, Settings(**neither))  # type: ignore[arg-type]
    with pytest.raises(UnsupportedFormat, match=r"GIF, BMP, TIFF, WebP or (AVIF|HEIC)\.$"):
        inspect(data, Settings(**neither | {other: "on"}))  # type: ignore[arg-type]


@both
def test_its_facts_are_those_of_the_image(image_format: str) -> None:
    exif = Image.Exif()
    exif[0x0110] = "Model 8"
    exif.get_ifd(0x8769)[0x9003] = "2026:11:20 12:00:01"
    picture = photograph(131, 67)
    picture.info["exif"] = exif.tobytes()
    facts = inspect(made.WRITERS[image_format](picture, exif=exif.tobytes()), BOTH)
    assert (facts.format, facts.width, facts.height, facts.frames) == (image_format, 131, 67, 1)
    assert (facts.taken_at, facts.camera, facts.has_alpha) == ("2026-11-20T12:00:01", "Model 8", False)


@pytest.mark.parametrize(
    "image_format, major, compatible",
    [
        ("AVIF", b"avif", ()),
        ("AVIF", b"mif1", (b"avif",)),
        ("HEIC", b"heic", ()),
        ("HEIC", b"heix", ()),
        ("HEIC", b"heim", ()),
        ("HEIC", b"heis", ()),
        ("HEIC", b"mif1", (b"heic",)),
        ("HEIC", b"hevc", (b"heic",)),
        ("HEIC", b"msf1", (b"hevc", b"heic")),
    ],
)
def test_the_brands_determine_the_format(
    image_format: str, major: bytes, compatible: tuple[bytes, ...]
) -> None:
    data = heif(image_format, [coded(quadrants(64, 64), image_format)], major=major, compatible=compatible)
    assert inspect(data, BOTH).format == image_format


@pytest.mark.parametrize(
    "major, compatible", [(b"msf1", (b"hevc", b"heic")), (b"heic", (b"msf1", b"hevc", b"mif1"))]
)
def test_a_heic_beside_a_sequence_is_decoded(major: bytes, compatible: tuple[bytes, ...]) -> None:
    data = heif("HEIC", [coded(quadrants(64, 64), "HEIC")], major=major, compatible=compatible)
    data += made_movie()
    assert_colour(decoded(render(data, "large", BOTH)), (10, 10), RED, 12)


def made_movie() -> bytes:
    """Return the box of a film. The decoder would read it, too."""
    return struct.pack(">I4sI4s", 16, b"moov", 8, b"free")


def test_a_container_of_an_unknown_codec_is_rejected() -> None:
    data = heif("HEIC", [coded(quadrants(64, 64), "HEIC")], major=b"mif1")
    with pytest.raises(UnsupportedFormat, match="looks like a HEIF image"):
        inspect(data, BOTH)


@both
@pytest.mark.parametrize("value", TURNS)
def test_the_orientation_of_the_container_counts_and_exif_is_ignored(value: int, image_format: str) -> None:
    exif = Item(b"Exif", bytes((0, 0, 0, 6)) + with_orientation(3), (), {b"cdsc": [1]})
    data = heif(image_format, [coded(quadrants(120, 80), image_format).having(*TURNS[value]), exif])
    facts = inspect(data, BOTH)
    shown = rendered_pixels(data, **ON)
    assert facts.orientation == value
    assert (facts.width, facts.height) == shown.size == ((120, 80) if value < 5 else (80, 120))
    assert alike(corners(shown), UPRIGHT[value])


@both
def test_the_library_that_wrote_it_and_this_agree_on_its_orientation(image_format: str) -> None:
    picture = quadrants(120, 80)
    for value, colours in UPRIGHT.items():
        shown = rendered_pixels(made.WRITERS[image_format](picture, exif=with_orientation(value)), **ON)
        assert alike(corners(shown), colours), value


@both
@pytest.mark.parametrize(
    "stored",
    [bytes(4) + with_orientation(3), b"\xff\xff\xff\xff" + with_orientation(3), bytes(4) + b"rubbish", b""],
)
def test_broken_exif_does_not_cause_a_rejection(image_format: str, stored: bytes) -> None:
    exif = Item(b"Exif", stored, (), {b"cdsc": [1]})
    data = heif(image_format, [coded(quadrants(64, 64), image_format), exif])
    assert alike(corners(rendered_pixels(data, kept_metadata="credit", **ON)), UPRIGHT[1])


@both
def test_only_the_visible_part_is_shown(image_format: str) -> None:
    """The lower right quarter, rotated to the left."""
    cropped = made.clap(60, 40, right=60, down=40)
    data = heif(image_format, [coded(quadrants(120, 80), image_format).having(cropped, made.irot(1))])
    facts = inspect(data, BOTH)
    assert (facts.width, facts.height) == (40, 60)
    assert alike(corners(rendered_pixels(data, **ON)), (YELLOW,) * 4)


@both
def test_tiles_are_combined(image_format: str) -> None:
    tiles = [coded(flat(colour, (64, 64)), image_format) for colour in (RED, GREEN, BLUE, YELLOW)]
    data = heif(image_format, [grid(2, 2, (120, 100), [2, 3, 4, 5]).having(made.irot(2)), *tiles])
    shown = rendered_pixels(data, **ON)
    assert shown.size == (120, 100)
    assert alike(corners(shown), UPRIGHT[3])


def test_the_tiles_of_a_phone_are_combined() -> None:
    shown = rendered_pixels(heic(quadrants(700, 500), tile_size=256), LARGEST, **ON)
    assert shown.size == (700, 500)
    assert alike(corners(shown), UPRIGHT[1])


@both
def test_thumbnails_depth_and_gain_maps_are_never_shown(image_format: str) -> None:
    small = coded(flat(BLUE, (64, 64)), image_format).referring({b"thmb": [1]})
    depth = (
        coded(flat(GREEN, (64, 64)), image_format)
        .referring({b"auxl": [1]})
        .having(made.auxiliary(b"urn:mpeg:hevc:2015:auxid:2"))
    )
    other = coded(flat(YELLOW, (320, 320)), image_format)
    unsupported = Item(b"jpeg", b"\xff\xd8\xff payload", (made.ispe(9, 9),), {b"auxl": [1]}).having(
        made.auxiliary(b"urn:com:apple:photo:2020:aux:hdrgainmap")
    )
    data = heif(image_format, [coded(flat(RED, (64, 64)), image_format), small, depth, other, unsupported])
    facts = inspect(data, BOTH)
    assert (facts.width, facts.height, facts.frames, facts.has_alpha) == (64, 64, 1, False)
    assert alike(corners(rendered_pixels(data, **ON)), (RED,) * 4)


def test_an_animated_avif_shows_its_first_frame() -> None:
    data = avif(quadrants(96, 64), save_all=True, append_images=[flat(BLUE, (96, 64))] * 2, duration=100)
    assert inspect(data, BOTH).frames == 3
    assert alike(corners(rendered_pixels(data, **ON)), UPRIGHT[1])


def test_a_film_beside_a_heic_image_is_ignored() -> None:
    film = made.box(b"moov", made.box(b"trak", made.box(b"mdia", bytes(50))))
    data = heif("HEIC", [coded(quadrants(64, 64), "HEIC")], trailer=film)
    assert alike(corners(rendered_pixels(data, **ON)), UPRIGHT[1])


def test_a_heic_that_contains_only_a_film_is_rejected() -> None:
    data = made.box(b"ftyp", b"hevc", bytes(4), b"msf1") + made.box(b"moov", bytes(50))
    with pytest.raises(UnsupportedFormat, match="contains no still image"):
        inspect(data, BOTH)


@pytest.mark.parametrize("image_format, setting", [("AVIF", "max_avif_pixels"), ("HEIC", "max_heic_pixels")])
def test_each_format_has_its_own_limit(image_format: str, setting: str) -> None:
    data = made.WRITERS[image_format](photograph(100, 80))
    assert inspect(data, Settings(max_pixels=1, **{setting: 8_000}, **ON)).width == 100  # type: ignore[arg-type]
    with pytest.raises(
        TooManyPixels,
        match=rf"The {image_format} image has 100 × 80 = 8,000 pixels\. At most 7,999 pixels are",
    ):
        inspect(data, Settings(**{setting: 7_999}, **ON))  # type: ignore[arg-type]


def test_a_package_without_a_heic_decoder_explains_at_start_how_to_build_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "pillow_heif", None)
    with pytest.raises(InvalidSettings, match=r"HEIC_INPUT is 'on' but .* make build HEIC=on"):
        Settings.from_environment({"HEIC_INPUT": "on"})
    assert Settings.from_environment({"AVIF_INPUT": "on"}).avif_input == "on"


def test_without_a_heic_decoder_a_heic_is_a_failure_and_no_rejection(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    data = heic(photograph(64, 48))
    monkeypatch.setitem(sys.modules, "pillow_heif", None)
    monkeypatch.delitem(sys.modules, "renditions.imaging.formats.heif.heic_decoder", raising=False)
    with pytest.raises(InvalidSettings, match="make build HEIC=on"):
        render(data, "thumbnail", BOTH)


def test_the_heic_decoder_is_loaded_only_for_a_heic() -> None:
    files = [made.WRITERS[name](photograph(64, 48)).hex() for name in FORMATS]
    program = f"""
import sys
from renditions import imaging
from renditions.settings import Settings
both = Settings(avif_input="on", heic_input="on")
for data in {files!r}:
    imaging.render(bytes.fromhex(data), "thumbnail", both)
    print("pillow_heif" in sys.modules)
"""
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd="functions"
    )
    assert done.stdout.split() == ["False", "True"]


def test_item_numbers_of_four_bytes_are_read() -> None:
    """Files of more than 65,535 items need them, and some programs always write them."""
    data = heif("HEIC", [coded(quadrants(64, 64), "HEIC")])
    narrow = made.full(b"pitm", struct.pack(">H", 1))
    wide = made.full(b"pitm", struct.pack(">I", 1), version=1)
    longer = data.replace(narrow, wide)
    start = longer.index(b"meta") - 4
    size = int.from_bytes(longer[start : start + 4], "big") + 2
    longer = longer[:start] + size.to_bytes(4, "big") + longer[start + 4 :]
    place = longer.index(b"iloc") + 4 + 4 + 2 + 2 + 2 + 2 + 2
    offset = int.from_bytes(longer[place : place + 4], "big") + 2
    longer = longer[:place] + offset.to_bytes(4, "big") + longer[place + 4 :]
    assert alike(corners(rendered_pixels(longer, **ON)), UPRIGHT[1])
