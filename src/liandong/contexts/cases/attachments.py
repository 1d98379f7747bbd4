"""Files of messages 附件. Whoever may read a message may have what belongs to it: nothing else decides."""

from collections.abc import Collection, Mapping

from liandong.kernel.errors import NotFound

from .models import Attachment
from .rows import AttachmentRow, MessageRow


def attachments_of(messages: Collection[MessageRow]) -> Mapping[int, list[AttachmentRow]]:
    """By message: the files of these messages, which whoever asks may read. One statement, however many there are."""
    if not messages:
        return {}
    found: dict[int, list[AttachmentRow]] = {}
    rows = Attachment.objects.filter(message__in=[message.id for message in messages]).order_by("id")
    for row in (AttachmentRow(*each) for each in rows.values_list(*AttachmentRow.__slots__)):
        found.setdefault(row.message_id, []).append(row)
    return found


def attachment_among(messages: Collection[MessageRow], attachment_id: int) -> AttachmentRow:
    """One file of these messages, which whoever asks may read. Raises NotFound for any other's."""
    rows = Attachment.objects.filter(pk=attachment_id, message__in=[message.id for message in messages])
    for row in rows.values_list(*AttachmentRow.__slots__):
        return AttachmentRow(*row)
    raise NotFound
