"""Every sentence of the reports exists in Indonesian, with the same things filled in."""

import re
from io import BytesIO
from pathlib import Path

import matplotlib.pyplot as plt
import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po

from evalkit.present.catalogue import read_catalogue
from evalkit.present.extraction import extract_reasons
from evalkit.present.figures.canvas import new_axes
from evalkit.present.labels import cell_label, translate, use_texts
from evalkit.present.language import CATALOGUES, mark, translator, use_language

ROOT = Path(__file__).parents[2]
KEYWORDS = {"tr": None, "plural": (1, 2), "mark": None}
PLACEHOLDER = re.compile(r"\{(\w+)\}")


def messages_in_code():
    """Return every message that code and notebooks say: a text, or singular and plural."""
    with (ROOT / "babel.cfg").open() as file:
        methods, options = parse_mapping_cfg(file)
    found = extract_from_dir(ROOT, methods, options, keywords=KEYWORDS, directory_filter=is_source)
    return {message for _, _, message, _, _ in found}


def is_source(folder):
    """Tell whether a folder can hold texts; what was built does not."""
    parts = Path(folder).relative_to(ROOT).parts
    return not parts or parts[0] in ("src", "notebooks")


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


def test_reasons_are_written_anew_with_their_values():
    reason = "only 1,200 people were scored by both"
    assert translate(reason, "id") == "hanya 1.200 orang diberi skor oleh keduanya"
    assert translate(reason, "en") == reason


def test_a_reason_inside_a_reason_and_codes_in_it_are_translated_too():
    inner = "dumai has no points in one of the two parts, so nobody has a predikat by it"
    told = translate(f"not compared: {inner}", "id")
    assert told.startswith("tidak dibandingkan: Dumai tidak memiliki poin")
    joined = translate("too wide; nobody was scored by both", "id")
    assert joined == "terlalu lebar; tidak ada yang diberi skor oleh keduanya"


def test_a_sentence_is_found_without_its_full_stop_and_at_the_head_of_another():
    assert translate("No deadline is recorded", "id") == "Tidak ada tenggat yang tercatat"
    assert translate("No deadline is recorded.", "id") == "Tidak ada tenggat yang tercatat."


def test_a_text_that_nobody_translated_stands_as_it_is_and_is_no_mixture():
    text = "the mean of nobody knows what and something else that no catalogue holds"
    assert translate(text, "id") == text
    assert cell_label("evidence.csv", "id") == "evidence.csv"


def test_a_study_says_why_in_the_language_of_the_reader():
    use_texts({"The only verdict.": {"en": "The only verdict.", "id": "Satu-satunya putusan."}})
    assert translate("The only verdict.", "id") == "Satu-satunya putusan."
    linked = translate("in one unit because the only verdict", "id")
    assert linked == "dalam satu satuan karena satu-satunya putusan"


def test_what_is_shown_follows_the_reader_unless_a_call_says_otherwise():
    use_language("id")
    assert (translator().lang, translator("en").lang) == ("id", "en")
    assert cell_label("citizen") == "masyarakat"
    assert cell_label("citizen", "en") == "citizen"


def test_every_form_of_a_reason_is_a_message_and_code_is_none():
    code = (
        'raise DesignError(f\'{n} people{" here" if here else ""} are too few\')\n'
        "raise ValueError('nobody reads this one')\n"
        "sql = 'SELECT one FROM another'\n"
        "names = {'en': 'two words here', 'id': 'dua kata saja'}\n"
    )
    texts = [message for _, _, message, _ in extract_reasons(BytesIO(code.encode()))]
    assert texts == ["{n} people here are too few", "{n} people are too few"]


@pytest.mark.parametrize(("lang", "expected"), [("en", "0.5"), ("id", "0,5")])
def test_the_numbers_of_an_axis_are_those_of_the_language(lang, expected):
    ax = new_axes(lang=lang)
    ax.plot([0, 1], [0, 1])
    ax.set_xticks([0, 0.5, 1])
    ax.figure.draw_without_rendering()
    assert ax.get_xticklabels()[1].get_text() == expected
    plt.close("all")


def test_an_index_of_words_finds_what_looking_at_every_message_finds():
    catalogue = read_catalogue("id")
    assert len(catalogue.templates) > 500
    for template in catalogue.templates:
        for value in ("1,234", "Dumai and Semarang", "a (b)"):
            text = re.sub(r"\{\w+\}", value, template.message)
            fitting = [one for one in catalogue.templates if one.read(text) is not None]
            assert [one for one in catalogue._may_fit(text) if one.read(text) is not None] == fitting
