"""Who is signed in, at two short statements a request: the session and the account."""

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.db import DEFAULT_DB_ALIAS
from django.db.models.functions import Now

from liandong.foundation.by_key import ByKey

from .models import Staff


def _session(*columns: object) -> Session:
    return Session.from_db(DEFAULT_DB_ALIAS, _SESSION_COLUMNS, columns)


def _account(*columns: object) -> Staff:
    return Staff.from_db(DEFAULT_DB_ALIAS, _STAFF_COLUMNS, columns)


_SESSION_COLUMNS = [field.attname for field in Session._meta.concrete_fields]
_STAFF_COLUMNS = [field.attname for field in Staff._meta.concrete_fields]
_sessions = ByKey(
    _session, lambda: Session.objects.filter(expire_date__gt=Now()).values_list(*_SESSION_COLUMNS), "session_key"
)
_accounts = ByKey(_account, lambda: Staff.objects.values_list(*_STAFF_COLUMNS), "pk")


class SessionStore(db.SessionStore):
    """Django's sessions in the database."""

    def _get_session_from_db(self) -> Session | None:
        for session in _sessions.of(self.session_key or ""):
            return session
        self._session_key = None
        return None


class Accounts(AuthenticationBackend):  # type: ignore[misc]
    """allauth's signing in, by name or address."""

    def get_user(self, user_id: Any) -> Staff | None:
        for account in _accounts.of(user_id):
            if self.user_can_authenticate(account):
                return account
        return None
