"""A role is its row and its words: a copy of the house gets one more, and everything knows it."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import polib
import pytest
from django.db import connection

from tests import databases

ROOT = Path(__file__).resolve().parents[2]
ROW = """
    DEPUTY_LEADER = Standing(
        "deputy_leader",
        "副县长",
        Area.COUNTY,
        like=("leader",),
        besides=("console.see_queues", "cases.handle_county", "action.note"),
        without=("cases.decide_second_extension", "action.grant_extension", "action.refuse_extension"),
    )
"""
LAST = re.compile(r"^    ADMINISTRATOR = .*\n", re.MULTILINE)
TRIED = ["no_migration", "accounts", "pages", "lists", "actions", "other_tables"]


def copy(into: Path) -> None:
    for name in ("src", "tests", "tools"):
        shutil.copytree(ROOT / name, into / name, ignore=shutil.ignore_patterns("__pycache__"))


def add_the_role(house: Path) -> None:
    """The two files of the recipe (docs/adding.md)."""
    roles = house / "src" / "liandong" / "kernel" / "roles.py"
    text = roles.read_text("utf-8")
    assert len(LAST.findall(text)) == 1
    roles.write_text(LAST.sub(lambda last: last[0] + ROW.lstrip("\n"), text), "utf-8")
    words = house / "src" / "liandong" / "locale" / "en" / "LC_MESSAGES" / "django.po"
    known = polib.pofile(str(words))
    known.append(polib.POEntry(msgid="副县长", msgstr="Deputy county head"))
    known.save()
    known.save_as_mofile(str(words.with_suffix(".mo")))


@pytest.mark.takes_long
def test_a_role_is_added_by_its_row_and_its_words(committed, tmp_path: Path) -> None:
    copy(tmp_path)
    add_the_role(tmp_path)
    own = f"{connection.settings_dict['NAME']}_role"
    with databases.copied(own):
        url = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{own}").geturl()
        environment = {
            **os.environ,
            "DATABASE_URL": url,
            "PYTHONPATH": f"{tmp_path / 'src'}:{tmp_path}",
            "LIANDONG_TESTING": "1",
            "DJANGO_SETTINGS_MODULE": "liandong.app.settings",
            "LIANDONG_DATA": str(tmp_path / "data"),
        }
        script = str(tmp_path / "tests" / "house" / "added_role.py")
        run = subprocess.run(
            [sys.executable, script], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
        )
    assert run.returncode == 0, run.stdout + run.stderr
    assert run.stdout.split() == TRIED
