"""Parameters are read from the notebook and checked before anything runs."""

from __future__ import annotations

import pytest

from evalkit.errors import StudyError, UsageError
from evalkit.study.parameters import (
    Parameter,
    check_known,
    convert,
    describe_parameters,
    parse_parameters,
    parse_settings,
    read_parameters,
)

from .conftest import cell, notebook


def parameter(kind: str) -> Parameter:
    return Parameter(name="x", type=kind, default=None, comment="x")


def test_parameters_are_read_with_type_default_and_comment(workbench):
    found = read_parameters(workbench / "notebooks/first.ipynb")
    assert found["n_boot"] == Parameter(name="n_boot", type="int", default=10, comment="bootstrap replicates")
    assert found["places"].default == []


def test_a_default_may_run_over_several_lines():
    found = parse_parameters('x: list[str] = [\n    "a#b",\n]  # what it means')
    assert found["x"].default == ["a#b"]
    assert found["x"].comment == "what it means"


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("x = 1  # no type", "expected 'name: type = default  # meaning', found 'x = 1'"),
        ("import os", "expected 'name: type = default"),
        ("x: dict = {}  # a", "the type of x is 'dict'; it must be one of str, int"),
        ("x: int = 1", "x needs a comment"),
        ("x: int = 1.5  # a", "the default of x must be a whole number"),
        ("x: int = len('a')  # a", "the default of x must be a whole number"),
        ("x: int  # a", "the default of x must be a whole number"),
        ("x: bool = 1  # a", "the default of x must be true or false"),
        ("x: int = 1  # a\nx: int = 2  # a", "defines the parameter 'x' twice"),
        ("x: int = (", "line 1"),
    ],
)
def test_a_parameters_cell_holds_nothing_but_typed_commented_values(source, message):
    with pytest.raises(StudyError, match=message.replace("(", r"\(")):
        parse_parameters(source)


def test_a_notebook_without_the_tag_says_how_to_give_it(tmp_path):
    path = tmp_path / "n.ipynb"
    path.write_text(notebook(cell("code", "x: int = 1  # a")))
    with pytest.raises(StudyError, match=r"n\.ipynb has no cell tagged 'parameters'"):
        read_parameters(path)


def test_a_file_that_is_no_notebook_is_refused(tmp_path):
    path = tmp_path / "n.ipynb"
    path.write_text("no json")
    with pytest.raises(StudyError, match=r"n\.ipynb is not a readable notebook"):
        read_parameters(path)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        (["n_boot"], "is not name=value"),
        (["=5"], "is not name=value"),
        (["a=1", "a=2"], "-p a is given twice"),
        (["study=judges"], "name the study: evalkit run STUDY"),
        (["lang=id"], "use --lang"),
    ],
)
def test_a_setting_that_cannot_be_is_refused(settings, message):
    with pytest.raises(UsageError, match=message):
        parse_settings(settings)


def test_a_value_may_hold_an_equals_sign():
    assert parse_settings(["note=a=b"]) == {"note": "a=b"}


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("int", "5", 5),
        ("float", "0.9", 0.9),
        ("float", "1", 1.0),
        ("bool", "True", True),
        ("bool", "no", False),
        ("str", " a ", " a "),
        ("list[str]", "a, b,", ["a", "b"]),
        ("list[str]", "", []),
        ("float", 1, 1.0),
        ("list[str]", ["a"], ["a"]),
    ],
)
def test_values_take_the_type_of_the_parameter(kind, text, value):
    result = convert(parameter(kind), text, where="-p")
    assert result == value
    assert type(result) is type(value)


@pytest.mark.parametrize(
    ("kind", "text"),
    [("int", "1.5"), ("int", "many"), ("int", True), ("float", "0,9"), ("float", "nan"), ("bool", "2")],
)
def test_a_value_of_the_wrong_type_says_what_is_right(kind, text):
    with pytest.raises(UsageError, match=r"-p: x must be .*; found "):
        convert(parameter(kind), text, where="-p")


def test_every_unknown_parameter_is_named_with_the_nearest():
    reports = {"first": parse_parameters("n_boot: int = 1  # a\nseed: int = 1  # a")}
    with pytest.raises(UsageError) as caught:
        check_known(["n_bot", "zzz"], reports, where="-p")
    assert str(caught.value) == (
        "-p: there is no parameter 'n_bot': did you mean 'n_boot'?\n"
        "-p: there is no parameter 'zzz': known are: n_boot, seed\n"
        "'evalkit parameters first' lists them."
    )


def test_the_description_shows_each_parameter_with_its_meaning():
    text = describe_parameters(parse_parameters('note: str = "a"  # shown on the page'))
    assert text == "  note: str = 'a'\n      shown on the page"
