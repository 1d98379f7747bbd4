"""Offices that nobody would handle a case for."""

from liandong.foundation.access import public as access
from liandong.foundation.language import in_language
from liandong.foundation.orgs import public as orgs
from liandong.foundation.rooms.public import Missing

from .domain import rights

NAMED = 8


def posts_of_offices() -> Missing:
    """Active offices without an active post that can be given their tasks; the desk has its own."""
    served = {post.office_id for post in access.staff().values() if post.may(rights.BE_ASSIGNED_IN_OFFICE)}
    rows = [row for row in orgs.organisation().offices.values() if row.active and row.id not in served]
    return Missing(len(rows), tuple(in_language(row.name, row.name_en) for row in rows[:NAMED]))
