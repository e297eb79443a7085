"""HDR: which gain maps are found, and what the renditions make of them."""

import io
import struct
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageCms

from renditions.contracts import Rendered
from renditions.framing import WHOLE, Framing
from renditions.imaging import inspect, render
from renditions.imaging.gain_maps import matching
from renditions.settings import Settings
from tests.renditions import LARGEST, largest
from tests.unit.imaging.hdr_files import (
    GAIN,
    ISO,
    NOTE,
    XMP,
    Gain,
    apple,
    apples,
    directory,
    hdrgm,
    index,
    inserted,
    iso,
    maker_note,
    scene,
    segment,
    texture,
    ultra_hdr,
    with_map,
)
from tests.unit.imaging.heif_files import FORMATS, Item, auxiliary, coded, heif, irot, ispe
from tests.unit.imaging.pictures import (
    RED,
    assert_colour,
    encoded,
    flat,
    photograph,
    quadrants,
    with_orientation,
)
from tests.unit.imaging.profiles import rgb_profile

KEEP = Settings(hdr="keep", watermark_text="")
THREE = Gain(high=(2.0, 2.25, 2.5), low=(0.0, -0.5, 0.25), gamma=(1.0, 1.5, 0.5))


def parts(rendered: Rendered) -> tuple[Image.Image, Image.Image]:
    """Return base and gain map of a rendition, found by the index of the file."""
    data = rendered.data
    start = data.index(b"MPF\0") + 4
    assert data[start : start + 4] == b"MM\0*"
    length, offset = struct.unpack_from(">II", data, start + 50 + 16 + 4)
    place = start + offset
    assert place + length == len(data)
    first, *_ = struct.unpack_from(">II", data, start + 50)[1:]
    assert first == place
    return Image.open(io.BytesIO(data[:place])), Image.open(io.BytesIO(data[place:]))


def stops(image: Image.Image, gain: Gain = GAIN) -> NDArray[np.float64]:
    """Return the gains that the samples of a map mean."""
    samples = np.asarray(image, dtype=np.float64) / 255
    low, high, gamma = (
        np.array(one if image.mode == "RGB" else one[0]) for one in (gain.low, gain.high, gain.gamma)
    )
    found: NDArray[np.float64] = low + (high - low) * samples ** (1 / gamma)
    return found


def kept(data: bytes, rendition: str = "thumbnail", *, framing: Framing = WHOLE, **settings: Any) -> Rendered:
    return render(data, rendition, replace(KEEP, **settings), framing=framing)


FOUND: dict[str, Callable[[], bytes]] = {
    "ultra hdr": ultra_hdr,
    "xmp only": lambda: ultra_hdr(kinds=("xmp",)),
    "iso only": lambda: ultra_hdr(kinds=("iso",)),
    "no index": lambda: ultra_hdr(mpf=None),
    "index beyond the end": lambda: ultra_hdr(mpf=2**30),
    "index into the base": lambda: ultra_hdr(mpf=-5000),
    "a preview before it": lambda: ultra_hdr(between=encoded(photograph(160, 120), "JPEG")),
    "garbage before it": lambda: ultra_hdr(between=b"\xff\xd8\xff\0" * 3),
    "an early layout of iso": lambda: ultra_hdr().replace(
        iso()[4:], iso()[4 : 4 + len(ISO)] + b"\0\x02" + iso()[34:] + b"\0\0\0"
    ),
    "only its own metadata": lambda: hostile_xmp(hdrgm()[33:].decode()),
    "a film behind it": lambda: ultra_hdr() + b"\0\0\0\x18ftypmp42" + bytes(1000),
    "as large as the base": lambda: ultra_hdr(shrink=1),
    "an eighth of the base": lambda: ultra_hdr(shrink=8),
}


@pytest.mark.parametrize("kind", FOUND)
def test_a_gain_map_is_found_by_what_it_is(kind: str) -> None:
    data = FOUND[kind]()
    assert inspect(data, Settings()).hdr_stops == 2.5
    rendered = kept(data)
    base, light = parts(rendered)
    assert (base.size, rendered.content_type, rendered.extension) == ((200, 150), "image/jpeg", "jpg")
    assert light.mode == "L"
    expected = scene(640, 480)[1].resize(light.size, Image.Resampling.BOX)
    assert np.abs(stops(light) - stops(expected)).mean() < 0.03


@pytest.mark.parametrize(
    "note, expected", [(NOTE, 2.3), (maker_note(t33=(1, 2)), 1.8), (maker_note(t33=(3, 2), t48=(1, 1)), 2.0)]
)
def test_a_photograph_of_apple_states_its_peak_in_its_maker_note(note: bytes, expected: float) -> None:
    assert inspect(apple(note=note), Settings()).hdr_stops == expected


def test_a_photograph_of_apple_states_its_peak_in_xmp() -> None:
    assert inspect(apple(note=b"", headroom="4"), Settings()).hdr_stops == 2.0


def test_the_samples_of_apple_become_logarithms() -> None:
    """Half of 255 is 0.26 in linear light, of a gain of 3 above 1: 1.78, which is 0.83 of 2 stops."""
    gain_map = encoded(Image.new("L", (320, 240), 128), "JPEG")
    data = apple(headroom="4")
    place = data.rindex(b"\xff\xd8\xff")
    end = place + 2 + 4 + struct.unpack_from(">H", data, place + 4)[0] - 2
    _, light = parts(kept(data[:end] + gain_map[2:]))
    assert abs(float(stops(light, Gain(high=(2.0,))).mean()) - 0.83) < 0.02


def heic(
    note: bytes = NOTE,
    *,
    size: tuple[int, int] = (160, 120),
    turned: Sequence[bytes] = (),
    owners: Sequence[int] = (1,),
    made: Sequence[Item] = (),
) -> bytes:
    """Return the quadrants as an iPhone stores them, with the quadrant at the top left of the map bright.

    ``turned`` are properties of both. The map belongs to its ``owners``. ``made`` are further items, from the third on.
    """
    light = Image.new("L", size)
    light.paste(255, (0, 0, size[0] // 2, size[1] // 2))
    gain_map = coded(light, "HEIC").having(auxiliary(b"urn:com:apple:photo:2020:aux:hdrgainmap"), *turned)
    base = coded(quadrants(320, 240), "HEIC").having(*turned)
    exif = Item(b"Exif", bytes(4) + note.removeprefix(b"Exif\0\0"), (), {b"cdsc": [1]})
    return heif("HEIC", [base, gain_map.referring({b"auxl": owners}), *made, exif])


def test_the_gain_map_of_a_heic_is_an_image_beside_the_primary_one() -> None:
    on: dict[str, Any] = {"heic_input": "on"}
    assert inspect(heic(), Settings(**on)).hdr_stops == 2.3
    _, light = parts(kept(heic(), **on))
    gains = stops(light, Gain(high=(2.3,)))
    assert (gains[5, 5] > 2.2, gains[5, -5] < 0.1, gains[-5, 5] < 0.1) == (True, True, True)
    base, light = parts(kept(heic(turned=(irot(1),)), **on))
    assert_colour(base, (5, -5 % base.height), RED, 12)
    gains = stops(light, Gain(high=(2.3,)))
    assert (gains[-5, 5] > 2.2, gains[5, 5] < 0.1, gains[-5, -5] < 0.1) == (True, True, True)
    assert inspect(heic(size=(640, 480)), Settings(**on)).hdr_stops == 0
    made_of_both = Item(b"tmap", references={b"dimg": [1, 2]})
    assert inspect(heic(owners=(3, 1), made=[made_of_both]), Settings(**on)).hdr_stops == 2.3  # iOS 18
    assert inspect(heic(note=b""), Settings(**on)).hdr_stops == 0
    stated = Item(b"mime", apples('HDRGainMap:HDRGainMapHeadroom="4"'), references={b"cdsc": [2]})
    assert inspect(heic(note=b"", made=[stated]), Settings(**on)).hdr_stops == 2


def tone_mapped(image_format: str, gain: Gain = GAIN, parts: Sequence[int] = (1, 2)) -> bytes:
    """Return the same with the numbers of ISO 21496-1, as in HEIC of Samsung's and AVIF of Adobe's."""
    light = Image.new("L", (160, 120))
    light.paste(255, (0, 0, 80, 60))
    numbers = bytes(1) + iso(gain)[4 + len(ISO) :]
    tone_map = Item(b"tmap", numbers, (ispe(320, 240),), {b"dimg": parts})
    items = [coded(quadrants(320, 240), image_format), coded(light, image_format), tone_map]
    return heif(image_format, items, compatible=[b"tmap"])


@pytest.mark.parametrize("image_format", FORMATS)
def test_the_gain_map_of_a_heic_or_avif_may_belong_to_a_tone_mapped_image(image_format: str) -> None:
    on: dict[str, Any] = {"heic_input": "on", "avif_input": "on"}
    data = tone_mapped(image_format)
    assert inspect(data, Settings(**on)).hdr_stops == 2.5
    _, light = parts(kept(data, **on))
    gains = stops(light)
    assert (gains[5, 5] > 2.4, gains[5, -5] < 0.1, gains[-5, 5] < 0.1) == (True, True, True)
    for hostile in (
        tone_mapped(image_format, replace(GAIN, base_stops=3)),
        tone_mapped(image_format, replace(GAIN, high=(40,))),
        tone_mapped(image_format, parts=(1, 3)),
        tone_mapped(image_format, parts=(1, 9)),
    ):
        assert inspect(hostile, Settings(**on)).hdr_stops == 0


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("shape", [{}, {"thumbnail_size": "60x90", "thumbnail_fit": "cover"}])
def test_the_map_lies_on_its_base_whatever_the_rotation_and_the_crop(
    orientation: int, shape: dict[str, Any]
) -> None:
    base = quadrants(480, 360)
    light = base.convert("L").resize((240, 180))
    data = with_map(
        encoded(base, "JPEG", quality=95, subsampling="4:4:4", exif=with_orientation(orientation)),
        encoded(light, "JPEG", quality=95),
    )
    for framing in (WHOLE, Framing("", "0.2,0.1,0.5,0.6"), Framing("0.1,0.9")):
        shown, gains = parts(kept(data, framing=framing, **shape))
        expected = shown.convert("L").resize(gains.size)
        assert np.abs(np.asarray(expected, float) - np.asarray(gains, float)).mean() < 4
        assert abs(gains.width / gains.height - shown.width / shown.height) < 0.05


def shown(base: Image.Image, light: Image.Image, gain: Gain = GAIN) -> NDArray[np.float64]:
    """Return linear light, white as 1, on a screen that shows all of it."""
    samples = np.asarray(base, dtype=np.float64) / 255
    linear = np.where(samples <= 0.04045, samples / 12.92, ((samples + 0.055) / 1.055) ** 2.4)
    gains = stops(light.resize(base.size, Image.Resampling.BILINEAR), gain)
    lit: NDArray[np.float64] = (linear + gain.offset) * 2 ** gains.reshape(*gains.shape[:2], -1) - gain.offset
    return lit


def loss(rendered: Rendered, expected: NDArray[np.float64]) -> float:
    """Return by how much the light differs from that of the original, averaged over whole pixels, in stops."""
    base, light = parts(rendered)
    step = expected.shape[1] // base.width
    means = expected.reshape(base.height, step, base.width, step, 3).mean(axis=(1, 3))
    return float(np.abs(np.log2((shown(base, light) + GAIN.offset) / (means + GAIN.offset))).mean())


@pytest.mark.parametrize(
    "framing, box", [(WHOLE, (0, 0, 800, 600)), (Framing("", "0,0,0.5,0.5"), (0, 0, 400, 300))]
)
def test_the_light_of_fine_texture_survives_resizing_and_compression(
    framing: Framing, box: tuple[int, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    base, light = texture(800, 600)
    data = with_map(
        encoded(base, "JPEG", quality=98, subsampling="4:4:4"), encoded(light, "JPEG", quality=98)
    )
    expected = shown(base.crop(box), light.crop(box))  # type: ignore[arg-type]
    matched = kept(data, framing=framing)
    monkeypatch.setattr(matching, "loss", lambda *_: 0)
    plain = kept(data, framing=framing)
    assert loss(matched, expected) < 0.6 * loss(plain, expected)
    assert len(matched.data) < 1.3 * len(plain.data)


@pytest.mark.parametrize(
    "settings, scale",
    [({}, 1), ({"output_quality": 60}, 2), ({"medium_size": 800}, 2)],
    ids=["much is lost", "by choice", "nothing is resized"],
)
def test_a_map_is_as_large_as_its_base_only_where_it_makes_up_for_much(
    settings: dict[str, Any], scale: int
) -> None:
    base, light = texture(800, 600)
    data = with_map(encoded(base, "JPEG"), encoded(light.resize((400, 300)), "JPEG"))
    made, gains = parts(kept(data, "medium", **{"medium_size": 400, **settings}))
    assert made.width == scale * gains.width


def test_nothing_outside_the_crop_bleeds_into_the_map() -> None:
    light = Image.new("L", (320, 240))
    light.paste(255, (160, 0, 320, 240))
    data = with_map(encoded(flat((90, 90, 90), (640, 480)), "JPEG"), encoded(light, "JPEG", quality=100))
    _, gains = parts(kept(data, framing=Framing("", "0.5,0,0.5,1")))
    assert stops(gains).min() > 2.45


def test_the_watermark_does_not_glow() -> None:
    data = with_map(encoded(photograph(640, 480), "JPEG"), encoded(Image.new("L", (320, 240), 255), "JPEG"))
    settings: dict[str, Any] = {
        "watermark_text": "MMMMM",
        "watermark_opacity": 100,
        "watermark_scale": 20,
        "watermark_size": 640,
    }
    marked, plain = (parts(kept(data, name, **settings))[1] for name in ("watermark", "large"))
    assert stops(plain).min() > 2.4
    gains = stops(marked)
    assert gains[: gains.shape[0] // 2].min() > 2.4
    assert gains[gains.shape[0] // 2 :].min() < 0.1


@pytest.mark.parametrize("fit", ["pad", "pad:blur", "pad:transparent"])
def test_padding_does_not_glow(fit: str) -> None:
    data = with_map(encoded(photograph(640, 480), "JPEG"), encoded(Image.new("L", (320, 240), 255), "JPEG"))
    base, light = parts(kept(data, LARGEST, **largest("320x320", fit)))
    assert (base.size, light.size) == ((320, 320), (160, 160))
    gains = stops(light)
    assert max(gains[:16].max(), gains[-16:].max()) < 0.1
    assert gains[24:-24].min() > 2.3


def test_a_grey_base_is_stored_in_colour_and_a_grey_map_in_grey() -> None:
    base, light = scene(320, 240)
    base, light = parts(
        kept(with_map(encoded(base.convert("L"), "JPEG"), encoded(light.convert("RGB"), "JPEG")))
    )
    assert (base.mode, light.mode) == ("RGB", "L")


def test_three_channels_keep_their_numbers_and_their_neutral_colour() -> None:
    base, light = scene(640, 480)
    colours = Image.merge("RGB", (light, light.transpose(Image.Transpose.FLIP_LEFT_RIGHT), light))
    data = with_map(encoded(base, "JPEG"), encoded(colours, "JPEG", subsampling="4:4:4"), THREE)
    assert inspect(data, Settings()).hdr_stops == 2.5
    rendered = kept(data, thumbnail_size="200x200", thumbnail_fit="pad")
    _, gains = parts(rendered)
    assert gains.mode == "RGB"
    edge = stops(gains, THREE)[3, 50]
    assert (
        np.abs(edge - (0, 0, 0.25)).max() < 0.05
    )  # the third channel always brightens, by 0.25 stops at least
    assert (
        b"<hdrgm:GainMapMax><rdf:Seq><rdf:li>2</rdf:li><rdf:li>2.25</rdf:li><rdf:li>2.5</rdf:li>"
        in rendered.data
    )
    again = kept(rendered.data, thumbnail_size=90)
    block = again.data[again.data.rindex(ISO) + len(ISO) :]
    assert block[4] == 0xC0
    assert struct.unpack_from(">iI", block, 5 + 16 + 40) == (-1, 2)  # the least gain of the second channel


def test_base_and_map_state_both_kinds_of_metadata_and_the_map_has_no_profile() -> None:
    data = kept(ultra_hdr()).data
    base, light = data[: data.rindex(b"\xff\xd8\xff")], data[data.rindex(b"\xff\xd8\xff") :]
    assert all(part.count(one) == 1 for part in (base, light) for one in (XMP, ISO))
    assert f'Item:Semantic="GainMap" Item:Mime="image/jpeg" Item:Length="{len(light)}"'.encode() in base
    assert base[base.index(ISO) + len(ISO) :][:4] == bytes(4)
    assert b'hdrgm:HDRCapacityMax="2.5"' in light
    assert b"ICC_PROFILE" not in data
    assert light.count(b"\xff\xe0") == 1


def test_the_base_keeps_its_colours_with_a_profile_that_is_composed() -> None:
    profile = rgb_profile("The screen of Anna")
    base, light = scene(640, 480)
    data = with_map(encoded(base, "JPEG", quality=95, icc_profile=profile), encoded(light, "JPEG"))
    rendered = kept(data)
    shown, _ = parts(rendered)
    made = shown.info["icc_profile"]
    assert len(made) < 1_000
    assert ImageCms.getProfileDescription(ImageCms.ImageCmsProfile(io.BytesIO(made))).strip() == "RGB"
    expected = Image.open(io.BytesIO(data)).resize(shown.size, Image.Resampling.LANCZOS)
    assert np.abs(np.asarray(shown, float) - np.asarray(expected, float)).mean() < 2
    in_srgb = [
        ImageCms.profileToProfile(expected, one, ImageCms.createProfile("sRGB"))
        for one in map(_opened, (profile, made))
    ]
    assert np.abs(np.asarray(in_srgb[0], float) - np.asarray(in_srgb[1], float)).max() <= 1
    sdr = render(data, "thumbnail", Settings(output_format="jpeg"))
    assert rendered.dominant_colour[:2] == sdr.dominant_colour[:2]


def _opened(profile: bytes) -> ImageCms.ImageCmsProfile:
    return ImageCms.ImageCmsProfile(io.BytesIO(profile))


def damaged(data: bytes, start: int, length: int = 400) -> bytes:
    return data[:start] + bytes(length) + data[start + length :]


def hostile_xmp(text: str) -> bytes:
    base, light = scene(640, 480)
    return encoded(base, "JPEG") + inserted(encoded(light, "JPEG"), segment(0xE1, XMP + text.encode()))


def of_size(width: int, height: int, **options: Any) -> bytes:
    base, light = scene(320, 240)
    return with_map(encoded(base, "JPEG"), encoded(light.resize((width, height)), "JPEG"), **options)


BOMB = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 20))
NONE: dict[str, Callable[[], bytes]] = {
    "no map": lambda: encoded(photograph(320, 240), "JPEG"),
    "a preview": lambda: encoded(photograph(320, 240), "JPEG") + encoded(photograph(160, 120), "JPEG"),
    "a base that promises one": lambda: inserted(encoded(photograph(320, 240), "JPEG"), directory(1000)),
    "an index into nothing": lambda: inserted(encoded(photograph(320, 240), "JPEG"), index(2**31, 2**31)),
    "cut off in its pixels": lambda: ultra_hdr()[:-900],
    "cut off in its header": lambda: (d := ultra_hdr())[: d.rindex(b"\xff\xd8\xff") + 600],
    "only its first bytes": lambda: encoded(photograph(320, 240), "JPEG") + b"\xff\xd8\xff",
    "larger than the base": lambda: of_size(640, 480),
    "wider than the base": lambda: of_size(640, 240),
    "of another shape": lambda: of_size(160, 160),
    "upright": lambda: of_size(120, 160),
    "four inks": lambda: with_map(
        encoded(photograph(320, 240), "JPEG"), encoded(flat((1, 2, 3, 4), (160, 120), "CMYK"), "JPEG")
    ),
    "on four inks": lambda: with_map(
        encoded(flat((1, 2, 3, 4), (320, 240), "CMYK"), "JPEG"), encoded(scene(160, 120)[1], "JPEG")
    ),
    "no stops": lambda: ultra_hdr(gain=replace(GAIN, stops=0)),
    "infinite stops": lambda: hostile_xmp(hdrgm(replace(GAIN, stops=float("inf")))[33:].decode()),
    "no number": lambda: hostile_xmp(hdrgm(replace(GAIN, high=(float("nan"),)))[33:].decode()),
    "a hundred stops": lambda: ultra_hdr(gain=replace(GAIN, stops=100, high=(100,))),
    "a gamma of zero": lambda: ultra_hdr(gain=replace(GAIN, gamma=(0.0,))),
    "darker than nothing": lambda: ultra_hdr(gain=replace(GAIN, low=(3.0,))),
    "a gain map that darkens": lambda: hostile_xmp(hdrgm()[33:].decode().replace("False", "True")),
    "in other primaries": lambda: with_map(
        encoded(scene(320, 240)[0], "JPEG"),
        inserted(encoded(scene(160, 120)[0], "JPEG"), iso(THREE, flags=0)),
        kinds=(),
    ),
    "in other primaries, whatever XMP says": lambda: with_map(
        encoded(scene(320, 240)[0], "JPEG"),
        inserted(encoded(scene(160, 120)[0], "JPEG"), iso(THREE, flags=0)),
        THREE,
        kinds=("xmp",),
    ),
    "a later version": lambda: with_map(
        encoded(scene(320, 240)[0], "JPEG"),
        inserted(encoded(scene(160, 120)[1], "JPEG"), segment(0xE2, ISO + b"\0\1\0\1" + bytes(60))),
        kinds=(),
    ),
    "a division by zero": lambda: with_map(
        encoded(scene(320, 240)[0], "JPEG"),
        inserted(encoded(scene(160, 120)[1], "JPEG"), segment(0xE2, ISO + bytes(4) + b"\x40" + bytes(56))),
        kinds=(),
    ),
    "half a block": lambda: with_map(
        encoded(scene(320, 240)[0], "JPEG"),
        inserted(encoded(scene(160, 120)[1], "JPEG"), iso()[:30][:2] + b"\0\x1c" + iso()[4:30]),
        kinds=(),
    ),
    "entities": lambda: hostile_xmp(f'<!DOCTYPE x [<!ENTITY a0 "lol">{BOMB}]><x hdrgm="&a19;"/>'),
    "broken xml": lambda: hostile_xmp("<x:xmpmeta hdrgm:Version='1.0'"),
    "deep xml": lambda: hostile_xmp("<a>" * 10_000 + "</a>" * 8_000),
    "no text": lambda: hostile_xmp("\0" * 60_000),
    "a note of another maker": lambda: apple(note=with_orientation(1)),
    "a note without fractions": lambda: apple(note=maker_note(t1=(1, 1))),
    "a note divided by zero": lambda: apple(note=maker_note(t33=(1, 0))),
    "no headroom": lambda: apple(headroom="1"),
    "many images": lambda: (
        encoded(photograph(320, 240), "JPEG") + b"\xff\xd8\xff\xe1\0\2" * 100_000 + ultra_hdr()
    ),
}


@pytest.mark.parametrize("kind", NONE)
def test_an_image_is_good_whatever_its_gain_map_is(kind: str) -> None:
    data = NONE[kind]()
    assert inspect(data, KEEP).hdr_stops == 0
    rendered = kept(data)
    assert (rendered.content_type, rendered.note) == ("image/webp", "")


def test_a_long_namespace_takes_a_moment() -> None:
    names = " ".join(f'n:a{number}=""' for number in range(3_000))
    data = hostile_xmp(f'<n:x xmlns:n="{"n" * 30_000}" {names}/>')
    begun = time.process_time()
    assert [inspect(data, Settings()).hdr_stops for _ in range(3)] == [0] * 3
    assert time.process_time() - begun < 0.5


def test_a_map_whose_pixels_are_damaged_is_none_if_it_is_to_be_kept() -> None:
    data = ultra_hdr()
    broken = damaged(data, len(data) - 800)
    assert (inspect(broken, KEEP).hdr_stops, inspect(broken, Settings()).hdr_stops) == (0, 2.5)
    rendered = kept(broken)
    assert rendered.content_type == "image/webp"
    assert rendered.note.startswith(
        "The gain map is left out, because it cannot be decoded. The JPEG image is damaged"
    )


def test_the_pixels_of_the_map_count() -> None:
    data = ultra_hdr(640, 480, shrink=2)
    enough = 640 * 480 + 320 * 240
    assert inspect(data, Settings(max_jpeg_pixels=enough)).hdr_stops == 2.5
    assert inspect(data, Settings(max_jpeg_pixels=enough - 1)).hdr_stops == 0


def test_a_map_that_does_not_fit_into_memory_beside_the_base_is_left_out() -> None:
    base, light = scene(640, 480)
    data = with_map(encoded(base, "JPEG"), encoded(light.convert("RGB"), "JPEG"))
    assert kept(data, LARGEST, max_memory=133).content_type == "image/jpeg"
    without = kept(data, LARGEST, max_memory=132)
    assert without.content_type == "image/webp"
    assert without.note.startswith("The gain map is left out, because the rendition would need about 133 MB")


def test_without_the_option_renditions_are_what_they_were() -> None:
    data = ultra_hdr()
    plain = data[: data.rindex(b"\xff\xd8\xff")]
    for name in Settings().renditions():
        assert render(data, name, Settings()).data == render(plain, name, Settings()).data
