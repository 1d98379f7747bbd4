"""Files that an administrator brings in: chosen, looked at in a preview, confirmed, told."""

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from liandong.contexts.cases.public import names
from liandong.contexts.opening import commands, folder, queries
from liandong.contexts.opening.domain import rights
from liandong.contexts.opening.domain.headers import Column
from liandong.contexts.opening.domain.kinds import KINDS, FileKind
from liandong.contexts.opening.queries import State, UploadRow
from liandong.foundation.access import public as access
from liandong.foundation.language import is_english
from liandong.foundation.ui.public import toast
from liandong.kernel.errors import Conflict, InvalidInput, NotFound

from .forms import FileForm

_COUNTED = {
    "added": "新增",
    "changed": "变更",
    "unchanged": "未变",
    "ended": "终止",
    "read": "读到",
    "taken": "收下",
    "known": "已有",
    "rejected": "拒收",
    "categories": "新建分类",
    "offices": "新建部门",
    "divisions": "新建区划",
}
"""In the order of the page. A register that isn't a list of reports has the first four."""
_ALWAYS = {"added", "changed", "unchanged", "ended", "read", "taken", "known", "rejected"}


@dataclass(frozen=True, slots=True)
class FaultLine:
    """`line` 0: it is about the whole file."""

    line: int
    column: str
    value: str
    reason: str


@dataclass(frozen=True, slots=True)
class UploadLine:
    """An upload in the list."""

    row: UploadRow
    label: str
    state: str
    post: str


@require_GET
@never_cache
@access.signed_in(rights.SET_UP)
def files(request: HttpRequest) -> HttpResponse:
    """Kinds of files in their order, the one that is open, and those of before."""
    context = {
        "kinds": list(KINDS.values()),
        "open": queries.open_upload(),
        "uploads": [_line(row) for row in queries.recent_uploads()],
        "post": names.post_of(access.actor(request)),
    }
    return render(request, "opening/files.html", context)


@require_http_methods(["GET", "POST"])
@never_cache
@access.signed_in(rights.SET_UP)
def file(request: HttpRequest, what: str) -> HttpResponse:
    """The form of one kind; what is wrong brings it back."""
    kind = _kind(what)
    form, status = FileForm(kind), HTTPStatus.OK
    if request.method == "POST":
        form = FileForm(kind, request.POST, request.FILES)
        if form.is_valid() and (key := _take(request, kind, form)):
            return redirect("opening:upload", key)
        status = HTTPStatus.BAD_REQUEST
    context = {
        "kind": kind,
        "columns": [(_header(column), column.is_needed) for column in kind.columns],
        "form": form,
        "open": queries.open_upload(),
        "post": names.post_of(access.actor(request)),
    }
    return render(request, "opening/file.html", context, status=status)


def _take(request: HttpRequest, kind: FileKind, form: FileForm) -> UUID | None:
    """None where it can't be taken: the form says why."""
    sent, mapping = form.cleaned_data["file"], form.cleaned_data.get("mapping_file")
    try:
        return commands.take_file(
            actor=access.actor(request),
            what=kind.name,
            options=form.kept,
            file=commands.Taken(sent.name or "", sent.size, sent.chunks()),
            mapping=mapping.read() if mapping else b"",
        )
    except InvalidInput as error:
        form.add_error("file", access.say(error))
    except Conflict as error:
        form.add_error(None, access.say(error))
    return None


@require_GET
@access.signed_in(rights.SET_UP)
def header(request: HttpRequest, what: str) -> HttpResponse:
    """An empty table with the right headers, to be filled in."""
    kind = _kind(what)
    if not kind.columns:
        raise NotFound
    text = io.StringIO()
    csv.writer(text).writerow([_header(column) for column in kind.columns])
    answer = HttpResponse("\ufeff" + text.getvalue(), content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{what}.csv"'
    return answer


@require_GET
@never_cache
@access.signed_in(rights.SET_UP)
def upload(request: HttpRequest, key: UUID) -> HttpResponse:
    """How far a file is: looked through, foreseen, taken in, or refused, with the reasons."""
    row = queries.upload_of(actor=access.actor(request), key=key)
    found = row.found
    context = {
        "upload": row,
        "line": _line(row),
        "counts": _counts(row.counts),
        "can_be_taken": bool(row.counts.get("can_be_taken")),
        "faults": [_fault(each) for each in found.get("faults", ())],
        "more_faults": max(0, row.counts.get("faults", 0) - len(found.get("faults", ()))),
        "reasons": [(each["count"], _said(each)) for each in found.get("reasons", ())],
        "remarks": [zh_en[1] if is_english() else zh_en[0] for zh_en in found.get("remarks", ())],
        "columns": found.get("columns", ()),
        "rows": found.get("rows", ()),
        "progress": row.progress,
        "post": names.post_of(access.actor(request)),
    }
    return render(request, "opening/upload.html", context)


@require_GET
@never_cache
@access.signed_in(rights.SET_UP)
def progress(request: HttpRequest, key: UUID) -> HttpResponse:
    """How far a file at work is; once it is through, the whole page."""
    row = queries.upload_of(actor=access.actor(request), key=key)
    if not row.is_at_work:
        response = HttpResponse(status=HTTPStatus.NO_CONTENT)
        response.headers["HX-Redirect"] = reverse("opening:upload", args=[key])
        return response
    return render(request, "opening/parts/progress.html", {"upload": row, "progress": row.progress})


@require_POST
@access.signed_in(rights.SET_UP)
def confirm(request: HttpRequest, key: UUID) -> HttpResponse:
    """Has the file taken in."""
    try:
        commands.confirm(actor=access.actor(request), key=key)
    except Conflict as error:
        toast(request, access.say(error), level="warning")
    return redirect("opening:upload", key)


@require_POST
@access.signed_in(rights.SET_UP)
def give_up(request: HttpRequest, key: UUID) -> HttpResponse:
    """Removes the file; nothing of it is taken in."""
    try:
        commands.give_up(actor=access.actor(request), key=key)
    except Conflict as error:
        toast(request, access.say(error), level="warning")
        return redirect("opening:upload", key)
    toast(request, gettext("已放弃，什么都没有导入。"))
    return redirect("opening:files")


@require_GET
@never_cache
@access.signed_in(rights.SET_UP)
def refused_rows(request: HttpRequest, key: UUID) -> HttpResponse | FileResponse:
    """The rows that weren't taken, with their reasons, to be mended and brought in again."""
    row = queries.upload_of(actor=access.actor(request), key=key)
    path = folder.folder_of(row.key) / folder.REFUSED
    if not path.is_file():
        raise NotFound
    return FileResponse(path.open("rb"), as_attachment=True, filename=f"rejected-{row.what}.csv")


def _header(column: Column) -> str:
    return column.name if is_english() else column.header


def _kind(what: str) -> FileKind:
    if what not in KINDS:
        raise NotFound
    return KINDS[what]


def _line(row: UploadRow) -> UploadLine:
    return UploadLine(
        row, gettext(KINDS[row.what].label), gettext(State(row.state).label), access.post_name(row.staff_id)
    )


def _counts(counts: Mapping[str, int]) -> list[tuple[str, str]]:
    return [
        (gettext(words), f"{counts[name]:,}")
        for name, words in _COUNTED.items()
        if name in counts and (counts[name] or name in _ALWAYS)
    ]


def _fault(told: Mapping[str, Any]) -> FaultLine:
    return FaultLine(told["line"], told["column"], told["value"], _said(told))


def _said(told: Mapping[str, Any]) -> str:
    return str(told["en"] if is_english() else told["zh"])
