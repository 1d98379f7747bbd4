"""Registers in Django's administration: a save is a recorded command; nothing is deleted, only ended."""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models
from django.db.models.constants import LOOKUP_SEP
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from liandong.foundation.ui.public import toast
from liandong.kernel import written
from liandong.kernel.actor import Actor
from liandong.kernel.errors import InvalidInput
from liandong.kernel.roles import Role

from .commands import save_row
from .past import past_of

_NAMES = ("name", "post_name")
_MESSAGES = {
    "required": _("请填写这一项。"),
    "invalid": _("这个值不能用，请检查后再填。"),
    "invalid_choice": _("请从列表里选择。"),
    "max_length": _("最多 %(limit_value)d 个字，现在有 %(show_value)d 个。"),
    "min_value": _("不能小于 %(limit_value)s。"),
    "max_value": _("不能大于 %(limit_value)s。"),
    "unique": _("已经有一行用了这个值。"),
}
"""Words of ours for the codes of errors that a field may have."""


def _check_name(name: str) -> None:
    try:
        written.check_name(name)
    except InvalidInput as error:
        raise ValidationError(gettext(error.message) % error.context) from error


class RegisterAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Base of a register's page; `register_name` is the ledger stream and the version that is bumped. `title` is what
    the list is called where that isn't the table's name. `purpose` says in a sentence what stands in it. Those with a
    lower `order` are filled first.
    """

    register_name: ClassVar[str]
    title: ClassVar[str | Promise] = ""
    purpose: ClassVar[str | Promise] = ""
    order: ClassVar[int] = 100
    actions = None
    list_per_page = 50
    formfield_overrides: ClassVar[dict[Any, Any]] = {
        models.DateField: {"widget": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")}
    }

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field is None:
            return None
        if db_field.name in _NAMES:
            field.validators.append(_check_name)
        if isinstance(field.widget, RelatedFieldWidgetWrapper):
            field.widget = field.widget.widget
        if isinstance(field, forms.ModelChoiceField):
            field.empty_label = gettext("请选择") if field.required else gettext("（不选）")
        elif isinstance(field, forms.TypedChoiceField):
            field.choices = [(value, label if value else gettext("请选择")) for value, label in db_field.flatchoices]
            if db_field.has_default() is False:
                field.choices = [("", gettext("请选择")), *field.choices]
        return field

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """With our words for what is wrong in a field, whoever declared it."""
        form = super().get_form(request, obj, change, **kwargs)
        for field in form.base_fields.values():
            own = getattr(field, "own_messages", ())
            field.error_messages.update({code: words for code, words in _MESSAGES.items() if code not in own})
        return form

    def save_model(self, request: HttpRequest, obj: models.Model, form: Any, change: bool) -> None:
        if change and not form.changed_data:
            return
        user: Any = request.user
        actor = Actor(kind="staff", id=user.pk, role=Role(user.role), office_id=user.office_id)
        save_row(actor=actor, row=obj, register=self.register_name, changed=form.changed_data if change else ())

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: str | None = None) -> HttpResponse:
        toast(request, gettext("已新增：%(name)s") % {"name": obj})
        if "_addanother" in request.POST:
            return redirect(request.path)
        return self.response_post_save_add(request, obj)

    def response_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        toast(request, gettext("已保存：%(name)s") % {"name": obj})
        return self.response_post_save_change(request, obj)

    def _get_obj_does_not_exist_redirect(self, request: HttpRequest, opts: Any, object_id: str) -> HttpResponse:
        toast(request, gettext("没有这一行，可能地址有误。"), level="warning")
        return redirect(f"admin:{opts.app_label}_{opts.model_name}_changelist")

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """The row's changes as the ledger has them, the newest first."""
        row = self.get_object(request, unquote(object_id))
        if row is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        if not self.has_view_or_change_permission(request, row):
            raise PermissionDenied
        context = {
            **self.admin_site.each_context(request),
            "object": row,
            "opts": self.opts,
            "changes": past_of(row, self.register_name),
            **(extra_context or {}),
        }
        return TemplateResponse(request, "admin/object_history.html", context)

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest) -> bool:
        """By what is offered only: by any other column, such as a hash of a password, its content could be guessed."""
        offered = {each[0] if isinstance(each, tuple) else each for each in self.list_filter}
        return lookup.partition(LOOKUP_SEP)[0] in offered and super().lookup_allowed(lookup, value, request)

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False
