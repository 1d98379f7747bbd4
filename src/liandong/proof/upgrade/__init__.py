"""The proof that a county can move to this version while it works (docs/decisions/upgrade-under-load.md)."""
