"""Door of access: accounts of posts, client keys, attempts counted."""

from .commands import StaffInput, count_attempt, create_api_key, import_staff
from .queries import StaffRow, client, staff
from .web import actor, problem, say, signed_in

__all__ = [
    "StaffInput",
    "StaffRow",
    "actor",
    "client",
    "count_attempt",
    "create_api_key",
    "import_staff",
    "problem",
    "say",
    "signed_in",
    "staff",
]
