"""What is said of an event 事件用语: one line in the timeline of the staff, another one for the reporter."""

from dataclasses import dataclass

from django.utils.functional import Promise


@dataclass(frozen=True, slots=True)
class Told:
    """`words`: in the timeline. `reporter`: what the reporter reads of it; empty where the reporter isn't told."""

    words: str | Promise
    reporter: str | Promise = ""
