"""Door of intake 上报: `receive`, what reporters see and do by receipt, and contact data read with a purpose."""

from .commands import Past, receive
from .domain.incoming import CHANNELS, ContactInput, Incoming, PhotoRef, Received, Rejected
from .erasure import erase_contact, erase_words
from .photos import blob_path, keep_photo, photo_of_token, photo_token
from .queries import PhotoRow, ReportRow, contact_masked, first_texts, photos_of, reports_of, reports_to_reach
from .reaching import Reachable, reachable, record_sent
from .receipts import PURPOSES, Receipt, judge, open_receipt, read_contact, reply, withdraw

__all__ = [
    "CHANNELS",
    "PURPOSES",
    "ContactInput",
    "Incoming",
    "Past",
    "PhotoRef",
    "PhotoRow",
    "Reachable",
    "Receipt",
    "Received",
    "Rejected",
    "ReportRow",
    "blob_path",
    "contact_masked",
    "erase_contact",
    "erase_words",
    "first_texts",
    "judge",
    "keep_photo",
    "open_receipt",
    "photo_of_token",
    "photo_token",
    "photos_of",
    "reachable",
    "read_contact",
    "receive",
    "record_sent",
    "reply",
    "reports_of",
    "reports_to_reach",
    "withdraw",
]
