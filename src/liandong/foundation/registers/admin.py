"""Registers in Django's administration: a save is a recorded command; nothing is deleted, only ended."""

from typing import Any, ClassVar

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.constants import LOOKUP_SEP
from django.http import HttpRequest
from django.utils.translation import gettext

from liandong.kernel import written
from liandong.kernel.actor import Actor
from liandong.kernel.errors import InvalidInput
from liandong.kernel.roles import Role

from .commands import save_row

_NAMES = ("name", "post_name")


def _check_name(name: str) -> None:
    try:
        written.check_name(name)
    except InvalidInput as error:
        raise ValidationError(gettext(error.message) % error.context) from error


class RegisterAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Base of a register's page; `register_name` is the ledger stream and the version that is bumped."""

    register_name: ClassVar[str]

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field is not None and db_field.name in _NAMES:
            field.validators.append(_check_name)
        return field

    def save_model(self, request: HttpRequest, obj: models.Model, form: Any, change: bool) -> None:
        if change and not form.changed_data:
            return
        user: Any = request.user
        actor = Actor(kind="staff", id=user.pk, role=Role(user.role), office_id=user.office_id)
        save_row(actor=actor, row=obj, register=self.register_name, changed=form.changed_data if change else ())

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest) -> bool:
        """By what is offered only: by any other column, such as a hash of a password, its content could be guessed."""
        offered = {each[0] if isinstance(each, tuple) else each for each in self.list_filter}
        return lookup.partition(LOOKUP_SEP)[0] in offered and super().lookup_allowed(lookup, value, request)

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False
