"""The progress display."""

from io import StringIO
from pathlib import Path

from rich.console import Console

from renditions_cli.files.originals import Original
from renditions_cli.show.progress import Board, Row, show_progress

FILES = [Original(Path(name), name, 1) for name in ("a.jpg", "b [x].jpg")]


def printed(console: Console) -> str:
    assert isinstance(console.file, StringIO)
    return console.file.getvalue()


def test_without_a_terminal_each_change_is_one_line() -> None:
    console = Console(file=StringIO(), width=40)
    with show_progress(console, FILES) as changed:
        changed(FILES[0], "uploading")
        changed(FILES[1], "uploading")
        changed(FILES[0], "COMPLETED")
    lines = [line.split(maxsplit=3)[2:] for line in printed(console).splitlines()]
    assert lines == [["uploading", "a.jpg"], ["uploading", "b [x].jpg"], ["COMPLETED", "a.jpg"]]


def test_in_a_terminal_the_table_is_removed_at_the_end() -> None:
    console = Console(file=StringIO(), width=80, height=24, force_terminal=True, _environ={"TERM": "xterm"})
    with show_progress(console, FILES) as changed:
        changed(FILES[0], "COMPLETED")
    assert printed(console).rstrip().endswith("\x1b[2K")  # the last thing that rich writes: erase this line


def drawn(board: Board) -> str:
    console = Console(file=StringIO(), width=80)
    console.print(board)
    return printed(console)


def test_every_file_has_a_row_with_its_state_above_the_summary() -> None:
    board = Board(Console(file=StringIO(), height=24), {one: Row() for one in FILES})
    board.changed(FILES[0], "uploading")
    board.changed(FILES[0], "REJECTED")
    board.changed(FILES[1], "PROCESSING")
    shown = drawn(board)
    assert "a.jpg      REJECTED" in shown
    assert "b [x].jpg  PROCESSING" in shown
    assert "1 of 2 done, 1 PROCESSING" in shown


def test_unfinished_files_come_first_if_the_terminal_has_too_few_lines() -> None:
    files = [Original(Path(str(number)), f"file-{number}.jpg", 1) for number in range(40)]
    board = Board(Console(file=StringIO(), height=10), {one: Row() for one in files})
    for one in files[:30]:
        board.changed(one, "uploading")
    for one in files[:28]:
        board.changed(one, "COMPLETED")
    shown = drawn(board)
    assert "file-28.jpg" in shown
    assert "file-29.jpg" in shown
    assert len(shown.splitlines()) <= 10
    assert "28 of 40 done, 2 uploading" in shown
