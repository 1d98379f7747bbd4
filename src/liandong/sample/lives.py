"""The life of a report: accepted, answered, judged, sent back; cut off at the end of the history."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any

from liandong.sample import wording
from liandong.sample.pace import after_working, in_office_hours, promise
from liandong.sample.rows import Channel, Light, Outcome, Pause, Rework, Verdict
from liandong.sample.wording import Answering

_VERDICT_DAYS = 7
_STUCK_DAYS = 90
_UNCLEAR_WITHIN = timedelta(days=3)
_SHARES = {
    "late": 0.045,
    "last_minute": 0.34,
    "stuck": 0.034,
    "unclear": 0.3,
    "withdrawn": 0.012,
    "explained": 0.06,
    "paused": 0.12,
}
_SATISFIED = (5, 4, 3, 2, 1)
_WHEN_SOLVED, _WHEN_NOT = (52, 84, 96, 99, 100), (1, 5, 25, 60, 100)
"""Cumulated shares of 100."""


@dataclass(slots=True)
class Life:
    """The life of one case, as `CaseSeed` tells it."""

    outcome: Outcome
    due_at: datetime
    yellow_at: datetime
    light: Light = Light.NONE
    accepted_at: datetime | None = None
    answered_at: datetime | None = None
    closed_at: datetime | None = None
    answer: str = ""
    verdict: Verdict | None = None
    reworks: list[Rework] = field(default_factory=list)
    pauses: list[Pause] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Report:
    """The facts on which a life depends."""

    leaf: Mapping[str, Any]
    received_at: datetime
    channel: Channel
    is_reachable: bool
    recurs: bool
    about: Answering


class Fates:
    """Draws lives. Each office has a pace of its own, so that offices differ in the figures."""

    def __init__(self, rng: Random, until: datetime) -> None:
        self.rng = rng
        self.until = until
        self._paces: dict[str, float] = {}

    def life(self, report: Report) -> Life:
        """The life of a report up to the end of the history."""
        yellow, due = promise(report.leaf["resolve"], report.received_at)
        life = Life(Outcome.CLOSED, due, yellow)
        if "refer_out" in report.leaf["flags"]:
            self._refer(life, report)
        elif self._is_unclear(report):
            life.outcome = Outcome.UNCLEAR
        elif self.rng.random() < _SHARES["withdrawn"]:
            self._withdraw(life, report)
        else:
            self._handle(life, report)
        self._cut(life, report)
        life.light = self._light(life)
        return life

    def merged(self, report: Report) -> Life:
        """The life of a report that only joins an earlier case."""
        yellow, due = promise(report.leaf["resolve"], report.received_at)
        at = self._accepted(report)
        life = Life(Outcome.MERGED, due, yellow, accepted_at=at, closed_at=at + timedelta(minutes=1))
        life.answer = wording.reason(self.rng, "merged", report.about.language)
        self._cut(life, report)
        life.light = self._light(life)
        return life

    def _pace(self, office: str) -> float:
        """Below 1 quick, above 1 slow."""
        if office not in self._paces:
            self._paces[office] = Random(f"liandong:pace:{office}").uniform(0.7, 1.35)
        return self._paces[office]

    def _is_unclear(self, report: Report) -> bool:
        fresh = self.until - report.received_at < _UNCLEAR_WITHIN
        plain = report.leaf["severity"] > 1 and "private" not in report.leaf["flags"]
        return fresh and plain and report.channel is not Channel.DEVICE and self.rng.random() < _SHARES["unclear"]

    def _accepted(self, report: Report) -> datetime:
        """Mostly well within the accept budget; one in thirty late."""
        minutes = report.leaf["accept_minutes"] * (0.04 + self.rng.random() * self.rng.random())
        if self.rng.random() < 0.03:
            minutes = report.leaf["accept_minutes"] * (1 + self.rng.expovariate(1.5))
        if report.leaf["resolve"]["calendar"] == "working":
            return after_working(report.received_at, max(minutes, 1))
        return report.received_at + timedelta(minutes=max(minutes, 1))

    def _refer(self, life: Life, report: Report) -> None:
        life.outcome = Outcome.REFERRED
        life.accepted_at = self._accepted(report)
        life.closed_at = life.accepted_at + timedelta(minutes=self.rng.uniform(1, 15))
        life.answer = wording.reason(self.rng, "referred", report.about.language)

    def _withdraw(self, life: Life, report: Report) -> None:
        life.outcome = Outcome.WITHDRAWN
        life.accepted_at = self._accepted(report)
        life.closed_at = life.accepted_at + self.rng.uniform(0.05, 0.6) * (life.due_at - report.received_at)
        life.answer = wording.reason(self.rng, "withdrawn", report.about.language)

    def _handle(self, life: Life, report: Report) -> None:
        life.accepted_at = self._accepted(report)
        budget = life.due_at - report.received_at
        office = report.about.office_zh
        answered = report.received_at + self._used(office, budget) * budget
        answered = max(answered, life.accepted_at + timedelta(minutes=self.rng.uniform(6, 40)))
        if report.leaf["resolve"]["unit"] == "day":
            answered = max(in_office_hours(answered), life.accepted_at + timedelta(minutes=5))
            answered = self._paused(life, answered)
        life.answered_at = answered
        late = answered > life.due_at
        explained = self.rng.random() < _SHARES["explained"]
        life.answer = wording.answer(self.rng, report.about, answered, explained=explained)
        self._judge(life, report, solved_share=0.93 - 0.12 * late - 0.3 * explained - 0.2 * report.recurs)

    def _used(self, office: str, budget: timedelta) -> float:
        """The share of the budget that goes by until the answer."""
        rng, pace = self.rng, self._pace(office)
        if rng.random() < _SHARES["stuck"] * pace:
            return 1 + rng.expovariate(1 / _STUCK_DAYS) * timedelta(days=1) / budget
        if rng.random() < _SHARES["late"] * pace**2:
            return 1 + rng.expovariate(2.0)
        if rng.random() < _SHARES["last_minute"]:
            return rng.uniform(0.8, 0.98)
        return min(0.98, (rng.random() + rng.random()) / 2 * (0.65 + 0.45 * pace))

    def _paused(self, life: Life, answered: datetime) -> datetime:
        """Perhaps a span in which the office waits for the reporter; moves the due time with it."""
        accepted = life.accepted_at
        if accepted is None or self.rng.random() > _SHARES["paused"]:
            return answered
        since = in_office_hours(accepted + self.rng.uniform(0.1, 0.7) * (answered - accepted))
        until = in_office_hours(since + timedelta(days=self.rng.uniform(0.5, 6)))
        life.pauses.append(Pause(since, until, wording.reason(self.rng, "pause_reasons")))
        life.due_at += until - since
        life.yellow_at += until - since
        return in_office_hours(max(answered, since) + (until - since))

    def _judge(self, life: Life, report: Report, solved_share: float) -> None:
        """The reporter's verdict, or its absence; not solved goes back once."""
        answered = life.answered_at
        if answered is None:
            return
        if not report.is_reachable or self.rng.random() < 0.4:
            life.closed_at = answered + timedelta(days=_VERDICT_DAYS)
            return
        life.verdict = self._verdict(answered, solved=self.rng.random() < solved_share)
        if life.verdict.solved or report.leaf["resolve"]["value"] >= 30:
            life.closed_at = life.verdict.at + timedelta(minutes=1)
            return
        self._send_back(life, report, life.verdict.at)

    def _verdict(self, answered: datetime, *, solved: bool) -> Verdict:
        at = answered + timedelta(hours=min(self.rng.expovariate(1 / 40), 24 * _VERDICT_DAYS - 2))
        return Verdict(at, solved, self.rng.choices(_SATISFIED, cum_weights=_WHEN_SOLVED if solved else _WHEN_NOT)[0])

    def _send_back(self, life: Life, report: Report, at: datetime) -> None:
        yellow, due = promise(report.leaf["resolve"], at)
        life.yellow_at, life.due_at = yellow, due
        again = max(at + (self.rng.random() + self.rng.random()) / 2 * (due - at), at + timedelta(minutes=20))
        if report.leaf["resolve"]["unit"] == "day":
            again = in_office_hours(again)
        answer = wording.answer(self.rng, report.about, again, again=True)
        life.reworks.append(Rework(at, wording.reason(self.rng, "rework_reasons"), again, answer))
        if self.rng.random() < 0.4:
            life.closed_at = again + timedelta(days=_VERDICT_DAYS)
            return
        life.verdict = self._verdict(again, solved=self.rng.random() < 0.8)
        life.closed_at = life.verdict.at + timedelta(minutes=1 if life.verdict.solved else 60 * 26)

    def _cut(self, life: Life, report: Report) -> None:
        """Takes away what lies beyond the end and says where the case stands then."""
        if life.closed_at is not None and life.closed_at <= self.until:
            return
        life.closed_at = None
        if life.outcome is Outcome.UNCLEAR:
            return
        if life.accepted_at is None or life.accepted_at > self.until:
            self._forget(life, Outcome.RECEIVED)
            life.accepted_at, life.pauses = None, []
            return
        life.pauses = [self._open_pause(pause) for pause in life.pauses if pause.since <= self.until]
        if life.answered_at is None or life.answered_at > self.until:
            standing = bool(life.pauses) and life.pauses[-1].until is None
            self._forget(life, Outcome.PAUSED if standing else Outcome.HANDLING)
            return
        self._cut_verdict(life, report)

    def _forget(self, life: Life, outcome: Outcome) -> None:
        life.outcome = outcome
        life.answered_at, life.answer, life.verdict, life.reworks = None, "", None, []

    def _open_pause(self, pause: Pause) -> Pause:
        if pause.until is not None and pause.until > self.until:
            return Pause(pause.since, None, pause.reason)
        return pause

    def _cut_verdict(self, life: Life, report: Report) -> None:
        """An answered case: waits for a verdict, was sent back, or waits again."""
        life.outcome = Outcome.ANSWERED
        back = life.reworks[0] if life.reworks else None
        if back is None or back.sent_back_at > self.until:
            life.verdict, life.reworks = None, []
            return
        unsolved = Verdict(back.sent_back_at, solved=False, satisfied=2)
        if back.answered_at is not None and back.answered_at <= self.until:
            if life.verdict and life.verdict.at > self.until:
                life.verdict = unsolved
            return
        life.outcome = Outcome.REWORK
        life.verdict = unsolved
        life.reworks = [Rework(back.sent_back_at, back.reason, None, "")]

    def _light(self, life: Life) -> Light:
        running = {Outcome.RECEIVED, Outcome.UNCLEAR, Outcome.HANDLING, Outcome.REWORK}
        if life.outcome not in running:
            return Light.NONE
        if self.until >= life.due_at:
            return Light.RED
        return Light.YELLOW if self.until >= life.yellow_at else Light.GREEN
