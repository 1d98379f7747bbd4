"""Door of the pages' foundation. The tags are in `{% load ui %}`, the contract is docs/faces.md."""

from liandong.foundation.ui import marks
from liandong.foundation.ui.assets import script_of
from liandong.foundation.ui.middleware import ContentSecurityPolicy
from liandong.foundation.ui.pieces import Chip, Pager, Photo, Step
from liandong.foundation.ui.toasts import say_here, toast, with_toast
from liandong.foundation.ui.wording import due_words, exact_words, grouped, moment_words

__all__ = [
    "Chip",
    "ContentSecurityPolicy",
    "Pager",
    "Photo",
    "Step",
    "due_words",
    "exact_words",
    "grouped",
    "marks",
    "moment_words",
    "say_here",
    "script_of",
    "toast",
    "with_toast",
]
