"""Every county begins with these, fictional or real: the shipped taxonomy, the drawings of the processes and the known
holiday notices.
"""

from liandong.contexts.categories import public as categories
from liandong.contexts.process import public as process
from liandong.foundation.calendar import public as calendar
from liandong.kernel.actor import SYSTEM

CHINA_NOTICES = "国务院办公厅节假日安排（内置）"


def lay() -> None:
    """Loads taxonomy, processes and calendar; again is harmless and brings what a new version of the product has."""
    categories.import_taxonomy(actor=SYSTEM, rows=categories.from_document(categories.shipped_taxonomy()))
    process.lay_shipped(actor=SYSTEM)
    notices = calendar.builtin_china()
    calendar.load_notice(actor=SYSTEM, source=CHINA_NOTICES, days=notices.days, covers_until=notices.known_until)
