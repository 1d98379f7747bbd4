"""`/api/v1`: the parts of a case, by number of the case and by id of the part."""

from datetime import datetime
from typing import Annotated

import msgspec
from django.http import HttpRequest, HttpResponse
from ninja import Router

from liandong.contexts.cases import public as cases
from liandong.foundation.access import public as access
from liandong.foundation.files import public as files
from liandong.foundation.orgs import public as orgs
from liandong.kernel import ids
from liandong.kernel.actor import Actor
from liandong.kernel.errors import InvalidInput, NotFound

from .public import PartAction, PartRow, actions_of, find_part, give_part, offered, parts_of, take_part_action

JSON = "application/json"
router = Router(tags=["parts"])


class PartIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`office`: id or code. `asked`: what it is to do, in a sentence; assistants of the duty list need none. `budget`:
    its time to finish, such as `2wd`; the case's own without.
    """

    office: int | str
    asked: str = ""
    budget: str = ""


class PartActionIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`count`: units of the part's finish budget, of `ask_extension`. `files`: tokens of `POST /photos` and
    `POST /documents`, of `answer` and `return`.
    """

    text: str = ""
    count: int | None = None
    files: tuple[str, ...] = ()


class PartLine(msgspec.Struct, frozen=True):
    """An office's part in a case. Moments UTC. `standing`: asked, working, ended, then with `outcome`. `asked`,
    `answer`: words, where the post may read them. `actions`: what the post may do with it now.
    """

    id: int
    case: str
    office_id: int | None
    office: str
    assignee_id: int | None
    standing: str
    outcome: str
    source: str
    asked: str
    answer: str
    asked_at: datetime
    accepted_at: datetime | None
    ended_at: datetime | None
    accept_due_at: datetime | None
    due_at: datetime | None
    yellow_at: datetime | None
    red_at: datetime | None
    light: str
    extension_asked: str
    actions: list[str]


class PartList(msgspec.Struct, frozen=True):
    """`offered`: ids of offices of the duty list that may be asked without words."""

    parts: list[PartLine]
    offered: list[int]


@router.get("/cases/{number}/parts", url_name="parts")
def list_parts(request: HttpRequest, number: str) -> PartList:
    """All parts of a case in the order in which they were asked; 404 also where the post may not see it."""
    actor = _actor(request)
    row = cases.visible_case(actor=actor, case_id=ids.parse_case_number(number))
    parts = parts_of(row.id)
    return PartList(_lines(row, parts, actor), offered(row, parts))


@router.post("/cases/{number}/parts", url_name="parts", openapi_extra={"requestBody": PartIn})
def ask_office(request: HttpRequest, number: str) -> Annotated[HttpResponse, PartLine]:
    """Asks an office for a part: 201 with the part."""
    actor = _actor(request)
    asked = access.decoded(access.body_of(request), PartIn)
    part = give_part(
        actor=actor,
        case_id=ids.parse_case_number(number),
        office_id=_office_id(asked.office),
        asked=asked.asked,
        budget=asked.budget,
    )
    return HttpResponse(msgspec.json.encode(_line(part, actor)), status=201, content_type=JSON)


@router.post("/parts/{part_id}/{action}", url_name="part_action", openapi_extra={"requestBody": PartActionIn})
def act_on_part(request: HttpRequest, part_id: int, action: str) -> PartLine:
    """One action on a part, by the names that its `actions` gives."""
    actor = _actor(request)
    if action not in set(PartAction):
        raise NotFound("没有这个操作。")
    given = access.decoded(access.body_of(request) or b"{}", PartActionIn)
    part = take_part_action(
        actor=actor,
        part_id=part_id,
        action=PartAction(action),
        text=given.text,
        count=given.count,
        files=files.files_of_tokens(given.files),
    )
    return _line(part, actor)


def _actor(request: HttpRequest) -> Actor:
    post: Actor = request.auth  # type: ignore[attr-defined]
    return post


def _office_id(named: int | str) -> int:
    registry = orgs.organisation()
    found = registry.offices.get(named) if isinstance(named, int) else registry.office_by_code.get(named)
    if found is None:
        raise InvalidInput("没有这个部门。", field="office")
    return found.id


def _line(part: PartRow, actor: Actor) -> PartLine:
    """A part after what the post did; whoever gave it back reads no words of it any more."""
    return _lines(cases.find(part.case_id), [find_part(part.id)], actor)[0]


def _lines(row: cases.CaseRow, parts: list[PartRow], actor: Actor) -> list[PartLine]:
    readable = cases.messages(row.id, reader=cases.reader_of(actor=actor, row=row)) if parts else []
    texts = {message.id: message.text for message in readable}
    return [
        PartLine(
            id=part.id,
            case=row.number,
            office_id=part.office_id,
            office=cases.names.office(part.office_id),
            assignee_id=part.assignee_id,
            standing=part.standing.value,
            outcome=part.outcome,
            source=part.source,
            asked=texts.get(part.asked_id or 0, ""),
            answer=texts.get(part.answer_id or 0, ""),
            asked_at=part.asked_at,
            accepted_at=part.accepted_at,
            ended_at=part.ended_at,
            accept_due_at=part.accept_due_at,
            due_at=part.due_at,
            yellow_at=part.yellow_at,
            red_at=part.red_at,
            light=part.light.value,
            extension_asked=part.extension_asked,
            actions=[action.value for action in actions_of(row, part, actor)],
        )
        for part in parts
    ]
