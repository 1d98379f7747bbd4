"""“It is the same matter, I report it too”: a report that names an open one near by is taken in and joined to it."""

import base64
from dataclasses import replace
from functools import cache

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.db import transaction
from django.utils.crypto import salted_hmac

from liandong.contexts.cases import public as cases
from liandong.foundation.places import public as places
from liandong.kernel import time
from liandong.kernel.actor import Actor, Role
from liandong.kernel.errors import LiandongError, NotFound

from .commands import receive
from .domain.incoming import Incoming, Received, Rejected

_SALT = "intake.near"
_VALID_S = 24 * 3600


def token_of(case_id: int) -> str:
    """Names an open public case to whoever is shown it near by, for a day; only we read which one it is."""
    return _cipher().encrypt_at_time(str(case_id).encode(), int(time.now().timestamp())).decode()


def mark_of(case_id: int) -> str:
    """Tells a case from others in lists for everybody, and not which one it is."""
    return salted_hmac(f"{_SALT}.mark", str(case_id), algorithm="sha256").hexdigest()[:16]


@cache
def _cipher() -> Fernet:
    return Fernet(base64.urlsafe_b64encode(salted_hmac(_SALT, settings.SECRET_KEY, algorithm="sha256").digest()))


def named_by(token: str) -> cases.CaseRow | None:
    """The case that a token names; None for one that isn't ours or is too old, for what has ended or isn't public."""
    row = _case_of(token)
    return row if row is not None and row.is_open and not row.is_private else None


def id_named_by(token: str) -> int | None:
    """The id of the case that a token names, whatever has become of it."""
    row = _case_of(token)
    return row.id if row is not None else None


def has_ended(token: str) -> bool:
    """Whether the public case that a token names is done with by now; one that was joined to another goes on there."""
    row = _case_of(token)
    return row is not None and not row.is_private and not row.is_open and row.state != cases.State.JOINED


def _case_of(token: str) -> cases.CaseRow | None:
    if not token:
        return None
    try:
        plain = _cipher().decrypt_at_time(token.encode(), _VALID_S, int(time.now().timestamp()))
        return cases.find(int(plain))
    except (InvalidToken, UnicodeEncodeError, NotFound):
        return None


def receive_same(*, actor: Actor, report: Incoming, named: cases.CaseRow) -> tuple[Received | Rejected, bool]:
    """Takes the report in, with kind and place of the other case where it says none, and joins it in the same
    transaction; False where it stays a case of its own: the other has ended, isn't alike, or is busy.
    """
    report = replace(_completed(report, named), as_sent=report)
    with transaction.atomic():
        (answer,) = receive(actor=actor, batch=[report])
        if isinstance(answer, Rejected):
            return answer, False
        reporter = Actor(kind="reporter", id=answer.report_id, role=Role.REPORTER, label="上报人")
        try:
            row = cases.find(answer.case_id)
            if not row.is_joined and not answer.repeated:
                cases.join_case(actor=reporter, case_id=answer.case_id, to=named.id)
        except LiandongError:
            return answer, False
    return answer, True


def _completed(report: Incoming, named: cases.CaseRow) -> Incoming:
    """The point of the other, and the place by its name in the register: how the other reporter wrote it stays theirs,
    and isn't in a second report that outlives the erasing of the first.
    """
    report = replace(report, category_code=report.category_code or named.category_code)
    if report.lon is None and not report.address and report.division_code == "":
        place = places.resolve(named.address) if named.address else None
        return replace(report, lon=named.lon, lat=named.lat, address=place.name if place else "")
    return report
