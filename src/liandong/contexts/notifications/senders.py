"""The senders of this installation, by means. Which adapter opens a URL is decided above (app/wiring.py)."""

from collections.abc import Callable
from functools import cache
from urllib.parse import quote

from django.conf import settings

from liandong.kernel.errors import InvalidInput
from liandong.ports.messages import Messages, Unusable

Opener = Callable[[str, str], Messages]
_openers: list[Opener] = []


def use(opener: Opener) -> None:
    """Says who opens a URL for mail, sms or chat; once, when the process starts."""
    _openers[:] = [opener]
    _open.cache_clear()


@cache
def _open(url: str, means: str) -> Messages:
    return _openers[0](url, means)


def available(means: str) -> bool:
    """Whether this installation sends so at all; chat needs no sender but an address."""
    return means == "chat" or bool(_own(means))


def sender(means: str, url: str = "") -> Messages:
    """By mail or sms the county's own sender, by chat the one of this address. Mail that can't wait for a sender to be
    set, such as a link to a new password, becomes a file in the data folder. Raises Unusable.
    """
    own = url or _own(means)
    return _open(own or _outbox(), means) if means == "mail" else _open(own, means)


def _outbox() -> str:
    """The administrator's alone: its letters open accounts."""
    settings.OUTBOX.mkdir(mode=0o700, parents=True, exist_ok=True)
    settings.OUTBOX.chmod(0o700)
    return f"folder:{quote(str(settings.OUTBOX))}?from={quote(settings.DEFAULT_FROM_EMAIL)}"


def check_chat(url: str) -> None:
    """Raises InvalidInput for what is no chat address."""
    try:
        _open(url, "chat")
    except Unusable as error:
        raise InvalidInput(str(error), field="url") from error


def _own(means: str) -> str:
    return {"mail": settings.MAIL_SENDER, "sms": settings.SMS_SENDER}.get(means, "")
