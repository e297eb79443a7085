"""presets.toml: what is refused and how, which preset a key gets, and what follows from it."""

import json
from pathlib import Path

import pytest

from renditions import preset_files
from renditions.errors import InvalidSettings, UnknownPreset
from renditions.preset_files import load
from renditions.presets import NONE, Pattern, Presets
from renditions.settings import Settings
from tests.renditions import NAMES, without

FILE = """\
[products]
prefix = "products/"
large_size = "1600x1600"
large_fit = "pad:#ffffff"
renditions = ["thumbnail", "large"]

[portraits]
prefix = ["people/", "team/"]
suffix = "-face.jpg"
thumbnail_fit = "cover"
cover_gravity = "attention"

[scans]
suffix = [".tif", ".tiff"]
output_format = "png"

[by-name]
watermark_text = ""
"""


@pytest.fixture
def presets(tmp_path: Path) -> Presets:
    return read(tmp_path, FILE)


def read(folder: Path, text: str, settings: Settings | None = None) -> Presets:
    file = folder / "presets.toml"
    file.write_text(text, "utf-8")
    return load(settings or Settings(), file)


def faults(folder: Path, text: str) -> list[str]:
    with pytest.raises(InvalidSettings) as refused:
        read(folder, text)
    return str(refused.value).splitlines()[1:]


def test_the_package_has_no_presets() -> None:
    assert load(Settings()) == Presets()


def test_the_example_in_the_docs_is_correct(tmp_path: Path) -> None:
    document = (Path(__file__).parents[2] / "docs/presets.md").read_text()
    example = document.split("```toml\n")[1].split("```")[0]
    assert set(read(tmp_path, example).by_name) == {"products", "portraits", "scans"}
    commented = preset_files.FILE.read_text().split("#\n", 1)[1].replace("\n# ", "\n").removeprefix("# ")
    assert set(read(tmp_path, commented).by_name) == {"products"}


@pytest.mark.parametrize(
    "key, name, pattern",
    [
        ("products/a.jpg", "products", Pattern("prefix", "products/")),
        ("products/a.tif", "products", Pattern("prefix", "products/")),
        ("products/a-face.jpg", "products", Pattern("prefix", "products/")),  # both have nine: the prefix
        ("team/a.tiff", "portraits", Pattern("prefix", "team/")),  # both have five
        ("people/a-face.jpg", "portraits", Pattern("suffix", "-face.jpg")),
        ("team/-face.tif", "portraits", Pattern("prefix", "team/")),
        ("Products/a.jpg", "", Pattern("", "")),
        ("a.TIF", "", Pattern("", "")),
        ("", "", Pattern("", "")),
    ],
)
def test_the_longest_match_wins_and_of_equal_ones_the_prefix(
    presets: Presets, key: str, name: str, pattern: Pattern
) -> None:
    chosen = presets.choose(key)
    assert (chosen.preset.name, chosen.pattern) == (name, pattern)


def test_a_preset_changes_the_settings_that_it_names_and_the_version_follows(presets: Presets) -> None:
    base, products = Settings(watermark_size=700), presets.by_name["products"]
    changed = products.settings(base)
    assert (changed.large_size, changed.large_fit, changed.watermark_size) == (
        "1600x1600",
        "pad:#ffffff",
        700,
    )
    assert changed.version("d") == Settings(
        watermark_size=700, large_size="1600x1600", large_fit="pad:#ffffff"
    ).version("d")
    assert changed.version("d") != base.version("d") == NONE.settings(base).version("d")
    assert list(products.skipped) == without("thumbnail", "large")


def test_metadata_names_a_preset_only_where_that_is_allowed(presets: Presets) -> None:
    stated = {"Renditions-Preset": " by-name "}
    assert presets.of("products/a.jpg", stated).preset.name == "products"
    allowed = Presets(presets.by_name, by_metadata=True)
    assert allowed.of("products/a.jpg", stated).preset.name == "by-name"
    assert allowed.of("products/a.jpg", {"renditions-preset": ""}).preset.name == "products"
    with pytest.raises(UnknownPreset, match=r"'x\\u202e'.*Allowed: products, portraits, scans, by-name"):
        allowed.of("a", {"renditions-preset": "x\u202e"})
    with pytest.raises(UnknownPreset, match="the stack has no presets"):
        Presets(by_metadata=True).of("a", stated)


@pytest.mark.parametrize(
    "text, words",
    [
        ("max_side = 3", "Line 1, [max_side]: this stands outside a preset. Put it below a line such as"),
        (
            "\n[Shop]\nanimation='keep'",
            "Line 2, [Shop]: this is not a name. Use at most 32 of a-z, 0-9 and -",
        ),
        ('["a b"]\nanimation="keep"', "Line 1, [a b]: this is not a name."),
        ("[a]\nlarge_sise = 3", "Line 2, [a]: large_sise is not a setting. Did you mean large_size?"),
        ("[a]\nxyz = 3", "Line 2, [a]: xyz is not a setting. Choose from prefix, suffix, renditions, thumb"),
        ("[a]\nlarge_size = 3", "Line 2, [a]: large_size is 3, but must be a whole number from 16 to 8192"),
        ("[a]\noutput_quality=true", "Line 2, [a]: output_quality is true, but must be a whole"),
        ("[a]\noutput_format = 5", "Line 2, [a]: output_format is 5, but must be a text in quotation marks."),
        ('[a]\nbackground = "red"', 'Line 2, [a]: background is "red", but must be a colour as #rrggbb.'),
        ("[a.large_size]\nx = 1", "Line 1, [a]: large_size is a table, but must be"),
        ("[a]\nmax_bytes = 5", "Line 2, [a]: max_bytes is not a pixel setting. It is for the whole stack"),
        ('[a]\nwatermark_font_key = ""', "Line 2, [a]: watermark_font_key is for the whole stack: set its"),
        ('[a]\nwatermark_logo_key = "b"', 'Line 2, [a]: watermark_logo_key can only be "", for no logo.'),
        ('[a]\nwatermark_text = "日"', "Line 2, [a]: watermark_text contains 日 (U+65E5), but no font"),
        ('[a]\nprefix = ""\nanimation="keep"', "Line 2, [a]: prefix is empty, so that it matches every key."),
        ("[a]\nsuffix = [4]\nanimation='keep'", "Line 2, [a]: suffix is 4, but must be a text or a list"),
        (
            '[a]\nprefix="p"\nanimation="keep"\n[b]\nprefix=["q", "p"]\nanimation="keep"',
            "Line 5, [b]: prefix 'p' is already the prefix of [a]. Remove one of them.",
        ),
        ('[a]\nrenditions = ["thumbnail", "larg"]', "Line 2, [a]: renditions contains 'larg'. Did you mean"),
        ('[a]\nrenditions = ["large"]', "Line 2, [a]: renditions lacks 'thumbnail', from which colour and"),
        (
            '[a]\nrenditions = ["thumbnail", "thumbnail"]',
            "Line 2, [a]: renditions contains 'thumbnail' twice",
        ),
        (
            '[a]\nrenditions = "large"',
            f"Line 2, [a]: renditions is 'large', but must be a list of {', '.join(NAMES)}",
        ),
        (
            '[a]\nrenditions = ["thumbnail"]\nlarge_size = 99',
            "Line 3, [a]: large_size has no effect, because renditions lacks 'large'. Add that, or remove",
        ),
        ('\n[a]\nprefix = "x"', "Line 2, [a]: this changes nothing. Add a setting, or remove it."),
        ("[a]\nanimation = keep", "Line 2: not TOML: Invalid value."),
        ("[a]\n[a]", "Line 2: not TOML: Cannot declare ('a',) twice. Keep only one of the two."),
        ("[a.b]\nanimation='keep'", "Line 1, [a]: b is a table, but presets have none. Write it as a preset"),
        ("[[a]]\nanimation='keep'", "Line 1, [a]: this is a list of tables. Write [a], with one pair of"),
        (
            "[a]\nprefix='shop/*'\nanimation='keep'",
            "Line 2, [a]: prefix 'shop/*' has an asterisk, which stands",
        ),
        (
            "[a]\nprefix='s3://b/c'\nanimation='keep'",
            "Line 2, [a]: prefix 's3://b/c' is an address. Name only",
        ),
        ("[a]\nsuffix=[]\nanimation='keep'", "Line 2, [a]: suffix is an empty list. Add a text to it, or"),
        (
            f"[a]\nprefix='{'é' * 513}'\nanimation='keep'",
            "Line 2, [a]: prefix is longer than 1,024 bytes, and so than every key. Shorten it.",
        ),
        (f"[a]\nanimation={'[' * 50_000}", "A value has too many brackets. Remove them."),
        (
            '[a]\nwatermark_text="""\nlarge_size=5\n[b]\n"""\nlarge_size=1',
            "Line 6, [a]: large_size is 1, but",
        ),
    ],
)
def test_every_mistake_is_refused_with_its_line_and_what_to_do(tmp_path: Path, text: str, words: str) -> None:
    [fault] = faults(tmp_path, text)
    assert fault.startswith(words)


def test_all_faults_are_reported_at_once_in_the_order_of_the_file(tmp_path: Path) -> None:
    text = "[a]\nlarge_size = 3\nmax_side = 4\n[b]\nprefix = 5\nlarge_size = 6\n"
    assert [fault.split(":")[0] for fault in faults(tmp_path, text)] == [
        "Line 2, [a]", "Line 3, [a]", "Line 5, [b]", "Line 6, [b]",
    ]  # fmt: skip


def test_a_byte_order_mark_and_other_line_ends_do_no_harm(tmp_path: Path) -> None:
    assert read(tmp_path, "\ufeff[a]\r\nlarge_size = 64\r\n").by_name["a"].overrides == {"large_size": 64}


def test_a_file_in_another_encoding_is_refused(tmp_path: Path) -> None:
    (tmp_path / "presets.toml").write_bytes(b'[a]\nwatermark_text = "\xa9 me"')
    with pytest.raises(InvalidSettings, match="Line 2: not UTF-8"):
        load(Settings(), tmp_path / "presets.toml")


def test_what_travels_with_the_image_is_limited(tmp_path: Path) -> None:
    settings = {
        name: one.default for name, one in Settings.__dataclass_fields__.items() if one.metadata["pixels"]
    }
    for name in ("watermark_logo_bucket", "watermark_font_key"):
        del settings[name]
    lines = [f"{name} = {json.dumps(value)}" for name, value in settings.items() if name != "watermark_text"]
    assert read(tmp_path, "\n".join(["[a]", *lines])).by_name["a"].settings(Settings()) == Settings()
    [fault] = faults(tmp_path, "\n".join(["[a]", *lines, f'watermark_text = "{"é" * 100}"']))
    assert fault.startswith("Line 1, [a]: this has 1,")
    assert fault.endswith("At most 1,024 are allowed. Shorten it.")
