"""Door of access: accounts of posts, client keys, attempts counted."""

from .commands import StaffInput, count_attempt, create_api_key, follow_divisions, import_staff
from .models import ROLE_NAMES
from .payload import body_of, check_length, decoded
from .queries import StaffRow, actor_of, client, staff
from .web import actor, problem, say, signed_in, told

__all__ = [
    "ROLE_NAMES",
    "StaffInput",
    "StaffRow",
    "actor",
    "actor_of",
    "body_of",
    "check_length",
    "client",
    "count_attempt",
    "create_api_key",
    "decoded",
    "follow_divisions",
    "import_staff",
    "problem",
    "say",
    "signed_in",
    "staff",
    "told",
]
