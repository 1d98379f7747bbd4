"""Random histories of a case with parts, against a plain slow account of each part: who is asked, who sees the case,
when it is due, what may be done.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from datetime import time as clock

import pytest

from liandong.contexts.cases import public as cases
from liandong.contexts.cases.public import State
from liandong.contexts.joint import public as joint
from liandong.contexts.joint.public import PartAction
from liandong.foundation.ledger.rows import RowsVerified, wrong_rows
from liandong.foundation.orgs import public as orgs
from liandong.kernel import time
from liandong.kernel.errors import Conflict, InvalidInput, LiandongError, NotAllowed, NotFound
from tests import county
from tests.contexts.cases.acting import reporter

pytestmark = pytest.mark.usefixtures("small_county")
POSTS = {"LAW": "law1", "POL": "pol1", "JUS": "jus1", "TWN-A": "town_a"}
GIVERS = ("hud1", "coordinator", "town_a")
STEPS = 40
HISTORIES = 12


@pytest.fixture(autouse=True)
def monday() -> Iterator[None]:
    with time.at(county.MONDAY):
        yield


@dataclass
class Told:
    """What a clerk with pencil and paper knows of one part."""

    office: str
    asked_at: datetime
    days: int = 3
    signed: bool = False
    asks: int = 0
    granted: int = 0
    granted_times: int = 0
    ended: str = ""


@dataclass
class Account:
    """The whole case on paper."""

    parts: dict[int, Told] = field(default_factory=dict)
    answered_at: datetime | None = None
    is_closed: bool = False

    @property
    def is_over(self) -> bool:
        """Whether the reporter has judged, or let the days for it pass."""
        days = timedelta(days=orgs.county().verdict_days)
        return self.is_closed or (self.answered_at is not None and time.now() >= self.answered_at + days)

    def open_of(self, office: str) -> Told | None:
        return next((each for each in self.parts.values() if each.office == office and not each.ended), None)

    def sees(self, office: str) -> bool:
        """By a part that lasts, else by the last one where the office did it, until the reporter has judged."""
        if office == "TWN-A" or self.open_of(office):
            return True
        own = [each for each in self.parts.values() if each.office == office]
        return bool(own) and own[-1].ended not in ("returned", "released", "taken_back") and not self.is_over


DRAGON_BOAT = date(2026, 6, 19)


def due(told: Told) -> datetime:
    """Day by day: the n-th working day after the one on which it was asked, when offices close."""
    day, left = told.asked_at.astimezone(orgs.county().tz).date(), told.days + told.granted
    while left:
        day += timedelta(days=1)
        left -= day.weekday() < 5 and day != DRAGON_BOAT
    return datetime.combine(day, clock(17, 30), tzinfo=orgs.county().tz)


def expected(account: Account, told: Told, action: str, by: str) -> type[LiandongError] | None:
    """What must come of it."""
    helps = POSTS[told.office] == by
    if by in POSTS.values() and not helps and by not in GIVERS:
        return NotFound if not account.sees(next(code for code, post in POSTS.items() if post == by)) else NotAllowed
    if helps and not account.sees(told.office):
        return NotFound
    if account.is_closed:
        return Conflict if by in GIVERS else NotFound
    is_helpers = action in ("accept", "answer", "return", "ask_extension")
    if is_helpers != helps:
        return NotAllowed
    allowed = {
        "accept": not told.signed,
        "answer": told.signed,
        "return": True,
        "ask_extension": told.signed and not told.asks and told.granted_times < 2 and time.now() < due(told),
        "grant_extension": told.signed and told.asks > 0,
        "refuse_extension": told.signed and told.asks > 0,
        "release": True,
        "take_back": not told.signed,
    }
    return None if not told.ended and allowed[action] else Conflict


def note(told: Told, action: str, count: int) -> None:
    match action:
        case "accept":
            told.signed = True
        case "ask_extension":
            told.asks = count
        case "grant_extension":
            told.granted, told.granted_times, told.asks = told.granted + told.asks, told.granted_times + 1, 0
        case "refuse_extension":
            told.asks = 0
        case "answer" | "return" | "release" | "take_back":
            told.ended = {"answer": "answered", "return": "returned", "release": "released"}.get(action, "taken_back")
            told.asks = 0


def opens(username: str, case_id: int) -> bool:
    try:
        cases.visible_case(actor=county.post(username), case_id=case_id)
    except NotFound:
        return False
    return True


def compare(row: cases.CaseRow, account: Account) -> None:
    for part in joint.parts_of(row.id):
        told = account.parts[part.id]
        assert (part.outcome or "") == told.ended
        assert (part.accepted_at is not None) == told.signed
        assert part.due_at == due(told)
        assert part.extension_asked == (f"{told.asks}wd" if told.asks else "")
        if not told.ended:
            red = part.due_at if told.signed else min(each for each in (part.accept_due_at, part.due_at) if each)
            assert part.red_at == red
            assert (part.light == "red") == (time.now() >= red)
        else:
            assert part.light == "none"
    for office, username in POSTS.items():
        assert opens(username, row.id) == account.sees(office), (office, account)
        listed = cases.list_cases(actor=county.post(username), scope=cases.Scope.ASSIST, filters=cases.Filters()).rows
        assert (row.id in {each.id for each in listed}) == (account.open_of(office) is not None)


@pytest.mark.parametrize("seed", range(HISTORIES))
def test_whatever_is_done_in_whatever_order_every_part_stands_as_on_paper(seed: int) -> None:
    chance = random.Random(seed)
    row = cases.accept_case(actor=county.post("hud1"), case_id=county.receive().id)
    account, at = Account(), county.MONDAY
    for _ in range(STEPS):
        at += timedelta(minutes=chance.choice((5, 50, 300, 1500)))
        with time.at(at):
            step(chance, row, account)
            compare(row, account)
    assert list(wrong_rows(RowsVerified(), lambda _walk, _rows: None)) == []


def step(chance: random.Random, row: cases.CaseRow, account: Account) -> None:
    kind = chance.choices(("give", "act", "answer", "judge"), (3, 10, 0.4, 0.6))[0]
    if kind == "give":
        give(chance, row, account)
    elif kind == "act" and account.parts:
        act(chance, account)
    elif kind == "answer" and account.answered_at is None and not account.is_closed:
        cases.answer_case(actor=county.post("hud1"), case_id=row.id, text="路已补好。", unfinished="其余另办")
        account.answered_at = time.now()
    elif kind == "judge" and account.answered_at is not None and not account.is_over:
        judge(chance, row, account)


def give(chance: random.Random, row: cases.CaseRow, account: Account) -> None:
    office, by = chance.choice(list(POSTS)), chance.choice(GIVERS)
    wanted = Conflict if account.is_closed else InvalidInput if account.open_of(office) else None
    given = {"actor": county.post(by), "case_id": row.id, "office_id": county.office(office), "asked": "请到现场"}
    if wanted:
        with pytest.raises(wanted):
            joint.give_part(**given)
        return
    part = joint.give_part(**given)
    account.parts[part.id] = Told(office, time.now())


def act(chance: random.Random, account: Account) -> None:
    part_id = chance.choice(list(account.parts))
    told = account.parts[part_id]
    action, count = chance.choice(list(PartAction)), chance.randint(1, 3)
    by = chance.choice((POSTS[told.office], POSTS[told.office], *GIVERS, *POSTS.values()))
    wanted = expected(account, told, action.value, by)
    done = {"actor": county.post(by), "part_id": part_id, "action": action, "text": "情况属实", "count": count}
    if wanted:
        with pytest.raises(wanted):
            joint.take_part_action(**done)
        return
    joint.take_part_action(**done)
    note(told, action.value, count)


def judge(chance: random.Random, row: cases.CaseRow, account: Account) -> None:
    solved = chance.random() < 0.5
    after = cases.record_verdict(actor=reporter(row), case_id=row.id, solved=solved)
    account.answered_at = None
    if not solved:
        assert after.state in (State.HANDLING, State.COORDINATING)
        return
    account.is_closed = True
    for told in account.parts.values():
        told.ended = told.ended or "closed"
