"""Panels of cases on the page of a case: the case that carries it, what happened, time limits, like cases."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext, ngettext

from liandong.contexts.cases import names
from liandong.contexts.cases.clocks.explaining import reply_until, why
from liandong.contexts.cases.clocks.reckoning import answer_left
from liandong.contexts.cases.domain.actions import Action
from liandong.contexts.cases.domain.lifecycle import State
from liandong.contexts.cases.lists.candidates import Candidate, candidates
from liandong.contexts.cases.matter import main_seen_by
from liandong.contexts.cases.public import actions_of
from liandong.contexts.cases.rows import CaseRow
from liandong.contexts.cases.shown import ListedCase, listed, timeline_of
from liandong.foundation.rooms import public as rooms

Look = rooms.Look[CaseRow]
Context = Mapping[str, object]
_NEW = (State.RECEIVED, State.DISPATCHED)
"""States in which the page looks by itself for cases that may be the same matter; later on when it is asked."""


def carried(look: Look) -> Context | None:
    """The case that the case is joined to; a post that may not see it learns that there is one."""
    return {"carrier": main_seen_by(look.actor, look.row)} if look.row.is_joined else None


def happened(look: Look) -> Context:
    return {"timeline": look.once(timeline_of)}


def time_limits(look: Look) -> Context:
    """The lead office and what runs."""
    row = look.row
    left, unit = answer_left(row)
    return {
        "answer_left": left,
        "answer_unit": unit,
        "reply_until": reply_until(row) if row.state == State.ASKED else None,
        "consent_office": names.office(row.consent_office_id) if row.consent_office_id else "",
    }


def reasons(look: Look) -> Context | None:
    """Why it is this day."""
    lines = why(look.row)
    return {"why": lines} if lines else None


def may_join(look: Look) -> bool:
    return Action.JOIN in look.once(actions_of)


def is_in_line(look: Look) -> bool:
    """Whether the page says in a line of its own how many cases may be the same matter."""
    return look.row.state in _NEW


def same(look: Look) -> Context:
    """Cases that may be the same matter, with the reasons."""
    found = [likened(each) for each in candidates(actor=look.actor, row=look.row)]
    return {"candidates": found, "in_line": is_in_line(look)}


@dataclass(frozen=True, slots=True)
class Likened:
    """A case that is very likely the same matter (`is_likely`) or else on the same subject; `reasons` in words."""

    case: ListedCase
    is_likely: bool
    reasons: tuple[str, ...]


def likened(found: Candidate) -> Likened:
    like = found.likeness
    days = like.apart.days
    reasons = [
        gettext("分类相同") if like.same_leaf else gettext("分类相近") if like.same_group else "",
        gettext("相距约 %(metres)d 米") % {"metres": like.distance_m} if like.distance_m is not None else "",
        ngettext("前后相隔 %(days)d 天", "前后相隔 %(days)d 天", days) % {"days": days} if days else gettext("同一天"),
        gettext("都提到：%(words)s") % {"words": gettext("、").join(found.words)} if found.words else "",
        gettext("写明的地点或编号不同") if like.names_others else "",
    ]
    return Likened(listed(found.case), like.is_likely, tuple(filter(None, reasons)))
