"""A text folded sign for sign, so that a place in the folded text is the same place in the text as it was written."""

import unicodedata

GONE = "\0"
"""Signs that nobody sees: passed over inside a number."""
HAN_ZERO = 0xE000
_HAN_DIGITS = {
    sign: value
    for value, signs in enumerate(
        ("〇零○", "一壹幺弌", "二贰兩两", "三叁", "四肆", "五伍", "六陆", "七柒", "八捌", "九玖")
    )
    for sign in signs
}
_INVISIBLE = (0x20E3, 0x034F, 0x115F, 0x1160, 0x3164, 0xFFA0, 0x180E)


class _PlainSigns(dict[int, "int | str"]):
    """One sign for each, found when it is first met: digits of every script, letters of any width, a blank, a dash."""

    def __missing__(self, code: int) -> int | str:
        sign = chr(code)
        category = unicodedata.category(sign)
        plain: int | str = code
        if category == "Nd":
            plain = str(unicodedata.decimal(sign))
        elif category == "Zs" or sign in "\t\u2800":
            plain = " "
        elif category == "Pd" or sign in "\u2212\u00ad":
            plain = "-"
        elif category in ("Cf", "Co") or 0xFE00 <= code < 0xFE10:
            plain = GONE
        elif category[0] in "LNPS":
            folded = unicodedata.normalize("NFKC", sign).lower()
            plain = folded if len(folded) == 1 and folded.isascii() else code
        if len(self) < _KEPT_SIGNS:
            self[code] = plain
        return plain


_KEPT_SIGNS = 30_000
PLAIN = _PlainSigns(dict.fromkeys(_INVISIBLE, GONE))
PLAIN |= {ord(sign): chr(HAN_ZERO + value) for sign, value in _HAN_DIGITS.items()}
PLAIN |= {ord(sign): "." for sign in "·•・．∙‧｡"}
DIGIT = r"[0-9\ue000-\ue009]"
"""A digit of the folded text, for patterns: Chinese ones are kept apart from the others."""
HAN = "[\u3400-\u9fff]"
"""A Chinese sign, for patterns."""
TO_ASCII = {HAN_ZERO + value: str(value) for value in range(10)}
