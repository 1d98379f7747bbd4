"""What Django refuses by itself is somebody else's mistake, or an attack: a line of the log, never a traceback."""

import logging

from django.core.exceptions import BadRequest, SuspiciousOperation
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
        return True
