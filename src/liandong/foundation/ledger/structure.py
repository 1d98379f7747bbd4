"""Whether tables are what the product made them: who may define tables can show one thing to `verify` and another to
everybody else, or have rows changed while they are written, without touching a single row by hand.
"""

from collections import Counter
from collections.abc import Iterator

from django.apps import apps
from django.db import connection

_TABLES = """
SELECT asked.name, found.oid, found.relkind, space.nspname, found.relrowsecurity OR found.relforcerowsecurity,
    EXISTS (SELECT FROM pg_inherits WHERE inhparent = found.oid OR inhrelid = found.oid),
    EXISTS (SELECT FROM pg_index WHERE indrelid = found.oid AND indisprimary AND indisvalid),
    ARRAY(SELECT rulename::text FROM pg_rewrite WHERE ev_class = found.oid ORDER BY 1),
    ARRAY(
        SELECT tgname::text FROM pg_trigger JOIN pg_proc AS called ON called.oid = tgfoid
        WHERE tgrelid = found.oid AND NOT tgisinternal AND called.proname <> 'ledger_refuse' ORDER BY 1
    ),
    ARRAY(
        SELECT attname::text FROM pg_attribute JOIN pg_type AS kind ON kind.oid = atttypid
        WHERE attrelid = found.oid AND attnum > 0 AND NOT attisdropped
            AND (attgenerated <> '' OR kind.typnamespace <> 'pg_catalog'::regnamespace) ORDER BY 1
    ),
    ARRAY(SELECT attname::text FROM pg_attribute WHERE attrelid = found.oid AND attnum > 0 AND NOT attisdropped)
FROM unnest(%s::text[]) AS asked(name)
LEFT JOIN pg_class AS found ON found.oid = to_regclass(quote_ident(asked.name))
LEFT JOIN pg_namespace AS space ON space.oid = found.relnamespace
ORDER BY asked.name
"""
_SHADOWS = """
SELECT format('function %%s', mine.oid::regprocedure) FROM pg_proc AS mine
WHERE mine.pronamespace = ANY(%(spaces)s::regnamespace[]) AND mine.prokind <> 'p'
    AND EXISTS (SELECT FROM pg_proc WHERE pronamespace = 'pg_catalog'::regnamespace AND proname = mine.proname)
    AND NOT EXISTS (SELECT FROM pg_depend WHERE classid = 'pg_proc'::regclass AND objid = mine.oid AND deptype = 'e')
UNION ALL
SELECT format('operator %%s', mine.oid::regoperator) FROM pg_operator AS mine
WHERE mine.oprnamespace = ANY(%(spaces)s::regnamespace[])
    AND EXISTS (SELECT FROM pg_operator WHERE oprnamespace = 'pg_catalog'::regnamespace AND oprname = mine.oprname)
    AND NOT EXISTS (
        SELECT FROM pg_depend WHERE classid = 'pg_operator'::regclass AND objid = mine.oid AND deptype = 'e'
    )
ORDER BY 1
"""
_TABLE_KINDS = "rp"
MISSING = "missing"


def foreign_parts() -> Iterator[tuple[str, str]]:
    """(table, what is not as the product made it), also of what every table is asked with: "" for the table then."""
    made = {
        model._meta.db_table: {each.column for each in model._meta.concrete_fields if each.column}
        for model in apps.get_models(include_auto_created=True)
    }
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_schemas(true)::text[]")
        path = [str(space) for space in cursor.fetchone()[0]]
        cursor.execute(_TABLES, [list(made)])
        found = cursor.fetchall()
    spaces = Counter(space for _, _, _, space, *_ in found if space)
    home = spaces.most_common(1)[0][0] if spaces else ""
    for table, oid, kind, space, *parts, columns in found:
        if oid is None:
            yield table, MISSING
            continue
        yield from ((table, what) for what in _parts(kind, space, home, *parts))
        yield from ((table, f"{MISSING} {column}") for column in sorted(made[table] - set(columns)))
    yield from (("", what) for what in _shadows(path))


def _parts(
    kind: str, space: str, home: str, rls: bool, related: bool, keyed: bool, rules: list[str], triggers: list[str],
    columns: list[str],
) -> Iterator[str]:  # fmt: skip
    if kind not in _TABLE_KINDS:
        yield "view" if kind in "vm" else "foreign table"
        return
    if space != home:
        yield f"schema {space}"
    if rls:
        yield "row level security"
    if related and kind != "p":
        yield "inheritance"
    if not keyed:
        yield "primary key"
    yield from (f"rule {name}" for name in rules)
    yield from (f"trigger {name}" for name in triggers)
    yield from (f"column {name}" for name in columns)


def _shadows(path: list[str]) -> Iterator[str]:
    """Functions and operators that would be called in place of the database's own."""
    spaces = [space for space in path if not space.startswith("pg_")]
    if "pg_catalog" in path and any(space in path[: path.index("pg_catalog")] for space in spaces):
        yield "search_path"
    with connection.cursor() as cursor:
        cursor.execute(_SHADOWS, {"spaces": spaces})
        yield from (what for (what,) in cursor.fetchall())
