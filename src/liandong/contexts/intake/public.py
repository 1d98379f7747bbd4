"""Door of intake 上报: `receive`, what reporters see and do by receipt, and contact data read with a purpose."""

from .commands import Past, receive
from .contact_lists import LIST_PURPOSES, OpenContact, read_contacts
from .contact_lists import MOST_CASES as MOST_LISTED_CONTACTS
from .delivered import Said, said_besides
from .domain import rights
from .domain.incoming import CHANNELS, ContactInput, Incoming, Received, Rejected
from .erasure import erase_contact, erase_words
from .own import own_address, own_going_on
from .publishing import public_words, publish_words
from .queries import (
    DocumentRow,
    PhotoRow,
    ReportRow,
    ToReach,
    cases_of_origin,
    contact_masked,
    documents_of,
    documents_of_cases,
    first_texts,
    photos_of,
    photos_of_cases,
    reports_of,
    reports_of_cases,
    reports_shown,
    reports_to_reach,
)
from .reaching import Reachable, reachable, record_sent
from .receipts import (
    PURPOSES,
    Receipt,
    check_contact_reader,
    judge,
    may_read_contact,
    open_own,
    open_receipt,
    read_contact,
    reply,
    withdraw,
)

__all__ = [
    "CHANNELS",
    "LIST_PURPOSES",
    "MOST_LISTED_CONTACTS",
    "PURPOSES",
    "ContactInput",
    "DocumentRow",
    "Incoming",
    "OpenContact",
    "Past",
    "PhotoRow",
    "Reachable",
    "Receipt",
    "Received",
    "Rejected",
    "ReportRow",
    "Said",
    "ToReach",
    "cases_of_origin",
    "check_contact_reader",
    "contact_masked",
    "documents_of",
    "documents_of_cases",
    "erase_contact",
    "erase_words",
    "first_texts",
    "judge",
    "may_read_contact",
    "open_own",
    "open_receipt",
    "own_address",
    "own_going_on",
    "photos_of",
    "photos_of_cases",
    "public_words",
    "publish_words",
    "reachable",
    "read_contact",
    "read_contacts",
    "receive",
    "record_sent",
    "reply",
    "reports_of",
    "reports_of_cases",
    "reports_shown",
    "reports_to_reach",
    "rights",
    "said_besides",
    "withdraw",
]
