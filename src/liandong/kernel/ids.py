"""Numbers and codes that people read aloud and type: case numbers with check digits, receipt codes."""

import re
import secrets
import unicodedata

from liandong.kernel.errors import InvalidInput

_LEAST_ID_DIGITS = 7
_CHECK_DIGITS = 2
_LONGEST_CASE_NUMBER = 20
_SEPARATORS = re.compile(r"[\s\-_.·‐‑‒–—―−]+")

_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_LOOKALIKES = str.maketrans("OIL", "011")
_RECEIPT_LENGTH = 12
_RECEIPT_GROUP = 4


def case_number(case_id: int) -> str:
    """The id in at least seven digits and two check digits by ISO 7064 MOD 97-10, nine digits or more.

    The check finds every single wrong digit and every swap of neighbours. `case_id` is 1 or more, else InvalidInput.
    """
    if case_id < 1:
        raise InvalidInput("事件编号必须大于零。", field="case_number")
    return "%07d%02d" % (case_id, 98 - case_id * 100 % 97)  # noqa: UP031 (half the time, and a map has thousands)


def parse_case_number(text: str) -> int:
    """The id behind a case number; spaces, dashes and full-width digits are forgiven. Raises InvalidInput."""
    digits = _SEPARATORS.sub("", unicodedata.normalize("NFKC", text))
    readable = digits.isascii() and digits.isdigit()
    if not readable or not _LEAST_ID_DIGITS + _CHECK_DIGITS <= len(digits) <= _LONGEST_CASE_NUMBER:
        raise InvalidInput("事件编号应为 9 位以上的数字。", field="case_number")
    case_id = int(digits[:-_CHECK_DIGITS])
    if case_id < 1 or case_number(case_id) != digits:
        raise InvalidInput("事件编号有误，请核对是否有数字写错或写颠倒。", field="case_number")
    return case_id


def receipt_code() -> str:
    """A fresh unguessable code of 60 random bits, XXXX-XXXX-XXXX in Crockford's base 32 (no I, L, O, U)."""
    bits = secrets.randbits(5 * _RECEIPT_LENGTH)
    return _grouped("".join(_CROCKFORD[bits >> 5 * place & 31] for place in range(_RECEIPT_LENGTH)))


def normalise_receipt_code(text: str) -> str:
    """The code as `receipt_code` writes it; case, dashes, spaces, width and O for 0, I or L for 1 are forgiven.

    Raises InvalidInput when it is not twelve signs of the alphabet.
    """
    signs = _SEPARATORS.sub("", unicodedata.normalize("NFKC", text)).upper().translate(_LOOKALIKES)
    if len(signs) != _RECEIPT_LENGTH or not set(signs) <= set(_CROCKFORD):
        raise InvalidInput("回执码应为 12 位字母和数字，例如 7K2M-9QXR-4TBD。", field="receipt_code")
    return _grouped(signs)


def _grouped(signs: str) -> str:
    return "-".join(signs[at : at + _RECEIPT_GROUP] for at in range(0, len(signs), _RECEIPT_GROUP))
