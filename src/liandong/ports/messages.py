"""What we need of e-mail, chat and SMS: one message to one address, delivered or not."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Outgoing:
    """`to`: an e-mail address or telephone number; "" where the sender's own URL says where to, as for chat."""

    subject: str
    text: str
    to: str = ""


class NotSent(Exception):
    """The message wasn't taken. What it says holds no address, key or text of the message."""


class Messages(Protocol):
    """A sender, opened by its URL; it may be used again and from several threads."""

    def send(self, message: Outgoing) -> None:
        """Hands the message over within about 15 s. Raises NotSent; then it may be tried again."""


class Unusable(Exception):
    """A URL that no sender is opened with; what it says is a msgid and holds nothing of the URL."""
