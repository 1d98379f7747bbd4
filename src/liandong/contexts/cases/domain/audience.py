"""Audiences 读者范围: who reads what is written on a case. Whoever shows, sends or exports words asks this table."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Audience(StrEnum):
    """For whom words are written. Each message has one."""

    REPORTER = "reporter"
    PARTIES = "parties"
    INVOLVED = "involved"
    LEAD = "lead"
    SUPERVISORS = "supervisors"


class Tie(StrEnum):
    """A reader is this to a case. One may be several."""

    REPORTER = "reporter"
    """Reported the matter, by receipt or as a post."""
    PARTY = "party"
    """Is a party to the dispute that it is about."""
    LEAD = "lead"
    """Is of the lead office, or has the case in hand."""
    INVOLVED = "involved"
    """Is of an office that has a part in it or is asked to take it."""
    SUPERVISOR = "supervisor"
    """Leads the county, or the town where it lies."""
    DESK = "desk"
    """Is of the county's desk, which handles any case."""
    ONLOOKER = "onlooker"
    """May open it and has no part in it."""
    COMPLAINED = "complained"
    """Is complained of: reads nothing, whatever else it is."""


AT_WORK = frozenset({Tie.LEAD, Tie.INVOLVED, Tie.SUPERVISOR, Tie.DESK, Tie.ONLOOKER})
"""Who may open the case page."""
READERS: Mapping[Audience, frozenset[Tie]] = {
    Audience.REPORTER: AT_WORK | {Tie.REPORTER},
    Audience.PARTIES: AT_WORK | {Tie.PARTY},
    Audience.INVOLVED: AT_WORK,
    Audience.LEAD: frozenset({Tie.LEAD, Tie.DESK}),
    Audience.SUPERVISORS: frozenset({Tie.SUPERVISOR, Tie.DESK}),
}
AUDIENCE_WORDS: Mapping[Audience, str] = {
    Audience.REPORTER: "上报人能看到，办理和监督这件事的单位也能看到。",
    Audience.PARTIES: "当事人能看到，办理和监督这件事的单位也能看到。",
    Audience.INVOLVED: "办理和监督这件事的单位能看到，上报人看不到。",
    Audience.LEAD: "只有牵头部门和受理中心能看到。",
    Audience.SUPERVISORS: "只有县、乡镇领导和受理中心能看到。",
}
"""A form says this above what is written."""
AUDIENCE_MARKS: Mapping[Audience, str] = {
    Audience.REPORTER: "上报人可见",
    Audience.PARTIES: "当事人可见",
    Audience.LEAD: "仅牵头部门可见",
    Audience.SUPERVISORS: "仅上级可见",
}
"""The timeline marks these; the rest is what a note always was."""
OF_NOTES: Mapping[str, str] = {
    Audience.INVOLVED: "所有参与单位",
    Audience.LEAD: "仅牵头部门和受理中心",
    Audience.SUPERVISORS: "仅县、乡镇领导和受理中心",
}
"""The audiences that a note may have, as the form offers them; the first where nothing is chosen."""


@dataclass(frozen=True, slots=True)
class Reader:
    """A reader of one case. `ref`: as messages name who wrote them; a post reads what it wrote itself."""

    ties: frozenset[Tie]
    ref: str = ""


THE_REPORTER = Reader(frozenset({Tie.REPORTER}))
"""Who opened a receipt or reported as a post: nothing else counts there that it may be."""


def may_read(reader: Reader, audience: Audience, written_by: str = "") -> bool:
    """Whether the reader may read words for this audience. Only who may open the case reads his own."""
    if Tie.COMPLAINED in reader.ties:
        return False
    is_own = bool(written_by) and written_by == reader.ref and not reader.ties.isdisjoint(AT_WORK)
    return is_own or not reader.ties.isdisjoint(READERS[audience])


def audience_of(name: str, *, is_public: bool) -> Audience:
    """The audience of a kept message. `is_public` is what rows have from before there were audiences; it also holds
    where the two disagree, so that no row reaches the reporter by its name alone.
    """
    if is_public:
        return Audience.REPORTER
    known = {each.value: each for each in Audience if each is not Audience.REPORTER}
    return known.get(name, Audience.INVOLVED)
