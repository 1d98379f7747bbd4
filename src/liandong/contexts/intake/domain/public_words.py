"""Words of a report as anybody may read them."""

import re

_HIDDEN = "***"
_PERSONAL = re.compile(
    r"(?<!\d)\d{17}[\dXxＸｘ](?!\d)"  # identity number, GB 11643
    r"|(?<!\d)[1１][3-9３-９]\d(?:[ \-－]?\d{4}){2}(?!\d)"  # mobile
    r"|(?<!\d)[0０]\d{2,3}[ \-－]?\d{7,8}(?!\d)"  # landline with area code
    r"|[\w.+\-]+[@＠][\w\-]+(?:\.[\w\-]+)+"  # e-mail
)


def public_words(text: str) -> str:
    """The text without telephone and identity numbers and e-mail addresses, whoever's they are."""
    return _PERSONAL.sub(_HIDDEN, text)
