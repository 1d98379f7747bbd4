"""Registers in Django's administration: every save goes through the recorded command; nothing is deleted, only ended."""

from typing import Any, ClassVar, TypeVar

from django.contrib import admin
from django.db import models
from django.forms import ModelForm
from django.http import HttpRequest

from liandong.kernel.actor import Actor, Role

from .commands import save_row

M = TypeVar("M", bound=models.Model)


class RegisterAdmin(admin.ModelAdmin[M]):
    """Base of a register's page; `register_name` is the ledger stream and the version that is bumped."""

    register_name: ClassVar[str]

    def save_model(self, request: HttpRequest, obj: M, form: ModelForm[M], change: bool) -> None:
        user: Any = request.user
        actor = Actor(kind="staff", id=user.pk, role=Role(user.role), office_id=user.office_id)
        save_row(actor=actor, row=obj, register=self.register_name, changed=form.changed_data if change else ())

    def has_delete_permission(self, request: HttpRequest, obj: M | None = None) -> bool:
        return False
