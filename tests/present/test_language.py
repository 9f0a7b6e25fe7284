"""Every sentence of the reports exists in Indonesian, with the same things filled in."""

import re
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

import evalkit
from evalkit.present.language import CATALOGUES, mark, translator

KEYWORDS = {"tr": None, "plural": (1, 2), "mark": None}
PLACEHOLDER = re.compile(r"\{(\w+)\}")


def messages_in_code():
    """Return every message that the package asks for: a text, or singular and plural."""
    found = extract_from_dir(Path(evalkit.__file__).parent, keywords=KEYWORDS)
    return {message for _, _, message, _, _ in found}


@pytest.fixture(scope="module")
def catalogue():
    with (CATALOGUES / "id" / "LC_MESSAGES" / "evalkit.po").open("rb") as file:
        return read_po(file)


@pytest.fixture(scope="module")
def translated(catalogue):
    return {message.id: message for message in catalogue if message.id}


def test_every_message_is_translated_and_no_translation_is_left_over(translated):
    wanted = messages_in_code()
    assert wanted, "no message was found in the code, so this test looks in the wrong place"
    untranslated = {
        key
        for key, message in translated.items()
        if not all(message.string if isinstance(message.string, tuple) else (message.string,))
    }
    assert (wanted - set(translated), set(translated) - wanted, untranslated) == (set(), set(), set())


def test_a_translation_fills_in_what_its_message_fills_in(translated):
    for key, message in translated.items():
        original = " ".join(key) if isinstance(key, tuple) else key
        texts = message.string if isinstance(message.string, tuple) else (message.string,)
        for text in texts:
            assert set(PLACEHOLDER.findall(text)) == set(PLACEHOLDER.findall(original)), key


def test_no_translation_is_a_guess_of_the_tool(translated):
    assert not [key for key, message in translated.items() if message.fuzzy]


def test_numbers_are_those_of_the_language():
    english, indonesian = translator("en"), translator("id")
    assert (english.number(1234.5), indonesian.number(1234.5)) == ("1,234.50", "1.234,50")
    assert indonesian.plural("{n} person", "{n} people", 1200).startswith("1.200 ")


def test_two_and_three_names_are_joined_as_the_language_does():
    assert translator("id").listed(["a", "b"]) == "a dan b"
    assert translator("en").listed(["a", "b", "c"]) == "a, b and c"
    assert translator("id").listed(["a"]) == "a"


def test_a_message_without_its_value_is_an_error_and_no_gap():
    with pytest.raises(KeyError, match="last"):
        translator("en")("{first} and {last}", first="a")


def test_a_marked_message_is_unchanged():
    assert mark("as it is") == "as it is"
