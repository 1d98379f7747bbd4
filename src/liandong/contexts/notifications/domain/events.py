"""What happens to addresses, messages and what failed."""

from liandong.foundation.facts import Facts, OfficeId, PostId


class ChatAddressSet(Facts, frozen=True):
    """Of a post or of an office's group; never the address. Ledger only."""

    staff: PostId | None = None
    office: OfficeId | None = None


class ChatAddressRemoved(Facts, frozen=True):
    """Who had chosen chat is told on the page only. Ledger only."""


class DeliveryRetried(Facts, frozen=True):
    """A message that failed is sent again. Ledger only."""


class DeadLetterRevived(Facts, frozen=True):
    """An event goes to its subscriber once more. Ledger only."""


class OptedOut(Facts, frozen=True):
    """The reporter is sent nothing more. Ledger only."""
