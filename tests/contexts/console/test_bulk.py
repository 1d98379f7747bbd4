"""Bulk actions over HTTP: chosen, planned, previewed, done case by case, taken back."""

from collections.abc import Sequence
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from lxml import html

from liandong.contexts.batches import commands, jobs
from liandong.contexts.batches import public as batches
from liandong.contexts.batches.models import Batch, BatchItem
from liandong.contexts.cases import public as cases
from liandong.contexts.cases.models import Case
from liandong.contexts.cases.public import State
from liandong.foundation.access.models import Staff
from liandong.foundation.ledger import public as ledger
from liandong.kernel import time
from tests import county
from tests.contexts.cases.acting import case_in
from tests.contexts.console.reading import chinese, signed_in, words
from tests.long_work import turn

pytestmark = pytest.mark.usefixtures("small_county")
REASON = "属执法范围，一并改派。"


@pytest.fixture(autouse=True)
def monday():
    with time.at(county.MONDAY):
        yield


@pytest.fixture(autouse=True)
def slow_machine(monkeypatch) -> None:
    """What a request does of a batch hangs on its size here, never on how fast this machine is."""
    monkeypatch.setattr(commands, "AT_ONCE_S", 3600.0)


class Desk:
    """A post with a browser, and the batch that it has in hand."""

    def __init__(self, username: str = "coordinator", language: str = "zh-hans") -> None:
        self.client: Client = signed_in(username, language)
        self.at = ""

    def choose(self, action: str, rows: Sequence[cases.CaseRow] = (), **more: str) -> "Desk":
        data = {"action": action, "which": "some", "case": [row.id for row in rows], "scope": "county", **more}
        self.at = self.client.post("/console/bulk/", data)["Location"]
        return self

    def plan(self, **fields: object) -> "Desk":
        self.answer = self.client.post(f"{self.at}plan/", {"text": REASON, **fields})
        return self

    def confirm(self) -> "Desk":
        self.client.post(f"{self.at}confirm/")
        return self

    def undo(self, text: str = "选错了部门") -> "Desk":
        self.client.post(f"{self.at}undo/", {"text": text})
        return self

    @property
    def page(self) -> html.HtmlElement:
        response = self.client.get(self.at)
        assert response.status_code == 200, response.content.decode()[:400]
        return html.fromstring(response.content.decode())

    @property
    def batch_id(self) -> int:
        return int(self.at.rstrip("/").rsplit("/", 1)[1])

    @property
    def outcomes(self) -> list[str]:
        return [item.outcome for item in batches.items_of(self.batch_id)]


def planned(rows: Sequence[cases.CaseRow], username: str = "coordinator") -> Desk:
    return Desk(username).choose("reassign", rows).plan(office_id=county.office("LAW"))


def offices(rows: Sequence[cases.CaseRow]) -> set[int | None]:
    return {cases.find(row.id).office_id for row in rows}


def test_a_bulk_reassignment_is_previewed_done_and_carries_its_number_in_every_ledger() -> None:
    rows = county.receive_all([county.report() for _ in range(3)])
    desk = planned(rows)
    shown = words(desk.page)
    assert "将办理 3 件" in shown
    assert "县住房建设局 → 县综合执法局" in shown
    assert REASON in shown
    assert offices(rows) == {county.office("HUD")}
    desk.confirm()
    assert offices(rows) == {county.office("LAW")}
    assert desk.outcomes == ["done"] * 3
    for row in rows:
        entry = ledger.entries(("case", row.id))[-1]
        assert (entry.action, entry.payload["batch"]) == ("CaseReassigned", desk.batch_id)
        assert REASON in [message.text for message in cases.messages(row.id)]
    batch = Batch.objects.get(pk=desk.batch_id)
    assert (batch.text, batch.state, batch.parameters) == ("", "done", {"office_id": county.office("LAW")})


def test_the_preview_says_what_is_refused_and_why() -> None:
    fine, ended = county.receive(), case_in(State.CLOSED)
    complained = county.receive(complained_office_id=county.office("LAW"))
    unclear = county.receive("门口有情况", category_code="")
    shown = words(planned([fine, ended, complained, unclear]).page)
    assert "将办理 1 件" in shown
    assert "3 件不会办理" in shown
    for reason in ("不能改派", "不能交给被反映的部门办理", "请先受理并选定事项分类"):
        assert reason in shown, reason


def test_cases_are_given_to_a_post_that_is_out_only_where_the_box_says_so() -> None:
    rows, out = [case_in(State.HANDLING) for _ in range(2)], county.away("hud2", "hud1").staff_id
    desk = Desk().choose("assign", rows).plan(staff_id=out)
    assert "2 件不会办理" in words(desk.page)
    desk.plan(staff_id=out, despite_absence="1").confirm()
    assert desk.outcomes == ["done"] * 2
    assert {cases.find(row.id).assignee_id for row in rows} == {out}


def test_a_new_time_limit_shows_the_old_and_the_new_date_before_it_is_set() -> None:
    row = case_in(State.HANDLING)
    desk = Desk().choose("override", [row]).plan(count=10, unit="wd")
    (line,) = desk.page.xpath("//tbody/tr")
    dates = [each.get("datetime") or each.text_content() for each in line.xpath(".//time")]
    desk.confirm()
    after = cases.find(row.id)
    assert after.due_at != row.due_at
    assert len(dates) == 2
    assert dates[0] != dates[1]
    desk.undo()
    assert cases.find(row.id).due_at == row.due_at


def test_a_case_that_was_changed_after_the_preview_is_reported_and_not_overwritten() -> None:
    rows = county.receive_all([county.report() for _ in range(2)])
    desk = planned(rows)
    cases.accept_case(actor=county.post("hud1"), case_id=rows[0].id)
    assert "内容已被他人更新" in words(desk.page)
    desk.confirm()
    assert desk.outcomes == ["refused", "done"]
    assert cases.find(rows[0].id).office_id == county.office("HUD")
    assert "内容已被他人更新" in words(desk.page)


def test_a_batch_is_undone_but_for_what_was_worked_on_since() -> None:
    rows = county.receive_all([county.report() for _ in range(3)])
    desk = planned(rows).confirm()
    cases.accept_case(actor=county.post("law1"), case_id=rows[1].id)
    desk.undo()
    assert desk.outcomes == ["undone", "kept", "undone"]
    assert [cases.find(row.id).office_id for row in rows] == [
        county.office("HUD"), county.office("LAW"), county.office("HUD"),
    ]  # fmt: skip
    assert ledger.entries(("case", rows[0].id))[-1].payload["batch"] == desk.batch_id
    assert "未能撤销" in words(desk.page)


def test_an_assignment_is_undone_to_who_had_each_case() -> None:
    mine, free = county.receive(), county.receive()
    mine = cases.accept_case(actor=county.post("hud1"), case_id=mine.id)
    desk = Desk().choose("assign", [mine, free]).plan(staff_id=county.post("hud2").id).confirm()
    assert {cases.find(row.id).assignee_id for row in (mine, free)} == {county.post("hud2").id}
    desk.undo("选错了岗位")
    assert [(cases.find(row.id).assignee_id, cases.find(row.id).state) for row in (mine, free)] == [
        (county.post("hud1").id, "handling"), (None, "dispatched"),
    ]  # fmt: skip


def test_a_batch_is_undone_on_its_day_only() -> None:
    row = county.receive()
    desk = planned([row]).confirm()
    with time.at(county.MONDAY + timedelta(days=1)):
        assert "只能在办理当天撤销" in words(desk.page)
        desk.undo()
    assert desk.outcomes == ["done"]


@pytest.mark.parametrize(("action", "state"), [("urge", State.HANDLING), ("screen", State.RECEIVED)])
def test_what_cannot_be_undone_says_so_before_and_after(action: str, state: State) -> None:
    row = case_in(state)
    desk = Desk().choose(action, [row]).plan(category_code=county.POTHOLE)
    assert "不能撤销" in words(desk.page)
    desk.confirm()
    assert desk.outcomes == ["done"]
    assert "不能撤销" in words(desk.page)
    desk.undo()
    assert desk.outcomes == ["done"]


def test_verdicts_are_marked_as_looked_at_all_at_once_from_the_queue() -> None:
    rows = [case_in(State.CLOSED) for _ in range(3)]
    Case.objects.filter(pk__in=[row.id for row in rows]).update(unhappy_at=time.now())
    desk = Desk()
    page = html.fromstring(desk.client.get("/console/queue/?queue=unhappy").content.decode())
    (form,) = page.xpath("//form[@id='bulk']")
    desk.choose("look_at_verdict", which="all", **{name: form.fields[name] for name in ("scope", "query", "from")})
    desk.plan(text="已逐件回电").confirm()
    assert desk.outcomes == ["done"] * 3
    assert not Case.objects.filter(unhappy_at__isnull=False).exists()


@pytest.mark.parametrize("typed", ["9" * 5000, "９", "-1", "x"])
def test_a_number_that_is_none_brings_the_form_back(typed: str) -> None:
    desk = Desk().choose("reassign", [case_in(State.HANDLING)]).plan(office_id=typed)
    assert desk.answer.status_code == 400


def test_all_of_a_filter_are_chosen_and_nothing_else() -> None:
    wanted = county.receive_all([county.report(category_code=county.MANHOLE) for _ in range(60)])
    county.receive()
    desk = Desk().choose("urge", which="all", query="category=0202")
    assert sorted(item.case_id for item in batches.items_of(desk.batch_id)) == sorted(row.id for row in wanted)


def test_more_than_a_batch_takes_are_refused_with_a_sentence_and_the_way_back(monkeypatch) -> None:
    monkeypatch.setattr(commands, "MOST", 2)
    county.receive_all([county.report() for _ in range(3)])
    desk = Desk().choose("urge", which="all", query="category=02&sort=due")
    parts = urlsplit(desk.at)
    assert (parts.path, parse_qs(parts.query)) == ("/console/square/", {"category": ["02"], "sort": ["due"]})
    assert "一次最多办理 2 件" in desk.client.get(desk.at).content.decode()
    assert not Batch.objects.exists()


def test_nothing_chosen_is_told_on_the_list() -> None:
    desk = Desk().choose("urge")
    assert "请先选择事件" in desk.client.get(desk.at).content.decode()


@pytest.mark.parametrize(
    ("action", "fields"),
    [
        ("reassign", {"text": REASON}), ("reassign", {"office_id": 1, "text": " "}), ("override", {"unit": "wd"}),
        ("override", {"count": "0", "unit": "wd"}), ("override", {"count": "3", "unit": "years"}), ("assign", {}),
        ("screen", {"category_code": "1"}), ("urge", {"text": ""}), ("urge", {"text": "字" * 4001}),
    ],
)  # fmt: skip
def test_a_form_with_an_error_comes_back_with_what_was_typed(action: str, fields: dict[str, object]) -> None:
    desk = Desk().choose(action, [county.receive()]).plan(**fields)
    assert desk.answer.status_code == 400
    page = html.fromstring(desk.answer.content.decode())
    assert page.xpath("//*[@role='alert']")
    if action != "assign":
        typed = str({"text": REASON, **fields}["text"]).strip()
        assert page.xpath("//textarea[@name='text']")[0].text_content().strip() == typed


def test_from_the_preview_one_can_go_back_and_finds_everything_as_typed() -> None:
    desk = planned([county.receive()])
    desk.client.post(f"{desk.at}change/")
    assert desk.page.xpath("//textarea")[0].text_content() == REASON
    assert desk.page.xpath("//option[@selected]/@value") == [str(county.office("LAW"))]


def test_a_long_batch_goes_on_in_the_worker_wherever_it_was_stopped(monkeypatch) -> None:
    monkeypatch.setattr(commands, "AT_ONCE", 2)
    rows = county.receive_all([county.report() for _ in range(5)])
    desk = planned(rows).confirm()
    assert sorted(desk.outcomes) == ["done", "done", "waiting", "waiting", "waiting"]
    assert "2 / 5" in words(desk.page)
    assert "2 / 5" in desk.client.get(f"{desk.at}progress/").content.decode()
    turn(commands.KIND)
    assert desk.outcomes.count("done") == 4
    turn(commands.KIND)
    turn(commands.KIND)
    assert desk.outcomes == ["done"] * 5
    assert [cases.find(row.id).version for row in rows] == [2] * 5
    assert desk.client.get(f"{desk.at}progress/")["HX-Redirect"] == desk.at
    desk.undo()
    assert "正在撤销" in words(desk.page)
    for _ in range(2):
        turn(commands.KIND)
    assert desk.outcomes == ["undone"] * 5


def test_a_request_gives_a_batch_no_more_than_its_time(monkeypatch) -> None:
    monkeypatch.setattr(commands, "AT_ONCE_S", 0.0)
    desk = planned(county.receive_all([county.report() for _ in range(3)])).confirm()
    assert sorted(desk.outcomes) == ["done", "waiting", "waiting"]


def test_a_batch_whose_post_was_switched_off_does_nothing_more(monkeypatch) -> None:
    monkeypatch.setattr(commands, "AT_ONCE", 1)
    rows = county.receive_all([county.report() for _ in range(2)])
    desk = planned(rows).confirm()
    Staff.objects.filter(username="coordinator").update(is_active=False)
    turn(commands.KIND)
    assert desk.outcomes == ["done", "refused"]


def test_confirming_twice_does_it_once() -> None:
    row = county.receive()
    planned([row]).confirm().confirm()
    assert cases.find(row.id).version == 2


def test_what_was_never_confirmed_is_forgotten_after_a_day_and_what_was_done_is_kept() -> None:
    planned([county.receive()]).confirm()
    planned([county.receive()])  # and no further
    with time.at(county.MONDAY + timedelta(hours=25)):
        jobs.forget_unconfirmed_batches()
    assert [batch.state for batch in Batch.objects.all()] == ["done"]
    assert BatchItem.objects.count() == 1


def test_a_batch_is_its_posts_own() -> None:
    desk = planned([county.receive()])
    other = signed_in("town_a")
    for path in (desk.at, f"{desk.at}progress/"):
        assert other.get(path).status_code == 404
    assert other.post(f"{desk.at}confirm/").status_code == 404
    for username in ("clerk", "hud1", "leader", "grid_a1"):
        assert signed_in(username).get(desk.at).status_code == 403
        assert signed_in(username).post("/console/bulk/", {"action": "urge"}).status_code == 403
        assert 'id="bulk"' not in signed_in(username).get("/console/square/").content.decode()
    assert desk.outcomes == ["waiting"]


def test_a_dispatcher_does_only_what_the_town_may_do() -> None:
    own = county.receive(category_code=county.BURNING)
    others = county.receive()
    page = html.fromstring(signed_in("town_a").get("/console/square/").content.decode())
    assert page.xpath("//select[@name='action']/option/@value") == ["reassign", "urge", "assign", "screen"]
    desk = Desk("town_a").choose("urge", [own, others], scope="town").plan().confirm()
    assert desk.outcomes == ["done", "done"]
    to = county.post("town_a").id
    given = Desk("town_a").choose("assign", [own, others], scope="town").plan(staff_id=to).confirm()
    assert given.outcomes == ["done", "refused"]
    assert Desk("town_a").choose("override", [own]).plan(count=3, unit="wd").confirm().outcomes == ["refused"]


def test_what_a_post_cannot_see_is_not_chosen() -> None:
    county.receive()
    row = county.receive(category_code=county.CONDUCT, complained_office_id=county.office("SGC"))
    desk = Desk().choose("urge", [row])
    assert "请先选择事件" in desk.client.get(desk.at).content.decode()


def test_earlier_batches_are_listed_newest_first_or_the_page_says_there_are_none() -> None:
    client = signed_in("coordinator")
    assert "还没有批量办理过" in client.get("/console/bulk/").content.decode()
    first, second = planned([county.receive()]).confirm(), planned([county.receive()]).confirm()
    page = html.fromstring(client.get("/console/bulk/").content.decode())
    assert page.xpath("//tr/@data-href") == [second.at, first.at]


def test_in_english_every_page_is_english(monkeypatch) -> None:
    monkeypatch.setattr(commands, "AT_ONCE", 1)
    rows = [county.receive("Pothole", title="Pothole", address="Main Street") for _ in range(2)]
    rows.append(case_in(State.CLOSED, title="Pothole", address="Main Street"))
    desk = Desk(language="en").choose("reassign", rows)
    assert chinese(desk.page) == []
    desk.plan(office_id=county.office("LAW"), text="Please take over")
    assert chinese(desk.page) == []
    desk.confirm()
    assert chinese(desk.page) == []
    for _ in rows:
        turn(commands.KIND)
    assert chinese(desk.page) == []
    assert chinese(html.fromstring(desk.client.get("/console/bulk/").content.decode())) == []


@pytest.mark.parametrize("step", ["draft", "preview", "result", "list"])
def test_a_page_costs_the_same_for_one_case_and_for_fifty(step: str, django_assert_num_queries) -> None:
    costs = {"draft": 5, "preview": 8, "result": 7, "list": 4}
    for count in (1, 45):
        desk = Desk().choose("reassign", county.receive_all([county.report() for _ in range(count)]))
        if step != "draft":
            desk.plan(office_id=county.office("LAW"))
        if step in ("result", "list"):
            desk.confirm()
            assert not batches.batch_of(actor=county.post("coordinator"), batch_id=desk.batch_id).is_at_work
        path = "/console/bulk/" if step == "list" else desk.at
        desk.client.get(path)
        with django_assert_num_queries(costs[step]):
            desk.client.get(path)
