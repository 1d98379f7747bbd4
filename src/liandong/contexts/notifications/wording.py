"""The texts that go out: number, kind of matter, due time and a link; of a private matter not even the kind."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.core import signing
from django.urls import reverse
from django.utils.translation import gettext

from liandong.contexts.cases import public as cases
from liandong.contexts.intake import public as intake
from liandong.foundation.language import is_english
from liandong.foundation.links import absolute
from liandong.foundation.orgs import public as orgs
from liandong.foundation.rooms import public as rooms
from liandong.foundation.ui import public as ui

from .queries import NotificationRow

CASE = "case"
LINES = 20
"""More in one message are a number and the link to the list."""
_STOP = signing.Signer(salt="notifications.stop")


def kind_words(kind: str) -> str:
    """Its name where no room has the kind any more."""
    found = rooms.kinds().get(kind)
    return rooms.translated(found.words) if found else kind


def subject(rows: Sequence[NotificationRow]) -> str:
    """“3 件新任务，1 件已超期”."""
    counted: Counter[str] = Counter()
    for row in rows:
        counted[row.kind] += row.count
    parts = [
        gettext("%(count)s 件%(kind)s") % {"count": count, "kind": kind_words(kind)} for kind, count in counted.items()
    ]
    return (", " if is_english() else "，").join(parts)


def to_post(rows: Sequence[NotificationRow]) -> str:
    """A line for each: kind, what it is about, due time; then the link."""
    named = subjects(rows[:LINES])
    lines = [_line(row, named.get(row.id)) for row in rows[:LINES]]
    if len(rows) > LINES:
        more = gettext("还有 %(count)s 条，请在通知页查看：") % {"count": len(rows) - LINES}
        lines.append(f"{more}\n{absolute(reverse('notifications:list'))}")
    return "\n".join(lines)


@dataclass(frozen=True, slots=True)
class Subject:
    """The subject of a notification: its name, its page, and how it stands where it has clocks."""

    words: str
    address: str
    is_urgent: bool
    glance: rooms.Glance


def _line(row: NotificationRow, subject: Subject | None) -> str:
    if subject is None:
        return f"{counted(row)}\n{absolute(_without_subject(row))}"
    due_at = subject.glance.due_at
    until = gettext("%(due)s 前") % {"due": ui.exact_words(due_at, orgs.county().tz)} if due_at else ""
    words = " · ".join(filter(None, (kind_words(row.kind), subject.words, until)))
    return f"{words}\n{absolute(subject.address)}"


def counted(row: NotificationRow) -> str:
    """“3 件待受理”: of a notification that counts, or is about what isn't there any more."""
    return gettext("%(count)s 件%(kind)s") % {"count": row.count, "kind": kind_words(row.kind)}


def address_of(row: NotificationRow) -> str:
    """The page that a notification leads to. One about what isn't there any more leads to the list."""
    subject = subjects([row]).get(row.id)
    return subject.address if subject else _without_subject(row)


def _without_subject(row: NotificationRow) -> str:
    found = rooms.kinds().get(row.kind)
    return str(rooms.called(found.address)()) if found and found.address else reverse("notifications:list")


def subjects(rows: Iterable[NotificationRow]) -> dict[int, Subject]:
    """By notification, of those about something that is there. One read for each sort of thing."""
    by_sort: dict[str, list[NotificationRow]] = {}
    for row in rows:
        if row.about_id is not None:
            by_sort.setdefault(row.about, []).append(row)
    found: dict[int, Subject] = {}
    for name, told in by_sort.items():
        if (about := rooms.about(name)) is None:
            continue
        things = rooms.called(about.rows)({row.about_id for row in told})
        for row in told:
            if row.about_id in things:
                found[row.id] = _subject(about, things[row.about_id], row)
    return found


def _subject(about: rooms.About, thing: Any, row: NotificationRow) -> Subject:
    """A post that is told something as the reporter is led to what the reporter may read."""
    kind = rooms.kinds().get(row.kind)
    is_reporters = about.name == CASE and kind is not None and kind.group is None
    return Subject(
        words=rooms.called(about.words)(thing),
        address=intake.own_address(thing.number) if is_reporters else rooms.called(about.address)(thing),
        is_urgent=bool(about.is_urgent) and bool(rooms.called(about.is_urgent)(thing)),
        glance=rooms.called(about.glance)(thing) if about.glance else rooms.Glance(),
    )


def to_reporter(rows: Sequence[NotificationRow], case: cases.CaseRow, path: str, report_id: int) -> str:
    """Tells the reporter the events of the matter, the date that counts now, the status page, and how to opt out."""
    lines = [
        gettext("您上报的事件 %(number)s（%(matter)s）：") % {"number": case.number, "matter": cases.names.matter(case)}
    ]
    lines += [kind_words(kind) for kind in dict.fromkeys(row.kind for row in rows)]
    date = _date_for_reporter(cases.matter_of(case))
    lines += [date] if date else []
    stop = absolute(reverse("notifications:stop", args=[stop_token(report_id)]))
    lines += [gettext("查看和回应：%(link)s") % {"link": absolute(path)}]
    lines += ["", gettext("不想再收到这件事的通知：%(link)s") % {"link": stop}]
    return "\n".join(lines)


def _date_for_reporter(matter: cases.Matter) -> str:
    case = matter.main
    match matter.state:
        case cases.State.ASKED if matter.is_asked:
            return gettext("请在 %(date)s 前补充。") % {"date": cases.long_date(cases.reply_until(case))}
        case cases.State.ANSWERED if case.verdict_due_at:
            return gettext("请在 %(date)s 前评价。") % {"date": cases.long_date(case.verdict_due_at)}
        case cases.State.PARKED if case.review_at:
            return gettext("最晚在 %(date)s 复核。") % {"date": cases.long_date(case.review_at)}
        case cases.State.DISPATCHED | cases.State.HANDLING if case.due_at:
            return gettext("承诺在 %(date)s 前答复。") % {"date": cases.long_date(case.due_at)}
    return ""


def trial() -> tuple[str, str]:
    """(subject, text) of a trial message."""
    return gettext("联动：试发"), gettext("收到这一条，说明通知能送到您这里。")


def password_link(username: str, link: str, county: str) -> tuple[str, str]:
    """(subject, text) of the mail that a new password is set by."""
    text = gettext(
        "有人为登录名 %(username)s 申请设置新密码。是您本人的，请在三天内打开：\n%(link)s\n"
        "不是您本人的，不用理会，密码没有改动。"
    )
    return gettext("%(county)s：设置新密码") % {"county": county}, text % {"username": username, "link": link}


def stop_token(report_id: int) -> str:
    return _STOP.sign(str(report_id))


def report_of_token(token: str) -> int | None:
    """The report that a link in a message belongs to; None for a token that isn't ours."""
    try:
        return int(_STOP.unsign(token))
    except (signing.BadSignature, ValueError):
        return None
