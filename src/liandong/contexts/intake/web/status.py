"""The reporter's status page 进度: what happens, by when, by whom, why then; and what the reporter can do about it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe

from liandong.contexts.cases import public as cases
from liandong.contexts.categories import public as categories
from liandong.contexts.intake.contact_lists import LIST_PURPOSES
from liandong.contexts.intake.domain.events import ContactUsed
from liandong.contexts.intake.forms import (
    EMERGENCY_SERVICES,
    ReplyForm,
    StatusForm,
    SupplementForm,
    VerdictForm,
)
from liandong.contexts.intake.publishing import publish_words
from liandong.contexts.intake.queries import (
    PhotoRow,
    ReadingRow,
    document_row,
    documents_of,
    erased_contacts,
    has_photo,
    photos_of,
)
from liandong.contexts.intake.reaching import MEANS
from liandong.contexts.intake.receipts import (
    PURPOSE_NAMES,
    Receipt,
    count_supplement,
    judge,
    may_judge,
    open_own,
    open_receipt,
    reply,
    report_of,
    supplement,
    urge,
    withdraw,
)
from liandong.contexts.intake.story import Story
from liandong.foundation.access import public as access
from liandong.foundation.files import public as files
from liandong.foundation.ledger import public as ledger
from liandong.foundation.links import absolute
from liandong.foundation.orgs import public as orgs
from liandong.foundation.ui import public as ui
from liandong.kernel import time
from liandong.kernel.errors import Conflict, InvalidInput, LiandongError, NotFound, TooMany

from .pictures import Attached, status_of, uploads_for, with_patience
from .progress import office_of, steps, what_follows
from .slip import before_and_after, qr_of, without_first
from .visitor import source_of, unlisted

State = cases.State
View = Callable[..., HttpResponseBase]
Action = cases.Action


ADDED_ID = "id_%s-supplement"
"""The form stands beside that of the verdict: its fields have names of the same kind."""


@dataclass(frozen=True, slots=True)
class Promise:
    """The head of the page: a title, a date large in words, what is left of it, and what else there is to know."""

    title: str
    date: str = ""
    left: str = ""
    note: str = ""
    is_late: bool = False
    is_answer_date: bool = False


@dataclass(slots=True)
class Faults:
    """A faulty action on the page: its form as it was filled, or a sentence above all. `of`: the form with which the
    uploads came.
    """

    reply: ReplyForm = field(default_factory=ReplyForm)
    supplement: SupplementForm = field(default_factory=lambda: SupplementForm(auto_id=ADDED_ID))
    uploads: files.Uploads = field(default_factory=files.Uploads)
    verdict: VerdictForm = field(default_factory=VerdictForm)
    of: str = ""
    sentence: str = ""
    status: HTTPStatus = HTTPStatus.OK


@unlisted
@require_http_methods(["GET", "HEAD", "POST"])
def find_status(request: HttpRequest) -> HttpResponse:
    """Number and code lead to the receipt's page. A POST, so that a mistyped code stands in no address."""
    if request.method != "POST":
        return render(request, "intake/status_form.html", {"form": StatusForm()})
    form = StatusForm(request.POST)
    if form.is_valid():
        try:
            receipt = open_receipt(**form.cleaned_data, source=source_of(request))
        except (InvalidInput, NotFound, TooMany) as error:
            return _not_opened(request, form, error)
        return redirect(address_of(receipt))
    return render(request, "intake/status_form.html", {"form": form}, status=HTTPStatus.UNPROCESSABLE_ENTITY)


def _not_opened(request: HttpRequest, form: StatusForm, error: LiandongError) -> HttpResponse:
    fields = {"case_number": "number", "receipt_code": "code"}
    too_many = isinstance(error, TooMany)
    sentence = gettext("尝试的次数太多了，请过十分钟再试。") if too_many else access.say(error)
    form.add_error(fields.get(error.field), sentence)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if isinstance(error, InvalidInput) else error.status
    return render(request, "intake/status_form.html", {"form": form}, status=status)


def opened(view: Callable[..., HttpResponse]) -> View:
    """A page of a receipt: gets it as `receipt`; where number and code don't open one, the form to try again. Without a
    code it is the signed-in post's own. Raises NotFound where that didn't report it.
    """

    @unlisted
    def wrapped(request: HttpRequest, number: str, code: str | None = None, **rest: Any) -> HttpResponse:
        try:
            receipt = _open(request, number, code)
        except (InvalidInput, NotFound) as error:
            if code is None:
                raise
            form = StatusForm({"number": number, "code": code})
            form.add_error(None, access.say(error))
            return render(request, "intake/status_form.html", {"form": form}, status=HTTPStatus.NOT_FOUND)
        return view(request, receipt, **rest)

    return wrapped


def _open(request: HttpRequest, number: str, code: str | None) -> Receipt:
    """Raises as `open_receipt`, `open_own` do."""
    if code is None:
        return open_own(actor=access.actor(request), number=number)
    return open_receipt(number=number, code=code, source=source_of(request))


@require_safe
@opened
def receipt_page(request: HttpRequest, receipt: Receipt) -> HttpResponse:
    """The page behind the receipt's link; with `new=1` right after sending."""
    if request.path != address_of(receipt):
        return redirect(address_of(receipt))
    return _page(request, receipt, Faults(), is_new=request.GET.get("new") == "1")


@require_POST
@opened
def receipt_reply(request: HttpRequest, receipt: Receipt) -> HttpResponse:
    """Answers the office's question."""
    form = ReplyForm(request.POST)
    uploads = uploads_for(form, request)
    return _act(
        request,
        receipt,
        Faults(reply=form, uploads=uploads, of="reply"),
        form,
        lambda: reply(receipt=receipt, text=form.cleaned_data["text"], files=uploads.files),
        gettext("已收到您的补充，并转给办理部门。")
        if receipt.case.question_lapsed_at
        else gettext("已收到您的补充，并转给办理部门，时限继续计算。"),
    )


@require_POST
@opened
def receipt_supplement(request: HttpRequest, receipt: Receipt) -> HttpResponse:
    """Adds words, pictures and documents unasked. Where the office has asked meanwhile, they come back in the form of
    the reply, below the question.
    """
    form = SupplementForm(request.POST, auto_id=ADDED_ID)
    try:
        count_supplement(receipt)
    except TooMany:
        uploads = files.take_uploads(request, store=False)
        form.add_error(None, gettext("短时间内补充得太多了，请过一小时再试。您写的内容都在。"))
        status = HTTPStatus.TOO_MANY_REQUESTS
        return _page(request, receipt, Faults(supplement=form, uploads=uploads, of="supplement", status=status))
    uploads = uploads_for(form, request)
    if form.is_valid() and not (form.cleaned_data["text"] or uploads.files):
        form.add_error("text", gettext("请写几句话，或附上照片、文件。"))
    return _act(
        request,
        receipt,
        Faults(supplement=form, uploads=uploads, of="supplement"),
        form,
        lambda: supplement(receipt=receipt, text=form.cleaned_data["text"], files=uploads.files),
        gettext("已收到您的补充，并转给办理部门。"),
    )


@require_POST
@opened
def receipt_verdict(request: HttpRequest, receipt: Receipt) -> HttpResponse:
    """Judges the answer."""
    form = VerdictForm(request.POST)
    uploads = uploads_for(form, request)

    def give() -> cases.CaseRow:
        filled = form.cleaned_data
        return judge(
            receipt=receipt,
            solved=filled["solved"],
            satisfied=filled["satisfied"],
            text=filled["text"],
            files=uploads.files,
            reason=filled["reason"],
        )

    faults = Faults(verdict=form, uploads=uploads, of="verdict")
    return _act(request, receipt, faults, form, give, gettext("已收到您的评价。"))


@require_POST
@opened
def receipt_withdraw(request: HttpRequest, receipt: Receipt) -> HttpResponse:
    """Takes the matter back."""
    return _act(
        request, receipt, Faults(), None, lambda: withdraw(receipt=receipt, text=""), gettext("已撤回，不再办理。")
    )


@require_POST
@opened
def receipt_urge(request: HttpRequest, receipt: Receipt) -> HttpResponse:
    """Asks after it, at most once a day."""
    try:
        urge(receipt=receipt)
    except Conflict as error:
        now = _as_it_stands(receipt)
        return _page(request, now, Faults(sentence=access.say(error), status=HTTPStatus.CONFLICT))
    ui.say_here(request, gettext("已转告办理部门，请您再等一等。"))
    return redirect(address_of(receipt))


@require_POST
@opened
def receipt_publish(request: HttpRequest, receipt: Receipt) -> HttpResponse:
    """Allows that what the reporter wrote is public."""
    return _act(
        request,
        receipt,
        Faults(),
        None,
        lambda: publish_words(actor=receipt.actor, case_id=receipt.case.id),
        gettext("已公开，隐去了姓名、电话和其他号码。"),
    )


@require_POST
@opened
def receipt_withhold(request: HttpRequest, receipt: Receipt) -> HttpResponse:
    """Takes it back from public view."""
    return _act(
        request,
        receipt,
        Faults(),
        None,
        lambda: cases.withhold_words(actor=receipt.actor, case_id=receipt.case.id),
        gettext("已不再公开。"),
    )


def _act(
    request: HttpRequest,
    receipt: Receipt,
    faults: Faults,
    form: forms.Form | None,
    act: Callable[[], cases.CaseRow],
    thanks: str,
) -> HttpResponse:
    """Does it and comes back to the page; a fault is told on the page with all that was typed."""
    if form is not None and (wrong := status_of(form, faults.uploads)) is not HTTPStatus.OK:
        faults.status = wrong
        return with_patience(_page(request, receipt, faults))
    try:
        act()
    except Conflict:
        return _too_late(request, receipt, faults)
    except InvalidInput as error:
        if form is None:
            raise
        form.add_error(error.field if error.field in form.fields else None, access.say(error))
        faults.status = HTTPStatus.UNPROCESSABLE_ENTITY
        return _page(request, receipt, faults)
    ui.say_here(request, thanks)
    return redirect(address_of(receipt))


def _too_late(request: HttpRequest, receipt: Receipt, faults: Faults) -> HttpResponse:
    """Somebody was quicker, or it was pressed twice: the page as it stands now says so. What the reporter added comes
    back in the form that takes it now.
    """
    now = _as_it_stands(receipt)
    found = Faults(sentence=_state_sentence(Story.of(now)), status=HTTPStatus.CONFLICT)
    if faults.of == "supplement" and Action.REPLY in cases.possible_actions(now.case, now.actor):
        found.reply = ReplyForm(initial={"text": faults.supplement["text"].value()})
        found.uploads, found.of = faults.uploads, "reply"
        found.sentence = gettext("部门刚刚有问题想请您补充，请看一看再提交。您写的内容都在。")
    return _page(request, now, found)


def _as_it_stands(receipt: Receipt) -> Receipt:
    number = receipt.case.number
    return (
        open_own(actor=receipt.post, number=number) if receipt.post else open_receipt(number=number, code=receipt.code)
    )


def _state_sentence(story: Story) -> str:
    case = story.matter.own
    if story.is_lapsed:
        return gettext("评价期已过，事件已自动办结，不能再评价。")
    match State(case.state):
        case State.JOINED if case.solved is not None:
            return gettext("您已经评价过了。")
        case State.JOINED:
            return gettext("这件事与别人上报的合并办理，请看下面的进度。")
        case State.CLOSED if case.solved is not None:
            return gettext("您已经评价过了，事件已办结。")
        case State.HANDLING | State.COORDINATING if case.rework_count and case.solved is False and _judged(story):
            return gettext("您已经评价过了，部门正在重新办理。")
        case State.ANSWERED:
            return gettext("部门已经答复，不能再撤回。请直接评价。")
        case State.WITHDRAWN:
            return gettext("这件事已经撤回。")
        case State.CLOSED:
            return gettext("这件事已经办结。")
        case State.REFERRED:
            return gettext("这件事已经移送有权处理的机关。")
        case _:
            return gettext("刚才的操作没有生效：事情已经有了新进展，请看下面。")


def _judged(story: Story) -> bool:
    """Whether the last “not solved” was this reporter's, not that of one whose case is joined."""
    said = [facts for entry in story.entries if isinstance(facts := entry.facts, cases.VerdictUnsolved)]
    return bool(said) and not said[-1].joined_case


def _page(request: HttpRequest, receipt: Receipt, faults: Faults, *, is_new: bool = False) -> HttpResponse:
    case, matter = receipt.case, receipt.matter
    story = Story.of(receipt)
    answer = story.last("answer") if matter.has_answer else None
    attached = cases.attachments_of(story.messages)
    office = office_of(matter.main)
    actions = cases.possible_actions(case, receipt.actor)
    is_asked = Action.REPLY in actions or (case.question_lapsed_at is not None and Action.SUPPLEMENT in actions)
    filed = {message.id: _files(receipt, attached.get(message.id, ())) for message in story.messages}
    own = _own_files(receipt)
    runs = case.state in cases.LIFECYCLE[Action.URGE_BY_REPORTER].sources
    context = {
        "receipt": receipt,
        "case": case,
        "promise": promise_of(story),
        "why": cases.why(matter.main),
        "next": what_follows(story),
        "steps": steps(story, {key: value for key, value in filed.items() if answer is None or key != answer.id}),
        "office": orgs.office_name(matter.main.office_id),
        "office_phone": office.phone if office else "",
        "category": categories.category_name(case.category_code),
        "question": story.last("question") if is_asked else None,
        "answer": answer,
        "answer_files": filed[answer.id] if answer else None,
        "pair": before_and_after(own, filed[answer.id] if answer else None, case.received_at, answer),
        "other_files": without_first(filed[answer.id]) if answer else None,
        "may_add": Action.SUPPLEMENT in actions and not is_asked,
        "may_judge": bool({Action.JUDGE_SOLVED, Action.JUDGE_JOINED} & set(actions)) and may_judge(receipt) is None,
        "may_urge": Action.URGE_BY_REPORTER in actions,
        "urged_today": runs and cases.was_urged_today(receipt.entries),
        "may_withdraw": Action.WITHDRAW in actions,
        "is_hidden": not cases.may_publish(case),
        "may_publish": not _is_nameless(receipt) and Action.PUBLISH in actions,
        "may_withhold": Action.WITHHOLD in actions,
        "faults": faults,
        "sent": _sent(receipt),
        "readings": [_reading(row) for row in receipt.readings],
        "own_files": own,
        "kept": {faults.of: files.kept_again(request, faults.uploads)},
        "is_new": is_new,
        "is_emergency": is_new and categories.tells_emergency(case.category_code, receipt.report.text),
        "emergency_numbers": EMERGENCY_SERVICES,
        "own_path": address_of(receipt),
        "reported_on": orgs.day_of(case.received_at).isoformat(),
        "link": absolute(address_of(receipt)),
        "qr": "" if receipt.post else qr_of(absolute(address_of(receipt))),
        "ways": {name: address_of(receipt, name) for name in _WAYS},
        "base": "ui/staff.html" if receipt.post else "ui/resident.html",
    }
    return render(request, "intake/receipt.html", context, status=faults.status)


def _is_nameless(receipt: Receipt) -> bool:
    """Whether what this report says can't become public any more; what else may stand against it is told on trying."""
    if receipt.report.erased_at or receipt.contact is not None:
        return receipt.report.erased_at is not None
    return bool(erased_contacts([receipt.report.id]))


def promise_of(story: Story) -> Promise:
    """The first thing that a reporter wants to know, by the state of the case."""
    case = story.matter.main
    match story.matter.state:
        case State.ASKED if not story.matter.is_asked:
            return _running(case)
        case State.ASKED:
            return _stands_still(case)
        case State.PARKED:
            return Promise(gettext("挂账等待，最晚在这一天复核"), _date(case.review_at))
        case State.ANSWERED:
            note = gettext("到时没有评价的，事件自动办结。")
            return Promise(gettext("请在此之前评价"), _date(case.verdict_due_at), note=note)
        case State.CLOSED:
            is_lapsed = story.is_lapsed and not story.has_judged
            note = gettext("评价期内没有收到您的评价，已自动办结。") if is_lapsed else ""
            return Promise(gettext("已办结"), _date(case.closed_at), note=note)
        case State.WITHDRAWN:
            return Promise(gettext("已撤回"), _date(case.closed_at))
        case State.REFERRED:
            return Promise(gettext("已移送有权处理的机关"), _date(case.closed_at))
        case _:
            return _running(case)


def _running(case: cases.CaseRow) -> Promise:
    if case.due_at is None:
        return Promise(gettext("这类事项没有固定时限"))
    is_late = case.due_at < time.now()
    title, note = gettext("承诺在此之前答复您"), ""
    if is_late:
        title = gettext("原承诺答复时间")
        note = gettext("已经超过承诺的时间，对不起。办理没有停，答复会出现在这一页。")
    elif case.provisional:
        note = gettext("节假日安排尚未公布，日期可能调整。")
    left = ui.due_words(case.due_at, *cases.answer_left(case))
    return Promise(title, _date(case.due_at), left, note, is_late=is_late, is_answer_date=True)


def _stands_still(case: cases.CaseRow) -> Promise:
    until = cases.long_date(cases.reply_until(case))
    note = gettext("请尽量在 %(until)s 前补充；到时没有补充的，部门按已有情况继续办理。") % {"until": until}
    if case.due_at:
        paused = gettext("您补充之前时限暂停；原定 %(date)s 前答复，补充后顺延。")
        note = f"{paused % {'date': cases.long_date(case.due_at)}} {note}"
    return Promise(gettext("等您补充说明"), note=note)


def _date(moment: Any) -> str:
    return cases.long_date(moment) if moment else ""


@dataclass(frozen=True, slots=True)
class Reading:
    """Who read the contact data, as the reporter sees it."""

    post: str
    purpose: str
    at: Any


def _reading(row: ReadingRow) -> Reading:
    name = access.post_name(row.staff_id) or gettext("已撤销的岗位")
    return Reading(name, gettext((LIST_PURPOSES | PURPOSE_NAMES).get(row.purpose, row.purpose)), row.at)


def _photo(receipt: Receipt, row: PhotoRow) -> ui.Photo:
    alt = gettext("您上传的照片")
    return ui.Photo(address_of(receipt, "photo", row.sha256), address_of(receipt, "thumb", row.sha256), alt)


def _own_files(receipt: Receipt) -> Attached:
    """Those of this report."""
    case_id, report_id = receipt.case.id, receipt.report.id
    return Attached(
        [_photo(receipt, row) for row in photos_of(case_id) if row.report_id == report_id],
        [
            (row, address_of(receipt, "own_document", row.id))
            for row in documents_of(case_id)
            if row.report_id == report_id
        ],
    )


def _files(receipt: Receipt, rows: Sequence[cases.AttachmentRow]) -> Attached:
    """Those of one message."""
    return Attached(
        [
            ui.Photo(
                address_of(receipt, "file", row.id),
                address_of(receipt, "file_thumb", row.id),
                gettext("附带的照片"),
            )
            for row in rows
            if row.is_photo
        ],
        [(row, address_of(receipt, "file", row.id)) for row in rows if not row.is_photo],
    )


def _sent(receipt: Receipt) -> list[tuple[str, Any]]:
    """(by mail or sms, moment) of what the system sent to the contact, newest first."""
    if receipt.contact is None:
        return []
    entries = ledger.entries(("contact", receipt.report.id))
    used = [(facts.means, entry.at) for entry in reversed(entries) if isinstance(facts := entry.facts, ContactUsed)]
    return [(gettext(MEANS[means]), at) for means, at in used]


_WAYS = ("reply", "supplement", "verdict", "withdraw", "publish", "withhold", "urge", "document")
"""Pages below that of the receipt."""


def address_of(receipt: Receipt, below: str = "", *more: str | int) -> str:
    """The page of the receipt, as printed, or one below it; of a post's own the one without a code."""
    name, number = "own" if receipt.post else "receipt", receipt.case.number
    args = [number, *more] if receipt.post else [number, receipt.code, *more]
    return reverse(f"intake:{name}_{below}" if below else f"intake:{name}", args=args)


def _report_of(request: HttpRequest, number: str, code: str | None) -> int:
    if code is None:
        return open_own(actor=access.actor(request), number=number).report.id
    return report_of(number=number, code=code, source=source_of(request))


@require_safe
@unlisted
def receipt_photo(
    request: HttpRequest, number: str, sha256: str, code: str | None = None, *, thumb: bool = False
) -> HttpResponseBase:
    """A photo of the reporter's own report. Raises as `open_receipt`, `open_own` do, NotFound for any other photo."""
    report_id = _report_of(request, number, code)
    if not has_photo(report_id, sha256):
        raise NotFound
    return files.answer(sha256, thumb=thumb)


@require_safe
@unlisted
def receipt_own_document(
    request: HttpRequest, number: str, document_id: int, code: str | None = None
) -> HttpResponseBase:
    """A document of the reporter's own report. Raises as `open_receipt`, `open_own` do, NotFound for any other one."""
    report_id = _report_of(request, number, code)
    _, row = document_row(document_id)
    if row.report_id != report_id:
        raise NotFound
    return files.answer(row.sha256, media_type=row.media_type, name=row.name)


@require_safe
@unlisted
def receipt_file(
    request: HttpRequest, number: str, attachment_id: int, code: str | None = None, *, thumb: bool = False
) -> HttpResponseBase:
    """A file of a message that the reporter may read. Raises as `open_receipt`, `open_own` do, NotFound for others."""
    row = cases.attachment_among(Story.of(_open(request, number, code)).messages, attachment_id)
    return files.answer(row.sha256, media_type=row.media_type, name=row.name, thumb=thumb)


@require_GET
@opened
def receipt_document(request: HttpRequest, receipt: Receipt) -> HttpResponse:
    """Everything that proves the report to be in the ledger, as a file; contact data stands in it as a gap to fill."""
    response = JsonResponse(_document(receipt), json_dumps_params={"ensure_ascii": False, "indent": 2})
    response.headers["Content-Disposition"] = f'attachment; filename="receipt-{receipt.case.number}.json"'
    return response


def _document(receipt: Receipt) -> dict[str, object]:
    first = receipt.entries[0]
    stream = ("case", receipt.case.id)
    return {
        "number": receipt.case.number,
        "entry": {
            "stream": str(first.stream),
            "seq": first.seq,
            "at": first.at.isoformat(),
            "actor": first.actor,
            "action": first.action,
            "payload": dict(first.payload),
            "previous": "00" * 32,
            "hash": receipt.entry_hash,
        },
        "commitment": receipt.commitment,
        "salt": receipt.salt,
        "committed": _committed(receipt),
        "proof": _proof(stream, first.seq),
        "how": [
            gettext("commitment 是 salt 与 committed（键按字母排序、无空格的 JSON）相接后的 SHA-256。"),
            gettext("committed 中的 contact 是联系方式的校验值：联系方式删除以后仍在，却不再透露什么。"),
            gettext("commitment 写在 entry 的 payload 里；entry 的哈希和封存证明的算法见 docs/algorithms/ledger.md。"),
            gettext(
                "不用本平台也能核对：下载 %(script)s 和公钥 %(key)s，"
                "运行 python3 verify_receipt.py 本文件 --key ledger.pub.pem。"
            )
            % {"script": absolute(reverse("intake:verify_script")), "key": absolute(reverse("intake:ledger_key"))},
        ],
    }


def _committed(receipt: Receipt) -> dict[str, object]:
    """The fields under the commitment; what stands for the contact, for a link may be passed on. In reports from before
    there was that the contact itself is left out where there is one, or was.
    """
    report = receipt.report
    left = receipt.contact is not None or bool(erased_contacts([receipt.report.id]))
    return {
        "address": report.address,
        "contact": receipt.entries[0].payload.get("contact", None if left else ["", "", ""]),
        "lat": None if report.lat is None else round(report.lat * 1_000_000),
        "lon": None if report.lon is None else round(report.lon * 1_000_000),
        "text": report.text,
    }


def _proof(stream: tuple[str, int], seq: int) -> object:
    try:
        return ledger.proof(stream, seq)
    except ledger.NotSealedYet:
        return None
