"""Door of access: accounts of posts, who stands in for whom, client keys, attempts counted."""

from .absences import AbsenceRow, absences, arrangeable, away, may_arrange, possible_deputies
from .arrangements import arrange, arrange_as_before, arranged, rearrange
from .busy import busy_page, with_patience
from .commands import StaffInput, count_attempt, create_api_key, follow_divisions, import_staff
from .deputising import end_absence, resume_absence, set_absence
from .domain import rights
from .domain.events import PasswordLinkAsked
from .machines import API, is_machine_door
from .mail_address import check_email
from .models import ROLE_NAMES, Absence
from .passwords import password_links
from .payload import body_of, check_length, decoded, items_of
from .posts import StaffRow, post_name, staff
from .queries import actor_of, actor_of_post, client, emails_of, reads_words
from .sources import household_of, source_of
from .web import actor, is_for_a_machine, our_error, problem, say, sentence_of, signed_in

ABSENCE_REASONS = dict(Absence.Reason.choices)

__all__ = [
    "ABSENCE_REASONS",
    "API",
    "ROLE_NAMES",
    "AbsenceRow",
    "PasswordLinkAsked",
    "StaffInput",
    "StaffRow",
    "absences",
    "actor",
    "actor_of",
    "actor_of_post",
    "arrange",
    "arrange_as_before",
    "arrangeable",
    "arranged",
    "away",
    "body_of",
    "busy_page",
    "check_email",
    "check_length",
    "client",
    "count_attempt",
    "create_api_key",
    "decoded",
    "emails_of",
    "end_absence",
    "follow_divisions",
    "household_of",
    "import_staff",
    "is_for_a_machine",
    "is_machine_door",
    "items_of",
    "may_arrange",
    "our_error",
    "password_links",
    "possible_deputies",
    "post_name",
    "problem",
    "reads_words",
    "rearrange",
    "resume_absence",
    "rights",
    "say",
    "sentence_of",
    "set_absence",
    "signed_in",
    "source_of",
    "staff",
    "with_patience",
]
