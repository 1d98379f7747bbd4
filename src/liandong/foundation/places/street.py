"""An address down to the street: what of it anybody may read."""

from .domain.address import Part
from .finding import parse

_TOLD = frozenset({Part.UPPER, Part.TOWN, Part.VILLAGE, Part.CELL, Part.ZONE, Part.ROAD, Part.CROSSING})
_JOINT_SIGNS = 2


def to_the_street(address: str) -> str:
    """Divisions, zone, road and crossing of an address text, without number, building, unit and names; "" where it
    names none of them.
    """
    told, last_end = "", -1
    for span in parse(address).spans:
        if span.part not in _TOLD:
            continue
        joint = address[last_end : span.start] if last_end >= 0 else ""
        is_joint = len(joint) <= _JOINT_SIGNS and not any(sign.isdigit() for sign in joint)
        told += (joint if is_joint else " ") + address[span.start : span.end]
        last_end = span.end
    return told.strip()


def street_words(address: str) -> str:
    """Road or crossing of an address; "" where it names none."""
    whole = parse(address)
    spans = [span for span in whole.spans if span.part in _ROADS]
    return whole.text[spans[0].start : spans[-1].end] if spans else ""


_ROADS = frozenset({Part.ZONE, Part.ROAD, Part.CROSSING})
