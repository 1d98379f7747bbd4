"""What `test_a_new_role.py` runs in a copy of the house with one role more, on a database of its own: a deputy leader
sees and urges what a leader does, works through the queues, notes on any case that may be seen, and decides no
extension.
"""

import sys
from io import StringIO

import django

django.setup()

from django.core.management import call_command  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import setup_test_environment  # noqa: E402
from django.utils import translation  # noqa: E402

from liandong.contexts.cases import public as cases  # noqa: E402
from liandong.contexts.cases.models import Case  # noqa: E402
from liandong.foundation.access import public as access  # noqa: E402
from liandong.foundation.access.models import Staff  # noqa: E402
from liandong.kernel import time  # noqa: E402
from liandong.kernel.actor import SYSTEM  # noqa: E402
from liandong.kernel.roles import Role  # noqa: E402
from liandong.sample import county as fictional  # noqa: E402
from tests import county  # noqa: E402
from tools.rights import printed  # noqa: E402

NEW = "deputy_leader"


def signed_in(username: str) -> Client:
    client = Client()
    client.force_login(Staff.objects.get(username=username))
    return client


def no_migration() -> None:
    call_command("makemigrations", check=True, dry_run=True, stdout=StringIO())


def accounts() -> None:
    row = access.StaffInput("deputy1", "副县长岗", NEW, "Deputy", "", "")
    assert access.import_staff(actor=SYSTEM, rows=[row]).added == 1
    form = signed_in("admin").get("/admin/access/staff/add/").content.decode()
    assert f'<option value="{NEW}">副县长</option>' in form
    with translation.override("en"):
        assert str(Staff.objects.get(username="deputy1").get_role_display()) == "Deputy county head"


def pages() -> None:
    deputy, leader = signed_in("deputy1"), signed_in("leader")
    front = deputy.get("/console/square/").content.decode()
    assert "/console/queue/" in front, "navigation"
    assert "/console/queue/" not in leader.get("/console/square/").content.decode()
    assert deputy.get("/console/queue/").status_code == 200
    assert leader.get("/console/queue/").status_code == 403
    assert deputy.get("/console/bulk/").status_code == 403


def offered(client: Client, number: str) -> list[str]:
    return [line["action"] for line in client.get(f"/api/v1/cases/{number}").json()["actions"]]


def lists() -> None:
    shown, hidden = county.receive(), county.receive(category_code=county.NEIGHBOURS)
    numbers = [each["number"] for each in signed_in("deputy1").get("/api/v1/cases?scope=county").json()["rows"]]
    assert shown.number in numbers
    assert hidden.number not in numbers
    assert signed_in("deputy1").get(f"/api/v1/cases/{hidden.number}").status_code == 404


def actions() -> None:
    row = county.receive()
    deputy, leader = signed_in("deputy1"), signed_in("leader")
    assert offered(deputy, row.number) == ["note", "urge"]
    assert f"/console/case/{row.number}/do/note/" in deputy.get(f"/console/case/{row.number}/").content.decode()
    note, text = f"/api/v1/cases/{row.number}/note", {"text": "已向分管部门了解"}
    assert leader.post(note, text, "application/json").status_code == 403
    assert deputy.post(note, text, "application/json").status_code == 200
    Case.objects.filter(pk=row.id).update(state=cases.State.HANDLING, extension_asked="1wd", extension_count=1)
    assert "grant_extension" in offered(leader, row.number)
    assert "grant_extension" not in offered(deputy, row.number)


def other_tables() -> None:
    assert Role(NEW) in {post.role for post in fictional.build_county().staff}
    assert "`deputy_leader` | 副县长 · Deputy county head" in printed()


setup_test_environment()
with time.at(county.MONDAY):
    county.load()
    for tried in (no_migration, accounts, pages, lists, actions, other_tables):
        tried()
        sys.stdout.write(f"{tried.__name__}\n")
