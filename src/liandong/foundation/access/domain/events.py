"""What happens to posts and accounts."""

import msgspec

from liandong.foundation.facts import Code, Facts, Moment, PostId


class AbsenceFacts(Facts, frozen=True):
    """The post that is out, who stands in, and from when until when."""

    staff: PostId = 0
    deputy: PostId = 0
    begins_at: Moment = msgspec.field(default="", name="from")
    ends_at: Moment = msgspec.field(default="", name="until")
    reason: Code = ""


class AbsenceSet(AbsenceFacts, frozen=True):
    """A post is out, a deputy stands in."""


class AbsenceEnded(AbsenceFacts, frozen=True):
    """Back earlier, or not gone at all."""


class AbsenceResumed(AbsenceFacts, frozen=True):
    """An early end undone."""


class PasswordLinkAsked(Facts, frozen=True):
    """Which accounts get a link by mail; none for an address that nobody has. An event only."""

    staff: list[PostId] = []
