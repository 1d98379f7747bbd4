"""What happens to reports and their contacts, and on the telephone. A case's own events are declared by its room."""

from liandong.foundation.facts import CallId, CaseId, Code, Count, Facts


class ContactRead(Facts, frozen=True):
    """A post read a reporter's contact for a purpose, perhaps in a call. Ledger only."""

    purpose: Code = ""
    call: CallId = 0


class ContactUsed(Facts, frozen=True):
    """The system sent something to the contact, by `means`. Ledger only."""

    means: Code = ""


class ContactErased(Facts, frozen=True):
    """At the person's request. Ledger only."""


class ReportErased(Facts, frozen=True):
    """Words, photos and contact of one report, at the person's request. Ledger only."""


class CallBegan(Facts, frozen=True):
    """A post of the desk took a call. Ledger only."""

    kind: Code = ""


class CallEnded(Facts, frozen=True):
    """The call is over, and was of this kind. Ledger only."""

    kind: Code = ""


class CallLedToCase(Facts, frozen=True):
    """The call is about this case. Ledger only."""

    kind: Code = ""
    case: CaseId = 0


class CallerLookedUp(Facts, frozen=True):
    """Cases of the caller's number were looked for, and so many found. Ledger only."""

    purpose: Code = ""
    found: Count = 0


class CallbackTried(Facts, frozen=True):
    """The reporter was called back about an answer. Ledger only."""

    case: CaseId = 0
    outcome: Code = ""
