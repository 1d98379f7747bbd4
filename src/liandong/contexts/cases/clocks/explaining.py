"""Why this day: the calendar's steps as sentences, in the language of the page and the zone of the county."""

from collections.abc import Collection, Iterator, Sequence
from datetime import date, datetime, timedelta
from itertools import groupby

from django.utils.formats import date_format
from django.utils.translation import gettext, gettext_noop, ngettext

from liandong.contexts.cases.models import DeadlineEntry
from liandong.contexts.cases.queries import deadline_entries, task_history
from liandong.contexts.cases.rows import CaseRow, DeadlineRow, TaskRow
from liandong.foundation.calendar import public as calendar
from liandong.foundation.orgs import public as orgs
from liandong.kernel import time

from .reckoning import Clocked, explain, extensions_in, lead_passed_at, own_clocks, reply_due

HOLIDAYS = (
    gettext_noop("元旦"),
    gettext_noop("春节"),
    gettext_noop("清明"),
    gettext_noop("劳动节"),
    gettext_noop("端午"),
    gettext_noop("中秋"),
    gettext_noop("国庆节"),
)
"""Names that notices give to days; another one is shown as it is."""


def long_date(moment: datetime) -> str:
    """`11月27日 星期五 17:30`, with the year where it isn't the present one."""
    local = moment.astimezone(orgs.county().tz)
    same_year = local.year == time.now().astimezone(orgs.county().tz).year
    return date_format(local, gettext("n月j日 l H:i") if same_year else gettext("Y年n月j日 l H:i"))


def day_words(day: date) -> str:
    """`11月27日 星期五`."""
    return date_format(day, gettext("n月j日 l"))


def unit_words(text: str) -> str:
    """`个工作日` of the compact text `5wd`."""
    budget = calendar.Budget.parse(text)
    return budget_words(budget).removeprefix(str(budget.value)).strip()


def budget_words(budget: calendar.Budget | str) -> str:
    """`5 个工作日`."""
    budget = calendar.Budget.parse(budget) if isinstance(budget, str) else budget
    working = budget.calendar is calendar.Counting.WORKING
    count = budget.value
    match budget.unit:
        case calendar.Unit.DAY if working:
            words = ngettext("%(count)d 个工作日", "%(count)d 个工作日", count)
        case calendar.Unit.DAY:
            words = ngettext("%(count)d 天", "%(count)d 天", count)
        case calendar.Unit.HOUR if working:
            words = ngettext("%(count)d 个工作小时", "%(count)d 个工作小时", count)
        case calendar.Unit.HOUR:
            words = ngettext("%(count)d 小时", "%(count)d 小时", count)
        case _ if working:
            words = ngettext("%(count)d 工作分钟", "%(count)d 工作分钟", count)
        case _:
            words = ngettext("%(count)d 分钟", "%(count)d 分钟", count)
    return words % {"count": count}


def why(row: CaseRow) -> list[str]:
    """Why the case is due when it is. Nothing where today's calendar gives another date than the one it was answered
    under.
    """
    ledger = deadline_entries(row.id)
    explained = explain(row, ledger)
    if (explained.due.at if explained else None) != row.due_at:
        return []
    parked = {line.at for line in ledger if line.kind == DeadlineEntry.Kind.PARK}
    added = extensions_in(ledger, row.clock_from)
    steps = sentences(explained, _begun(row, explained, added), parked) if explained else ()
    return [*steps, *_lead_passed(row, ledger)]


def why_part(row: TaskRow) -> list[str]:
    """The same of an office's part, by its own clocks."""
    lines = task_history(row.case_id, row.id)
    clocks = own_clocks(lines, row.created_at)
    explained = explain(clocks, lines)
    if explained is None or explained.due.at != row.due_at:
        return []
    return sentences(explained, _begun(clocks, explained, extensions_in(lines, clocks.clock_from)))


def reply_until(row: CaseRow) -> datetime:
    """Until when an asked case waits for its reporter."""
    return reply_due(row, deadline_entries(row.id))


def _begun(row: Clocked, why: calendar.Explanation, added: Sequence[DeadlineRow]) -> list[str]:
    """Where counting begins, and how the whole budget came about."""
    first = {"at": long_date(why.start), "budget": budget_words(row.finish_budget)}
    lines = [gettext("%(at)s 起算，承诺时限 %(budget)s。") % first]
    for line in added:
        more = {"at": long_date(line.at), "budget": budget_words(line.finish_budget)}
        lines.append(gettext("%(at)s 批准延期 %(budget)s。") % more)
    if added:
        lines.append(gettext("合计 %(budget)s。") % {"budget": budget_words(why.budget)})
    return lines


def _lead_passed(row: CaseRow, ledger: Sequence[DeadlineRow]) -> Iterator[str]:
    at = lead_passed_at(ledger, row.clock_from)
    if at is None or row.accept_due_at is None:
        return
    budget = budget_words(row.accept_budget)
    yield gettext("%(at)s 转交，接手部门的签收时限 %(budget)s 从这时起算，到 %(due)s；承诺的答复时间不变。") % {
        "at": long_date(at),
        "budget": budget,
        "due": long_date(row.accept_due_at),
    }


def sentences(why: calendar.Explanation, begun: Sequence[str], parked: Collection[datetime] = ()) -> list[str]:
    """From how it began to the due moment, one sentence a step; neighbouring rest days share one. `parked`: when
    pauses began that are none for a reply.
    """
    lines = [*begun]
    for is_rest, steps in groupby(why.steps, key=lambda step: isinstance(step, calendar.SkippedDay)):
        if is_rest:
            lines += _rest_days([step for step in steps if isinstance(step, calendar.SkippedDay)])
        else:
            lines += [_sentence(step, why.budget, parked) for step in steps]
    lines.append(gettext("所以承诺在 %(at)s 前答复。") % {"at": long_date(why.due.at)})
    if why.due.provisional:
        lines.append(gettext("这段日子的节假日安排还没有公布，公布后日期可能调整。"))
    return lines


def _rest_days(days: list[calendar.SkippedDay]) -> Iterator[str]:
    for name, together in groupby(days, key=lambda step: step.holiday_name):
        run = list(together)
        reason = gettext(name) if name else gettext("休息日")
        first, last = day_words(run[0].day), day_words(run[-1].day)
        span = first if len(run) == 1 else gettext("%(first)s至%(last)s") % {"first": first, "last": last}
        yield gettext("%(days)s：%(reason)s，不计。") % {"days": span, "reason": reason}


def _sentence(step: calendar.Step, budget: calendar.Budget, parked: Collection[datetime]) -> str:
    match step:
        case calendar.StartDayNotCounted():
            return gettext("%(day)s：起算当天不计入（民法典第二百零一条）。") % {"day": day_words(step.day)}
        case calendar.CountedDay():
            return _counted(step, budget)
        case calendar.PausedDay():
            return gettext("%(day)s：时限暂停，不计。") % {"day": day_words(step.day)}
        case calendar.CountedSpan():
            span = {"since": long_date(step.since), "until": long_date(step.until)}
            return gettext("从 %(since)s 到 %(until)s，不分昼夜连续计算。") % span
        case calendar.PauseTaken():
            pause = {"since": long_date(step.since), "until": long_date(step.until), "added": _length(step.added)}
            if step.since in parked:
                return gettext("%(since)s 至 %(until)s 挂账，时限暂停，顺延 %(added)s。") % pause
            return gettext("%(since)s 至 %(until)s 等您补充，时限暂停，顺延 %(added)s。") % pause
        case calendar.RolledForward():
            rolled = {"last": day_words(step.last_day), "to": day_words(step.to)}
            return gettext("最后一天 %(last)s 是休息日，顺延到 %(to)s（民法典第二百零三条）。") % rolled
        case _:
            return ""


def _counted(step: calendar.CountedDay, budget: calendar.Budget) -> str:
    about = {"day": day_words(step.day), "number": step.number, "used": _length(step.used)}
    if budget.unit is not calendar.Unit.DAY:
        return gettext("%(day)s：计 %(used)s 工作时间。") % about
    if step.reason is calendar.DayReason.MAKE_UP:
        return gettext("%(day)s：第 %(number)s 个工作日（调休上班）。") % about
    return gettext("%(day)s：第 %(number)s 个工作日。") % about


def _length(span: timedelta) -> str:
    minutes = span // timedelta(minutes=1)
    hours, rest = divmod(minutes, 60)
    parts = []
    if hours:
        parts.append(ngettext("%(count)d 小时", "%(count)d 小时", hours) % {"count": hours})
    if rest or not hours:
        parts.append(ngettext("%(count)d 分钟", "%(count)d 分钟", rest) % {"count": rest})
    return " ".join(parts)
