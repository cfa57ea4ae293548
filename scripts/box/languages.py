"""Bring each language up to the template: what is new waits, what is gone leaves.

Runs in the environment that has polib: `python -m box.languages` in scripts/.
"""

import polib

from . import settings

FOLDER = settings.ADDON_DIR / "i18n"
DATES = ("POT-Creation-Date", "PO-Revision-Date")


def merge(template, language):
    """The template's entries in its order, with what the language says for them."""
    said = {(entry.msgctxt, entry.msgid): entry.msgstr for entry in language}
    merged = polib.POFile()
    merged.header = template.header
    merged.metadata = {
        **language.metadata,
        **{name: template.metadata[name] for name in DATES},
    }
    for entry in template:
        entry.msgstr = said.get((entry.msgctxt, entry.msgid), "")
        merged.append(entry)
    return merged


def merge_all():
    for path in sorted(FOLDER.glob("*.po")):
        template = polib.pofile(FOLDER / f"{settings.ADDON}.pot")
        merged = merge(template, polib.pofile(path))
        merged.save(path)
        left = len(merged.untranslated_entries())
        print(f"{path}   {left} to translate" if left else path)


if __name__ == "__main__":
    merge_all()
