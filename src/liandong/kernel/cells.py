"""Texts in cells of a spreadsheet: none may be taken for a formula by the program that opens it.

CSV has no types, so a text that begins like a formula (`=`, `+`, `-`, `@`, also in full width or behind blanks; a tab,
a line end) gets an apostrophe in front. One that begins with apostrophes before such a sign gets one more, so that
`unguarded` gives back exactly what `guarded` was given.
"""

import unicodedata

_SIGNS = frozenset("=+-@")
_BREAKS = frozenset("\t\r\n")
_GUARD = "'"


def begins_formula(text: str) -> bool:
    """Whether a spreadsheet might reckon instead of showing it."""
    if not text:
        return False
    if text[0] in _BREAKS:
        return True
    for sign in text:
        if sign.isspace() or unicodedata.category(sign) in ("Cf", "Cc"):
            continue
        return unicodedata.normalize("NFKC", sign)[:1] in _SIGNS
    return False


def guarded(text: str) -> str:
    """As a cell of CSV."""
    return _GUARD + text if begins_formula(text.lstrip(_GUARD)) else text


def unguarded(text: str) -> str:
    """The text that a guarded cell held."""
    return text[1:] if text.startswith(_GUARD) and begins_formula(text.lstrip(_GUARD)) else text
