"""What posts take away from the pages."""

from typing import Annotated, Any

import msgspec

from liandong.foundation.facts import Code, Count, Facts

Filters = Annotated[dict[str, Any], msgspec.Meta(description="by name; of words only that some were looked for")]


class ListExported(Facts, frozen=True):
    """A list left the platform as a spreadsheet, with contacts only for a purpose."""

    list: Code = ""
    scope: Code = ""
    filters: Filters = {}
    rows: Count = 0
    contacts: bool = False
    purpose: Code = ""
