"""One e-mail address, checked the same at every door: what is written here is written to."""

import unicodedata

from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator

from liandong.kernel.errors import InvalidInput

_is_address = EmailValidator(allowlist=[])
_NEVER = frozenset('",;:<>()[]\\%')
"""These separate, quote, comment or route where addresses stand in a header."""


def check_email(value: str, *, field: str = "email") -> None:
    """A domain may be of any script, in half width. Raises InvalidInput for none, for two, for a name beside it, and
    for what only a machine of the same network could reach.
    """
    try:
        _is_address(value)
    except ValidationError as error:
        raise _refused(field) from error
    is_plain = value.isprintable() and unicodedata.normalize("NFKC", value) == value
    if _NEVER & set(value) or not is_plain:
        raise _refused(field)


def _refused(field: str) -> InvalidInput:
    return InvalidInput("电子邮箱格式不正确，请只填一个完整的地址。", field=field)
