"""Migrations beside the service: first what adds, then what rows lack is filled, then what enforces it
(docs/decisions/migrations-beside-running-code.md).
"""

import time as stopwatch
from collections.abc import Callable, Iterable

from django.db import OperationalError
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations import Migration
from django.db.migrations.executor import MigrationExecutor

from liandong.foundation.jobs import public as jobs
from liandong.foundation.ledger import public as ledger
from liandong.foundation.migrating import public as migrating
from liandong.launch.progress import percent, share

ATTEMPTS = 30
PAUSE_S = 1.0
_LOOK_AGAIN_S = 0.2
Name = tuple[str, str]
Say = Callable[[str], None]


def plan(connection: BaseDatabaseWrapper) -> tuple[list[Name], list[Name]]:
    """Migrations that are to be applied at once, and those that enforce at the end of the way, each in their order."""
    executor = MigrationExecutor(connection)
    way = [migration for migration, _ in executor.migration_plan(executor.loader.graph.leaf_nodes())]
    waiting = {_name(each) for each in way}
    children = {
        name: {each.key for each in executor.loader.graph.node_map[name].children} & waiting for name in waiting
    }
    held = {_name(each) for each in way if enforced(each)}
    while early := {name for name in held if children[name] - held}:
        held -= early
    names = [_name(each) for each in way]
    return [name for name in names if name not in held], [name for name in names if name in held]


def enforced(migration: Migration) -> list[migrating.Enforces]:
    """Each thing that a migration enforces; empty for one that adds."""
    return [each for each in migration.operations if isinstance(each, migrating.Enforces)]


def last_of_each(names: Iterable[Name]) -> list[Name]:
    """The last migration of each app, in the order in which they come."""
    last: dict[str, str] = {}
    for app, name in names:
        last.pop(app, None)
        last[app] = name
    return list(last.items())


def backfills_of(connection: BaseDatabaseWrapper, names: Iterable[Name]) -> dict[Name, list[str]]:
    """The backfills that these migrations wait for."""
    loader = MigrationExecutor(connection).loader
    return {name: [each.backfill for each in enforced(loader.get_migration(*name))] for name in names}


def patiently(apply: Callable[[], object], say: Say) -> None:
    """Again where a table is held by another transaction, which is named, for a minute and a half at most. A migration
    that didn't get its lock left nothing behind.
    """
    for attempt in range(1, ATTEMPTS + 1):
        try:
            apply()
        except OperationalError as error:
            held = error if isinstance(error, migrating.TableIsHeld) else error.__cause__
            if not isinstance(held, migrating.TableIsHeld) or attempt == ATTEMPTS:
                raise
            say(f"  {attempt}/{ATTEMPTS} 表被占用，稍后再试 a table is held, trying again: {held}")
            stopwatch.sleep(PAUSE_S)
        else:
            return


def adopt(within_s: float) -> float:
    """Binds rows of before to the ledger, so that what is filled can be bound behind them; returns the seconds left."""
    deadline = stopwatch.monotonic() + within_s
    while stopwatch.monotonic() < deadline and ledger.has_rows_to_adopt():
        if not ledger.adopt_rows():
            stopwatch.sleep(_LOOK_AGAIN_S)
    return max(0.0, deadline - stopwatch.monotonic())


def fill(names: list[str], within_s: float, say: Say, *, once: bool = False) -> bool:
    """Whether nothing lacks any more; tells how far it is, and what can't be filled. `once`: see `jobs.finish`."""
    told: dict[str, int] = {}

    def tell(row: jobs.BackfillRow) -> None:
        reached = percent(row.done, row.of)
        if told.get(row.name) != reached:
            told[row.name] = reached
            say(f"  {row.name} {share(row.done, row.of)}")

    try:
        return jobs.finish(names, within_s, tell, once=once)
    except jobs.BackfillStands as error:
        say(f"! {error}")
        return False


def _name(migration: Migration) -> Name:
    return migration.app_label, migration.name
