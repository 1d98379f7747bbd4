"""A town's consent 征求乡镇意见 before a county office's duty is passed down to it (潍坊市 12345 条例 24): the case
stays where it is and its clocks run on until the town has answered; nobody can do without it.
"""

from django.db import transaction

from liandong.contexts.cases.change import Change
from liandong.contexts.cases.domain import rights
from liandong.contexts.cases.domain.actions import Action
from liandong.contexts.cases.domain.events import ConsentDeclined, ConsentGiven, ConsentWithdrawn
from liandong.contexts.cases.models import Case, Message
from liandong.contexts.cases.rows import CaseRow
from liandong.contexts.cases.rules import guards
from liandong.kernel.actor import SYSTEM, Actor
from liandong.kernel.errors import Conflict, LiandongError, NotAllowed

from .reassigning import pass_lead
from .registry import does


@guards(Action.GIVE_CONSENT, Action.DECLINE_CONSENT, Action.WITHDRAW_CONSENT)
def _is_asked(case: Case | CaseRow, actor: Actor) -> LiandongError | None:
    return Conflict("没有待答复的征求意见。") if case.consent_office_id is None else None


@guards(Action.WITHDRAW_CONSENT)
def _has_asked(case: Case | CaseRow, actor: Actor) -> LiandongError | None:
    return None if actor.may(rights.WITHDRAW_ANY_CONSENT) or case.consent_asker_id == actor.id else NotAllowed()


@does(Action.GIVE_CONSENT)
def give_consent(*, actor: Actor, case_id: int, text: str = "", version: int | None = None) -> CaseRow:
    """The town takes the case on, and with that it is reassigned as it was asked for."""
    with transaction.atomic():
        with Change(actor, case_id, Action.GIVE_CONSENT, version, text) as change:
            office_id = change.case.consent_office_id or 0
            change.say(Message.Kind.NOTE)
            change.set(consent_office_id=None)
            change.tell(ConsentGiven(asked_town=office_id))
        with Change(SYSTEM, case_id, Action.REASSIGN) as change:
            pass_lead(change, office_id)
    return change.row


@does(Action.DECLINE_CONSENT)
def decline_consent(*, actor: Actor, case_id: int, text: str, version: int | None = None) -> CaseRow:
    """The town doesn't take it, with its reason: the case stays, who asked reads why."""
    with Change(actor, case_id, Action.DECLINE_CONSENT, version, text) as change:
        change.tell(ConsentDeclined(asked_town=change.case.consent_office_id))
        change.say(Message.Kind.REASON)
        change.set(consent_office_id=None)
    return change.row


@does(Action.WITHDRAW_CONSENT)
def withdraw_consent(*, actor: Actor, case_id: int, text: str = "", version: int | None = None) -> CaseRow:
    """Takes the request back: the post that asked, or a coordinator of the county. Raises NotAllowed for others."""
    with Change(actor, case_id, Action.WITHDRAW_CONSENT, version, text) as change:
        change.tell(ConsentWithdrawn(asked_town=change.case.consent_office_id))
        change.say(Message.Kind.NOTE)
        change.set(consent_office_id=None)
    return change.row
