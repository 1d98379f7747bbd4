"""What rows lack that the version before wrote, each a backfill of this room (docs/adding.md)."""
