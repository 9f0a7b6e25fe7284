"""YAML files are read strictly, and every place in them has a line."""

from __future__ import annotations

import pytest

from evalkit.errors import StudyError
from evalkit.yaml_file import describe_faults, read_yaml

TEXT = """\
name: one
list:
  - a: 1
  - a: 2
    b: 3
    b: 4
5: five
"""


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "file.yaml"
    path.write_text(TEXT, encoding="utf-8")
    return read_yaml(path, "file.yaml", StudyError)


@pytest.mark.parametrize(
    ("where", "line"),
    [
        ((), 1),
        (("name",), 1),
        (("list", 1), 4),
        (("list", 1, "b"), 6),
        (("list", 1, "missing"), 4),
        (("list", 9), 2),
        ((5,), 7),
    ],
)
def test_a_place_has_the_line_of_its_deepest_part_that_exists(file, where, line):
    assert file.find_line(where) == line


def test_a_key_that_stands_twice_is_found_wherever_it_stands(file):
    assert file.repeated == ((("list", 1, "b"), "key 'b' stands twice"),)
    assert describe_faults(file, "file.yaml", file.repeated, "Mend it.") == (
        "1 fault in file.yaml:\n  line 6, list[1].b: key 'b' stands twice\nMend it."
    )


def test_an_empty_file_holds_nothing_and_starts_on_line_1(tmp_path):
    path = tmp_path / "empty.yaml"
    path.touch()
    file = read_yaml(path, "empty.yaml", StudyError)
    assert (file.content, file.repeated, file.find_line(("a",))) == (None, (), 1)


def test_a_missing_file_says_so(tmp_path):
    with pytest.raises(StudyError) as caught:
        read_yaml(tmp_path / "none.yaml", "none.yaml", StudyError)
    assert str(caught.value) == (
        "none.yaml cannot be read: No such file or directory. Check its path and permissions."
    )


def test_a_character_that_no_text_has_is_refused(tmp_path):
    path = tmp_path / "nul.yaml"
    path.write_bytes(b"a: \0")
    with pytest.raises(StudyError, match=r"nul\.yaml is not YAML: unacceptable character #x0000"):
        read_yaml(path, "nul.yaml", StudyError)
