"""Refusals by Django itself are a line of the log, never a traceback: somebody else made a mistake or attacks. So is an
absent database, which is no fault of the page that asks it.
"""

import logging

from django.core.exceptions import BadRequest, SuspiciousOperation
from django.db import InterfaceError, OperationalError
from django.http.multipartparser import MultiPartParserError
from django.http.request import UnreadablePostError

_REFUSED = (SuspiciousOperation, BadRequest, MultiPartParserError, UnreadablePostError)


class InOneLine(logging.Filter):
    """Takes the traceback from what tells of such a refusal, and the alarm."""

    def filter(self, record: logging.LogRecord) -> bool:
        error = record.exc_info[1] if record.exc_info else None
        if isinstance(error, _REFUSED):
            record.exc_info = record.exc_text = None
            record.levelno, record.levelname = logging.WARNING, "WARNING"
        elif isinstance(error, OperationalError | InterfaceError) and _is_silence(error):
            record.exc_info = record.exc_text = None
            record.msg, record.args = "%s: %s", (record.getMessage(), str(error).strip())
        return True


def _is_silence(error: Exception) -> bool:
    """Not in the database's own words."""
    return getattr(error.__cause__, "sqlstate", None) is None
