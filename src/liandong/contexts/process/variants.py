"""Which process a case has: by flag or code of its category; the first rule that holds decides."""

from dataclasses import dataclass
from enum import StrEnum

from liandong.contexts.categories import public as categories


class Variant(StrEnum):
    """The processes of the product; the value is the id of the process in its drawing."""

    DEFAULT = "default"
    EMERGENCY = "emergency"
    PETITION = "petition"
    CONSULTATION = "consultation"


@dataclass(frozen=True, slots=True)
class Rule:
    """Holds for a category with this flag, or for those whose code begins so."""

    variant: Variant
    flag: str = ""
    code: str = ""

    def holds(self, category: categories.CategoryRow) -> bool:
        return self.flag in category.flags if self.flag else category.code.startswith(self.code)


RULES = (
    Rule(Variant.EMERGENCY, flag="call_emergency"),
    Rule(Variant.EMERGENCY, flag="refer_out"),
    Rule(Variant.PETITION, code="1204"),
    Rule(Variant.CONSULTATION, code="120101"),
)


def variant_of(category_code: str) -> Variant:
    """The process of a category; a case without one has the default."""
    category = categories.taxonomy().named(category_code)
    if category is None:
        return Variant.DEFAULT
    return next((rule.variant for rule in RULES if rule.holds(category)), Variant.DEFAULT)
