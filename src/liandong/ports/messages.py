"""We need this of e-mail, chat and SMS: one message to one address, delivered or not."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from liandong.kernel.shown import one_line

AUTOMATIC: Mapping[str, str] = {"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"}
"""Headers of every mail (RFC 3834): nobody's out-of-office answers it, and no two machines write to each other."""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """`to`: an e-mail address or telephone number; "" where the sender's own URL says where to, as for chat."""

    subject: str
    text: str
    to: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "subject", one_line(self.subject))


class NotSent(Exception):
    """The message wasn't taken. What it says holds no address, key or text of the message."""


class Messages(Protocol):
    """A sender, opened by its URL; it may be used again and from several threads."""

    def send(self, message: Outgoing) -> None:
        """Hands the message over within about 15 s. Raises NotSent; then it may be tried again."""


class Unusable(Exception):
    """A URL that no sender is opened with; what it says is a msgid and holds nothing of the URL."""
