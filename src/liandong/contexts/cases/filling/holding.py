"""Cases that rows are filled of are held meanwhile: nobody is at work on them."""

from collections.abc import Collection
from typing import Any

from django.db import OperationalError, connection
from django.db.models import QuerySet

from liandong.contexts.cases.models import Case
from liandong.kernel.errors import Busy


def held(case_ids: Collection[int] | QuerySet[Any, int]) -> list[Case]:
    """These cases, locked in their order. Raises Busy where somebody is at work on one of them."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '1s'")
        wanted = Case.objects.filter(pk__in=list(case_ids)).select_for_update(of=("self",))
        return list(wanted.defer("tokens").order_by("pk"))
    except OperationalError as error:
        raise Busy from error
