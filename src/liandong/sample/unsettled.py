"""Leaves work that waits for somebody in the fictional county. Its posts work with the commands that they have, so
every queue shows how it works and the ledger tells who did what. Where a small history has too few cases, fewer wait.
"""

from collections.abc import Iterator, Sequence

from liandong.contexts.cases import public as cases
from liandong.contexts.intake import public as intake
from liandong.contexts.joint import public as joint
from liandong.foundation.access import public as access
from liandong.foundation.orgs import public as orgs
from liandong.kernel import time
from liandong.kernel.actor import SYSTEM, Actor
from liandong.kernel.roles import Role

_EXTENSIONS = ("需要的材料还没有到货，预计后天能到。", "要几个部门一起到现场，已约好下周。")
_RETURNS = ("现场看过，不属本部门职责，请重新确定。", "核对职责清单，应由别的部门牵头。")
_VERDICTS = (("答复很快，问题只解决了一部分。", 2), ("去看了，还是老样子。", 1), ("等了很久才有人来。", 2))
_TO_TOWNS = ("事情不大，就在镇里，请就近处理。",)
_REPORTED = ("web", "phone", "grid", "hotline")
"""By people: devices judge nothing."""
_BURNING = "010107"
"""露天焚烧: each town's own duty, so that the place decides whose it is."""
_NOWHERE = ("有人在地里烧秸秆，烟很大，电话断了，没有说清是哪个村。", "河边又有人烧垃圾，味道很呛。")
_PARTS: Sequence[Sequence[tuple[joint.PartAction, str]]] = (
    ((joint.PartAction.ACCEPT, ""),),
    ((joint.PartAction.ACCEPT, ""), (joint.PartAction.ANSWER, "已派人到场处理完毕，路面恢复通行。")),
    ((joint.PartAction.RETURN, "这段路不归本部门养护，请由管护单位处理。"),),
    (),
)
"""The deeds of helpers with their parts, in turn."""
_DO_PARTS = (Role.HANDLER, Role.DISPATCHER)
_POOL = 200


def leave_unsettled(origin: str) -> None:
    """Extensions asked for, cases returned, unhappy verdicts, a town asked for its consent, reports without a place;
    nothing in a county without a history.
    """
    if not cases.newest_id():
        return
    _ask_extensions()
    _return()
    _judge()
    _ask_towns()
    _share()
    reports = [intake.Incoming(text=text, channel="phone", origin=origin, category_code=_BURNING) for text in _NOWHERE]
    intake.receive(actor=SYSTEM, batch=reports)


def _ask_extensions() -> None:
    handled = _cases_in(cases.State.HANDLING)
    due = [row for row in handled if row.due_at and row.due_at > time.now() and row.finish_budget.endswith("wd")]
    for row, text in zip(_led_by_posts(due), _EXTENSIONS, strict=False):
        cases.ask_extension(actor=_handler(row), case_id=row.id, count=1, text=text)


def _share() -> None:
    """Offices assist: one has signed for its part, one is done, one gave it back, the others are asked."""
    asked: list[tuple[joint.PartRow, Actor]] = []
    for row in _led_by_posts(_cases_in(cases.State.HANDLING)):
        for office_id in joint.offered(row, [])[:2]:
            part = joint.give_part(actor=_handler(row), case_id=row.id, office_id=office_id)
            if (helper := _helper(office_id)) is not None:
                asked.append((part, helper))
        if len(asked) >= len(_PARTS):
            break
    for (part, helper), deeds in zip(asked, _PARTS, strict=False):
        for action, text in deeds:
            joint.take_part_action(actor=helper, part_id=part.id, action=action, text=text)


def _return() -> None:
    for row, text in zip(_led_by_posts(_cases_in(cases.State.DISPATCHED)), _RETURNS, strict=False):
        cases.return_case(actor=_handler(row), case_id=row.id, text=text)


def _judge() -> None:
    """By telephone, as a clerk takes it down."""
    clerk = _post(Role.CLERK)
    for row, (text, satisfied) in zip(_cases_in(cases.State.ANSWERED), _VERDICTS, strict=False):
        cases.record_verdict(actor=clerk, case_id=row.id, solved=satisfied > 1, satisfied=satisfied, text=text)


def _ask_towns() -> None:
    coordinator = _post(Role.COORDINATOR)
    offices = orgs.organisation().offices
    asked = [post.office_id for post in access.staff().values() if post.role == Role.DISPATCHER and post.office_id]
    towns = {offices[office_id].division_id: office_id for office_id in asked}
    led = (row for row in _led_by_posts(_cases_in(cases.State.DISPATCHED)) if row.town_id in towns)
    for row, text in zip(led, _TO_TOWNS, strict=False):
        cases.reassign_case(actor=coordinator, case_id=row.id, office_id=towns[row.town_id], text=text)


def _cases_in(state: cases.State) -> list[cases.CaseRow]:
    """The newest that people reported, public and not joined by others."""
    filters = cases.Filters(state=state.value)
    page = cases.list_cases(actor=_post(Role.COORDINATOR), scope=cases.Scope.COUNTY, filters=filters, rows=_POOL)
    return [row for row in page.rows if row.channel in _REPORTED and _is_plain(row)]


def _is_plain(row: cases.CaseRow) -> bool:
    return not row.is_private and row.report_count == 1 and not row.queue


def _led_by_posts(rows: list[cases.CaseRow]) -> Iterator[cases.CaseRow]:
    """Led by a county office that isn't the desk and has a handler."""
    registry = orgs.organisation()
    handled = {post.office_id for post in access.staff().values() if post.role == Role.HANDLER}
    county = {row.id for row in registry.offices.values() if row.division_id is None or _is_county(row.division_id)}
    return (row for row in rows if row.office_id in handled & county and row.office_id != registry.desk_id)


def _is_county(division_id: int) -> bool:
    return len(orgs.organisation().path(division_id)) == 1


def _handler(row: cases.CaseRow) -> Actor:
    return _post(Role.HANDLER, row.office_id)


def _helper(office_id: int) -> Actor | None:
    """A post of the office that does its part."""
    posts = (post.id for post in access.staff().values() if post.office_id == office_id and post.role in _DO_PARTS)
    return access.actor_of_post(min(posts, default=0))


def _post(role: Role, office_id: int | None = None) -> Actor:
    posts = (post for post in access.staff().values() if post.role == role and office_id in (None, post.office_id))
    actor = access.actor_of_post(min(post.id for post in posts))
    if actor is None:
        raise LookupError(role)
    return actor
