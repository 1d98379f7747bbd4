"""Years whose holidays no notice has named."""

from liandong.foundation.rooms.public import Missing
from liandong.kernel import time

from .models import Notice

NEXT_FROM_MONTH = 12
"""The State Council's notice for a year comes in the November before it."""


def years() -> Missing:
    """The present year, in December the next one too, as far as no notice covers it."""
    today = time.now().date()
    last = Notice.objects.order_by("-covers_until").values_list("covers_until", flat=True).first()
    wanted = [today.year, *([today.year + 1] if today.month >= NEXT_FROM_MONTH else [])]
    missing = [str(year) for year in wanted if last is None or last.year < year]
    return Missing(len(missing), tuple(missing))
