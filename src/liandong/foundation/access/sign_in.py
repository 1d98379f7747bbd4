"""Wrong passwords make the next attempt wait, longer and longer; nobody is ever locked out by others.

What waits is an address and an account together. Wrong ones on an account from many addresses make each of these wait
longer and sooner, but the first attempt from an address is always heard: the right password from elsewhere gets in.
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.crypto import salted_hmac

from liandong.foundation.events import public as events
from liandong.kernel import time
from liandong.kernel.errors import TooMany
from liandong.kernel.text import fold

from .commands import count_attempt
from .domain.events import PasswordLinkAsked
from .models import RateWindow

WINDOW = timedelta(hours=1)
FREE = 5
"""Wrong ones of an address on an account that cost nothing."""
FIRST_WAIT_S, LONGEST_WAIT_S = 5, 900
BESET = 20
"""Wrong ones on an account, from all addresses together, from which on each address waits after its first."""
BUSY_ADDRESS, LONGEST_WAIT_OF_ADDRESS_S = 100, 60
"""Wrong ones of an address, on all accounts together, from which on it waits between two."""
RESETS, RESETS_WINDOW_S = 3, 3600
_DOUBLINGS = 10


def wait_of_pair(wrong: int, wrong_on_account: int) -> int:
    """Seconds that an address waits after its newest wrong password on an account."""
    own = FIRST_WAIT_S * 2 ** min(wrong - FREE, _DOUBLINGS) if wrong >= FREE else 0
    beset = FIRST_WAIT_S * 2 ** min(wrong_on_account // BESET, _DOUBLINGS) if wrong and wrong_on_account >= BESET else 0
    return min(max(own, beset), LONGEST_WAIT_S)


def wait_of_address(wrong: int) -> int:
    """Seconds that an address waits after its newest wrong password on any account."""
    return min(2 ** min(wrong // BUSY_ADDRESS, _DOUBLINGS), LONGEST_WAIT_OF_ADDRESS_S) if wrong >= BUSY_ADDRESS else 0


def begin(*, username: str, source: str) -> None:
    """Counts an attempt as a wrong one until it proves right. Raises TooMany, with the wait; that isn't counted."""
    now = time.now()
    pair, account, address = _keys(username, source)
    with transaction.atomic():
        new = [RateWindow(key=key, window_start=now, count=0) for key in sorted((pair, account, address))]
        RateWindow.objects.bulk_create(new, ignore_conflicts=True)
        locked = RateWindow.objects.select_for_update().filter(key__in=[row.key for row in new]).order_by("key")
        rows = {row.key: row for row in locked}
        for row in rows.values():
            if row.window_start < now - WINDOW:
                row.count, row.window_start = 0, now
        _check_wait(rows[pair], wait_of_pair(rows[pair].count, rows[account].count), now)
        _check_wait(rows[address], wait_of_address(rows[address].count), now)
        for row in rows.values():
            row.count, row.last_at = row.count + 1, now
        RateWindow.objects.bulk_update(rows.values(), ["count", "window_start", "last_at"])


def succeeded(*, username: str, source: str) -> None:
    """Takes back what `begin` counted, and forgives this address its wrong ones on this account."""
    pair, account, address = _keys(username, source)
    with transaction.atomic():
        rows = RateWindow.objects.select_for_update().filter(key__in=(pair, account, address)).order_by("key")
        for row in rows:
            row.count = 0 if row.key == pair else max(0, row.count - 1)
            row.save(update_fields=["count"])


def forgive(*, username: str, source: str) -> None:
    """Who has set a new password signs in with it at once."""
    RateWindow.objects.filter(key=_keys(username, source)[0]).update(count=0)


def ask_password_link(*, email: str, staff_ids: list[int]) -> None:
    """A link to a new password for these accounts of an address, by mail from the worker; at most three an hour, more
    are silently left out. For an address that nobody has the same is written, with nobody in it: it takes as long.
    """
    try:
        key = salted_hmac("access.password_link", fold(email)).hexdigest()[:32]
        count_attempt(key=f"password-link:{key}", limit=RESETS, window_s=RESETS_WINDOW_S)
    except TooMany:
        staff_ids = []
    with transaction.atomic():
        stream = ("staff", staff_ids[0] if staff_ids else 0)
        events.publish(stream=stream, facts=PasswordLinkAsked(staff=staff_ids))


def _check_wait(row: RateWindow, wait_s: int, now: datetime) -> None:
    if wait_s and row.last_at is not None:
        left_s = wait_s - (now - row.last_at).total_seconds()
        if left_s > 0:
            raise TooMany(retry_after_s=int(left_s) + 1)


def _keys(username: str, source: str) -> tuple[str, str, str]:
    account = salted_hmac("access.sign_in", fold(username.strip())).hexdigest()[:32]
    return f"sign-in:{source}:{account[:24]}", f"sign-in-account:{account}", f"sign-in-from:{source}"
