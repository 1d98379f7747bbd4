"""The contact of a report behind a purpose."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from liandong.contexts.cases import public as cases
from liandong.contexts.intake import public as intake
from liandong.foundation.access import public as access
from liandong.foundation.ui.public import toast
from liandong.kernel import ids
from liandong.kernel.actor import Actor
from liandong.kernel.errors import NotFound


@require_http_methods(["GET", "POST"])
@never_cache
@access.signed_in()
def contact(request: HttpRequest, number: str, report_id: int) -> HttpResponse:
    """Asks for what purpose the contact is needed, records it, then shows it."""
    actor = access.actor(request)
    row = _case_of(actor, number, report_id)
    intake.check_contact_reader(actor, row)
    context: dict[str, object] = {"case": cases.listed(row), "report_id": report_id, "post": cases.names.post_of(actor)}
    context["may_erase"] = actor.may(intake.rights.ERASE_CONTACT)
    context["purposes"] = [(key, gettext(name)) for key, name in intake.PURPOSES.items()]
    if request.method == "POST":
        name, phone, email = intake.read_contact(
            actor=actor, report_id=report_id, purpose=request.POST.get("purpose", "")
        )
        context["contact"] = [(gettext("称呼"), name), (gettext("电话"), phone), (gettext("邮箱"), email)]
    return render(request, "intake/contact.html", context)


@require_POST
@access.signed_in(intake.rights.ERASE_CONTACT)
def erase_contact(request: HttpRequest, number: str, report_id: int) -> HttpResponse:
    """Removes a contact at the reporter's request."""
    actor = access.actor(request)
    row = _case_of(actor, number, report_id)
    intake.erase_contact(actor=actor, report_id=report_id)
    toast(request, gettext("联系方式已删除。"))
    return redirect("console:case", number=row.number)


def _case_of(actor: Actor, number: str, report_id: int) -> cases.CaseRow:
    """Raises NotFound where the post may not see the case, and where the report is another's."""
    row = cases.visible_case(actor=actor, case_id=ids.parse_case_number(number))
    if report_id not in (report.id for report in intake.reports_of(row.id)):
        raise NotFound
    return row
