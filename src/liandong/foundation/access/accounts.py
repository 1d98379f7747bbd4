"""How django-allauth is bent to posts: no sign-up from outside, no name fields."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class StaffAccounts(DefaultAccountAdapter):
    """Accounts are made by the administrator or by import only."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False
