"""YAML files are read strictly, and every place in them has a line."""

from __future__ import annotations

import pytest

from evalkit.errors import StudyError
from evalkit.present.wording.refusals import say_refusal
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


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("a: [1\nb: 2", "line 2, column 2: a bracket that opens on line 1 is not closed. Close it."),
        ("a: {x: 1\nb: 2", "line 2, column 2: a bracket that opens on line 1 is not closed. Close it."),
        ("a: 'x\nb: 2", "line 2, column 5: a quote that opens on line 1 is not closed. Close it."),
        (
            "a:\n\tb: 1",
            "line 2, column 1: a tab stands there, where only spaces may indent. Put spaces instead.",
        ),
        (
            "a:\n  - 1\n b: 2",
            "line 3, column 2: this line is not indented like those above it. Align it with them.",
        ),
        ("a: 1\nb\nc: 1", "line 3, column 1: a key has no colon. Write one after it, and a space."),
        ("a: *x", "line 1, column 4: a text begins with *. Put it in quotes."),
        ("a: !x y", "line 1, column 4: a text begins with !. Put it in quotes."),
        (
            "a: @x",
            "line 1, column 4: a text begins with a character that YAML keeps for itself. Put it in quotes.",
        ),
        ('a: "\\d"', "line 1, column 6: a backslash stands in double quotes. Use single quotes."),
        ("a: 1\n---\nb: 1", "line 2, column 1: a second document begins. Leave one in the file."),
        (
            "? [a]: 1\n",
            "line 1: its parser says 'while constructing a mapping: found unhashable key'. "
            "Mind the indentation, the brackets and the quotes.",
        ),
        (
            "a: \0",
            "its parser says 'unacceptable character #x0000: special characters are not allowed'. "
            "Mind the indentation, the brackets and the quotes.",
        ),
    ],
)
def test_what_is_no_yaml_is_told_with_its_place_and_what_to_do(tmp_path, text, told):
    path = tmp_path / "x.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(StudyError) as caught:
        read_yaml(path, "x.yaml", StudyError)
    assert str(caught.value) == f"x.yaml is not YAML: {told}"
    assert say_refusal(str(caught.value), "id").startswith("x.yaml bukan YAML: ")


@pytest.mark.parametrize("wrong", ["2025-13-45", "2025-02-29", "2025-01-01 25:00:00"])
def test_a_date_that_does_not_exist_is_told_with_its_line(tmp_path, wrong):
    path = tmp_path / "x.yaml"
    path.write_text(f"a: 2025-02-28\nb: [{wrong}, 1]\n", encoding="utf-8")
    with pytest.raises(StudyError) as caught:
        read_yaml(path, "x.yaml", StudyError)
    assert str(caught.value) == f"x.yaml: line 2 holds a date that does not exist: '{wrong}'. Mend it."
    assert (
        say_refusal(str(caught.value), "id")
        == f"x.yaml: baris 2 memuat tanggal yang tidak ada: '{wrong}'. Betulkan."
    )
