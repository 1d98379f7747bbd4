"""How often and by how much a time limit may be extended 延期; the first rule that holds for a category decides."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ExtensionRule:
    """`most` times, each at most `longest` units of the finish budget; None: as long as the budget itself.

    `is_statutory`: the limit is the law's own, and the county may only shorten it.
    """

    most: int
    longest: int | None = None
    is_statutory: bool = False


RULES: tuple[tuple[str, ExtensionRule], ...] = (
    ("120303", ExtensionRule(most=1, longest=20, is_statutory=True)),
    ("120401", ExtensionRule(most=1, longest=30, is_statutory=True)),
    ("120402", ExtensionRule(most=0, is_statutory=True)),
)
"""By the beginning of a category's code. 政府信息公开条例 33: a request for information is answered in 20 working days
and once 20 more. 信访工作条例: a petition is decided in 60 days and once 30 more, its review in 30 without.
"""
COMMON = ExtensionRule(most=2)


def extension_rule(category_code: str) -> ExtensionRule:
    return next((rule for code, rule in RULES if category_code.startswith(code)), COMMON)
