"""Each language says all that the template says, with what it fills in left whole."""

import re
from collections import Counter

import polib
import pytest
from box import languages, settings

FOLDER = settings.ADDON_DIR / "i18n"
TEMPLATE = FOLDER / f"{settings.ADDON}.pot"
LANGUAGES = sorted(FOLDER.glob("*.po"))

# What a translation must keep letter by letter: what is filled in, and markup.
FILLED_IN = re.compile(
    r"%\(\w+\)[sdf]"  # %(payee)s
    r"|%%|%[sdf](?!\w)"
    r"|\{\{.*?\}\}|\$\{.*?\}"  # {{ object.name }}
    r"|\{\w*\}"
    r"|</?[a-z][^>]*>"
)
# Attributes that a human reads are translated with the rest.
READ_ATTRIBUTES = re.compile(r'\b(title|alt|aria-label|placeholder)="[^"]*"')

# More than one word, and the same in Spanish: names, formats, and what is no prose.
SAME = {
    "%(done)s of %(total)s",
    "%(first)s – %(last)s",
    "%(name)s: %(done)s of %(total)s.",
}


def entries(path):
    return {(entry.msgctxt, entry.msgid): entry for entry in polib.pofile(path)}


def filled_in(text):
    return Counter(FILLED_IN.findall(READ_ATTRIBUTES.sub(r'\1=""', text)))


def words(text):
    """Those that a translator would translate."""
    bare = FILLED_IN.sub(" ", READ_ATTRIBUTES.sub("", text))
    return re.findall(r"[^\W\d_]{2,}", bare)


def is_code(text):
    """A formula or a path like ``max(0, credited - quota) * 0.1``."""
    return bool(re.search(r"\w\(.*\)|^\w+_\w+$", text))


@pytest.fixture(scope="module")
def template():
    return entries(TEMPLATE)


@pytest.fixture(scope="module", params=LANGUAGES, ids=lambda path: path.stem)
def language(request):
    return entries(request.param)


def test_spanish_is_there():
    assert "es" in [path.stem for path in LANGUAGES]


def test_nothing_is_left_in_english(template, language):
    left = [
        key[1]
        for key in template
        if key not in language or not language[key].msgstr.strip()
    ]
    assert not left


def test_nothing_is_translated_that_is_no_longer_said(template, language):
    assert not [key[1] for key in language if key not in template]


def test_nothing_waits_for_a_second_look(language):
    assert not [entry.msgid for entry in language.values() if entry.fuzzy]


def test_what_is_filled_in_and_markup_stay(language):
    wrong = [
        (entry.msgid, entry.msgstr)
        for entry in language.values()
        if filled_in(entry.msgid) != filled_in(entry.msgstr)
    ]
    assert not wrong


def test_the_space_around_a_text_stays(language):
    """Odoo joins some texts with what stands beside them."""
    wrong = [
        (entry.msgid, entry.msgstr)
        for entry in language.values()
        if entry.msgid[:1].isspace() != entry.msgstr[:1].isspace()
        or entry.msgid[-1:].isspace() != entry.msgstr[-1:].isspace()
    ]
    assert not wrong


def test_no_sentence_was_copied(language):
    copied = [
        entry.msgid
        for entry in language.values()
        if entry.msgstr == entry.msgid
        and len(words(entry.msgid)) > 1
        and entry.msgid not in SAME
        and not is_code(entry.msgid)
    ]
    assert not copied


def test_where_it_is_said_stays(template, language):
    """Odoo finds the record or the file that a text belongs to by its references."""
    wrong = [
        key[1]
        for key, entry in language.items()
        if key in template
        and (entry.occurrences, entry.comment)
        != (template[key].occurrences, template[key].comment)
    ]
    assert not wrong


@pytest.mark.parametrize(
    ("said", "translated", "kept"),
    [
        ("%(payee)s owes %s", "%(payee)s debe %s", True),
        ("%(payee)s owes", "%(paye)s debe", False),
        ("100 %% of %s", "100 % de %s", False),
        ('<b t-out="x">Ann</b>', '<b t-out="x">Ana</b>', True),
        ('<b t-out="x">Ann</b>', '<b t-out="y">Ana</b>', False),
        ('<i class="a" title="Time"/>', '<i class="a" title="Tiempo"/>', True),
        ("{base} × {percent}", "{base} × {porcentaje}", False),
        ("Hello {{ object.name }}", "Hola {{ object.nombre }}", False),
    ],
)
def test_the_check_tells_right_from_wrong(said, translated, kept):
    assert (filled_in(said) == filled_in(translated)) is kept


def test_a_language_follows_the_template():
    def file(*entries):
        made = polib.POFile()
        made.metadata = {"POT-Creation-Date": "now", "PO-Revision-Date": "now"}
        made.extend(polib.POEntry(msgid=one, msgstr=other) for one, other in entries)
        return made

    template = file(("Payee", ""), ("Plan", ""), ("Draw", ""))
    language = file(("Draw", "Anticipo"), ("Gone", "Fuera"), ("Payee", "Beneficiario"))
    merged = languages.merge(template, language)
    assert [(entry.msgid, entry.msgstr) for entry in merged] == [
        ("Payee", "Beneficiario"),
        ("Plan", ""),
        ("Draw", "Anticipo"),
    ]
