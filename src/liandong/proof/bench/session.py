"""Finds what a measurement needs of its database: signed-in posts, a client's key, points, cases.

Asked in a process whose database it is, since this one has another.
"""

import json
import subprocess
import sys
from dataclasses import dataclass
from functools import cache

from .ground import Ground

HANDLER, CLERK = "handler-law-1", "clerk1"
_ASK = f"""
import json, django
django.setup()
from django.conf import settings
from django.test import Client
from liandong.foundation.access.models import Staff
from liandong.foundation.access import public as access
from liandong.foundation.orgs import public as orgs
from liandong.contexts.cases import public as cases
from liandong.kernel.actor import SYSTEM
def session(name):
    client = Client()
    client.force_login(Staff.objects.get(username=name))
    return client.cookies[settings.SESSION_COOKIE_NAME].value
staff = Staff.objects.get(username={HANDLER!r})
divisions = orgs.organisation().by_code.values()
actor = access.actor_of(staff)
page = cases.list_cases(actor=actor, scope=cases.Scope.OFFICE, filters=cases.Filters(), rows=40)
print(json.dumps({{
    "handler": session({HANDLER!r}), "clerk": session({CLERK!r}), "office": staff.office_id, "post": staff.id,
    "town": next(row.id for row in divisions if row.kind == "town"),
    "village": next(row.id for row in divisions if row.kind == "village"),
    "key": access.create_api_key(actor=SYSTEM, name="bench", channel="open311"),
    "points": [(row.lon, row.lat) for row in divisions if row.kind == "cell"],
    "cases": [(row.id, row.number) for row in page.rows],
}}))
"""


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
    told = subprocess.run(  # noqa: S603
        [sys.executable, "-c", _ASK], env=ground.environment, check=True, capture_output=True, text=True
    ).stdout
    found = Posts(**json.loads(told))
    found.points[:] = [(lon, lat) for lon, lat in found.points]
    found.cases[:] = [(case_id, number) for case_id, number in found.cases]
    return found


def key(ground: Ground) -> str:
    """A client's API key."""
    return posts(ground).key


def points(ground: Ground) -> list[tuple[float, float]]:
    """One point in every grid cell."""
    return posts(ground).points
