import os
import subprocess
import sys

import psycopg
import pytest

from liandong.app import database_url, settings
from liandong.launch.failure import Failure
from liandong.operate import database

SOCKET = psycopg.conninfo.conninfo_to_dict(os.environ["DATABASE_URL"])["host"]


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("postgresql://u:p@h/db", {"HOST": "h", "PORT": "", "NAME": "db", "USER": "u", "PASSWORD": "p"}),
        ("postgres://u@h:6000/db", {"HOST": "h", "PORT": "6000"}),
        ("postgresql://u:p@h1:5432,h2:5433/db?target_session_attrs=read-write", {"HOST": "h1,h2", "PORT": "5432,5433"}),
        ("postgresql://u:p@h1,h2:5433/db", {"HOST": "h1,h2", "PORT": ",5433"}),
        ("postgresql:///db?host=h1,h2&port=5432,5433&user=u", {"HOST": "h1,h2", "PORT": "5432,5433", "USER": "u"}),
        ("postgresql://u@/db?host=h1,h2&port=5432", {"HOST": "h1,h2", "PORT": "5432"}),
        ("postgresql://u@[2001:db8::1]:5432/db", {"HOST": "2001:db8::1", "PORT": "5432"}),
        ("postgresql://u@[::1],[::2]:5433/db", {"HOST": "::1,::2", "PORT": ",5433"}),
        ("postgresql://u@%2Fvar%2Frun%2Fpostgresql/db", {"HOST": "/var/run/postgresql"}),
        ("postgresql://u@/db?host=%2Fvar%2Frun%2Fpostgresql", {"HOST": "/var/run/postgresql"}),
        ("postgresql://u%40county:p%40%3A%2F%3F%23%25%E5%BF%83@h/db", {"USER": "u@county", "PASSWORD": "p@:/?#%心"}),
        ("postgresql://u:a+b#c?d@h/db", {"PASSWORD": "a+b#c?d"}),
        ("postgresql:///liandong", {"HOST": "", "NAME": "liandong", "USER": ""}),
        ("postgresql://u@h/%E5%8E%BF", {"NAME": "县"}),
        ("host=h1,h2 port=5432 dbname=db user=u password='p q'", {"HOST": "h1,h2", "PASSWORD": "p q"}),
    ],
)
def test_every_form_of_libpq_is_read(url: str, expected: dict[str, str]) -> None:
    found = settings._database(url)
    assert {key: found[key] for key in expected} == expected


def test_what_libpq_knows_besides_goes_along() -> None:
    found = settings._database(
        "postgresql://u@h1,h2/db?target_session_attrs=read-write&sslmode=verify-full&connect_timeout=3"
    )
    options = {"target_session_attrs": "read-write", "sslmode": "verify-full", "connect_timeout": "3"}
    assert options.items() <= found["OPTIONS"].items()


@pytest.mark.parametrize(
    ("url", "zh", "en"),
    [
        ("mysql://u@h/db", "以 postgresql:// 开头", "begins with postgresql://"),
        ("h:5432/db", "以 postgresql:// 开头", "begins with postgresql://"),
        ("postgresql://u:p@h:port/db", "端口", "a port is a number"),
        ("postgresql://u:p@h:70000/db", "端口", "a port is a number"),
        ("postgresql://u:geheim/1@h/db", "密码", "in a password"),
        ("postgresql://u:ge@heim@h/db", "密码", "in a password"),
        ("postgresql://u:geheim%zz@h/db", "密码", "in a password"),
        ("postgresql://u@2001:db8::1/db", "方括号", "brackets"),
        ("postgresql://u@[2001:db8::1/db", "方括号", "brackets"),
        ("postgresql://u@/db?host=h1,h2,h3&port=1,2", "端口 2 个", "3 hosts but 2 ports"),
        ("postgresql://u@h/db?pool=5", "没有 pool 这个选项", "there is no option pool"),
        ("host=h dbname=d pool=5", "没有 pool 这个选项", "there is no option pool"),
        ("postgresql://u@h", "缺少数据库名", "name of the database is missing"),
        ("postgresql://u@h/", "缺少数据库名", "name of the database is missing"),
    ],
)
def test_a_wrong_url_is_told_in_one_sentence_of_both_languages(url: str, zh: str, en: str) -> None:
    with pytest.raises(Failure) as caught:
        database.check_external(url)
    assert zh in caught.value.zh
    assert en in caught.value.en
    assert "DATABASE_URL" in caught.value.zh
    assert "geheim" not in str(caught.value)


def test_a_command_of_the_product_says_so_too() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "liandong", "check"],
        env=os.environ | {"DATABASE_URL": "postgresql://u:p@h1:x,h2/liandong", "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.startswith("✗ 看不懂 DATABASE_URL：")
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("url", "plain", "password"),
    [
        ("postgresql://u:p%40@h1:5432,h2:5433/d?a=1", "postgresql://u@h1:5432,h2:5433/d?a=1", "p@"),
        ("postgresql://u:p@[::1]:5432/d", "postgresql://u@[::1]:5432/d", "p"),
        ("postgresql:///d?password=p%20q&user=u", "postgresql:///d?user=u", "p q"),
        ("postgresql:///d?user=u&password=p", "postgresql:///d?user=u", "p"),
        ("postgresql:///d?password=p", "postgresql:///d", "p"),
        ("postgresql://u:a#b?c@h/d", "postgresql://u@h/d", "a#b?c"),
        ("postgresql://u@h/d", "postgresql://u@h/d", None),
        ("host=h dbname=d password='p q'", "dbname=d host=h", "p q"),
    ],
)
def test_tools_see_the_url_without_its_password(url: str, plain: str, password: str | None) -> None:
    url = url.replace("?a=1", "?sslmode=require")
    assert database_url.without_password(url) == (plain.replace("?a=1", "?sslmode=require"), password)
    known = database_url.read(url)
    known.pop("password", None)
    assert database_url.read(plain.replace("?a=1", "?sslmode=require")) == known
    env = database.for_tools(url)[1]
    assert env.get("PGPASSWORD") == (password if password is not None else os.environ.get("PGPASSWORD"))


@pytest.mark.parametrize(
    "form",
    [
        "postgresql://liandong@127.0.0.1:1,{quoted}:5432/liandong?target_session_attrs=read-write",
        "postgresql://liandong@/liandong?host=127.0.0.1,{quoted}&port=1,5432&target_session_attrs=read-write",
        "host=127.0.0.1,{socket} port=1,5432 user=liandong dbname=liandong target_session_attrs=read-write",
    ],
)
def test_the_second_server_answers_where_the_first_is_away(form: str) -> None:
    url = form.format(quoted=SOCKET.replace("/", "%2F"), socket=SOCKET)
    database.check_external(url)
    with psycopg.connect(database_url.sibling(url, "postgres")) as connection:
        assert connection.info.dbname == "postgres"
    done = subprocess.run(
        [sys.executable, "-m", "liandong", "showmigrations", "events"],
        env=os.environ | {"DATABASE_URL": url, "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_the_sibling_of_a_database_on_the_default_socket_is_there_too() -> None:
    assert database_url.read(database_url.sibling("postgresql:///liandong", "other")) == {"dbname": "other"}
