"""What happens to hand-overs 交接."""

from liandong.foundation import facts
from liandong.foundation.facts import CaseId, Facts, OfficeId, PostId


class HandoverFacts(Facts, frozen=True):
    """`shift`: in the log of the desk's shifts. `office`: of the post that wrote it."""

    shift: bool = False
    office: OfficeId | None = None


class HandoverWritten(HandoverFacts, frozen=True):
    """To a post, or to whoever of the office comes first."""

    to_post: PostId | None = None
    cases: list[CaseId] = []


class HandoverAcknowledged(HandoverFacts, frozen=True):
    """Who takes over has read it."""


facts.formerly(names=(), keys={HandoverWritten: {"to": "to_post"}})
