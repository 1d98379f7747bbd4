"""Door of notifications 通知: what posts read and choose, what goes out, and to whom."""

from .commands import (
    mark_read,
    opt_out,
    remove_chat_address,
    retry_delivery,
    revive_dead_letter,
    save_preference,
    send_trial,
    set_chat_address,
)
from .domain import rights
from .domain.pace import INTERVALS_MIN
from .models import GROUP_NAMES, Delivery, Way
from .queries import (
    UNREAD_EXACT_TO,
    ChatAddressRow,
    DeliveryRow,
    NotificationRow,
    PreferenceRow,
    Slice,
    chat_addresses,
    count_deliveries,
    count_unread,
    deliveries,
    last_trial,
    newest_unread,
    own,
    own_one,
    preferences,
    with_chat,
)
from .senders import available, sender
from .wording import trial

DELIVERY_STATES = dict(Delivery.State.choices)
MEANS = dict(Delivery.Means.choices)
WAYS = dict(Way.choices)

__all__ = [
    "DELIVERY_STATES",
    "GROUP_NAMES",
    "INTERVALS_MIN",
    "MEANS",
    "UNREAD_EXACT_TO",
    "WAYS",
    "ChatAddressRow",
    "DeliveryRow",
    "NotificationRow",
    "PreferenceRow",
    "Slice",
    "available",
    "chat_addresses",
    "count_deliveries",
    "count_unread",
    "deliveries",
    "last_trial",
    "mark_read",
    "newest_unread",
    "opt_out",
    "own",
    "own_one",
    "preferences",
    "remove_chat_address",
    "retry_delivery",
    "revive_dead_letter",
    "rights",
    "save_preference",
    "send_trial",
    "sender",
    "set_chat_address",
    "trial",
    "with_chat",
]
