"""Mail that Django itself or a library of it sends goes out by the county's one sender, as all other mail does."""

from collections.abc import Sequence

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

from liandong.contexts.notifications import public as notifications
from liandong.ports.messages import NotSent, Outgoing, Unusable


class OneSender(BaseEmailBackend):
    """The text of each message, to each of its recipients by itself; the sender says whom it is from."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        return sum(self._sent(message) for message in email_messages)

    def _sent(self, message: EmailMessage) -> bool:
        try:
            for to in message.recipients():
                notifications.sender("mail").send(Outgoing(str(message.subject), str(message.body), to))
        except (NotSent, Unusable):
            if not self.fail_silently:
                raise
            return False
        return bool(message.recipients())
