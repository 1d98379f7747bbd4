"""The forms of the case page: how each kind of field of an action is read from what a form sends."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from django.http import HttpRequest
from django.utils.translation import gettext

from liandong.contexts.cases import public as cases
from liandong.contexts.console import filters
from liandong.foundation.files import public as files
from liandong.kernel import ids
from liandong.kernel.actor import Actor
from liandong.kernel.errors import InvalidInput

from .fields import degrees, however_short, integer, point, required, text_of, version_of

_SHOWN: Mapping[cases.Action, str] = {
    cases.Action.ANSWER: "console/parts/shown/answer_frames.html",
    cases.Action.GRANT_EXTENSION: "console/parts/shown/asked_extension.html",
    cases.Action.PUBLISH: "console/parts/shown/public_words.html",
}
"""The part of the case itself that a form shows."""


@dataclass(frozen=True, slots=True)
class FormField:
    """`template`: the part that draws a field of this kind. `value`: what was typed, where the form comes back."""

    name: str
    label: str
    needed: bool
    choices: list[tuple[str, str]]
    template: str
    value: str


@dataclass(frozen=True, slots=True)
class Form:
    """An action as the case page offers it. `words`: the label of what is written, empty where nothing is; `readers`
    says who will read it, empty where the form lets choose.
    """

    action: str
    label: str
    fields: list[FormField]
    words: str
    readers: str
    needs_words: bool
    hint: str
    shown: str
    means: str
    is_next: bool
    is_final: bool
    takes_files: bool

    @property
    def is_at_once(self) -> bool:
        """Whether a button is all."""
        return not (self.fields or self.words or self.hint or self.shown)


@dataclass(frozen=True, slots=True)
class Forms:
    """The forms of a case page. `either`: two answers to one question; `first`: asked of the post now, open, where no
    question waits; `others`: in a row; `rare`: under 更多.
    """

    first: list[Form]
    either: list[Form]
    others: list[Form]
    rare: list[Form]

    @property
    def take_files(self) -> bool:
        return any(form.takes_files for form in (*self.first, *self.either, *self.others, *self.rare))

    @property
    def opened(self) -> str:
        """Of two answers the first stands open where the post is asked for one; "" elsewhere."""
        return next((form.action for form in self.either if form.is_next), "")

    @property
    def main(self) -> Form | None:
        """The form that the foot of a phone's page leads to."""
        return next(iter((*self.either, *self.first)), None)


def forms_of(actions: Sequence[cases.Action], typed: Mapping[cases.Action, Mapping[str, str]]) -> Forms:
    """The forms of actions, in their order. `typed`: what was written into the one that comes back."""
    forms = {each: form_of(each, typed.get(each, {})) for each in actions}
    either: list[cases.Action] = []
    for each in actions:
        other = cases.ACTIONS[each].instead
        if other in forms:
            either += [each, other]
    rest = [each for each in actions if each not in either]
    is_asked = any(forms[each].is_next for each in either)
    first = [] if is_asked else _not_twice_at_once([forms[each] for each in rest if forms[each].is_next])
    others = [forms[each] for each in rest if forms[each] not in first]
    return Forms(
        first=first,
        either=[forms[each] for each in either],
        others=[form for form in others if not form.means],
        rare=[form for form in others if form.means],
    )


def _not_twice_at_once(forms: Sequence[Form]) -> list[Form]:
    """Of several that are done by a button alone only the first: 签收 before 认领."""
    at_once = [form for form in forms if form.is_at_once]
    return [form for form in forms if not form.is_at_once or form is at_once[0]]


def form_of(action: cases.Action, typed: Mapping[str, str]) -> Form:
    """The form of an action in the language of the request, with what was typed into it."""
    spec = cases.ACTIONS[action]
    return Form(
        action.value,
        gettext(spec.name),
        [
            FormField(
                field.name,
                gettext(field.label),
                field.needed,
                [(value, gettext(name)) for value, name in field.choices.items()],
                f"console/parts/fields/{field.kind.value}.html",
                typed.get(field.name, ""),
            )
            for field in spec.fields
            if field.kind is not cases.Kind.FILES
        ],
        gettext(spec.words.label) if spec.words else "",
        readers_of(spec),
        bool(spec.words and spec.words.needed),
        gettext(spec.hint) if spec.hint else "",
        _SHOWN.get(action, ""),
        gettext(spec.means) if spec.means else "",
        spec.is_next,
        spec.is_final,
        any(field.kind is cases.Kind.FILES for field in spec.fields),
    )


def readers_of(spec: cases.ActionSpec) -> str:
    """Who will read what is written with the action."""
    is_chosen = any(field.kind is cases.Kind.AUDIENCE for field in spec.fields)
    return gettext(cases.AUDIENCE_WORDS[spec.words.audience]) if spec.words and not is_chosen else ""


def act_by_form(
    actor: Actor, case_id: int, action: cases.Action, request: HttpRequest, uploads: files.Uploads
) -> cases.CaseRow:
    """Does the action as its form was filled in. Raises InvalidInput and what the command raises."""
    given: dict[str, object] = {}
    for field in cases.ACTIONS[action].fields:
        given |= _files(uploads, field) if field.kind is cases.Kind.FILES else _READ[field.kind](request, field)
    return cases.take_action(
        actor=actor,
        case_id=case_id,
        action=action,
        given=given,
        text=text_of(request),
        version=version_of(request),
        however_short=however_short(request),
    )


def _files(uploads: files.Uploads, field: cases.Field) -> Mapping[str, object]:
    return {field.argument or field.name: uploads.whole(field.name)}


Read = Callable[[HttpRequest, cases.Field], Mapping[str, object]]


def _written(request: HttpRequest, field: cases.Field) -> Mapping[str, object]:
    return {field.argument or field.name: request.POST.get(field.name, "")}


def _number(request: HttpRequest, field: cases.Field) -> Mapping[str, object]:
    return {field.name: (required if field.needed else integer)(request, field.name)}


def _ticked(request: HttpRequest, field: cases.Field) -> Mapping[str, object]:
    return {field.name: bool(request.POST.get(field.name))}


def _place(request: HttpRequest, field: cases.Field) -> Mapping[str, object]:
    lon, lat = point(request, field.name) or (degrees(request, "lon"), degrees(request, "lat"))
    return {"lon": lon, "lat": lat}


def _time_limit(request: HttpRequest, field: cases.Field) -> Mapping[str, object]:
    return {field.name: f"{required(request, 'count')}{request.POST.get('unit', '')}"}


def _day(request: HttpRequest, field: cases.Field) -> Mapping[str, object]:
    typed = request.POST.get(field.name, "")
    return {field.name: filters.day(typed, field.name) if typed or field.needed else None}


def _case(request: HttpRequest, field: cases.Field) -> Mapping[str, object]:
    return {field.argument or field.name: ids.parse_case_number(request.POST.get(field.name, ""))}


def _yes_no(request: HttpRequest, field: cases.Field) -> Mapping[str, object]:
    said = {"yes": True, "no": False}.get(request.POST.get(field.name, ""))
    if said is None:
        raise InvalidInput("请选择。", field=field.name)
    return {field.name: said}


_READ: Mapping[cases.Kind, Read] = {
    cases.Kind.CATEGORY: _written,
    cases.Kind.PLACE: _place,
    cases.Kind.OFFICE: _number,
    cases.Kind.POST: _number,
    cases.Kind.DESPITE_ABSENCE: _ticked,
    cases.Kind.EXTENSION: _number,
    cases.Kind.TIME_LIMIT: _time_limit,
    cases.Kind.AUDIENCE: _written,
    cases.Kind.CHOICE: _written,
    cases.Kind.EMERGENCY_NUMBER: _written,
    cases.Kind.DAY: _day,
    cases.Kind.CASE: _case,
    cases.Kind.TO: _written,
    cases.Kind.YES_NO: _yes_no,
    cases.Kind.SATISFACTION: _number,
    cases.Kind.LINE: _written,
    cases.Kind.UNFINISHED: _written,
}
