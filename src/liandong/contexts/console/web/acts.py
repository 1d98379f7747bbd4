"""The forms of the case page: each action's fields and the command that they call."""

from collections.abc import Callable, Mapping

from django.http import HttpRequest

from liandong.contexts.cases import public as cases
from liandong.contexts.console import filters
from liandong.contexts.intake import public as intake
from liandong.kernel import ids
from liandong.kernel.actor import Actor
from liandong.kernel.errors import InvalidInput

from .fields import degrees, however_short, integer, point, required, text_of, version_of

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
    return cases.assign_task(
        actor=actor,
        case_id=case_id,
        staff_id=staff_id,
        despite_absence=bool(request.POST.get("despite_absence")),
        version=version_of(request),
    )


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
        however_short=however_short(request),
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
        actor=actor,
        case_id=case_id,
        to=request.POST.get("to", ""),
        text=text_of(request),
        version=version_of(request),
        however_short=however_short(request),
    )


def _join(actor: Actor, case_id: int, request: HttpRequest) -> cases.CaseRow:
    to = ids.parse_case_number(request.POST.get("number", ""))
    return cases.join_case(actor=actor, case_id=case_id, to=to, text=text_of(request), version=version_of(request))


def _judge_joined(actor: Actor, case_id: int, request: HttpRequest) -> cases.CaseRow:
    solved = {"yes": True, "no": False}.get(request.POST.get("solved", ""))
    if solved is None:
        raise InvalidInput("请选择。", field="solved")
    return cases.judge_joined(
        actor=actor,
        case_id=case_id,
        solved=solved,
        satisfied=integer(request, "satisfied"),
        text=text_of(request),
        version=version_of(request),
    )


def _hand_over_emergency(actor: Actor, case_id: int, request: HttpRequest) -> cases.CaseRow:
    number = request.POST.get("number", "")
    return cases.hand_over_emergency(
        actor=actor, case_id=case_id, number=number, text=text_of(request), version=version_of(request)
    )


def _plain(command: Callable[..., cases.CaseRow]) -> Command:
    return lambda actor, case_id, request: command(actor=actor, case_id=case_id, version=version_of(request))


def _with_text(command: Callable[..., cases.CaseRow]) -> Command:
    return lambda actor, case_id, request: command(
        actor=actor, case_id=case_id, text=text_of(request), version=version_of(request)
    )


def _weighty(command: Callable[..., cases.CaseRow]) -> Command:
    return lambda actor, case_id, request: command(
        actor=actor,
        case_id=case_id,
        text=text_of(request),
        version=version_of(request),
        however_short=however_short(request),
    )


COMMANDS: dict[str, Command] = {
    "screen": _screen,
    "accept": _plain(cases.accept_case),
    "claim": _plain(cases.claim_task),
    "assign": _assign,
    "reassign": _reassign,
    "note": lambda actor, case_id, request: cases.add_note(actor=actor, case_id=case_id, text=text_of(request)),
    "ask": _weighty(cases.ask_reporter),
    "reply": _with_text(cases.record_reply),
    "supplement": _with_text(cases.record_reply),
    "answer": _weighty(cases.answer_case),
    "judge_solved": lambda actor, case_id, request: _verdict(actor, case_id, request, solved=True),
    "judge_unsolved": lambda actor, case_id, request: _verdict(actor, case_id, request, solved=False),
    "close": _weighty(cases.close_case),
    "reopen": _with_text(cases.reopen_case),
    "withdraw": _with_text(cases.withdraw_case),
    "return": _with_text(cases.return_case),
    "undo_reassign": _with_text(cases.undo_reassignment),
    "give_consent": _with_text(cases.give_consent),
    "decline_consent": _with_text(cases.decline_consent),
    "withdraw_consent": _with_text(cases.withdraw_consent),
    "ask_extension": _ask_extension,
    "grant_extension": _with_text(cases.grant_extension),
    "refuse_extension": _with_text(cases.refuse_extension),
    "park": _park,
    "unpark": _with_text(cases.unpark_case),
    "override": _override,
    "refer_out": _refer_out,
    "join": _join,
    "separate": _with_text(cases.separate_case),
    "judge_joined": _judge_joined,
    "urge": _with_text(cases.urge_case),
    "take_up": _plain(cases.take_up),
    "look_at_verdict": _with_text(cases.look_at_verdict),
    "undo_override": _with_text(cases.undo_override),
    "undo_assign": _with_text(cases.undo_assignment),
    "hand_over_emergency": _hand_over_emergency,
    "publish": _plain(intake.publish_words),
    "withhold": _plain(cases.withhold_words),
}

_TEXT_LABELS: Mapping[cases.Action, str] = {
    cases.Action.ANSWER: "答复内容（上报人可见）",
    cases.Action.ASK: "要问的问题（上报人可见）",
    cases.Action.HAND_OVER_EMERGENCY: "说了什么，对方怎样接手",
    **dict.fromkeys(
        (
            cases.Action.GRANT_EXTENSION,
            cases.Action.PARK,
            cases.Action.OVERRIDE,
            cases.Action.UNDO_OVERRIDE,
        ),
        "理由（上报人可见）",
    ),
    **dict.fromkeys(
        (
            cases.Action.RETURN,
            cases.Action.REASSIGN,
            cases.Action.UNDO_REASSIGN,
            cases.Action.UNDO_ASSIGN,
            cases.Action.ASK_EXTENSION,
            cases.Action.REFUSE_EXTENSION,
            cases.Action.DECLINE_CONSENT,
            cases.Action.REFER_OUT,
            cases.Action.CLOSE,
            cases.Action.REOPEN,
            cases.Action.WITHDRAW,
            cases.Action.SEPARATE,
        ),
        "理由",
    ),
}


def text_label(action: cases.Action) -> str:
    """Names the words of an action and says whether its reporter reads them."""
    return _TEXT_LABELS.get(action, "说明")
