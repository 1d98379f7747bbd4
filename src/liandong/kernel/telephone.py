"""A telephone number's canonical form: the same number is known again however it was written, and no other one is.

`+8613800000001` in E.164; a number without its area code stays as its digits alone, `88110106`; what is no number of
any plan (a service line, a number that can't exist) is `~` and its digits. Numbers without a country are China's.
"""

import re
from dataclasses import dataclass

import phonenumbers

from .text import fold

LEAST_DIGITS = 7
_REGION, _COUNTRY = "CN", "86"
_MOBILE = re.compile(r"1\d{10}|0(1[3-9]\d{9})")
_CHINESE_MOBILE = re.compile(r"\+861[3-9]\d{9}")
_LANDLINE = re.compile(r"(10|2\d|[3-9]\d{2})([1-9]\d{6,7})")
_LOCAL = re.compile(r"[2-9]\d{6,7}")
_ABROAD = re.compile(r"(?:00?)?86(0?1[3-9]\d{9}|0?[1-9]\d{8,10})")
_CARRIER = re.compile(r"(?:179\d\d|12593|10193|10131|11808)((?:86)?0?1[3-9]\d{9}|0\d{9,})")
"""Dialled before a number to choose who carries the call."""

_BEFORE_EXTENSION = "转接?|轉接?|分机号?|分機|内线|ext(?:ensio)?n?|x|#|\\*"
_EXTENSION = re.compile(rf"(?<=[\d)])[\s,.\-(]*(?:{_BEFORE_EXTENSION})[\s:.]*(\d{{1,6}})(?!\d)")
_MARK = "\x1f"
_TRAILING = 5
"""Digits of an extension that stands behind its number without a word."""

_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−－ー·•_", "-"))
_HARD = re.compile(rf"[^\d+\-.()\s{_MARK}]+|(?=\+)")
_GLUED = re.compile(r"(?<![\d+])(?:1[3-9]\d{9}){2,3}(?!\d)")
"""Mobile numbers without a mark between them."""
_MOBILE_DIGITS = 11
_TOKEN = re.compile(rf"[+{_MARK}]?\d+")
_TRUNK = re.compile(r"(\+\d{1,3}[\s\-.]*)\(0\)")
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1f]")


@dataclass(frozen=True, slots=True)
class Telephone:
    """`main` canonical; `extension` digits or ""."""

    main: str
    extension: str = ""


def read(text: str) -> list[Telephone]:
    """The numbers of a field in their order, each once; one without an area code takes that of the one before."""
    if text.isascii() and len(text) == 11 and text.isdigit() and text[0] == "1":
        return [Telephone(f"+{_COUNTRY}{text}")]
    plain = _CONTROLS.sub("", fold(text)).translate(_DASHES)
    plain = _GLUED.sub(_apart, plain)
    plain = _EXTENSION.sub(rf" {_MARK}\1 ", _TRUNK.sub(r"\1", plain))
    found: dict[Telephone, None] = {}
    area = ""
    for piece in _HARD.split(plain):
        for each in _numbers(_TOKEN.findall(piece)):
            number = each
            if area and _LOCAL.fullmatch(each.main):
                number = Telephone(f"+{_COUNTRY}{area}{each.main}", each.extension)
            area = _area_of(number.main) or area
            found[number] = None
    return list(found)


def stored_keys(text: str) -> list[str]:
    """The keys by which a field is found. A number with an extension is another than the one without."""
    keys = [key for each in read(text) for key in _keys(each.main, each.extension)]
    return list(dict.fromkeys(keys))


def asked_keys(number: Telephone, area_code: str = "") -> list[str]:
    """The stored keys that this number matches. `area_code` is the county's: a number without one equals the number
    with it. An extension tells numbers apart only where both have one.
    """
    area = area_code.lstrip("0")
    mains = [number.main]
    if area and _LOCAL.fullmatch(number.main):
        mains.append(f"+{_COUNTRY}{area}{number.main}")
    elif area and _area_of(number.main) == area:
        mains.append(number.main[len(_COUNTRY) + 1 + len(area) :])
    ending = f"x{number.extension}"
    return [key for main in mains for key in (main, main + ending)]


def for_messages(text: str) -> str:
    """The number for a message: the field's first mobile one in eleven digits, else the field as it is."""
    mobile = next((each.main[3:] for each in read(text) if _CHINESE_MOBILE.fullmatch(each.main)), "")
    return mobile or text


def _apart(found: re.Match[str]) -> str:
    """Mobile numbers that stand together without a mark between them, apart."""
    digits = found.group()
    return " ".join(digits[at : at + _MOBILE_DIGITS] for at in range(0, len(digits), _MOBILE_DIGITS))


def _keys(main: str, extension: str) -> list[str]:
    return [f"{main}x", f"{main}x{extension}"] if extension else [main]


def _area_of(main: str) -> str:
    """The area code of a Chinese landline, without its zero."""
    match = _LANDLINE.fullmatch(main.removeprefix(f"+{_COUNTRY}")) if main.startswith(f"+{_COUNTRY}") else None
    return match[1] if match and not _MOBILE.fullmatch(match[0]) else ""


def _numbers(tokens: list[str]) -> list[Telephone]:
    """Numbers of a run of digit groups that uses all of them; else mobile ones that stand there whole, else the run is
    one that belongs to no plan.
    """
    found: list[Telephone] = []
    at = 0
    while at < len(tokens):
        token = tokens[at]
        main, end = ("", at) if token.startswith(_MARK) else _longest(tokens, at)
        if main:
            found.append(Telephone(main))
            at = end
        elif found and not found[-1].extension and (token.startswith(_MARK) or len(token) <= _TRAILING):
            found[-1] = Telephone(found[-1].main, token.removeprefix(_MARK))
            at += 1
        else:
            return _mobiles(tokens) or _unplanned(tokens)
    return found


def _mobiles(tokens: list[str]) -> list[Telephone]:
    return [Telephone(f"+{_COUNTRY}{token}") for token in tokens if len(token) == 11 and _MOBILE.fullmatch(token)]


def _longest(tokens: list[str], start: int) -> tuple[str, int]:
    """(canonical, place after it) of the most groups from `start` that are a number together; ("", start)."""
    for end in range(len(tokens), start, -1):
        joined = "".join(tokens[start:end])
        if _MARK not in joined and (main := _canonical(joined)):
            return main, end
    return "", start


def _unplanned(tokens: list[str]) -> list[Telephone]:
    digits = "".join(token.lstrip("+") for token in tokens if not token.startswith(_MARK))
    extensions = [token[1:] for token in tokens if token.startswith(_MARK)]
    return [Telephone(f"~{digits}", "".join(extensions))] if len(digits) >= LEAST_DIGITS else []


def _canonical(number: str) -> str:
    """The main form, or an empty text for what is no number."""
    if number.startswith("+"):
        return _of_country(number[1:])
    if _LOCAL.fullmatch(number):
        return number
    if mobile := _MOBILE.fullmatch(number):
        return f"+{_COUNTRY}{mobile[1] or number}"
    if number.startswith("0") and _LANDLINE.fullmatch(number[1:]):
        return f"+{_COUNTRY}{number[1:]}"
    if abroad := _ABROAD.fullmatch(number):
        return _of_country(_COUNTRY + abroad[1]) if _is_valid(abroad[1]) or _MOBILE.fullmatch(abroad[1]) else ""
    if carried := _CARRIER.fullmatch(number):
        return _canonical(carried[1])
    if number.startswith("00"):
        return _of_country(number[2:])
    return f"+{_COUNTRY}{number.lstrip('0')}" if len(number) >= LEAST_DIGITS and _is_valid(number) else ""


def _of_country(digits: str) -> str:
    """Reads digits with their country's code in front."""
    national = digits.removeprefix(_COUNTRY).lstrip("0")
    if digits.startswith(_COUNTRY):
        if carried := _CARRIER.fullmatch(national):
            return _canonical(carried[1])
        if _MOBILE.fullmatch(national) or _LANDLINE.fullmatch(national) or _is_valid(national):
            return f"+{_COUNTRY}{national}"
        return ""
    try:
        number = phonenumbers.parse(f"+{digits}", None)
    except phonenumbers.NumberParseException:
        return ""
    if len(digits) < LEAST_DIGITS or not phonenumbers.is_possible_number(number):
        return ""
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def _is_valid(national: str) -> bool:
    """Whether it is a number of China's plan as it stands, without a carrier's digits that would be cut off."""
    try:
        number = phonenumbers.parse(national, _REGION)
    except phonenumbers.NumberParseException:
        return False
    whole = str(number.national_number) == national.lstrip("0")
    return whole and bool(phonenumbers.is_valid_number_for_region(number, _REGION))
