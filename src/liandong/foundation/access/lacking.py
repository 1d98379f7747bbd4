"""Accounts of posts that can't do their work yet, and grid cells that nobody looks after."""

from django.db.models import Q, QuerySet

from liandong.foundation.language import in_language
from liandong.foundation.orgs import public as orgs
from liandong.foundation.rooms.public import Missing
from liandong.kernel.roles import POSTS, Area

from .models import Staff

NAMED = 8
_UNUSABLE = "!"
"""How a password begins that nobody can sign in with."""


def cells() -> Missing:
    """Current grid cells without an active post."""
    looked_after = set(Staff.objects.filter(is_active=True, cells__isnull=False).values_list("cells__code", flat=True))
    rows = [row for row in orgs.organisation().by_code.values() if row.kind == "cell" and row.code not in looked_after]
    return Missing(len(rows), tuple(in_language(row.name, row.name_en) for row in rows[:NAMED]))


def places_of_posts() -> Missing:
    """Active posts without the office, division or cells that their role works in."""
    roles = {area: [role for role in POSTS if role.standing.works_in is area] for area in Area}
    return _posts(
        Staff.objects.filter(
            Q(role__in=[*roles[Area.OFFICE], *roles[Area.TOWN]], office=None)
            | Q(role__in=roles[Area.TOWN], division=None)
            | Q(role__in=roles[Area.CELLS], cells=None)
        )
    )


def passwords() -> Missing:
    """Active posts that can't sign in."""
    return _posts(Staff.objects.filter(Q(password="") | Q(password__startswith=_UNUSABLE)))


def sign_ins() -> Missing:
    """Active posts that have a password and never signed in. Those of a fictional county needn't."""
    if orgs.county().is_sample:
        return Missing()
    return _posts(Staff.objects.filter(last_login=None).exclude(Q(password="") | Q(password__startswith=_UNUSABLE)))


def _posts(rows: QuerySet[Staff]) -> Missing:
    found = rows.filter(is_active=True).order_by("username").values_list("post_name", "post_name_en", "username")
    named = [f"{in_language(name, name_en)}（{username}）" for name, name_en, username in found.distinct()]
    return Missing(len(named), tuple(named[:NAMED]))
