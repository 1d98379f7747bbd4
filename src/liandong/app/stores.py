"""Whatever an installation keeps that is no room's: its tables and the rest of its data folder."""

from liandong.foundation.rooms import public as rooms

WORKINGS = "workings of the platform"
STORES = (
    *rooms.stores(rooms.Kept.ALWAYS, "which migrations have run", WORKINGS, WORKINGS, "django_migrations"),
    *rooms.stores(
        rooms.Kept.ALWAYS,
        "secrets and marks of the installation: no words",
        WORKINGS,
        WORKINGS,
        "secret_key",
        "demo_api_key",
    ),
)
AROUND = {
    "postgres": "the database itself: a backup holds its dump",
    "backups": "made by `up` before a step after which an earlier version can't go on: the administrator removes them",
    "logs": "kept by size, three of ten megabytes; errors and logs hold no address and no words",
    "run": "locks, and bodies that are still arriving; empty after a start",
    "liandong.json": "made anew where a backup is restored",
    "last_backup.json": "when the last backup was made",
    "postgres.location": "where the database lies",
    "bench": "databases of measurements, made by nobody but the bench",
}
"""Entries of the data folder that a backup leaves out, and why."""
