"""IPTC-IIM: the datasets of the list, in the character sets that programs write."""

from renditions.imaging.labels.iptc import read
from tests.unit.imaging.labelled import datasets


def test_the_datasets_of_the_list_are_read_and_no_others() -> None:
    stored = datasets(
        (80, "Zoë".encode()),
        (80, b"B"),
        (110, b"C"),
        (116, "© Z".encode()),
        (120, b"D"),
        (90, b"SECRET city"),
    )
    assert read(stored) == {"creator": "Zoë; B", "credit": "C", "copyright": "© Z", "caption": "D"}


def test_without_a_character_set_a_text_is_utf8_or_what_windows_writes() -> None:
    assert read(datasets((80, b"Zo\xeb"), utf8=False)) == {"creator": "Zoë"}
    assert read(datasets((80, "Zoë".encode()), utf8=False)) == {"creator": "Zoë"}
    assert read(datasets((80, b"Zo\xeb"))) == {"creator": "Zo\ufffd"}


def test_datasets_count_up_to_the_first_that_is_cut_off() -> None:
    whole = datasets((80, b"A"), (110, b"B"))
    assert read(whole[:-1]) == {"creator": "A"}
    assert read(whole + b"\x1c\x02\x74\xff\xff\xff") == {"creator": "A", "credit": "B"}
    assert read(b"8BIM") == read(b"") == {}
