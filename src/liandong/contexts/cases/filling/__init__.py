"""Backfills of this room: rows that the version before wrote lack something (docs/adding.md)."""
