"""Spans that are found in a text: where, and of which kind."""

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """The kind of a hidden piece of a text."""

    PHONE = "phone"
    IDENTITY = "identity"
    CARD = "card"
    PLATE = "plate"
    MAIL = "mail"
    CHAT = "chat"
    NAME = "name"


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """`text[start:end]` is of this kind."""

    start: int
    end: int
    kind: Kind
