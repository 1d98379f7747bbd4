"""The rooms of the house, lowest first: the one list that a new room enters (docs/adding.md)."""

ROOMS = (
    "liandong.foundation.registers",
    "liandong.foundation.ledger",
    "liandong.foundation.jobs",
    "liandong.foundation.events",
    "liandong.foundation.calendar",
    "liandong.foundation.orgs",
    "liandong.foundation.places",
    "liandong.foundation.access",
    "liandong.foundation.ui",
    "liandong.foundation.rooms",
    "liandong.contexts.categories",
    "liandong.contexts.cases",
    "liandong.contexts.process",
    "liandong.contexts.intake",
    "liandong.contexts.handovers",
    "liandong.contexts.batches",
    "liandong.contexts.notifications",
    "liandong.contexts.console",
)
