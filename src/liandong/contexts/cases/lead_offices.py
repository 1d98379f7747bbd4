"""Which office leads a case, by the duty list or chosen, never the one complained of; the desk where it is unclear.
Which post it may be given to.
"""

from liandong.contexts.categories import public as categories
from liandong.foundation.orgs import public as orgs
from liandong.kernel.actor import Actor, Role
from liandong.kernel.errors import InvalidInput

from .models import Case
from .rows import CaseRow


def lead_of(case: Case | CaseRow, category: categories.CategoryRow, office_id: int | None) -> int:
    if office_id is not None:
        check_lead(case, office_id)
        return office_id
    registry = orgs.organisation()
    barred = {case.complained_office_id} if case.complained_office_id else set()
    routed = registry.duties.route(category.code, registry.path(case.division_id), barred)
    if routed.lead is None:
        raise InvalidInput("职责清单中没有对应的牵头部门，请选择部门。", field="office_id")
    return routed.lead


def check_lead(case: Case | CaseRow, office_id: int) -> None:
    office = orgs.organisation().offices.get(office_id)
    if office is None or not office.active:
        raise InvalidInput("没有这个部门。", field="office_id")
    if office_id == case.complained_office_id:
        raise InvalidInput("不能交给被反映的部门办理。", field="office_id")


def needs_consent(case: Case | CaseRow, category_code: str, office_id: int, actor: Actor) -> bool:
    """Whether giving a case of this category to this office passes a county office's duty down to a town, and it isn't
    the town's own dispatcher who takes it (潍坊市 12345 条例 24).
    """
    registry = orgs.organisation()
    lead = registry.duties.route(category_code, registry.path(case.division_id)).lead
    takes_itself = actor.has(Role.DISPATCHER) and actor.office_id == office_id
    return _is_towns(office_id) and lead is not None and not _is_towns(lead) and not takes_itself


def _is_towns(office_id: int) -> bool:
    """Whether it is an office of a town or of something below one."""
    registry = orgs.organisation()
    office = registry.offices.get(office_id)
    return office is not None and registry.place_ids(office.division_id)["town"] is not None


def desk_of(case: Case) -> int | None:
    """The county's desk, or where it is complained of, the supervision office."""
    registry = orgs.organisation()
    return registry.supervision_id if registry.desk_id == case.complained_office_id else registry.desk_id
