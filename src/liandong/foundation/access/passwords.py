"""Links to a new password. They are made where the mail is written, and hold as long as the password they replace."""

from collections.abc import Collection

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.urls import reverse

from liandong.foundation.links import absolute

from .models import Staff


def password_links(staff_ids: Collection[int]) -> dict[int, tuple[str, str]]:
    """(user name, link) by post, of active accounts."""
    return {
        staff.pk: (staff.username, _link(staff)) for staff in Staff.objects.filter(pk__in=staff_ids, is_active=True)
    }


def _link(staff: Staff) -> str:
    parts = {"uidb36": user_pk_to_url_str(staff), "key": default_token_generator.make_token(staff)}
    return absolute(reverse("account_reset_password_from_key", kwargs=parts))
