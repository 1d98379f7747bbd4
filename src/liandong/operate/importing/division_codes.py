"""Statistical division codes: county 6 digits, town 9, village 12, cell 15. They are kept in 12 digits or more."""

_TOWN_END, _COUNTY_END = "000", "000000"
_UPPER_DIGITS = {"cell": 12, "village": 9, "town": 6}


def whole(code: str) -> str:
    """`330110` and `330110005` filled up to 12 digits; another code as it is."""
    return code.ljust(12, "0") if _is_numeric(code) and len(code) in (6, 9) else code


def kind(code: str) -> str:
    """By the structure of a whole code, "" where it has none."""
    if not _is_numeric(code) or len(code) not in (12, 15):
        return ""
    if len(code) == 15:
        return "cell"
    if code.endswith(_COUNTY_END):
        return "county"
    return "town" if code.endswith(_TOWN_END) else "village"


def parent(code: str) -> str:
    """The whole code of the division above, "" for a county or a code without structure."""
    digits = _UPPER_DIGITS.get(kind(code), 0)
    return whole(code[:digits]) if digits else ""


def _is_numeric(code: str) -> bool:
    return code.isascii() and code.isdigit()
