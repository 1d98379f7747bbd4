"""The process of a case over HTTP: what its fold loads when it is opened, for whom, and that the page before it is none
the heavier.
"""

import json

import pytest
from lxml import html

from liandong.contexts.cases import public as cases
from liandong.contexts.process import public as process
from liandong.contexts.process.domain import running
from liandong.contexts.process.models import Definition
from liandong.kernel import time
from tests import county
from tests.contexts.cases.acting import case_in
from tests.contexts.console.reading import chinese, signed_in, words

pytestmark = pytest.mark.usefixtures("small_county")
BEFORE_THE_FOLD = ("main-", "map-", "page-", "palette-", "photos-", "shell-", "submits-")
FOLD_BYTES = 600


@pytest.fixture(autouse=True)
def monday():
    with time.at(county.MONDAY):
        yield


def fold_of(row: cases.CaseRow, username: str = "hud1", language: str = "zh-hans") -> html.HtmlElement:
    response = signed_in(username, language).get(f"/console/case/{row.number}/process/", headers={"hx-request": "true"})
    assert response.status_code == 200
    return html.fragment_fromstring(response.content.decode(), create_parent=True)


def test_the_page_before_the_fold_is_opened_loads_nothing_of_it() -> None:
    row = county.receive()
    page = html.fromstring(signed_in("hud1").get(f"/console/case/{row.number}/").content.decode())
    files = [str(each).rsplit("/", 1)[-1] for each in page.xpath("//script/@src | //link/@href") if "/built/" in each]
    assert files
    assert [each for each in files if not each.startswith(BEFORE_THE_FOLD)] == []
    (fold,) = page.xpath("//details[@id='process']")
    assert len(html.tostring(fold)) < FOLD_BYTES
    assert process.run_of(row.id) is None


def test_opened_it_says_where_the_case_stands_and_what_can_come_and_brings_the_drawing() -> None:
    row = county.receive()
    cases.accept_case(actor=county.post("hud1"), case_id=row.id)
    fold = fold_of(row)
    said = words(fold)
    for part in (
        "目前 办理中 · 办理",
        "答复 → 待评价",
        "请上报人补充 → 待补充",
        "移送 → 已移送",
        "流程“一般事件”，第 1 版",
    ):
        assert part in said, part
    (root,) = fold.xpath("//*[@data-bpmn]")
    assert root.get("data-live") == "handling"
    assert json.loads(root.xpath("script/text()")[0]) == process.shipped(process.Variant.DEFAULT).decode()
    assert fold.xpath("//script[contains(@src, '/bpmn-')]")


def test_in_english_everything_is_english_the_names_in_the_drawing_too() -> None:
    fold = fold_of(case_in(cases.State.ANSWERED), language="en")
    assert chinese(fold) == []
    assert "Now Answered, awaiting verdict · Callback, verdict" in words(fold)
    (drawing,) = fold.xpath("//*[@data-bpmn]/script/text()")
    assert 'name="Callback, verdict"' in json.loads(drawing)


def test_a_case_that_came_back_before_goes_to_the_coordinator_next() -> None:
    row = case_in(cases.State.ANSWERED)
    assert "评价：未解决 → 办理中" in words(fold_of(row))
    cases.record_verdict(actor=county.post("clerk"), case_id=row.id, solved=False)
    cases.answer_case(actor=county.post("hud1"), case_id=row.id, text="又修了一遍")
    assert "评价：未解决 → 县级统筹" in words(fold_of(row))


@pytest.mark.parametrize("state", cases.State)
def test_the_fold_opens_in_every_state(state: cases.State) -> None:
    row = case_in(state)
    live = fold_of(row, "coordinator").xpath("//@data-live")
    assert live == [process.run_of(cases.matter_of(row).main.id).positions[0]]


@pytest.mark.parametrize("username", ["law1", "pol1", "town_b"])
def test_the_process_of_a_case_of_others_is_not_there_and_makes_no_run(username: str) -> None:
    row = county.receive()
    assert signed_in(username).get(f"/console/case/{row.number}/process/").status_code == 404
    assert process.run_of(row.id) is None


def test_without_scripts_it_is_a_page_with_a_way_back() -> None:
    row = county.receive()
    page = html.fromstring(signed_in("hud1").get(f"/console/case/{row.number}/process/").content.decode())
    assert "签收 → 办理中" in words(page)
    assert page.xpath(f"//main//a[@href='/console/case/{row.number}/']")


@pytest.mark.parametrize(("username", "language"), [("hud1", "zh-hans"), ("coordinator", "en")])
def test_of_a_run_that_is_stuck_the_fold_says_so_and_shows_the_state_of_the_case(username: str, language: str) -> None:
    row = county.receive()
    fold_of(row)
    Definition.objects.update(xml="<nothing/>", spec={"serializer": "0.1"})
    cases.accept_case(actor=county.post("hud1"), case_id=row.id)
    fold = fold_of(row, username, language)
    told, state = {
        "zh-hans": ("流程没有跟上这个事件", "目前 办理中"),
        "en": ("The process has not kept up with this case", "Now In progress"),
    }[language]
    assert told in words(fold)
    assert state in words(fold)
    assert not fold.xpath("//*[@data-bpmn]")
    assert signed_in(username).get(f"/console/case/{row.number}/").status_code == 200


def test_a_stuck_run_whose_drawing_can_be_read_is_drawn_at_the_position_of_the_case() -> None:
    row = county.receive()
    fold_of(row)
    Definition.objects.update(spec={**running.FORMAT, "spec": {}})
    cases.accept_case(actor=county.post("hud1"), case_id=row.id)
    assert fold_of(row).xpath("//@data-live") == ["handling"]
