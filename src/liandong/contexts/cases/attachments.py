"""Files of messages 附件. Whoever may read a message may have what belongs to it: nothing else decides."""

from collections.abc import Collection, Mapping

from liandong.foundation.by_key import ByKey
from liandong.kernel.errors import NotFound

from .models import Attachment
from .rows import AttachmentRow, MessageRow

_of_messages = ByKey(
    AttachmentRow, lambda: Attachment.objects.order_by("id").values_list(*AttachmentRow.__slots__), "message_id"
)


def attachments_of(messages: Collection[MessageRow]) -> Mapping[int, list[AttachmentRow]]:
    """By message: the files of these messages, which whoever asks may read. One statement, however many there are."""
    found: dict[int, list[AttachmentRow]] = {}
    for row in _of_messages.of_any([message.id for message in messages]):
        found.setdefault(row.message_id, []).append(row)
    return found


def attachment_among(messages: Collection[MessageRow], attachment_id: int) -> AttachmentRow:
    """One file of these messages, which whoever asks may read. Raises NotFound for any other's."""
    rows = Attachment.objects.filter(pk=attachment_id, message__in=[message.id for message in messages])
    for row in rows.values_list(*AttachmentRow.__slots__):
        return AttachmentRow(*row)
    raise NotFound
