"""The forms of the case page: each action's fields and the command that they call."""

from collections.abc import Callable

from django.http import HttpRequest

from liandong.contexts.cases import public as cases
from liandong.contexts.console import filters
from liandong.kernel.actor import Actor

from .fields import degrees, integer, point, required, text_of, version_of

Command = Callable[[Actor, int, HttpRequest], cases.CaseRow]


def _screen(actor: Actor, case_id: int, request: HttpRequest) -> cases.CaseRow:
    lon, lat = point(request, "point") or (degrees(request, "lon"), degrees(request, "lat"))
    return cases.screen_case(
        actor=actor,
        case_id=case_id,
        category_code=request.POST.get("category_code", ""),
        office_id=integer(request, "office_id"),
        lon=lon,
        lat=lat,
        version=version_of(request),
        text=text_of(request),
    )


def _assign(actor: Actor, case_id: int, request: HttpRequest) -> cases.CaseRow:
    staff_id = required(request, "staff_id")
    return cases.assign_task(actor=actor, case_id=case_id, staff_id=staff_id, version=version_of(request))


def _reassign(actor: Actor, case_id: int, request: HttpRequest) -> cases.CaseRow:
    office_id = required(request, "office_id")
    return cases.reassign_case(
        actor=actor, case_id=case_id, office_id=office_id, text=text_of(request), version=version_of(request)
    )


def _ask_extension(actor: Actor, case_id: int, request: HttpRequest) -> cases.CaseRow:
    count = required(request, "count")
    return cases.ask_extension(
        actor=actor, case_id=case_id, count=count, text=text_of(request), version=version_of(request)
    )


def _park(actor: Actor, case_id: int, request: HttpRequest) -> cases.CaseRow:
    return cases.park_case(
        actor=actor,
        case_id=case_id,
        ground=request.POST.get("ground", ""),
        review_on=filters.day(request.POST.get("review_on", ""), "review_on"),
        text=text_of(request),
        version=version_of(request),
    )


def _override(actor: Actor, case_id: int, request: HttpRequest) -> cases.CaseRow:
    budget = f"{required(request, 'count')}{request.POST.get('unit', '')}"
    return cases.override_time_limit(
        actor=actor, case_id=case_id, budget=budget, text=text_of(request), version=version_of(request)
    )


def _verdict(actor: Actor, case_id: int, request: HttpRequest, *, solved: bool) -> cases.CaseRow:
    return cases.record_verdict(
        actor=actor,
        case_id=case_id,
        solved=solved,
        satisfied=integer(request, "satisfied"),
        text=text_of(request),
        version=version_of(request),
    )


def _refer_out(actor: Actor, case_id: int, request: HttpRequest) -> cases.CaseRow:
    return cases.refer_out(
        actor=actor, case_id=case_id, to=request.POST.get("to", ""), text=text_of(request), version=version_of(request)
    )


def _plain(command: Callable[..., cases.CaseRow]) -> Command:
    return lambda actor, case_id, request: command(actor=actor, case_id=case_id, version=version_of(request))


def _withtext_of(command: Callable[..., cases.CaseRow]) -> Command:
    return lambda actor, case_id, request: command(
        actor=actor, case_id=case_id, text=text_of(request), version=version_of(request)
    )


COMMANDS: dict[str, Command] = {
    "screen": _screen,
    "accept": _plain(cases.accept_case),
    "claim": _plain(cases.claim_task),
    "assign": _assign,
    "reassign": _reassign,
    "note": lambda actor, case_id, request: cases.add_note(actor=actor, case_id=case_id, text=text_of(request)),
    "ask": _withtext_of(cases.ask_reporter),
    "reply": _withtext_of(cases.record_reply),
    "supplement": _withtext_of(cases.record_reply),
    "answer": _withtext_of(cases.answer_case),
    "judge_solved": lambda actor, case_id, request: _verdict(actor, case_id, request, solved=True),
    "judge_unsolved": lambda actor, case_id, request: _verdict(actor, case_id, request, solved=False),
    "close": _withtext_of(cases.close_case),
    "reopen": _withtext_of(cases.reopen_case),
    "withdraw": _withtext_of(cases.withdraw_case),
    "return": _withtext_of(cases.return_case),
    "undo_reassign": _withtext_of(cases.undo_reassignment),
    "ask_extension": _ask_extension,
    "grant_extension": _withtext_of(cases.grant_extension),
    "refuse_extension": _withtext_of(cases.refuse_extension),
    "park": _park,
    "unpark": _withtext_of(cases.unpark_case),
    "override": _override,
    "refer_out": _refer_out,
}
