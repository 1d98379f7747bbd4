"""Parts are given, done and ended. Each command is one change of the case under its lock."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from liandong.contexts.cases import public as cases
from liandong.foundation.calendar import public as calendar
from liandong.kernel import written
from liandong.kernel.actor import SYSTEM, Actor
from liandong.kernel.errors import Conflict, InvalidInput, NotAllowed, NotFound
from liandong.kernel.kept import FileRef

from .domain.parts import PART_ACTIONS, PartAction, Source
from .models import Part
from .queries import PartRow, actions_of, assistants, find_part, gives, parts_of, side_of, why_at_once


def give_part(
    *, actor: Actor, case_id: int, office_id: int, asked: str = "", budget: str = "", source: Source = Source.HAND
) -> PartRow:
    """加办: asks an office for a part of an open case. `asked`: what it is to do, in a sentence; the duty list's own
    assistants need none. `budget`: its time to finish, in compact text; that of the case without.

    Raises NotFound where the post may not see the case, NotAllowed where it may not ask, InvalidInput for an office
    that leads, assists already, has ended or is complained of, and for a budget that is none; Conflict where the case
    has ended.
    """
    with cases.assisting(actor=actor, case_id=case_id) as change:
        row = change.row
        if actor.kind == "staff" and not gives(row, actor):
            raise NotAllowed
        if row.state in (cases.State.RECEIVED, cases.State.JOINED):
            raise Conflict("先受理、定下承办部门，再请部门协办。")
        is_named = office_id in assistants(row.category_code, row.division_id, lead_id=row.office_id)
        if not written.cleaned(asked) and not is_named:
            raise InvalidInput("请写清楚要对方办什么。", field="asked")
        message = change.write(asked)
        task = change.open(
            office_id=office_id, accept_budget=row.accept_budget, finish_budget=budget or row.finish_budget
        )
        Part.objects.create(task_id=task.id, case_id=case_id, source=source.value, asked_by=actor.ref, asked_id=message)
    return find_part(task.id)


def take_part_action(
    *,
    actor: Actor,
    part_id: int,
    action: PartAction,
    text: str = "",
    count: int | None = None,
    files: Sequence[FileRef] = (),
) -> PartRow:
    """Does one action of the table: signing, answering and returning are the office's; releasing, taking back and
    granting theirs who may ask for parts. What the action doesn't ask is left out.

    Raises InvalidInput where words or a number are missing, NotFound where the post may not see the case, NotAllowed
    where this isn't its to do, Conflict where the part doesn't stand so (any more).
    """
    spec = PART_ACTIONS[action]
    if spec.needs_words:
        written.check(written.cleaned(text), needed=True)
    with cases.assisting(actor=actor, case_id=_case_of(part_id)) as change:
        row = find_part(part_id)
        if side_of(change.row, row, actor) is not spec.side:
            raise NotAllowed
        if action not in actions_of(change.row, row, actor):
            raise Conflict("协办目前不能%(action)s。", action=spec.name)
        message = change.write(text, files if spec.takes_files else ()) if spec.words else None
        part = Part.objects.get(pk=part_id)
        _DEEDS[action](_Deed(change, part, row, message, count))
    return find_part(part_id)


@dataclass(frozen=True, slots=True)
class _Deed:
    """One action under way. `message`: what was written with it."""

    change: cases.AssistChange
    part: Part
    row: PartRow
    message: int | None
    count: int | None

    def save(self, **columns: object) -> None:
        for name, value in columns.items():
            setattr(self.part, name, value)
        self.part.save(update_fields=list(columns))


def _accept(deed: _Deed) -> None:
    """Whoever signs has it, where nobody had."""
    deed.save(accepted_at=deed.change.now)
    deed.change.move(deed.row.id, "accept")


def _answer(deed: _Deed) -> None:
    """All involved read the answer; from it the lead makes the public one."""
    deed.save(answer_id=deed.message, extension_asked="")
    deed.change.end(deed.row.id, cases.Outcome.ANSWERED)


def _ask_extension(deed: _Deed) -> None:
    """So many units of the finish budget, at most as many as it has."""
    base = calendar.Budget.parse(deed.row.finish_budget)
    if deed.count is None or not 1 <= deed.count <= base.value:
        raise InvalidInput("延期可填 1 到 %(most)d。", field="count", most=base.value)
    asked = str(replace(base, value=deed.count))
    deed.save(extension_asked=asked)
    deed.change.tell(deed.row.id, cases.AssistExtensionAsked(extension=asked))


def _grant_extension(deed: _Deed) -> None:
    deed.save(extension_asked="", extension_count=deed.row.extension_count + 1)
    deed.change.move(deed.row.id, "extend", deed.row.extension_asked)


def _refuse_extension(deed: _Deed) -> None:
    """The part keeps its date."""
    deed.save(extension_asked="")
    deed.change.tell(deed.row.id, cases.AssistExtensionRefused(extension=deed.row.extension_asked))


def _leave(outcome: cases.Outcome) -> Callable[[_Deed], None]:
    """The part ends, and the case is closed to the office at once."""

    def end(deed: _Deed) -> None:
        deed.save(extension_asked="")
        deed.change.end(deed.row.id, outcome, leaves=True)

    return end


_DEEDS: Mapping[PartAction, Callable[[_Deed], None]] = {
    PartAction.ACCEPT: _accept,
    PartAction.ANSWER: _answer,
    PartAction.RETURN: _leave(cases.Outcome.RETURNED),
    PartAction.ASK_EXTENSION: _ask_extension,
    PartAction.GRANT_EXTENSION: _grant_extension,
    PartAction.REFUSE_EXTENSION: _refuse_extension,
    PartAction.RELEASE: _leave(cases.Outcome.RELEASED),
    PartAction.TAKE_BACK: _leave(cases.Outcome.TAKEN_BACK),
}


def _case_of(part_id: int) -> int:
    case_id = Part.objects.filter(pk=part_id).values_list("case_id", flat=True).first()
    if case_id is None:
        raise NotFound("没有这份协办。")
    return case_id


@cases.follows(cases.Action.SCREEN)
def _ask_at_once(row: cases.CaseRow) -> None:
    """A matter that is handled jointly has its parts as soon as it has an office."""
    source = why_at_once(row.category_code)
    if source is None or row.state != cases.State.DISPATCHED:
        return
    assisting = {part.office_id for part in parts_of(row.id) if part.ended_at is None}
    barred = (row.complained_office_id,)
    for office_id in assistants(row.category_code, row.division_id, lead_id=row.office_id, barred=barred):
        if office_id not in assisting:
            give_part(actor=SYSTEM, case_id=row.id, office_id=office_id, source=source)


@cases.follows(cases.Action.SCREEN, cases.Action.REASSIGN, cases.Action.GIVE_CONSENT, cases.Action.UNDO_REASSIGN)
def _end_part_of_lead(row: cases.CaseRow) -> None:
    """An office that leads now assists no longer."""
    for part in parts_of(row.id):
        if part.ended_at is None and part.office_id == row.office_id:
            with cases.assisting(actor=SYSTEM, case_id=row.id) as change:
                change.end(part.id, cases.Outcome.LEADS)
