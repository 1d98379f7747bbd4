"""Names in the language of the request for what rows carry as ids and codes."""

from datetime import datetime
from itertools import zip_longest

from django.utils.formats import date_format
from django.utils.translation import gettext

from liandong.contexts.categories import public as categories
from liandong.foundation.access import public as access
from liandong.foundation.language import in_language, is_english
from liandong.foundation.orgs import public as orgs
from liandong.foundation.places import public as places
from liandong.kernel.actor import Actor

from .domain.channels import CHANNEL_NAMES
from .domain.involvement import OUTCOME_NAMES, ROLE_NAMES, PartRole
from .domain.lifecycle import STATE_NAMES, State
from .rows import CaseRow

office, division, post = orgs.office_name, orgs.division_name, access.post_name
short_office = orgs.office_short_name

_WITHIN_COUNTY = ("town", "village", "cell")
_NEAR_BORDER = 3


def place(division_id: int | None) -> str:
    """Town, village and cell of a division, upper one first; a name that the next one begins with isn't said twice."""
    registry = orgs.organisation()
    upper = [registry.divisions[pk] for pk in registry.path(division_id)]
    english = is_english()
    parts = [in_language(row.name, row.name_en) for row in upper if row.kind in _WITHIN_COUNTY]
    told = [part for part, lower in zip_longest(parts, parts[1:], fillvalue="") if not lower.startswith(part)]
    return (" " if english else "").join(told)


def border(lon: float | None, lat: float | None) -> str:
    """`县界外约 40 米，最近：南沟村`: that a point lies just outside the drawn county, what is near; "" elsewhere."""
    if lon is None or lat is None:
        return ""
    found = places.index().locate(lon, lat)
    if found.border_m is None:
        return ""
    near = "、".join(filter(None, map(place, found.near[:_NEAR_BORDER])))
    words = (
        gettext("县界外约 %(metres)s 米，最近：%(near)s。") if near else gettext("县界外约 %(metres)s 米，请核对归属。")
    )
    return words % {"metres": found.border_m, "near": near}


def category(code: str) -> str:
    return categories.category_name(code) or gettext("未分类")


def matter(row: CaseRow) -> str:
    """The kind of matter, as it may stand outside the house."""
    return gettext("不公开事项") if row.is_private else category(row.category_code)


def day(moment: datetime) -> str:
    """`11月30日` of the county."""
    return date_format(moment.astimezone(orgs.county().tz), gettext("n月j日"))


def away(staff_id: int | None) -> str:
    """`外出至 11月30日，代理 执法二岗` of a post that is out now, else nothing."""
    row = access.away(staff_id) if staff_id else None
    if row is None:
        return ""
    told = {"until": day(row.ends_at), "deputy": post(row.deputy_id)}
    return gettext("外出至 %(until)s，代理 %(deputy)s") % told


def state(value: str) -> str:
    return gettext(STATE_NAMES[State(value)])


def role(value: str) -> str:
    """The part that an office has or had."""
    return gettext(ROLE_NAMES[PartRole(value)])


def outcome(value: str) -> str:
    """How a part ended."""
    return gettext(OUTCOME_NAMES[value]) if value in OUTCOME_NAMES else state(value) if value in STATE_NAMES else value


def channel(value: str) -> str:
    return gettext(CHANNEL_NAMES.get(value, value))


def actor(ref: str) -> str:
    """Of `staff:17` and the like: the post's name, or what kind of actor it was."""
    kind, _, number = ref.partition(":")
    if kind == "staff":
        return post(int(number)) or gettext("已停用岗位")
    return {"reporter": gettext("上报人"), "client": gettext("外部系统"), "system": gettext("系统")}.get(kind, ref)


def post_of(actor: Actor) -> dict[str, str]:
    """Who looks, for the menu of a desk page."""
    return {"name": post(actor.id) or actor.label, "scope": office(actor.office_id) or division(actor.division_id)}
