"""What a measurement needs of its database: a signed-in handler, a client's key, points, cases.

Asked in a process whose database it is, since this one has another.
"""

import json
import subprocess
import sys
from functools import cache

from .ground import Ground

_ASK = """
import json, django
django.setup()
from django.conf import settings
from django.test import Client
from liandong.foundation.access.models import Staff
from liandong.foundation.access import public as access
from liandong.foundation.orgs import public as orgs
from liandong.contexts.cases import public as cases
from liandong.kernel.actor import SYSTEM
staff = Staff.objects.get(username="handler-law-1")
client = Client()
client.force_login(staff)
divisions = orgs.organisation().by_code.values()
actor = access.actor_of(staff)
page = cases.list_cases(actor=actor, scope=cases.Scope.OFFICE, filters=cases.Filters(), rows=40)
print(json.dumps({
    "session": client.cookies[settings.SESSION_COOKIE_NAME].value, "office": staff.office_id,
    "town": next(row.id for row in divisions if row.kind == "town"),
    "key": access.create_api_key(actor=SYSTEM, name="bench", channel="open311"),
    "points": [(row.lon, row.lat) for row in divisions if row.kind == "cell"],
    "cases": [(row.id, row.number) for row in page.rows],
}))
"""


@cache
def _answer(ground: Ground) -> str:
    return subprocess.run(  # noqa: S603
        [sys.executable, "-c", _ASK], env=ground.environment, check=True, capture_output=True, text=True
    ).stdout


def sign_in(ground: Ground) -> tuple[str, int, int]:
    """(session key, office id, a town's id) of the enforcement bureau's handler."""
    found = json.loads(_answer(ground))
    return found["session"], found["office"], found["town"]


def key(ground: Ground) -> str:
    """A client's API key."""
    return str(json.loads(_answer(ground))["key"])


def points(ground: Ground) -> list[tuple[float, float]]:
    """One point in every grid cell."""
    return [(lon, lat) for lon, lat in json.loads(_answer(ground))["points"]]


def cases_of(ground: Ground, office: int) -> list[tuple[int, str]]:
    """(id, number) of some open cases of the handler's office."""
    found = json.loads(_answer(ground))
    return [(case_id, number) for case_id, number in found["cases"]] if found["office"] == office else []
