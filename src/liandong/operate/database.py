"""Which database, whether it can be used, and what has been done to it."""

import json
import os
from dataclasses import asdict, dataclass, replace

import psycopg
from psycopg import sql

from liandong.app import database_url, serving
from liandong.launch import stamps
from liandong.launch.clone import Clone
from liandong.launch.failure import Failure, last_words

OLDEST = 15
LAID_OUT = "laid out"
"""The line by which `seed --from-nothing` tells that tables stand and the county comes next."""
ENFORCEABLE = "may be enforced:"
"""A line of `migrate --enforce-later` begins so where nothing lacks any more."""
FILLS = "filled later:"
"""A line of `migrate --fill-within` begins so where rows of before are left to the worker."""
WAITS = "enforced later:"
"""A line of `migrate` begins so where a step waits for rows that lack what it enforces."""


@dataclass(frozen=True, slots=True)
class State:
    """The history of our own embedded database; kept as its comment, so it lives and dies with it.

    `migrations` is the digest last migrated to. `sample` is empty at first, `loading` while the fictional county is
    being written, then `loaded`; `none` when it was not wanted, `used` when another command came first.
    """

    migrations: str = ""
    sample: str = ""
    administrator: bool = False


def external_url() -> str:
    """DATABASE_URL, or empty: then the database is embedded."""
    return os.environ.get("DATABASE_URL", "").strip()


def read_state(url: str) -> State:
    """The state of an embedded database."""
    with psycopg.connect(url) as connection:
        row = connection.execute(
            "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = current_database()"
        ).fetchone()
    try:
        return State(**json.loads(row[0])) if row and row[0] else State()
    except (ValueError, TypeError):
        return State(sample="used")


def write_state(url: str, state: State, **changes: object) -> State:
    """The state with `changes`, written down."""
    changed = replace(state, **changes)  # type: ignore[arg-type]
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(
            sql.SQL("COMMENT ON DATABASE {} IS {}").format(
                sql.Identifier(connection.info.dbname), sql.Literal(json.dumps(asdict(changed)))
            )
        )
    return changed


def recreate(maintenance_url: str, name: str) -> None:
    """Drop a database of ours with everything in it and make it again, empty."""
    with psycopg.connect(maintenance_url, autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))


def migrations_digest(clone: Clone) -> str:
    """Changes with any migration of ours, any locked package and the list of apps."""
    package = clone.src / "liandong"
    folders = sorted(package.rglob("migrations"))
    lists = (package / "app" / "settings.py", package / "app" / "rooms.py", clone.root / "requirements.lock")
    return stamps.digest([*folders, *lists], root=clone.root)


def check_external(url: str) -> None:
    """A `Failure` when the URL is wrong, the server cannot be reached or is too old."""
    database_url.read(url)
    try:
        with psycopg.connect(url, connect_timeout=10) as connection:
            version = connection.info.server_version // 10000
    except psycopg.Error as error:
        raise Failure(
            f"连接不上 DATABASE_URL 指定的数据库（{last_words(str(error))}）：请检查地址、账号，以及它是否在运行。",
            f"The database of DATABASE_URL cannot be reached ({last_words(str(error))}): "
            "check the address and account, and that it runs.",
        ) from error
    if version < OLDEST:
        raise Failure(
            f"DATABASE_URL 指定的是 PostgreSQL {version}，联动需要 {OLDEST} 或更新的版本。",
            f"DATABASE_URL names PostgreSQL {version}; Liandong needs {OLDEST} or newer.",
        )


def connections_allowed(url: str) -> int:
    """Connections of the server that are not kept for its own administrator."""
    with psycopg.connect(url) as connection:
        row = connection.execute(serving.CONNECTIONS_ALLOWED).fetchone()
    return int(row[0]) if row else 0


def for_tools(url: str) -> tuple[str, dict[str, str]]:
    """A URL without its password and the environment that carries it: arguments can be seen by every user."""
    plain, password = database_url.without_password(url)
    return plain, dict(os.environ) | ({} if password is None else {"PGPASSWORD": password})


def is_empty(url: str) -> bool:
    """Whether a database holds no table of anyone's."""
    with psycopg.connect(url) as connection:
        row = connection.execute(
            "SELECT EXISTS (SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
            "WHERE c.relkind IN ('r', 'p') AND n.nspname NOT IN ('pg_catalog', 'information_schema'))"
        ).fetchone()
    return row is not None and not row[0]
