"""Leaves that no office leads, and lines of the duty list that lead nowhere."""

from liandong.foundation.language import in_language
from liandong.foundation.orgs import public as orgs
from liandong.foundation.rooms.public import Missing

from .queries import taxonomy

NAMED = 8


def leaves() -> Missing:
    return Missing(0 if next(iter(taxonomy().leaves()), None) else 1)


def leads() -> Missing:
    """Current leaves that neither a line of the duty list nor a leaf of their group gives an office."""
    registry = orgs.organisation()
    county = tuple(row.id for row in registry.by_code.values() if row.kind == "county")[:1]
    rows = [
        row
        for row in taxonomy().leaves()
        if not registry.duties.names(row.code) and registry.duties.route(row.code, county).lead is None
    ]
    return Missing(len(rows), tuple(f"{row.code} {in_language(row.zh, row.en)}" for row in rows[:NAMED]))


def duties() -> Missing:
    """Codes in the duty list that aren't current categories."""
    known = taxonomy().by_code
    codes = [code for code in orgs.organisation().duties.codes if code not in known]
    return Missing(len(codes), tuple(sorted(codes)[:NAMED]))
