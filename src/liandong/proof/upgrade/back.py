"""A county goes back to the version before and comes again. As long as nothing was enforced each works on with what the
other wrote, and nothing of either is lost. Only the earlier `ledger verify` speaks: it doesn't know what this version
binds besides.
"""

import itertools
import random
import time
from collections.abc import Callable, Iterator, Sequence

import psycopg

from liandong.kernel import ids
from liandong.proof.crash import findings
from liandong.proof.crash.senders import Book
from liandong.proof.crash.steps import CLERK, COORDINATOR, HANDLER, TOWN, Post, Walk
from liandong.proof.house import House

from .load import loaded
from .older import Version
from .running import Place

WORK_S = 5.0
LOOKED_AT = 12
_SWEEP = """
from datetime import timedelta
import {module} as sweeping
sweeping.ORPHAN_AFTER = timedelta(0)
sweeping.sweep_orphans()
"""
_PAGES = ("/", "/console/", "/console/tasks/", "/notifications/")
Say = Callable[[str], None]


def lived(house: House, say: Say) -> Walk:
    """A case through every step of its life, with files at its messages."""
    posts = {name: Post(house, name) for name in (HANDLER, CLERK, COORDINATOR, TOWN)}
    walk = Walk(house, posts, itertools.repeat(None), random.Random(1), lambda _line: None)  # noqa: S311
    count = sum(1 for _ in walk.through())
    say(f"  {count} 步 · steps in the life of case {walk.number}")
    return walk


def there_and_again(before: Version, ours: Version, place: Place, book: Book, life: Walk, say: Say) -> Iterator[str]:
    """A sentence for everything that is not as it must be. `book`: what was acknowledged until now; `life`: a case of
    this version.
    """
    say(f"回到 · going back to {before.name}")
    with place.under(before) as house:
        with loaded(house) as load:
            time.sleep(WORK_S)
        yield from (*load.book.refused, *load.handler.refused)
        yield from findings.drained(house)
        whole = Book([*book.acknowledged, *load.book.acknowledged], [*load.book.unanswered, *life.keys])
        yield from _kept(house, whole)
        yield from _shown(house, [life.number, *(each.number for each in whole.acknowledged[-LOOKED_AT:])])
        swept = house.run("shell", "-c", _SWEEP.format(module=before.sweeps))
        if swept.code:
            yield f"{before.name} doesn't sweep: {swept.text}"
        joined, carrier = (each.number for each in load.book.acknowledged[-2:])
        yield from _acted(house, joined, "join", {"number": carrier})
    say(f"再升级 · and again to {ours.name}")
    with place.under(ours) as house:
        yield from findings.filled(house)
        yield from findings.drained(house)
        yield from _kept(house, whole)
        with psycopg.connect(house.url, autocommit=True) as connection:
            yield from findings.files(connection, house, whole)
            yield from findings.parts(connection)
        yield from _shown(house, [life.number, joined])
        yield from _acted(house, joined, "separate", {"text": "不是同一件事"})
        yield from findings.drained(house)
        yield from findings.verified(house)


def _kept(house: House, book: Book) -> Iterator[str]:
    with psycopg.connect(house.url, autocommit=True) as connection:
        yield from findings.kept(connection, book)
    yield from findings.readable(house, book.acknowledged)


def _shown(house: House, numbers: Sequence[str]) -> Iterator[str]:
    """Pages of posts open, also of cases that the other version wrote."""
    for name in (CLERK, COORDINATOR, HANDLER):
        post = Post(house, name)
        for path in (*_PAGES, *(f"/console/case/{number}/" for number in numbers)):
            status = post.read(path)
            if status >= 400 and (status >= 500 or name == COORDINATOR):
                yield f"{name} opens {path}: {status}"


def _acted(house: House, number: str, action: str, body: dict[str, object]) -> Iterator[str]:
    post = Post(house, CLERK)
    with psycopg.connect(house.url, autocommit=True) as connection:
        row = connection.execute("SELECT version FROM cases_case WHERE id = %s", [ids.parse_case_number(number)])
        (version,) = row.fetchone() or (0,)
    status, content = post.act(number, action, {**body, "version": version})
    if status != 200:
        yield f"{action} of {number} answered {status}: {content.decode()[:200]}"
