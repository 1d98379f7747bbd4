"""A search with words is bounded and on record: for matters, not for what there is about a person.

The last twelve months of the own scope are open to every post; what is older, or the whole county's, asks a purpose.
Numbers of persons can't be searched. docs/decisions/search-on-record.md
"""

import re
from dataclasses import replace
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils.crypto import salted_hmac

from liandong.contexts.cases.models import WordSearch
from liandong.contexts.cases.scopes import Scope
from liandong.kernel import ids, masking, time
from liandong.kernel.actor import Actor
from liandong.kernel.errors import InvalidInput, TooMany
from liandong.kernel.text import fold

from .filters import Filters
from .listing import count_cases

SEARCH_PURPOSES = {
    "handling": "办理手上的事件",
    "same": "查找是否同一件事",
    "supervision": "督办检查",
    "request": "答复本人的查询",
}
OPEN_FOR = timedelta(days=365)
KEPT_FOR = timedelta(days=183)
AT_MOST, WINDOW = 60, timedelta(hours=1)
_SEARCHES_OF_POST = 7402
"""First half of the lock; the second is the post."""
_LOCAL_NUMBER = re.compile(r"(?<![a-z0-9.-])[2-9]\d{2,3}[ -]?\d{4}(?![a-z0-9.-])")
_LONG_NUMBER = re.compile(r"\d{15}")
_DATE = re.compile(r"(?:19|20)\d\d(?:(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])|(?:19|20)\d\d)")
"""A day, or two years."""


def search(*, actor: Actor, scope: Scope, filters: Filters, purpose: str = "") -> Filters:
    """The filters as they may be looked up by this post, with the search on record; those without words as they are.

    The same search within an hour, as of its next page, its map and its live bar, is one. Raises InvalidInput (`q`) for
    a number of a person and (`purpose`) where one is needed; TooMany past sixty an hour.
    """
    asked = filters.text.strip()
    if not asked or _is_case_number(asked):
        return filters
    if _names_a_person(asked):
        raise InvalidInput(
            "身份证号、电话号码、车牌等个人号码不能搜索。要找来电人的事件，请在电话坐席按来电号码查找。", field="q"
        )
    now = time.now()
    is_old = filters.received_from is not None and filters.received_from < now - OPEN_FOR
    if purpose not in SEARCH_PURPOSES:
        if scope is Scope.COUNTY or is_old or purpose:
            raise InvalidInput("请选择搜索的目的。", field="purpose")
        if filters.received_from is None:
            filters = replace(filters, received_from=now - OPEN_FOR)
    _record(actor, scope, filters, purpose, now)
    return filters


def _is_case_number(asked: str) -> bool:
    try:
        ids.parse_case_number(asked)
    except InvalidInput:
        return False
    return not masking.find(asked)


def _names_a_person(asked: str) -> bool:
    if masking.find(asked) or _LONG_NUMBER.search(fold(asked)):
        return True
    numbers = (re.sub(r"\D", "", number) for number in _LOCAL_NUMBER.findall(fold(asked)))
    return any(not _DATE.fullmatch(number) for number in numbers)


def _record(actor: Actor, scope: Scope, filters: Filters, purpose: str, now: datetime) -> None:
    """Counted before it is looked up, and once more while no other search of the post is: many at once are no way
    round.
    """
    digest = salted_hmac("cases.search", fold(filters.text.strip()), algorithm="sha256").digest()
    recent = WordSearch.objects.filter(staff_id=actor.id, at__gt=now - WINDOW)
    repeats = recent.filter(words=digest, scope=scope, purpose=purpose)
    if not _is_new(recent, repeats):
        return
    hits = count_cases(actor=actor, scope=scope, filters=filters).number
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_SEARCHES_OF_POST, actor.id])
        if _is_new(recent, repeats):
            WordSearch.objects.create(staff_id=actor.id, at=now, scope=scope, purpose=purpose, hits=hits, words=digest)


def _is_new(recent: QuerySet[WordSearch], repeats: QuerySet[WordSearch]) -> bool:
    """Raises TooMany."""
    if repeats.exists():
        return False
    if recent.count() >= AT_MOST:
        raise TooMany("一小时内最多搜索 %(limit)s 次，请稍后再试。", limit=AT_MOST)
    return True


def forget_searches() -> int:
    """Removes what is older than six months. Returns how many."""
    removed, _ = WordSearch.objects.filter(at__lt=time.now() - KEPT_FOR).delete()
    return removed
