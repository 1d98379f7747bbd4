"""Who reads what is written on a case: one rule, asked by page, sheet, API, receipt and what is public."""

from collections.abc import Iterator

import pytest
from django.db import connection
from lxml import html

from liandong.contexts.cases import public as cases
from liandong.contexts.cases.domain import audience
from liandong.contexts.cases.models import Case, Message
from liandong.contexts.cases.public import Action, Audience, Reader
from liandong.foundation.jobs import public as jobs
from liandong.foundation.ledger import public as ledger
from liandong.kernel import time
from liandong.kernel.actor import SYSTEM, Actor
from liandong.kernel.errors import InvalidInput
from liandong.kernel.roles import Role
from tests import county
from tests.contexts.cases import assists
from tests.contexts.cases.acting import reporter
from tests.contexts.console.reading import signed_in, words

OPEN_TO = ("hud1", "hud2", "clerk", "coordinator", "leader", "admin", "town_a", "grid_a1")
"""Posts that may open a case of the housing office in the town's cell."""
MAY_READ = {
    "involved": set(OPEN_TO),
    "reporter": set(OPEN_TO),
    "parties": set(OPEN_TO),
    "lead": {"hud1", "hud2", "clerk", "coordinator"},
    "supervisors": {"clerk", "coordinator", "leader", "town_a"},
}
SAID = {each: f"这是写给{each}的话" for each in MAY_READ}


@pytest.fixture(autouse=True)
def monday(small_county: None) -> Iterator[None]:
    with time.at(county.MONDAY):
        yield


@pytest.fixture
def row() -> cases.CaseRow:
    """A case with one message for each audience."""
    found = cases.accept_case(actor=county.post("hud1"), case_id=county.receive().id)
    for name in audience.OF_NOTES:
        cases.add_note(actor=county.post("coordinator"), case_id=found.id, text=SAID[name], audience=name)
    cases.ask_reporter(actor=county.post("hud1"), case_id=found.id, text=SAID["reporter"])
    cases.add_note(actor=county.post("coordinator"), case_id=found.id, text=SAID["parties"])
    Message.objects.filter(text=SAID["parties"]).update(audience="parties")
    ledger.bind_rows(actor=SYSTEM)
    return cases.find(found.id)


def read_on_the_page(row: cases.CaseRow, username: str, below: str = "") -> set[str]:
    answer = signed_in(username).get(f"/console/case/{row.number}/{below}")
    assert answer.status_code == 200
    return {name for name, said in SAID.items() if said in answer.content.decode()}


@pytest.mark.parametrize("username", OPEN_TO)
@pytest.mark.parametrize("below", ["", "sheet/"])
def test_the_page_and_its_sheet_show_a_post_the_words_that_it_may_read(
    row: cases.CaseRow, username: str, below: str
) -> None:
    assert read_on_the_page(row, username, below) == {name for name, posts in MAY_READ.items() if username in posts}


@pytest.mark.parametrize("username", OPEN_TO)
def test_the_api_gives_a_post_the_same_with_the_audience_beside_what_there_was(
    row: cases.CaseRow, username: str
) -> None:
    told = signed_in(username).get(f"/api/v1/cases/{row.number}").json()["messages"]
    assert {each["audience"] for each in told} == {name for name, posts in MAY_READ.items() if username in posts}
    assert all(each["public"] == (each["audience"] == "reporter") for each in told)


def test_who_may_not_read_words_still_sees_that_something_was_done(row: cases.CaseRow) -> None:
    said = [step for step in cases.timeline(row, reader=reader("grid_a1")) if step.what == "备注"]
    assert len(said) == 4
    assert [step.text for step in said].count("") == 2


def reader(username: str, row: cases.CaseRow | None = None) -> Reader:
    return cases.reader_of(actor=county.post(username), row=row or cases.find(Case.objects.get().pk))


def test_a_receipt_and_whoever_comes_by_it_read_what_is_for_the_reporter_alone(row: cases.CaseRow) -> None:
    by_receipt = cases.reader_of(actor=reporter(row), row=row)
    assert [each.audience for each in cases.messages(row.id, reader=by_receipt)] == [Audience.REPORTER]


def test_who_is_complained_of_reads_nothing_whatever_else_it_is(row: cases.CaseRow) -> None:
    for column, value in (
        ("complained_office_id", county.office("HUD")),
        ("complained_staff_id", county.post("hud1").id),
    ):
        Case.objects.filter(pk=row.id).update(complained_office_id=None, complained_staff_id=None)
        Case.objects.filter(pk=row.id).update(**{column: value})
        complained = cases.reader_of(actor=county.post("hud1"), row=cases.find(row.id), is_reporter=True)
        assert cases.messages(row.id, reader=complained) == []
        assert signed_in("hud1").get(f"/api/v1/cases/{row.number}").status_code == 404


def test_who_may_not_open_the_case_reads_nothing_also_what_it_wrote_once(row: cases.CaseRow) -> None:
    Message.objects.update(actor=county.post("law1").ref)
    ledger.bind_rows(actor=SYSTEM)
    assert cases.messages(row.id, reader=reader("law1")) == []


def test_an_office_with_a_part_reads_what_all_involved_read_and_what_it_wrote_itself(row: cases.CaseRow) -> None:
    assisting = county.post("law1")
    assists.open_task(actor=county.post("coordinator"), case_id=row.id, office_id=county.office("LAW"))
    assert read_on_the_page(row, "law1") == {"involved", "reporter", "parties"}
    cases.add_note(actor=county.post("coordinator"), case_id=row.id, text="只给牵头部门", audience="lead")
    Message.objects.filter(text="只给牵头部门").update(actor=assisting.ref)
    ledger.bind_rows(actor=SYSTEM)
    assert "只给牵头部门" in [each.text for each in cases.messages(row.id, reader=reader("law1"))]


@pytest.mark.parametrize(("public", "name", "read"), [(True, "", True), (False, "", False), (False, "reporter", False)])
def test_what_the_version_before_wrote_is_read_as_it_was(
    row: cases.CaseRow, public: bool, name: str, read: bool
) -> None:
    Message.objects.update(public=public, audience=name)
    ledger.bind_rows(actor=SYSTEM)
    by_receipt = cases.messages(row.id, reader=cases.THE_REPORTER)
    assert bool(by_receipt) is read
    assert len(cases.messages(row.id, reader=reader("grid_a1"))) == 5
    assert set(read_on_the_page(row, "admin")) == set(SAID)


def test_the_worker_fills_in_what_the_version_before_left_and_the_ledger_has_nothing_against_it(
    row: cases.CaseRow,
) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO cases_message (case_id, kind, public, text, actor, at) SELECT id, 'note', told, '从前写的',"
            " 'system:0', now() FROM cases_case, (VALUES (true), (false)) AS x(told)"
        )
    kept = Message.objects.filter(text="从前写的")
    assert set(kept.values_list("audience", flat=True)) == {""}
    assert jobs.order_backfills() == ["cases.audiences"]
    jobs.work_off()
    assert set(kept.values_list("public", "audience")) == {(True, "reporter"), (False, "involved")}
    kept.delete()


def test_the_words_of_a_joined_case_are_read_by_who_sees_the_main_one(row: cases.CaseRow) -> None:
    main = county.receive("垃圾成堆", category_code=county.RUBBISH)
    Case.objects.filter(pk=row.id).update(
        state="joined", joined_to=main.id, closed_at=time.now(), office_id=county.office("HUD"), red_at=None
    )
    seen = {each.audience for each in cases.messages(row.id, reader=reader("law1", cases.find(row.id)))}
    assert seen == {Audience.REPORTER, Audience.PARTIES, Audience.INVOLVED, Audience.LEAD}


def test_a_note_is_for_all_involved_unless_something_else_is_chosen_and_never_for_the_reporter(
    row: cases.CaseRow,
) -> None:
    cases.add_note(actor=county.post("hud1"), case_id=row.id, text="没有选")
    assert cases.messages(row.id)[-1].audience is Audience.INVOLVED
    for wrong in ("reporter", "parties", "everybody"):
        with pytest.raises(InvalidInput) as refused:
            cases.add_note(actor=county.post("hud1"), case_id=row.id, text="不能", audience=wrong)
        assert refused.value.field == "audience"


@pytest.mark.parametrize("action", [each for each, spec in cases.ACTIONS.items() if spec.reporter and spec.words])
def test_what_an_action_writes_has_the_audience_that_its_form_says(action: Action) -> None:
    words_of = cases.ACTIONS[action].words
    assert words_of is not None
    if "上报人可见" in words_of.label:
        assert words_of.audience is Audience.REPORTER


def page_of(row: cases.CaseRow, username: str = "hud1", language: str = "zh-hans") -> html.HtmlElement:
    return html.fromstring(signed_in(username, language).get(f"/console/case/{row.number}/").content.decode())


def described(page: html.HtmlElement, field: str) -> str:
    """What a screen reader reads with the field."""
    (box,) = page.xpath(f"//*[@id='{field}']")
    (hint,) = page.xpath(f"//*[@id='{box.get('aria-describedby')}']")
    return words(hint)


def test_who_writes_reads_beforehand_who_will_read_it() -> None:
    row = cases.accept_case(actor=county.post("hud1"), case_id=county.receive().id)
    page = page_of(row)
    assert described(page, "text-answer") == "上报人能看到，办理和监督这件事的单位也能看到。"
    assert described(page, "text-ask") == "上报人能看到，办理和监督这件事的单位也能看到。"
    assert described(page, "text-ask_extension") == "办理和监督这件事的单位能看到，上报人看不到。"
    choice = page.xpath("//*[@id='audience-note']")[0]
    assert [each.get("value") for each in choice.iter("option")] == ["involved", "lead", "supervisors"]
    english = page_of(row, language="en")
    assert described(english, "text-answer").startswith("The reporter will read this")
    assert words(english.xpath("//*[@id='audience-note']")[0]).startswith("All offices involved The lead office")


def test_a_note_of_the_page_is_for_whom_was_chosen_and_marked_so() -> None:
    row = cases.accept_case(actor=county.post("hud1"), case_id=county.receive().id)
    sent = signed_in("hud1").post(
        f"/console/case/{row.number}/do/note/", {"text": "先不要外传", "audience": "lead", "version": row.version}
    )
    assert sent.status_code == 302
    assert cases.messages(row.id)[-1].audience is Audience.LEAD
    assert "先不要外传 仅牵头部门可见" in words(page_of(row))
    assert "先不要外传" not in words(page_of(row, "town_a"))


def test_a_choice_that_is_none_comes_back_with_what_was_typed() -> None:
    row = cases.accept_case(actor=county.post("hud1"), case_id=county.receive().id)
    typed = {"text": "写好的话", "audience": "everybody", "version": row.version}
    answer = signed_in("hud1").post(f"/console/case/{row.number}/do/note/", typed)
    assert answer.status_code == 400
    assert "写好的话" in answer.content.decode()


def test_the_api_takes_the_audience_of_a_note() -> None:
    row = cases.accept_case(actor=county.post("hud1"), case_id=county.receive().id)
    answer = signed_in("hud1").post(
        f"/api/v1/cases/{row.number}/note",
        {"text": "请领导知悉", "audience": "supervisors"},
        content_type="application/json",
    )
    assert answer.status_code == 200
    assert cases.messages(row.id)[-1].audience is Audience.SUPERVISORS


def test_the_audience_of_a_message_is_bound_by_the_ledger(row: cases.CaseRow) -> None:
    told = ledger.entries(("case", row.id))
    assert any("message" in str(entry.payload.get(ledger.BOUND, "")) for entry in told)


def test_an_actor_of_no_post_is_nothing_to_a_case(row: cases.CaseRow) -> None:
    client = Actor(kind="client", id=1, role=Role.REPORTER)
    assert cases.reader_of(actor=client, row=row).ties == frozenset()
    assert cases.messages(row.id, reader=cases.reader_of(actor=client, row=row)) == []
