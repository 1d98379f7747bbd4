"""Writes the fictional county to the database, through the same commands that a real county uses."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from functools import partial
from itertools import islice
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from multiprocessing.context import ForkProcess
from multiprocessing.synchronize import Lock
from typing import cast

from django.contrib.auth.hashers import make_password
from django.db import connection

from liandong.app import groundwork
from liandong.app.origins import FICTIONAL
from liandong.contexts.cases import public as cases
from liandong.contexts.categories import public as categories
from liandong.contexts.intake import public as intake
from liandong.foundation.access import public as access
from liandong.foundation.orgs import public as orgs
from liandong.foundation.places import public as places
from liandong.kernel import time
from liandong.kernel.actor import SYSTEM
from liandong.sample.county import build_county
from liandong.sample.history import history
from liandong.sample.rows import CaseSeed, County, DivisionSeed, Outcome

from .unsettled import leave_unsettled

DEMO_PASSWORD = "liandong-demo"  # noqa: S105
DEMO_LOGINS = (
    "clerk1", "handler-law-1", "handler-jicheng-1", "dispatcher-jicheng", "coordinator1", "grid-jicheng-1", "leader1",
    "admin1",
)  # fmt: skip
"""Those that are named to begin with; every post has the password."""
DEMO_KEY_FILE = "demo_api_key"
BATCH = 500
WRITERS = 2
_FORK = get_context("fork")
Say = Callable[[int, int], None]
Same = tuple[int, int]
"""Number of a report, and of the earlier one that it only repeats."""
Row = tuple[CaseSeed, int | None]
"""A life, and the number of the open matter that it only repeats."""

_STATES = {
    Outcome.RECEIVED: cases.State.DISPATCHED,
    Outcome.UNCLEAR: cases.State.RECEIVED,
    Outcome.HANDLING: cases.State.HANDLING,
    Outcome.PAUSED: cases.State.ASKED,
    Outcome.ANSWERED: cases.State.ANSWERED,
    Outcome.REWORK: cases.State.HANDLING,
    Outcome.CLOSED: cases.State.CLOSED,
    Outcome.MERGED: cases.State.CLOSED,
    Outcome.REFERRED: cases.State.REFERRED,
    Outcome.WITHDRAWN: cases.State.WITHDRAWN,
}


def seed(*, count: int, county_seed: int = 1, progress: Say = lambda done, of: None) -> str:
    """Loads county and history into an empty database; returns the API key of the demo client. `progress(done, of)`."""
    county = build_county(county_seed)
    taxonomy, now = categories.shipped_taxonomy(), time.now()
    rows = partial(history, county, taxonomy, now, count=count, seed=county_seed)
    with telling(rows) as told:
        groundwork.lay()
        key = load_registers(county)
        _join(receive_all(told, lambda done: progress(done, count)))
    leave_unsettled(FICTIONAL)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE cases_case")  # how rare a word is, is read from its statistics
    return key


@contextmanager
def telling(rows: Callable[[], Iterable[CaseSeed]]) -> Iterator[Connection]:
    """A process goes through the rows from now on, beside what is done inside; `receive_all` takes from it.

    Raises ChildProcessError at the end where it failed; what it says stands on standard error.
    """
    connection.close()
    told, saying = _FORK.Pipe(duplex=False)
    teller = _FORK.Process(target=_tell, args=(rows, saying, told), daemon=True)
    teller.start()
    saying.close()
    try:
        yield told
        told.close()
        teller.join()
        if teller.exitcode:
            raise ChildProcessError("seeding")
    finally:
        teller.terminate()
        teller.join()


def _tell(rows: Callable[[], Iterable[CaseSeed]], saying: Connection, told: Connection) -> None:
    """Ends when nobody is left to listen."""
    told.close()
    with suppress(BrokenPipeError):
        for batch in _batches(unjoined(rows()), BATCH):
            saying.send(batch)


def receive_all(told: Connection, progress: Callable[[int], None]) -> list[Same]:
    """Two processes take the next batch each as soon as they can: deciding takes longer than writing.

    Returns what only repeats an earlier matter that is still open. `progress(done)`. Raises ChildProcessError where one
    of them fails; what it says stands on standard error.
    """
    connection.close()
    turn = _FORK.Lock()
    writers: dict[Connection, ForkProcess] = {}
    for _number in range(WRITERS):
        news, telling_news = _FORK.Pipe(duplex=False)
        writer = _FORK.Process(target=_receive_share, args=(told, turn, telling_news, [*writers, news]), daemon=True)
        writer.start()
        writers[news] = writer
        telling_news.close()
    done, same = 0, list[Same]()
    try:
        while writers:
            for news in cast("list[Connection]", wait(list(writers))):
                try:
                    count, found = news.recv()
                except EOFError:
                    _see_off(writers.pop(news))
                else:
                    done += count
                    same += found
                    progress(done)
    finally:
        for writer in writers.values():
            writer.terminate()
    return same


def _see_off(writer: ForkProcess) -> None:
    writer.join()
    if writer.exitcode:
        raise ChildProcessError("seeding")


def _receive_share(told: Connection, turn: Lock, telling_news: Connection, others: list[Connection]) -> None:
    """Ends with its parent: nobody then reads what it tells."""
    for other in others:
        other.close()
    while batch := _next(told, turn):
        intake.receive(actor=SYSTEM, batch=[incoming(row) for row, _ in batch], pasts=[past(row) for row, _ in batch])
        telling_news.send((len(batch), [(row.number, original) for row, original in batch if original is not None]))


def _next(told: Connection, turn: Lock) -> list[Row]:
    """Empty at the end."""
    with turn:
        try:
            batch: list[Row] = told.recv()
        except EOFError:
            return []
        return batch


def unjoined(rows: Iterable[CaseSeed]) -> Iterator[Row]:
    """Each life, and the number of the earlier one that it only repeats while that is still open: such a one stands as
    it came in, before anybody saw that, and as unclear as the other.
    """
    still_open: dict[int | None, CaseSeed] = {}
    for row in rows:
        if row.closed_at is None:
            still_open[row.number] = row
        original = still_open.get(row.duplicate_of)
        if original is None:
            yield row, None
            continue
        outcome = Outcome.UNCLEAR if original.outcome is Outcome.UNCLEAR else Outcome.RECEIVED
        yield replace(row, outcome=outcome, accepted_at=None, closed_at=None, answer=""), original.number


def _join(same: Iterable[Same]) -> None:
    """Joins as a clerk would what only repeats a matter that is still open."""
    wanted = list(same)
    cases_of = intake.cases_of_origin(FICTIONAL, {str(number) for pair in wanted for number in pair})
    for number, original in sorted(wanted):
        matter = cases.matter_of(cases.find(cases_of[str(original)]))
        cases.join_case(actor=SYSTEM, case_id=cases_of[str(number)], to=matter.main.id)


def load_registers(county: County) -> str:
    """Divisions, offices, duties, posts and places of the fictional county; the API key of its demo client."""
    top = county.divisions[0]
    orgs.set_up_county(actor=SYSTEM, name=top.zh, name_en=top.en, code=top.code, is_sample=True)
    orgs.import_divisions(actor=SYSTEM, rows=[_division(row) for row in county.divisions])
    orgs.import_offices(
        actor=SYSTEM,
        rows=[
            orgs.OfficeInput(row.code, row.zh, row.en, row.role, row.division, is_desk=row.role == "SGC")
            for row in county.offices
        ],
    )
    orgs.import_duties(
        actor=SYSTEM,
        rows=[
            orgs.DutyInput(row.category, row.office, row.part.value, row.division, row.basis) for row in county.duties
        ],
    )
    demo = make_password(DEMO_PASSWORD)  # one for all: everybody knows that they have the same
    access.import_staff(
        actor=SYSTEM,
        rows=[
            access.StaffInput(
                username=row.username,
                post_name=row.zh,
                post_name_en=row.en,
                role=row.role.value,
                office_code=row.office,
                division_code=row.division,
                cell_codes=row.cells,
                password_hash=demo,
            )
            for row in county.staff
        ],
    )
    places.import_places(
        actor=SYSTEM,
        rows=[
            places.PlaceInput(
                row.name,
                row.lon,
                row.lat,
                row.kind.value,
                aliases=(row.name_en,) if row.name_en else (),
                source=FICTIONAL,
                source_id=f"{row.cell}-{row.name}",
            )
            for row in county.places
        ],
    )
    places.import_ground(
        actor=SYSTEM,
        rows=[
            places.GroundInput(row.kind, row.geometry, FICTIONAL, str(number), row.name, row.name_en, row.rank)
            for number, row in enumerate(county.ground, 1)
        ],
    )
    return access.create_api_key(actor=SYSTEM, name="示例客户端")


def _division(row: DivisionSeed) -> orgs.DivisionInput:
    return orgs.DivisionInput(row.code, row.zh, row.level.value, row.parent, row.en, row.geojson)


def incoming(row: CaseSeed) -> intake.Incoming:
    """The report that a life began with."""
    return intake.Incoming(
        text=row.description,
        channel=row.channel.value,
        origin=FICTIONAL,
        origin_key=str(row.number),
        received_at=row.received_at,
        lon=row.lon,
        lat=row.lat,
        address=row.address,
        category_code="" if row.outcome is Outcome.UNCLEAR else row.category,
        office_code=row.lead_office,
        contact=intake.ContactInput(phone=row.contact),
        language=row.language,
        may_publish=row.number % 5 < _ALLOW_OF_FIVE,
    )


_ALLOW_OF_FIVE = 2
"""So many of five reporters of the fictional county allow that their words are public."""


def past(row: CaseSeed) -> intake.Past:
    """The past of its case."""
    state = _STATES[row.outcome]
    open_pause = next((pause for pause in row.pauses if pause.until is None), None)
    life = cases.Life(
        state=state,
        accepted_at=row.accepted_at,
        answered_at=None if row.outcome is Outcome.REWORK else row.answered_at,
        closed_at=row.closed_at,
        solved=row.verdict.solved if row.verdict else None,
        satisfied=row.verdict.satisfied if row.verdict else None,
        reworks=len(row.reworks),
        paused=tuple((pause.since, pause.until) for pause in row.pauses if pause.until is not None),
        paused_since=open_pause.since if open_pause else None,
    )
    return intake.Past(life, row.answer)


def _batches(rows: Iterable[Row], size: int) -> Iterator[list[Row]]:
    remaining = iter(rows)
    while batch := list(islice(remaining, size)):
        yield batch
