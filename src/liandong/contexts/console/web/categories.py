"""The categories 事项分类 for who keeps the registers: who leads each leaf and by when, and what proposes them."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from liandong.contexts.cases import public as cases
from liandong.contexts.cases.public import names
from liandong.contexts.categories import public as categories
from liandong.foundation.access import public as access
from liandong.foundation.orgs import public as orgs

from .frame import post_of

_ONE_LOAD = timedelta(minutes=10)
"""Categories that came within it came with one file."""


@dataclass(frozen=True, slots=True)
class LeafLine:
    """A leaf with its county-wide lead office and clocks.

    `named`: what the duty list says of it; `is_unnamed`: no line does. `since`: how long after the first taxonomy it
    came; `is_new`: with a later file.
    """

    code: str
    name: str
    group: str
    domain: str
    lead: str
    named: str
    accept: str
    finish: str
    is_for_residents: bool
    is_unnamed: bool
    is_new: bool
    since: timedelta


@dataclass(frozen=True, slots=True)
class Measured:
    """A share of first proposals that were right, in percent: the county's model's, and the start model's."""

    name: str
    own: str
    start: str


@dataclass(frozen=True, slots=True)
class Training:
    """The last training in the county; `is_spoken`: its model speaks now. No figures where it had too few cases.
    `lost`: names of leaves that got much worse.
    """

    at: datetime
    is_spoken: bool
    confirmed: int = 0
    used: int = 0
    leaves: int = 0
    figures: tuple[Measured, ...] = ()
    lost: tuple[str, ...] = ()


@require_GET
@never_cache
@access.signed_in(categories.rights.SEE_OVERVIEW)
def overview(request: HttpRequest) -> HttpResponse:
    """Leaves that no duty line names first, the newest of them on top; then the rest by domain."""
    lines, model = _lines(), categories.speaking_model()
    unnamed = sorted(
        (line for line in lines if line.is_unnamed), key=lambda line: (-(line.since // _ONE_LOAD), line.code)
    )
    named = [line for line in lines if not line.is_unnamed]
    domains: dict[str, list[LeafLine]] = {}
    for line in named:
        domains.setdefault(line.domain, []).append(line)
    context = {
        "unnamed": unnamed,
        "domains": list(domains.items()),
        "total": len(lines),
        "model": model,
        "training": _training(model),
        "post": post_of(access.actor(request)),
    }
    return render(request, "console/categories.html", context)


def _training(model: categories.SpeakingModel) -> Training | None:
    told = model.figures
    if model.learned_at is None or not {"used", "check", "recent"} <= told.keys():
        return Training(model.learned_at, model.is_own) if model.learned_at else None
    figures = [Measured(gettext("留作检查的例句"), _percent(told["check"]), _percent(told["check_start"]))]
    if told["recent_cases"]:
        name = gettext("近 30 天已确认的事件（%(count)s 件）") % {"count": told["recent_cases"]}
        figures.append(Measured(name, _percent(told["recent"]), _percent(told["recent_start"])))
    lost = tuple(f"{code} {names.category(code)}" for code in told.get("lost", ()))
    return Training(model.learned_at, model.is_own, told["cases"], told["used"], told["leaves"], tuple(figures), lost)


def _percent(share: float) -> str:
    return f"{share:.1%}"


def _lines() -> list[LeafLine]:
    registry, since = orgs.organisation(), categories.leaves_since()
    county = tuple(row.id for row in registry.by_code.values() if row.kind == "county")[:1]
    began = min(since.values(), default=None)
    return [
        _line(leaf, registry, county, since[leaf.code] - (began or since[leaf.code]))
        for leaf in categories.taxonomy().leaves()
    ]


def _line(
    leaf: categories.CategoryRow, registry: orgs.Organisation, county: tuple[int, ...], since: timedelta
) -> LeafLine:
    lead = registry.duties.route(leaf.code, county).lead
    named_by = registry.duties.named_by(leaf.code)
    return LeafLine(
        code=leaf.code,
        name=names.category(leaf.code),
        group=names.category(leaf.code[:4]),
        domain=names.category(leaf.code[:2]),
        lead=names.office(lead) if lead else gettext("按乡镇") if named_by else gettext("没有部门，归统筹台"),
        named=_named(leaf.code, named_by, has_lead=lead is not None),
        accept=cases.budget_words(leaf.accept_budget) if leaf.accept_budget else "",
        finish=cases.budget_words(leaf.finish_budget) if leaf.finish_budget else "",
        is_for_residents=leaf.is_for_residents,
        is_unnamed=not named_by,
        is_new=since > _ONE_LOAD,
        since=since,
    )


def _named(code: str, named_by: str, *, has_lead: bool) -> str:
    if named_by == code:
        return gettext("列出本小类")
    if named_by:
        return gettext("只列出所在的“%(name)s”") % {"name": names.category(named_by)}
    return gettext("没有列出，先按同组小类") if has_lead else gettext("没有列出")
