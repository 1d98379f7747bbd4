"""Finds what a measurement needs of its database: signed-in posts, a client's key, points, cases."""

import json
import sys
from dataclasses import dataclass
from functools import cache

from django.conf import settings
from django.contrib.auth import get_user_model
from django.test import Client

from liandong.contexts.cases import public as cases
from liandong.foundation.access import public as access
from liandong.foundation.orgs import public as orgs
from liandong.kernel.actor import SYSTEM, Actor

from .ground import Ground, inside

HANDLER, CLERK, COORDINATOR = "handler-law-1", "clerk1", "coordinator1"


@dataclass(frozen=True, slots=True)
class Posts:
    """Session keys of a handler and of a clerk of the desk; `office`, `post` are the handler's; `key` is a client's.
    `points`: (lon, lat), one in every cell; `cases`: (id, number) of some open cases of the office.
    """

    handler: str
    clerk: str
    office: int
    post: int
    town: int
    village: int
    key: str
    points: list[tuple[float, float]]
    cases: list[tuple[int, str]]


@cache
def posts(ground: Ground) -> Posts:
    found = Posts(**json.loads(inside(ground, tell)))
    found.points[:] = [(lon, lat) for lon, lat in found.points]
    found.cases[:] = [(case_id, number) for case_id, number in found.cases]
    return found


def tell() -> None:
    """Prints them, in the process whose database it is."""
    actor, divisions = actor_named(HANDLER), orgs.organisation().by_code.values()
    page = cases.list_cases(actor=actor, scope=cases.Scope.OFFICE, filters=cases.Filters(), rows=40)
    found = {
        "handler": _session(HANDLER),
        "clerk": _session(CLERK),
        "office": actor.office_id,
        "post": actor.id,
        "town": next(row.id for row in divisions if row.kind == "town"),
        "village": next(row.id for row in divisions if row.kind == "village"),
        "key": access.create_api_key(actor=SYSTEM, name="bench", channel="open311"),
        "points": [(row.lon, row.lat) for row in divisions if row.kind == "cell"],
        "cases": [(row.id, row.number) for row in page.rows],
    }
    sys.stdout.write(json.dumps(found))


def actor_named(username: str) -> Actor:
    """A post of the fictional county."""
    return access.actor_of(get_user_model().objects.get(username=username))


def _session(username: str) -> str:
    client = Client()
    client.force_login(get_user_model().objects.get(username=username))
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def key(ground: Ground) -> str:
    """A client's API key."""
    return posts(ground).key


def points(ground: Ground) -> list[tuple[float, float]]:
    """One point in every grid cell."""
    return posts(ground).points
