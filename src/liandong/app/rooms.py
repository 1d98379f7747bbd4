"""The rooms of the house, lowest first: the one list that a new room enters (docs/adding.md).

Those of one floor stand side by side and don't know each other. Applications, addresses, endpoints, contracts and the
picture in AGENTS.md come from it.
"""

FLOORS = (
    ("liandong.foundation.rooms",),
    ("liandong.foundation.ledger", "liandong.foundation.jobs"),
    ("liandong.foundation.events", "liandong.foundation.ui"),
    ("liandong.foundation.registers",),
    ("liandong.foundation.calendar",),
    ("liandong.foundation.orgs",),
    ("liandong.foundation.places",),
    ("liandong.foundation.access",),
    ("liandong.foundation.files",),
    ("liandong.contexts.categories",),
    ("liandong.contexts.cases",),
    ("liandong.contexts.process",),
    ("liandong.contexts.joint",),
    ("liandong.contexts.intake",),
    ("liandong.contexts.handovers", "liandong.contexts.batches"),
    ("liandong.contexts.notifications",),
    ("liandong.contexts.console", "liandong.contexts.opening"),
)
ROOMS = tuple(room for floor in FLOORS for room in floor)
