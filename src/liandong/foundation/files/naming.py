"""Which files rows name: every room is asked, switched on or not (`rooms.NamedFiles`)."""

from collections.abc import Collection

from liandong.foundation.rooms import public as rooms


def named_among(digests: Collection[str]) -> frozenset[str]:
    """Those of the hashes that rows of any room name. Raises what a room's table raises: half an answer is none."""
    if not digests:
        return frozenset()
    found: set[str] = set()
    for each in rooms.named_files():
        rows = each.rows.filter(**{f"{each.column}__in": digests})
        found.update(rows.values_list(each.column, flat=True))
    return frozenset(found)
