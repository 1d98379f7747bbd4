"""Behind a transaction pooler a connection is somebody else's after each transaction: nothing may outlive one."""

import re
from pathlib import Path

import pytest

SOURCE = Path(__file__).resolve().parents[2] / "src" / "liandong"
OUTLIVES = {
    "a lock of the session": r"pg_(try_)?advisory_(lock|unlock)",
    "a setting of the session": r"(?i)[\"']\s*SET (?!LOCAL\b|TRANSACTION\b|NULL\b|DEFAULT\b)(SESSION )?\w+ *(=|\bTO\b)"
    r"|set_config\([^)]*,\s*false\)|\bDISCARD (ALL|PLANS|TEMP)\b",
    "listening": r"[\"']\s*(UN)?LISTEN\b",
    "a temporary table": r"(?i)CREATE (GLOBAL |LOCAL )?TEMP(ORARY)? ",
    "a cursor that is held": r"WITH HOLD",
    "a prepared statement of our own making": r"[\"']\s*(PREPARE|DEALLOCATE|EXECUTE) ",
    "a cursor outside a transaction": r"\.iterator\(",
}
IN_A_TRANSACTION = {"foundation/ledger/verification.py": {"a cursor outside a transaction"}}
NOT_POSTGRESQL = {"contexts/intake/importing/readers.py": {"a setting of the session"}}
"""DuckDB reads files."""


NEVER_BEHIND_A_POOLER = {"foundation/deadlines/limits.py": {"a setting of the session"}}
"""tests/foundation/deadlines holds that."""


def offences(text: str) -> set[str]:
    return {name for name, pattern in OUTLIVES.items() if re.search(pattern, text)}


def test_nothing_of_ours_outlives_its_transaction() -> None:
    allowed = IN_A_TRANSACTION | NOT_POSTGRESQL | NEVER_BEHIND_A_POOLER
    found = {
        name: left
        for path in sorted(SOURCE.rglob("*.py"))
        if (left := offences(path.read_text("utf-8")) - allowed.get(name := str(path.relative_to(SOURCE)), set()))
    }
    assert found == {}


@pytest.mark.parametrize(
    "line",
    [
        'cursor.execute("SELECT pg_advisory_lock(%s)", [1])',
        'cursor.execute("SELECT pg_try_advisory_lock_shared(%s)", [1])',
        "cursor.execute(\"SET lock_timeout = '3s'\")",
        'cursor.execute("SET SESSION search_path TO x")',
        "cursor.execute(\"SELECT set_config('x.y', 'z', false)\")",
        'cursor.execute("LISTEN news")',
        'cursor.execute("CREATE TEMP TABLE t (n int)")',
        'cursor.execute("DECLARE c CURSOR WITH HOLD FOR SELECT 1")',
        'cursor.execute("PREPARE p AS SELECT 1")',
        "for row in Seal.objects.all().iterator(chunk_size=5):",
    ],
)
def test_the_rule_sees_what_it_forbids(line: str) -> None:
    assert offences(line)


@pytest.mark.parametrize(
    "line",
    [
        'cursor.execute("SELECT pg_advisory_xact_lock(%s)", [1])',
        'cursor.execute("SELECT pg_try_advisory_xact_lock_shared(%s)", [1])',
        "cursor.execute(\"SET LOCAL lock_timeout = '3s'\")",
        'cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")',
        "\"UPDATE cases_case SET state = 'closed'\"",
    ],
)
def test_the_rule_lets_pass_what_ends_with_its_transaction(line: str) -> None:
    assert not offences(line)
