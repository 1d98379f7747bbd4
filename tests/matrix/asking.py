"""How an address is asked: what stands in it, what is sent, what the case must have come to before.

A new address without parameters needs nothing here. Where an answer depends on a form, `BODIES` holds one that is
taken; where an address names something, `_named` says what.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client

from liandong.contexts.cases.models import Case
from liandong.contexts.cases.public import State
from liandong.contexts.intake.calls.commands import begin_call
from liandong.contexts.notifications import wording
from liandong.foundation.access import public as access
from liandong.foundation.files.public import photo_token
from liandong.kernel import time
from tests import county
from tests.contexts.intake.pages import jpeg, report_fields
from tests.foundation.files import papers
from tests.matrix.cast import username
from tests.matrix.stage import Stage

Body = Callable[[Stage, str, str], Mapping[str, Any]]
WRONG_CODE = "0000-0000-0000"
HAVE_THE_RECEIPT = ("reporter", "client", "client_off")


@dataclass(frozen=True)
class Answer:
    """What came, in one word: a status, `sign-in` for the way to the page for signing in, `back` for the way back to a
    page that says why not.
    """

    outcome: str
    response: HttpResponse


def outcome_of(response: Any) -> str:
    if response.status_code in (301, 302, 303):
        to = response.headers["Location"]
        if to.startswith(("/accounts/login/", "/admin/login/")):
            return "sign-in"
        told = getattr(response.wsgi_request, "_messages", None)
        refused = told is not None and any(each.level_tag == "error" for each in told._queued_messages)
        return "back" if refused else "302"
    return str(response.status_code)


def ask(stage: Stage, address: str, method: str, kind: str, column: str) -> Answer:
    """One request in a scene of its own."""
    with stage.scene(column, kind):
        prepare(stage, address, method, kind, column)
        client = stage.client(column, kind)
        return _sent(client, stage, address, method, kind, column)


def ask_unarmed(stage: Stage, address: str, method: str, kind: str, column: str) -> Answer:
    """The same from a page that isn't ours: the token is missing."""
    with stage.scene(column, kind):
        prepare(stage, address, method, kind, column)
        client = stage.client(column, kind, armed=True)
        return _sent(client, stage, address, method, kind, column)


def _sent(client: Client, stage: Stage, address: str, method: str, kind: str, column: str) -> Answer:
    path = filled(stage, address, kind, column)
    body = dict(BODIES.get((address, method), _nothing)(stage, kind, column))
    headers = stage.headers(column)
    if method == "GET":
        response = client.get(path, body, headers=headers)
    elif address.startswith("/api/") and not any(hasattr(value, "read") for value in body.values()):
        sent = body.get("list", body)
        response = client.generic(method, path, _json(client, sent), "application/json", headers=headers)
    elif method == "POST":
        response = client.post(path, body, headers=headers)
    else:
        response = client.generic(method, path, headers=headers)
    return Answer(outcome_of(response), response)


def _json(client: Client, sent: Any) -> bytes:
    return client._encode_json(sent, "application/json").encode()


def filled(stage: Stage, address: str, kind: str, column: str) -> str:
    """The address with what stands in it."""
    names = re.findall(r"<(\w+)>", address)
    values = _named(stage, address, kind, column) if names else {}
    return re.sub(r"<(\w+)>", lambda match: str(values[match.group(1)]), address)


def _named(stage: Stage, address: str, kind: str, column: str) -> Mapping[str, Any]:
    case = kind if kind in stage.cases else "public"
    whose = "clerk" if kind == "others" else username(column, kind)
    own = stage.marks.get(whose, stage.marks["clerk"])
    report = stage.reports[case]
    token = {
        "/report/photo/<token>/": photo_token(stage.photos[case]),
        "/notifications/stop/<token>/": wording.stop_token(report.pk),
    }
    return {
        **own,
        "batch_id": _batch(stage, whose, kind),
        "number": stage.cases[case].number,
        "report_id": report.pk,
        "code": report.receipt_code if column in HAVE_THE_RECEIPT else WRONG_CODE,
        "sha256": stage.photos[case].sha256,
        "document_id": stage.documents[case],
        "attachment_id": stage.attachments[case],
        "token": token.get(address, stage.cases[case].number),
        "format": "json",
        "action": "release" if "/parts/" in address else "note",
        "name": "handovers",
        "rest": "nothing-here",
        "path": "nothing-here.json",
        "url": "nothing-here",
        "app_label": "orgs",
        "object_id": _register_row(address),
        "content_type_id": 1,
        "uidb36": "1",
        "key": stage.upload if address.startswith("/opening/") else "wrong-key",
        "what": "offices",
    } | ({"code": county.POTHOLE} if address.startswith("/open311/v2/services/") else {})


def _batch(stage: Stage, whose: str, kind: str) -> int:
    own = stage.marks.get(whose, {}).get("batch_id", 0)
    return int(own if own and kind != "others" else stage.marks["coordinator2"]["batch_id"])


def _register_row(address: str) -> Any:
    """A row of the register whose page it is."""
    match = re.match(r"/admin/(\w+)/(\w+)/<object_id>", address)
    if match is None:
        return 1
    model = apps.get_model(match[1], match[2])
    row = model._default_manager.order_by("pk").first()
    return row.pk if row else 0


def prepare(stage: Stage, address: str, method: str, kind: str, column: str) -> None:
    """Brings the case to where the request means something."""
    state = _STATES.get((address, method))
    case_id = stage.cases[kind if kind in stage.cases else "public"].id
    now = time.now()
    if state:
        Case.objects.filter(pk=case_id).update(state=state, answered_at=now, verdict_due_at=now + county.days(5))
    if address.endswith("/urge/"):
        Case.objects.filter(pk=case_id).update(due_at=now - county.hours(1))
    if address.endswith("/withhold/"):
        Case.objects.filter(pk=case_id).update(is_published=True)
    if address == "/desk/phone/end/" and column in ("clerk", "coordinator"):
        begin_call(actor=county.post(column))
    if address.endswith("/<absence_id>/resume/"):
        access.end_absence(actor=county.post("coordinator"), absence_id=stage.marks["clerk"]["absence_id"])


_STATES = {
    ("/r/<number>/<code>/reply/", "POST"): State.ASKED,
    ("/r/<number>/<code>/verdict/", "POST"): State.ANSWERED,
}


def _nothing(stage: Stage, kind: str, column: str) -> Mapping[str, Any]:
    return {}


def _always(**fields: Any) -> Body:
    return lambda stage, kind, column: fields


def _code(stage: Stage, kind: str, column: str) -> Mapping[str, Any]:
    code = stage.reports["public"].receipt_code if column in HAVE_THE_RECEIPT else WRONG_CODE
    return {"number": stage.cases["public"].number, "code": code}


def _report(**more: Any) -> Body:
    return lambda stage, kind, column: report_fields(category_code=county.POTHOLE, **more)


def _api_report() -> dict[str, Any]:
    lon, lat = county.POINTS["A11"]
    return {"text": "路口有个大坑", "lon": lon, "lat": lat, "category_code": county.POTHOLE}


def _absence(stage: Stage, kind: str, column: str) -> Mapping[str, Any]:
    """Of the second handler of the office of housing."""
    begins = time.now() + county.days(40)
    return {
        "staff_id": county.post("hud2").id,
        "deputy_id": county.post("hud3").id,
        "begins_at": f"{begins:%Y-%m-%dT%H:%M}",
        "ends_at": f"{begins + county.days(1):%Y-%m-%dT%H:%M}",
        "reason": "leave",
    }


def _handover(stage: Stage, kind: str, column: str) -> Mapping[str, Any]:
    """To the office; a grid worker, who has none, to the one beside him."""
    to = {"to_staff_id": county.post("grid_a1_beside").id} if column == "grid_own" else {}
    return {"text": "请留意雨后路面", **to}


def _shift(stage: Stage, kind: str, column: str) -> Mapping[str, Any]:
    return {"text": "夜班平稳"}


def _export(stage: Stage, kind: str, column: str) -> Mapping[str, Any]:
    return {"contacts": "1", "purpose": "callback"} if kind == "contacts" else {}


def _bulk(stage: Stage, kind: str, column: str) -> Mapping[str, Any]:
    return {"action": "urge", "case": [stage.others["town"].id]}


def _open311(stage: Stage, kind: str, column: str) -> Mapping[str, Any]:
    lon, lat = county.POINTS["A11"]
    key = stage.keys.get(column, "")
    return {"api_key": key, "service_code": county.POTHOLE, "lat": lat, "long": lon, "description": "路口有个大坑"}


def _document(stage: Stage, kind: str, column: str) -> Mapping[str, Any]:
    return {"document": SimpleUploadedFile("a.pdf", papers.pdf(), "application/pdf")}


def _photo(stage: Stage, kind: str, column: str) -> Mapping[str, Any]:
    return {"photo": jpeg()}


def _chat(stage: Stage, kind: str, column: str) -> Mapping[str, Any]:
    return {"whose": f"office:{county.office('HUD')}", "url": "json://127.0.0.1/x"}


def _part(office: str) -> Mapping[str, Any]:
    return {office: county.office("POL"), "asked": "请到现场维持秩序"}


BODIES: Mapping[tuple[str, str], Body] = {
    ("/report/", "POST"): _report(),
    ("/status/", "POST"): _code,
    ("/r/<number>/<code>/reply/", "POST"): _always(text="在路口东侧"),
    ("/r/<number>/<code>/supplement/", "POST"): _always(text="坑又大了"),
    ("/r/<number>/<code>/verdict/", "POST"): _always(solved="yes", satisfied="5", text=""),
    ("/desk/register/", "POST"): _report(channel="visit"),
    ("/desk/phone/", "POST"): _report(channel="phone"),
    ("/desk/phone/look-up/", "POST"): _always(phone="13900000000", look_up="own_progress"),
    ("/desk/phone/case/<number>/", "POST"): _always(act="supplement", text="还在原处"),
    ("/console/absences/", "POST"): _absence,
    ("/console/handovers/", "POST"): _handover,
    ("/console/handovers/shifts/", "POST"): _shift,
    ("/console/bulk/", "POST"): _bulk,
    ("/console/export/", "POST"): _export,
    ("/console/bulk/<batch_id>/plan/", "POST"): _always(text="请尽快办理"),
    ("/console/bulk/<batch_id>/undo/", "POST"): _always(text="发错了"),
    ("/console/case/<number>/contact/<report_id>/", "POST"): _always(purpose="clarify"),
    ("/console/case/<number>/do/<action>/", "POST"): _always(text="已看过现场"),
    ("/console/parts/<number>/give/", "POST"): lambda stage, kind, column: _part("office_id"),
    ("/console/parts/<part_id>/<action>/", "POST"): _always(text="不用再办"),
    ("/notifications/settings/", "POST"): _always(
        tasks="page",
        deadlines="page",
        progress="page",
        interval_min="0",
        quiet_from="22",
        quiet_until="7",
        language="zh-hans",
    ),
    ("/notifications/settings/trial/", "POST"): _always(means="page"),
    ("/notifications/chat-addresses/", "POST"): _chat,
    ("/i18n/setlang/", "POST"): _always(language="en"),
    ("/accounts/login/", "POST"): _always(login="nobody", password="wrong-password"),
    ("/accounts/password/reset/", "POST"): _always(email="nobody@example.org"),
    ("/accounts/reauthenticate/", "POST"): _always(password="wrong-password"),
    ("/admin/login/", "POST"): _always(username="nobody", password="wrong-password"),
    ("/api/v1/cases/<number>/<action>", "POST"): _always(text="已看过现场"),
    ("/api/v1/cases/<number>/parts", "POST"): lambda stage, kind, column: _part("office"),
    ("/api/v1/parts/<part_id>/<action>", "POST"): _always(text="不用再办"),
    ("/api/v1/reports", "POST"): lambda stage, kind, column: _api_report(),
    ("/api/v1/reports/batch", "POST"): lambda stage, kind, column: {"list": [_api_report()]},
    ("/api/v1/photos", "POST"): _photo,
    ("/api/v1/documents", "POST"): _document,
    ("/api/v1/near", "GET"): _always(lon="105.05", lat="35.05"),
    ("/open311/v2/requests.<format>", "POST"): _open311,
}
