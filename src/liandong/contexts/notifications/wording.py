"""The texts that go out: number, kind of matter, due time and a link; of a private matter not even the kind."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.core import signing
from django.urls import reverse
from django.utils.translation import gettext

from liandong.contexts.cases import public as cases
from liandong.foundation.language import is_english
from liandong.foundation.links import absolute
from liandong.foundation.orgs import public as orgs
from liandong.foundation.rooms import public as rooms
from liandong.foundation.ui import public as ui

from .queries import NotificationRow

LINES = 20
"""More in one message are a number and the link to the list."""
_STOP = signing.Signer(salt="notifications.stop")


def kind_words(kind: str) -> str:
    """Its name where no room has the kind any more."""
    found = rooms.kinds().get(kind)
    return rooms.translated(found.words) if found else kind


def due(row: cases.CaseRow) -> str:
    """When the running clock ends; "" where none runs."""
    return ui.exact_words(row.red_at, orgs.county().tz) if row.red_at else ""


def subject(rows: Sequence[NotificationRow]) -> str:
    """“3 件新任务，1 件已超期”."""
    counted: Counter[str] = Counter()
    for row in rows:
        counted[row.kind] += row.count
    parts = [
        gettext("%(count)s 件%(kind)s") % {"count": count, "kind": kind_words(kind)} for kind, count in counted.items()
    ]
    return (", " if is_english() else "，").join(parts)


def to_post(rows: Sequence[NotificationRow], found: Mapping[int, cases.CaseRow]) -> str:
    """A line for each: kind, number, kind of matter, due time; then the link."""
    named = subjects(rows[:LINES])
    lines = [_line(row, found.get(row.case_id or 0), named.get(row.id)) for row in rows[:LINES]]
    if len(rows) > LINES:
        more = gettext("还有 %(count)s 条，请在通知页查看：") % {"count": len(rows) - LINES}
        lines.append(f"{more}\n{absolute(reverse('notifications:list'))}")
    return "\n".join(lines)


@dataclass(frozen=True, slots=True)
class Subject:
    """The subject of a notification that is no case: its name and its page."""

    words: str
    address: str


def _line(row: NotificationRow, case: cases.CaseRow | None, subject: Subject | None) -> str:
    if subject is not None:
        return f"{kind_words(row.kind)} · {subject.words}\n{absolute(subject.address)}"
    if case is None:
        counted = gettext("%(count)s 件%(kind)s") % {"count": row.count, "kind": kind_words(row.kind)}
        return f"{counted}\n{absolute(address_of(row, None))}"
    until = gettext("%(due)s 前") % {"due": due(case)} if case.red_at else ""
    words = " · ".join(filter(None, (kind_words(row.kind), case.number, cases.names.matter(case), until)))
    return f"{words}\n{absolute(reverse('console:case', args=[case.number]))}"


def address_of(row: NotificationRow, case: cases.CaseRow | None) -> str:
    """The page that a notification leads to. One about what isn't there any more leads to the list."""
    if case is not None:
        return reverse("console:case", args=[case.number])
    if (subject := subjects([row]).get(row.id)) is not None:
        return subject.address
    found = rooms.kinds().get(row.kind)
    return str(rooms.called(found.address)()) if found and found.address else reverse("notifications:list")


def subjects(rows: Iterable[NotificationRow]) -> dict[int, Subject]:
    """By notification, of those about other things than cases that are there. One read for each sort of thing."""
    by_sort: dict[str, list[NotificationRow]] = {}
    for row in rows:
        if row.about_id is not None:
            by_sort.setdefault(row.about, []).append(row)
    found: dict[int, Subject] = {}
    for name, told in by_sort.items():
        if (about := rooms.about(name)) is None:
            continue
        things = rooms.called(about.rows)({row.about_id for row in told})
        words, address = rooms.called(about.words), rooms.called(about.address)
        for row in told:
            if row.about_id in things:
                found[row.id] = Subject(words(things[row.about_id]), address(things[row.about_id]))
    return found


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
