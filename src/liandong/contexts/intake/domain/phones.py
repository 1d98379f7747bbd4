"""A telephone number as people write it: one, with area code and extension if they like; also foreign or short."""

import re
import unicodedata

import phonenumbers

from liandong.kernel.errors import InvalidInput

REGION = "CN"
LEAST_DIGITS, MOST_DIGITS = 3, 20
_WHOLE_NUMBER_DIGITS = 7
_WRITTEN = re.compile(r"\+?[\d\s().\-/]*(?:(?:转接?|分机|ext\.?|x|#)[\s:]*\d{1,8})?", re.IGNORECASE)
_EXTENSION = re.compile(r"(?:转接?|分机|ext\.?|x|#)", re.IGNORECASE)
_DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−－"), "-")


def check_phone(value: str) -> None:
    """Taken as typed. Raises InvalidInput, `field` "phone", for too few or too many digits, other words beside it, and
    two numbers in one.
    """
    shown = "".join(sign for sign in unicodedata.normalize("NFKC", value) if unicodedata.category(sign) != "Cf")
    shown = shown.translate(_DASHES).strip()
    digits = sum(sign.isdecimal() for sign in shown)
    if digits < LEAST_DIGITS:
        raise InvalidInput("电话号码格式不正确。", field="phone")
    opened = shown.replace("(+", "+(", 1)
    if digits > MOST_DIGITS or not _WRITTEN.fullmatch(opened) or not _is_one(_EXTENSION.split(opened)[0]):
        raise InvalidInput("电话栏请只填一个号码，可以带区号和分机号。", field="phone")


def _is_one(written: str) -> bool:
    """A number of the plan, as the library knows them; else one in which no two parts are long enough to be numbers of
    their own.
    """
    try:
        if phonenumbers.is_valid_number(phonenumbers.parse(written, REGION)):
            return True
    except phonenumbers.NumberParseException:
        pass
    return sum(len(part) >= _WHOLE_NUMBER_DIGITS for part in re.findall(r"\d+", written)) <= 1
