"""Text as it is shown: without signs that nobody sees, turn its direction or end a line where no line ends."""

import re

_UNSEEN = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\u2800\u3164\ufeff\uffa0"
    "\ufff9-\ufffb\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
"""Signs without a shape of their own: format characters, fillers, tags. Not among them are the two joiners, and those
that stand visibly before a number (Arabic, Syriac, Kaithi).
"""
_BREAKS = re.compile(r"\r\n?|[\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_CONTROLS = re.compile(r"[\x01-\x08\x0e-\x1f\x7f-\x9f]")
_JOINERS = re.compile("[\u200c\u200d]+")
_JOINED_SCRIPTS = (
    ("\u0600", "\u08ff"),  # Arabic and its neighbours, with Uyghur
    ("\u0900", "\u0dff"),  # the scripts of India
    ("\u0f00", "\u109f"),  # Tibetan, Myanmar
    ("\u1780", "\u18af"),  # Khmer, Mongolian
    ("\ufb50", "\ufdff"),
    ("\ufe70", "\ufefc"),
)
_PICTURES = re.compile("[\u2190-\u2bff\ufe0f\U0001f000-\U0001faff]")


def seen(text: str) -> str:
    """The text without signs that turn its direction (U+202E …), hide in it or end a line where no line ends; lines
    stay. Joiners stay where a script or a composed picture needs them.
    """
    if text.isascii():
        return _CONTROLS.sub("", _BREAKS.sub("\n", text))
    plain = _CONTROLS.sub("", _UNSEEN.sub("", _BREAKS.sub("\n", text)))
    return _JOINERS.sub(_joiner, plain)


def one_line(text: str) -> str:
    """Makes one line of a text wherever it is shown: as `seen`, each run of white space one space, none at the ends."""
    return " ".join(seen(text).split())


def _joiner(found: re.Match[str]) -> str:
    before, after = found.string[: found.start()][-1:], found.string[found.end() :][:1]
    if not before or not after:
        return ""
    is_needed = any(low <= before <= high for low, high in _JOINED_SCRIPTS) or (
        _PICTURES.match(before) and _PICTURES.match(after)
    )
    return found.group()[0] if is_needed else ""
