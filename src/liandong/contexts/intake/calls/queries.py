"""Reads of calls and callbacks. Figures are the desk's: by kind and hour, never by post."""

import base64
import binascii
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from datetime import time as clock
from typing import Any

import msgspec
from django.db.models import Count, F, Max, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, ExtractHour

from liandong.contexts.cases import public as cases
from liandong.contexts.intake.domain.calls import KINDS, MOST_MISSED
from liandong.contexts.intake.models import Call, Callback, Contact, phone_key
from liandong.foundation.orgs import public as orgs
from liandong.kernel.actor import Actor
from liandong.kernel.errors import InvalidInput
from liandong.kernel.telephone import Telephone, asked_keys

OUTCOMES: Mapping[str, str] = dict(Callback.Outcome.choices)
PAGE_ROWS = 50
MOST_FOUND = 20
MOST_COUNTED = 1000
CALLED_BACK = ("phone", "visit", "hotline")
"""Channels whose reporters hold no receipt link in their hand: they are rung for the verdict."""


@dataclass(frozen=True, slots=True)
class CallRow:
    """A call; `ended_at` None while it lasts. Without the post: the log isn't a list of who works how much."""

    id: int
    kind: str
    began_at: datetime
    ended_at: datetime | None
    case_id: int | None

    @property
    def lasted_s(self) -> int | None:
        return int((self.ended_at - self.began_at).total_seconds()) if self.ended_at else None


@dataclass(frozen=True, slots=True)
class CallPage:
    """One page of the log, newest first; cursors or ""."""

    rows: list[CallRow]
    next: str
    previous: str


@dataclass(frozen=True, slots=True)
class Figures:
    """A day of the desk: calls by kind ("" = still open, not named) and by hour 0–23. `cursor` changes with them."""

    total: int
    by_kind: Mapping[str, int]
    by_hour: Sequence[int]
    cursor: str


@dataclass(frozen=True, slots=True)
class CallbackRow:
    """A matter whose reporter is to be rung; `due_at`: until when the answer can be judged; `missed`: attempts in vain
    since the answer.
    """

    matter: cases.Matter
    due_at: datetime
    missed: int
    last_at: datetime | None


@dataclass(frozen=True, slots=True)
class CallbackPage:
    rows: list[CallbackRow]
    next: str


@dataclass(frozen=True, slots=True)
class AttemptRow:
    """One attempt to hear the verdict."""

    outcome: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Caller:
    """The cases of one number: (case, its reports with this number), the newest 20. `total` counts all of them, exactly
    up to 1,000 reports; beyond that it is what is certain.
    """

    found: list[tuple[cases.CaseRow, list[int]]]
    total: int
    is_exact: bool


class _At(msgspec.Struct, array_like=True, frozen=True):
    backward: bool
    at: datetime
    id: int


def row_of(call: Call) -> CallRow:
    return CallRow(*(getattr(call, name) for name in CallRow.__slots__))


def open_call(actor: Actor) -> CallRow | None:
    """The call that the post is in."""
    row = Call.objects.filter(staff_id=actor.id, ended_at=None).values_list(*CallRow.__slots__).first()
    return CallRow(*row) if row else None


def list_calls(*, day: date, kind: str = "", cursor: str = "", rows: int = PAGE_ROWS) -> CallPage:
    """Calls that began on one day of the county. Raises InvalidInput for a cursor that isn't ours or no such kind."""
    if kind and kind not in KINDS:
        raise InvalidInput("没有这个来电类型。", field="kind")
    wanted = Call.objects.filter(_on(day))
    if kind:
        wanted = wanted.filter(kind=kind)
    place = _decode(cursor) if cursor else None
    backward = place is not None and place.backward
    if place:
        edge, past = ("gte", "gt") if backward else ("lte", "lt")
        beyond = Q(**{f"began_at__{past}": place.at}) | Q(**{f"id__{past}": place.id})
        wanted = wanted.filter(Q(**{f"began_at__{edge}": place.at}) & beyond)
    ordered = wanted.order_by(*(("began_at", "id") if backward else ("-began_at", "-id")))
    found = [CallRow(*row) for row in ordered.values_list(*CallRow.__slots__)[: rows + 1]]
    more, found = len(found) > rows, found[:rows]
    if backward:
        found.reverse()
    has_next, has_previous = (True, more) if backward else (more, place is not None)
    return CallPage(
        rows=found,
        next=_encode(found[-1].began_at, found[-1].id) if found and has_next else "",
        previous=_encode(found[0].began_at, found[0].id, backward=True) if found and has_previous else "",
    )


def figures(day: date) -> Figures:
    """Counts of one day; one statement over its part of the index."""
    zone = orgs.county().tz
    rows = (
        Call.objects.filter(_on(day))
        .annotate(hour=ExtractHour("began_at", tzinfo=zone))
        .values("kind", "hour")
        .annotate(number=Count("id"), newest=Max("id"), ended=Max("ended_at"))
    )
    by_kind: dict[str, int] = {}
    by_hour = [0] * 24
    marks = []
    for row in rows:
        by_kind[row["kind"]] = by_kind.get(row["kind"], 0) + row["number"]
        by_hour[row["hour"]] += row["number"]
        marks.append((row["newest"], row["ended"].timestamp() if row["ended"] else 0.0, row["number"]))
    total = sum(by_hour)
    cursor = f"{total}-{max((mark[0] for mark in marks), default=0)}-{max((mark[1] for mark in marks), default=0):.3f}"
    return Figures(total, by_kind, by_hour, f"{cursor}-{by_kind.get('', 0)}")


def cases_of_number(actor: Actor, number: Telephone) -> Caller:
    """Cases of the number that the post may see."""
    keyed = Contact.objects.filter(phone_keys__overlap=asked_keys(number, orgs.county().area_code))
    found = [*_reports(keyed), *_reports(_not_keyed_yet(number))]
    reports: dict[int, list[int]] = {}
    for report_id, case_id in sorted(found, reverse=True)[:MOST_COUNTED]:
        reports.setdefault(case_id, []).append(report_id)
    seen = cases.visible_among(reports, actor=actor)
    listed = [(seen[case_id], reports[case_id]) for case_id in reports if case_id in seen]
    return Caller(listed[:MOST_FOUND], len(listed), len(found) <= MOST_COUNTED)


def _reports(contacts: QuerySet[Contact]) -> list[tuple[int, int]]:
    return list(contacts.order_by("-report_id").values_list("report_id", "report__case_id")[: MOST_COUNTED + 1])


def _not_keyed_yet(number: Telephone) -> QuerySet[Contact]:
    """Contacts from before that the timer hasn't come to, by their digits alone."""
    waiting = Contact.objects.filter(phone_keys=None).exclude(phone="")
    return waiting.alias(key=phone_key(F("phone"))).filter(key=phone_key(Value(number.main)))


def list_callbacks(*, actor: Actor, cursor: str = "", rows: int = PAGE_ROWS) -> CallbackPage:
    """Answered cases whose reporter left a telephone and hasn't judged, the nearest end of the verdict time first; not
    those rung in vain three times, nor those that this post may not take a verdict of.
    """
    waiting = _waiting().filter(missed__lt=MOST_MISSED)
    if cursor:
        place = _decode(cursor)
        waiting = waiting.filter(Q(due_at__gt=place.at) | Q(due_at=place.at, report__case_id__gt=place.id))
    columns = ("report__case_id", "due_at", "missed", "last_at")
    found = list(waiting.order_by(*columns[1::-1]).distinct().values_list(*columns)[: rows + 1])
    more, found = len(found) > rows, found[:rows]
    seen = cases.visible_among([case_id for case_id, *_ in found], actor=actor)
    matters = cases.matters_of(seen.values())
    listed = [
        CallbackRow(matters[case_id], due_at, missed, last_at)
        for case_id, due_at, missed, last_at in found
        if case_id in matters
    ]
    return CallbackPage(
        [each for each in listed if cases.may_take_verdict(each.matter.main, actor)],
        _encode(found[-1][1], found[-1][0]) if more else "",
    )


def out_of_reach() -> int:
    """Answered cases whose reporter was rung three times in vain: counted apart, no verdict is made of them."""
    return _waiting().filter(missed__gte=MOST_MISSED).values("report__case_id").distinct().count()


def attempts(case_id: int) -> list[AttemptRow]:
    """All attempts to hear the verdict on a case, oldest first."""
    return [
        AttemptRow(*row) for row in Callback.objects.filter(case_id=case_id).order_by("at").values_list("outcome", "at")
    ]


def missed_since(row: cases.CaseRow) -> int:
    """Attempts in vain since the answer that waits for its verdict."""
    answered_at = cases.matter_of(row).main.answered_at
    if answered_at is None:
        return 0
    return Callback.objects.filter(case_id=row.id, outcome=Callback.Outcome.MISSED, at__gte=answered_at).count()


def _waiting() -> QuerySet[Any, Any]:
    own = Callback.objects.filter(case_id=OuterRef("report__case_id"))
    since = own.filter(at__gte=OuterRef("answered_at")).values("case_id")
    missed = since.filter(outcome=Callback.Outcome.MISSED).annotate(number=Count("id")).values("number")
    return (
        Contact.objects.exclude(phone="")
        .annotate(
            answered_at=cases.of_main("report__case", "answered_at"),
            due_at=cases.of_main("report__case", "verdict_due_at"),
        )
        .filter(
            cases.not_judged_by_own("report__case"),
            report__case_id__in=cases.awaiting_verdict(),
            due_at__isnull=False,
            report__channel__in=CALLED_BACK,
        )
        .annotate(missed=Coalesce(Subquery(missed), 0), last_at=Subquery(since.annotate(last=Max("at")).values("last")))
    )


def _on(day: date) -> Q:
    start = datetime.combine(day, clock(), tzinfo=orgs.county().tz)
    return Q(began_at__gte=start, began_at__lt=datetime.combine(day + timedelta(days=1), clock(), tzinfo=start.tzinfo))


def _encode(at: datetime, row_id: int, *, backward: bool = False) -> str:
    return base64.urlsafe_b64encode(msgspec.json.encode(_At(backward, at, row_id))).decode().rstrip("=")


def _decode(cursor: str) -> _At:
    try:
        return msgspec.json.decode(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)), type=_At)
    except (binascii.Error, ValueError, msgspec.MsgspecError) as error:
        raise InvalidInput("翻页标记无效，请从第一页重新查看。", field="cursor") from error
