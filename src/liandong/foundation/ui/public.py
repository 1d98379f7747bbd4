"""Door of the pages' foundation. The tags are in `{% load ui %}`, the contract is docs/faces.md."""

from liandong.foundation.ui import marks
from liandong.foundation.ui.assets import script_of
from liandong.foundation.ui.middleware import ContentSecurityPolicy
from liandong.foundation.ui.navigation import Link
from liandong.foundation.ui.navigation import links as page_links
from liandong.foundation.ui.pieces import Chip, Pager, Photo, Step, Tile
from liandong.foundation.ui.toasts import say_here, toast, with_toast
from liandong.foundation.ui.wording import due_words, exact_words, grouped, moment_words

__all__ = [
    "Chip",
    "ContentSecurityPolicy",
    "Link",
    "Pager",
    "Photo",
    "Step",
    "Tile",
    "due_words",
    "exact_words",
    "grouped",
    "marks",
    "moment_words",
    "page_links",
    "say_here",
    "script_of",
    "toast",
    "with_toast",
]
