"""A file is replaced as a whole, or stays as it was."""

from __future__ import annotations

import pytest

from evalkit.whole_file import replacing, write_whole


def test_until_all_is_written_a_reader_finds_what_was_there(tmp_path):
    file = tmp_path / "numbers.csv"
    write_whole(file, "old")
    with replacing(file) as new:
        new.write_text("new", encoding="utf-8")
        assert file.read_text(encoding="utf-8") == "old"
    assert file.read_text(encoding="utf-8") == "new"
    assert list(tmp_path.iterdir()) == [file]


def write_half(file, stop):
    with replacing(file) as new:
        new.write_text("half", encoding="utf-8")
        raise stop


@pytest.mark.parametrize("stop", [ValueError, KeyboardInterrupt])
def test_what_stops_half_way_leaves_the_file_as_it_was_and_nothing_beside_it(tmp_path, stop):
    file = tmp_path / "numbers.csv"
    write_whole(file, "old")
    with pytest.raises(stop):
        write_half(file, stop)
    assert file.read_text(encoding="utf-8") == "old"
    assert list(tmp_path.iterdir()) == [file]


def test_a_block_that_writes_nothing_is_an_error_and_loses_nothing(tmp_path):
    file = tmp_path / "numbers.csv"
    write_whole(file, "old")
    with pytest.raises(FileNotFoundError), replacing(file):
        pass
    assert file.read_text(encoding="utf-8") == "old"
