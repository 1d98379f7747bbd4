"""The case page over HTTP: what it shows to whom, acting on the case, and what an error leaves standing."""

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from lxml import html

from liandong.contexts.cases import public as cases
from liandong.contexts.cases.models import Case
from liandong.contexts.cases.public import Action, Life, State
from liandong.contexts.categories import public as categories
from liandong.contexts.intake import public as intake
from liandong.contexts.intake.models import ContactReading
from liandong.contexts.intake.public import ContactInput, Past
from liandong.foundation.access.models import Staff
from liandong.kernel import time
from liandong.kernel.actor import SYSTEM
from tests import county
from tests.contexts.cases.acting import case_in, reporter
from tests.contexts.console.reading import chinese, signed_in, words

pytestmark = pytest.mark.usefixtures("small_county")


@pytest.fixture(autouse=True)
def monday():
    with time.at(county.MONDAY):
        yield


def page_of(row: cases.CaseRow, username: str = "hud1", language: str = "zh-hans") -> html.HtmlElement:
    response = signed_in(username, language).get(f"/console/case/{row.number}/")
    assert response.status_code == 200
    return html.fromstring(response.content.decode())


def act(row: cases.CaseRow, action: str, username: str = "hud1", **typed: object):
    return signed_in(username).post(f"/console/case/{row.number}/do/{action}/", typed)


def forms(page: html.HtmlElement) -> set[str]:
    """The actions that the page has forms for."""
    return {action.split("/")[-2] for action in page.xpath("//form/@action[contains(., '/do/')]")}


def test_the_page_tells_report_place_office_dates_and_what_happened() -> None:
    row = county.receive("小学门口路面有大坑，昨晚有人摔倒。", address="东坪村小学门口")
    cases.accept_case(actor=county.post("hud1"), case_id=row.id)
    cases.add_note(actor=county.post("hud2"), case_id=row.id, text="已约施工队")
    said = words(page_of(row))
    for part in ("小学门口路面有大坑，昨晚有人摔倒。", "东坪村小学门口", "县住房建设局", "住建一岗", "城乡道路坑洞破损",
                 "收到上报", "签收", "备注", "已约施工队", "住建二岗"):  # fmt: skip
        assert part in said, part


def test_who_may_open_a_joined_case_and_not_the_one_that_carries_it_learns_no_more_than_its_number() -> None:
    row = cases.accept_case(actor=county.post("hud1"), case_id=county.receive().id)
    carrier = county.receive("别人家门口的垃圾", category_code=county.RUBBISH)
    cases.join_case(actor=county.post("clerk"), case_id=row.id, to=carrier.id)
    page = page_of(row)
    assert "主事件不归您查看" in words(page)
    assert "别人家门口" not in words(page)
    link = f"//a[contains(@href, '{carrier.number}')]"
    assert not page.xpath(link)
    assert page_of(row, "clerk").xpath(link)


def test_a_place_without_a_name_is_told_by_its_coordinates() -> None:
    row = county.receive()
    Case.objects.filter(pk=row.id).update(division_id=None, address="")
    said = words(page_of(row))
    assert f"{row.lat}, {row.lon}" in said
    assert "地点不明" not in said


@pytest.mark.parametrize("username", ["law1", "pol1", "town_b", "grid_b1"])
def test_a_case_of_others_is_not_there_and_cannot_be_acted_on(username: str) -> None:
    row = county.receive()
    hidden = signed_in(username).get(f"/console/case/{row.number}/")
    nowhere = signed_in(username).get(f"/console/case/{county.number_of_nothing()}/")
    assert hidden.status_code == nowhere.status_code == 404
    assert signed_in(username).get(f"/console/case/{row.number}/sheet/").status_code == 404
    (report,) = intake.reports_of(row.id)
    assert signed_in(username).get(f"/console/case/{row.number}/contact/{report.id}/").status_code == 404
    for action in ("note", "accept", "answer", "close"):
        refused = act(row, action, username, text="查看")
        absent = signed_in(username).post(f"/console/case/{county.number_of_nothing()}/do/{action}/", {"text": "查看"})
        assert refused.status_code == absent.status_code == 404
        assert row.title not in refused.content.decode()
    assert cases.find(row.id) == row


@pytest.mark.parametrize("number", ["1", "abc", "000000100", "%00", "9" * 30, "١٢٣٤٥٦٧٨٩"])
def test_a_number_that_isnt_one_gets_a_page_that_says_so(number: str) -> None:
    assert signed_in("clerk").get(f"/console/case/{number}/").status_code in (400, 404)


@pytest.mark.parametrize("username", ["clerk", "coordinator", "hud1", "town_a", "grid_a1", "leader", "admin"])
@pytest.mark.parametrize("state", [State.DISPATCHED, State.HANDLING, State.ANSWERED, State.CLOSED])
def test_the_page_offers_the_actions_that_the_post_has(username: str, state: State) -> None:
    row = case_in(state)
    assert forms(page_of(row, username)) == set(cases.possible_actions(row, county.post(username)))


def test_every_action_of_the_table_can_be_taken_over_the_page() -> None:
    row, other = county.receive("门口有情况", category_code=""), county.receive()
    lon, lat = county.POINTS["B11"]
    down = {"office_id": county.office("TWN-A"), "text": "坑在村道上"}
    steps = [
        (
            "clerk",
            "screen",
            {"category_code": county.POTHOLE, "lon": lon, "lat": lat, "text": "电话核实"},
            "dispatched",
        ),
        ("hud1", "accept", {}, "handling"),
        ("hud1", "assign", {"staff_id": county.post("hud2").id}, "handling"),
        ("coordinator", "undo_assign", {"text": "选错了岗位"}, "handling"),
        ("hud1", "claim", {}, "handling"),
        ("hud1", "note", {"text": "已查看"}, "handling"),
        (
            "hud1",
            "progress",
            {"text": "路面已围挡", "next_step": "浇筑混凝土", "next_on": "2026-05-14"},
            "handling",
        ),
        ("hud1", "ask", {"text": "在哪一侧？"}, "asked"),
        ("clerk", "reply", {"text": "左侧"}, "handling"),
        ("hud1", "ask_extension", {"count": 1, "text": "等材料"}, "handling"),
        ("coordinator", "refuse_extension", {"text": "时间足够"}, "handling"),
        ("hud1", "ask_extension", {"count": 1, "text": "材料未到"}, "handling"),
        ("coordinator", "grant_extension", {"text": "等材料到货"}, "handling"),
        ("coordinator", "override", {"count": 10, "unit": "wd", "text": "涉及多个部门"}, "handling"),
        ("coordinator", "undo_override", {"text": "选错了时限"}, "handling"),
        ("coordinator", "urge", {"text": "请尽快到现场"}, "handling"),
        ("coordinator", "park", {"ground": "season", "review_on": "2026-06-01", "text": "入冬不能施工"}, "parked"),
        ("hud1", "unpark", {"text": "天气转好"}, "handling"),
        ("coordinator", "reassign", down, "handling"),
        ("coordinator", "withdraw_consent", {}, "handling"),
        ("coordinator", "reassign", down, "handling"),
        ("town_a", "decline_consent", {"text": "镇里没有设备"}, "handling"),
        ("coordinator", "reassign", down, "handling"),
        ("town_a", "give_consent", {"text": "由镇里修补"}, "dispatched"),
        ("coordinator", "undo_reassign", {"text": "改由县里修补"}, "handling"),
        ("hud1", "publish", {}, "handling"),
        ("clerk", "withhold", {}, "handling"),
        ("hud1", "answer", {"text": "已修补"}, "answered"),
        ("clerk", "judge_unsolved", {"text": "还有坑", "satisfied": 2}, "handling"),
        ("clerk", "look_at_verdict", {"text": "已请办理部门复查"}, "handling"),
        ("hud1", "answer", {"text": "再次修补"}, "answered"),
        ("clerk", "judge_unsolved", {}, "coordinating"),
        ("coordinator", "take_up", {}, "coordinating"),
        ("coordinator", "reassign", {"office_id": county.office("LAW"), "text": "由执法局牵头"}, "dispatched"),
        ("coordinator", "undo_reassign", {"text": "选错了部门"}, "coordinating"),
        ("coordinator", "reassign", {"office_id": county.office("LAW"), "text": "由执法局牵头"}, "dispatched"),
        ("law1", "return", {"text": "不属本局职责"}, "received"),
        ("coordinator", "reassign", {"office_id": county.office("LAW"), "text": "指定执法局"}, "dispatched"),
        ("coordinator", "close", {"text": "依法办结"}, "closed"),
        ("clerk", "reopen", {"text": "复查"}, "dispatched"),
        ("clerk", "refer_out", {"to": "县人民法院", "text": "属诉讼事项"}, "referred"),
        ("clerk", "reopen", {"text": "法院退回"}, "dispatched"),
        ("clerk", "join", {"number": other.number}, "joined"),
        ("clerk", "separate", {"text": "不是同一处"}, "dispatched"),
        ("clerk", "withdraw", {"text": "上报人来电撤回"}, "withdrawn"),
    ]
    for username, action, typed, state in steps:
        response = act(row, action, username, **typed, version=cases.find(row.id).version)
        assert response.status_code == 302, (action, words(html.fromstring(response.content.decode())))
        assert cases.find(row.id).state == state, action
    gas = county.receive("闻到煤气味", category_code=county.GAS)
    told = act(gas, "hand_over_emergency", "clerk", number="119", text="消防已派车", version=gas.version)
    assert told.status_code == 302
    assert {step[1] for step in steps} | {
        "ask_consent",
        "hand_over_emergency",
        "judge_solved",
        "judge_joined",
        "lapse",
        "recompute",
        "supplement",
        "lapse_question",
        "review",
        "urge_by_reporter",
        "take_supplement",
    } == set(Action)


@pytest.mark.parametrize(
    ("language", "told", "form"),
    [
        ("zh-hans", "青坪镇人民政府，等待答复", "同意承办"),
        ("en", "Qingping Town, waiting for an answer", "Consent to take it on"),
    ],
)
def test_while_a_town_is_asked_the_page_says_so_and_offers_the_town_its_answer(
    language: str, told: str, form: str
) -> None:
    row = case_in(State.DISPATCHED)
    town = {"office_id": county.office("TWN-A"), "text": "坑在村道上"}
    assert act(row, "reassign", "coordinator", **town, version=row.version).status_code == 302
    for username, offered in (("hud1", False), ("town_a", True)):
        page = html.fromstring(signed_in(username, language).get(f"/console/case/{row.number}/").content.decode())
        assert told in words(page)
        assert (form in [each.strip() for each in page.xpath("//summary//text()")]) == offered


def test_an_error_brings_the_page_back_with_what_was_typed() -> None:
    row = case_in(State.HANDLING)
    cases.add_note(actor=county.post("hud2"), case_id=row.id, text="材料已到")
    typed = "已修补平整 <b>&amp;</b>"
    response = act(row, "answer", text=typed, version=row.version, seen=1)
    assert response.status_code == 409
    page = html.fromstring(response.content.decode())
    assert "您写的内容还在下面" in words(page.xpath("//*[@role='alert']")[0])
    assert "住建二岗 · 备注" in words(page.xpath("//*[@id='case-news']")[0])
    (form,) = page.xpath("//form[contains(@action, '/do/answer/')]")
    assert form.xpath(".//textarea")[0].text_content().strip() == typed
    assert form.xpath(".//input[@name='version']/@value") == [str(row.version + 1)]
    assert form.getparent().get("open") is not None
    assert words(form.xpath(".//button[@type='submit']")[0]) == "仍要答复"
    assert cases.find(row.id).state == State.HANDLING
    assert act(row, "answer", text=typed, version=row.version + 1).status_code == 302


def news_of(row: cases.CaseRow, seen: int, state: str = "handling"):
    address = f"/console/case/{row.number}/news/?since={seen}&seen={seen}&state={state}"
    response = signed_in("hud1").get(address, headers={"hx-request": "true"})
    return response.status_code, html.fromstring(response.content.decode()) if response.content else None


def test_a_page_that_stands_open_learns_what_others_did_and_not_what_the_post_did_itself() -> None:
    row = cases.accept_case(actor=county.post("hud1"), case_id=county.receive().id)
    (asking,) = page_of(row).xpath("//*[@id='case-news']/@hx-get")
    assert f"/console/case/{row.number}/news/?since=2&seen=2&state=handling" == asking
    assert news_of(row, 2) == (204, None)
    cases.add_note(actor=county.post("hud1"), case_id=row.id, text="自己写的")
    status, page = news_of(row, 2)
    assert (status, page.xpath("//*[contains(@class, 'case-news')]")) == (200, [])
    cases.urge_case(actor=county.post("coordinator"), case_id=row.id, text="请尽快")
    status, page = news_of(row, 3)
    assert "统筹一岗 · 催办" in words(page.xpath("//*[contains(@class, 'case-news')]")[0])
    assert "仍可提交" in words(page)
    assert "请尽快" in words(page.xpath("//*[@id='case-story']")[0])
    assert news_of(row, 4) == (204, None)


def test_where_others_moved_the_case_on_the_open_page_says_that_other_things_can_be_done_now() -> None:
    row = cases.accept_case(actor=county.post("hud1"), case_id=county.receive().id)
    cases.answer_case(actor=county.post("hud2"), case_id=row.id, text="已修补")
    _, page = news_of(row, 2)
    assert "住建二岗 · 答复" in words(page)
    assert page.xpath("//*[@id='case-news']//a/@href") == [f"/console/case/{row.number}/"]
    assert "待评价" in words(page.xpath("//*[@id='case-line']")[0])


def test_who_may_not_see_the_case_gets_no_news_of_it() -> None:
    row = case_in(State.HANDLING)
    assert signed_in("law1").get(f"/console/case/{row.number}/news/?seen=1").status_code == 404


def test_what_is_rare_stands_under_more_and_says_what_happens_then() -> None:
    page = page_of(case_in(State.HANDLING), "coordinator")
    rare = page.xpath("//details[@class='action-more']/details")
    assert {"close", "withdraw", "refer_out", "park", "override"} <= {each.get("id") for each in rare}
    for each in rare:
        assert words(each.xpath("summary")[0]).endswith(cases.ACTIONS[Action(each.get("id"))].means), each.get("id")
    assert not {each.get("id") for each in rare} & {"answer", "note", "ask", "assign"}


def test_two_answers_to_one_question_stand_beside_each_other_before_all_else() -> None:
    row = case_in(State.HANDLING)
    cases.ask_extension(actor=county.post("hud1"), case_id=row.id, count=1, text="等料")
    page = page_of(row, "coordinator")
    (pair,) = page.xpath("//div[contains(@class, 'is-either')]")
    assert [each.get("id") for each in pair] == ["grant_extension", "refuse_extension"]
    order = [each.get("id") for each in page.xpath("//section[@aria-labelledby='task-title']//details[@id]")]
    assert order[:2] == ["grant_extension", "refuse_extension"]
    opened = page.xpath("//section[@aria-labelledby='task-title']//details[@open]/@id")
    assert opened == ["grant_extension"]


def test_an_answer_can_begin_with_what_is_usually_said_of_the_category_in_the_reporters_language() -> None:
    for language, kind, says in (("", "城乡道路坑洞破损", "维修人员"), ("en", "Pothole", "Our repair team")):
        row = case_in(State.HANDLING)
        Case.objects.filter(pk=row.id).update(language=language)
        begun = page_of(row).xpath("//button[@data-insert='#text-answer']/@value")
        assert len(begun) == 4
        assert kind.lower() in begun[0].lower()
        assert says in begun[0]


@pytest.mark.parametrize("blank", ["【请填：哪天】", "[please fill in: day]"])
def test_an_answer_with_a_blank_that_nobody_filled_is_not_sent(blank: str) -> None:
    row = case_in(State.HANDLING)
    typed = f"维修人员{blank}到场，已修好。"
    response = act(row, "answer", text=typed)
    page = html.fromstring(response.content.decode())
    assert response.status_code == 400
    assert blank in words(page.xpath("//*[@role='alert']")[0])
    assert page.xpath("//textarea[@id='text-answer']")[0].text == typed
    assert act(row, "answer", text="【2026】12号文件已批准，已修好。").status_code == 302


BAD_INPUT = [
    ("answer", {"text": " "}, 400),
    ("answer", {"text": "字" * 4001}, 400),
    ("answer", {"text": "a\0b"}, 400),
    ("answer", {"text": "好", "version": "x"}, 400),
    ("answer", {"text": "好", "version": "9" * 30}, 400),
    ("assign", {}, 400),
    ("assign", {"staff_id": "abc"}, 400),
    ("assign", {"staff_id": "9" * 5000}, 400),
    ("assign", {"staff_id": "999999"}, 400),
    ("assign", {"staff_id": "\0"}, 400),
    ("accept", {}, 409),
]


@pytest.mark.parametrize(("action", "typed", "status"), BAD_INPUT)
def test_bad_input_is_told_on_the_page(action: str, typed: dict, status: int) -> None:
    row = case_in(State.HANDLING)
    response = act(row, action, **typed)
    assert response.status_code == status
    assert html.fromstring(response.content.decode()).xpath("//*[@role='alert']")
    assert cases.find(row.id) == row


@pytest.mark.parametrize(
    "typed",
    [
        {"category_code": ""},
        {"category_code": "\0"},
        {"category_code": county.POTHOLE, "lon": "east", "lat": "35"},
        {"category_code": county.POTHOLE, "lon": "nan", "lat": "35"},
        {"category_code": county.POTHOLE, "lon": "1e999", "lat": "35"},
        {"category_code": county.POTHOLE, "lon": "105.05"},
        {"category_code": county.POTHOLE, "office_id": "9" * 18},
    ],
)
def test_screening_with_bad_input_is_told_on_the_page(typed: dict) -> None:
    row = county.receive("门口有情况", category_code="")
    assert act(row, "screen", "clerk", **typed).status_code == 400
    assert cases.find(row.id) == row


def test_the_desk_sees_the_category_that_the_words_speak_for_and_these_words() -> None:
    row = county.receive("路灯不亮，垃圾桶也满了", category_code="")
    form = page_of(row, "clerk").xpath("//form[contains(@action, '/do/screen/')]")[0]
    (proposal, *_) = categories.assess_words("路灯不亮，垃圾桶也满了").proposals
    assert form.xpath(".//option[@selected]/@value")[0] == proposal.code
    assert f"依据：{'、'.join(proposal.reasons)}" in words(form)


@pytest.mark.parametrize(("action", "status"), [("explode", 404), ("lapse", 404), ("close", 403)])
def test_what_is_no_action_or_not_the_posts_is_refused(action: str, status: int) -> None:
    assert act(case_in(State.HANDLING), action, text="好").status_code == status


def test_acting_needs_a_post_request_with_the_token_of_the_page() -> None:
    row = county.receive()
    assert signed_in("hud1").get(f"/console/case/{row.number}/do/accept/").status_code == 302
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(Staff.objects.get(username="hud1"))
    expired = strict.post(f"/console/case/{row.number}/do/accept/", {"text": "写了 <b>很久"})
    assert expired.status_code == 403
    assert html.fromstring(expired.content.decode()).xpath("//textarea")[0].text == "写了 <b>很久"
    assert cases.find(row.id) == row


def test_after_giving_a_case_away_one_is_not_sent_to_a_page_that_isnt_there() -> None:
    row = case_in(State.HANDLING, office_code="TWN-A")
    assigned = county.receive(category_code=county.NEIGHBOURS)
    cases.assign_task(actor=county.post("jus1"), case_id=assigned.id, staff_id=county.post("grid_a1").id)
    for username, case, action, typed in (
        ("town_a", row, "reassign", {"office_id": county.office("LAW"), "text": "改派"}),
        ("grid_a1", assigned, "assign", {"staff_id": county.post("jus1").id}),
    ):
        client = signed_in(username)
        response = client.post(f"/console/case/{case.number}/do/{action}/", typed, follow=True)
        assert response.status_code == 200, action
        assert "已完成" in response.content.decode()


def test_the_reason_for_the_date_is_shown_only_where_there_is_a_date() -> None:
    assert "为什么是这一天" in words(page_of(county.receive()))
    old = county.receive(past=Past(Life(State.CLOSED, closed_at=county.MONDAY, clocks=False)))
    assert "为什么是这一天" not in words(page_of(old))


def test_a_provisional_date_says_so() -> None:
    with time.at(county.MONDAY + county.days(226)):
        assert "暂定" in words(page_of(county.receive()))


def test_contact_data_is_masked_until_a_purpose_is_given() -> None:
    contact = ContactInput("张三丰", "13800001234", "zsf@example.invalid")
    row = county.receive(contact=contact)
    (report,) = intake.reports_of(row.id)
    said = words(page_of(row))
    assert "13800001234" not in said
    client = signed_in("hud1")
    path = f"/console/case/{row.number}/contact/{report.id}/"
    assert client.get(path).status_code == client.post(path, {"purpose": "clarify"}).status_code == 403
    cases.accept_case(actor=county.post("hud1"), case_id=row.id)
    assert "13800001234" not in client.get(path).content.decode()
    assert client.post(path, {"purpose": "because"}).status_code == 400
    assert not ContactReading.objects.exists()
    shown = client.post(path, {"purpose": "clarify"})
    assert "13800001234" in shown.content.decode()
    assert "no-store" in shown["Cache-Control"]
    assert ContactReading.objects.get().staff_id == county.post("hud1").id


@pytest.mark.parametrize(
    "contact", [ContactInput("张三丰", "13800001234", ""), ContactInput("张三丰", "", "zsf@example.invalid")]
)
def test_from_what_is_masked_a_way_leads_to_the_purpose_for_who_may_say_one(contact: ContactInput) -> None:
    """Before the handler has accepted the case it may not; a leader never."""
    row = county.receive(contact=contact)
    (report,) = intake.reports_of(row.id)
    path = f"/console/case/{row.number}/contact/{report.id}/"

    def ways(username: str) -> list[str]:
        found: list[str] = page_of(row, username).xpath("//span[@class='masked']/a/@href")
        return found

    assert (ways("clerk"), ways("hud1"), ways("leader")) == ([path], [], [])
    cases.accept_case(actor=county.post("hud1"), case_id=row.id)
    assert (ways("hud1"), ways("leader")) == ([path], [])
    assert signed_in("hud1").get(path).status_code == 200


@pytest.mark.parametrize(("username", "status"), [("clerk", 200), ("law1", 403)])
def test_of_a_confidential_case_only_intake_sees_the_contact(username: str, status: int) -> None:
    row = county.receive(category_code=county.EMISSION, contact=ContactInput(phone="13800001234"))
    (report,) = intake.reports_of(row.id)
    response = signed_in(username).post(f"/console/case/{row.number}/contact/{report.id}/", {"purpose": "clarify"})
    assert response.status_code == status
    assert ("13800001234" in response.content.decode()) is (status == 200)


def test_the_contact_of_another_case_is_not_reached_through_this_one() -> None:
    mine, other = (
        county.receive(),
        county.receive(category_code=county.RUBBISH, contact=ContactInput(phone="13800001234")),
    )
    (report,) = intake.reports_of(other.id)
    response = signed_in("hud1").post(f"/console/case/{mine.number}/contact/{report.id}/", {"purpose": "clarify"})
    assert response.status_code == 404


def full_life() -> cases.CaseRow:
    row = county.receive("Pothole in front of the school", title="Pothole", contact=ContactInput(phone="000-1234"))
    hud = county.post("hud1")
    cases.accept_case(actor=hud, case_id=row.id)
    cases.ask_reporter(actor=hud, case_id=row.id, text="Which side?")
    cases.record_reply(actor=reporter(row), case_id=row.id, text="Left")
    cases.answer_case(actor=hud, case_id=row.id, text="Repaired")
    return cases.record_verdict(actor=reporter(row), case_id=row.id, solved=False, text="Still there")


@pytest.mark.parametrize("path", ["/console/case/{}/", "/console/case/{}/sheet/", "/console/case/{}/contact/{}/"])
def test_in_english_everything_but_what_people_wrote_is_english(path: str) -> None:
    row = full_life()
    (report,) = intake.reports_of(row.id)
    response = signed_in("coordinator", "en").get(path.format(row.number, report.id))
    page = html.fromstring(response.content.decode())
    assert chinese(page) == []


def test_the_page_costs_the_same_whatever_has_happened(
    django_assert_num_queries, django_assert_max_num_queries
) -> None:
    """And one statement more for the files of messages, once there is one."""
    client = signed_in("hud1")
    fresh, long = county.receive(), full_life()
    for n in range(10):
        cases.add_note(actor=county.post("hud1"), case_id=long.id, text=f"第{n}次查看")
    client.get(f"/console/case/{fresh.number}/")
    with django_assert_max_num_queries(13) as few:
        client.get(f"/console/case/{fresh.number}/")
    with django_assert_num_queries(len(few) + 1):
        client.get(f"/console/case/{long.number}/")


def test_a_case_page_is_not_kept_by_browsers_or_proxies() -> None:
    row = county.receive()
    for path in ("", "sheet/"):
        assert "no-store" in signed_in("hud1").get(f"/console/case/{row.number}/{path}")["Cache-Control"]


def test_the_system_itself_is_named_in_the_timeline() -> None:
    row = case_in(State.ANSWERED)
    with time.at(row.verdict_due_at):
        cases.lapse_verdict(case_id=row.id)
    assert SYSTEM.kind == "system"
    assert "逾期未评价，自动办结 系统" in words(page_of(row))


def test_screening_offers_what_the_address_may_mean_and_takes_the_point_that_was_picked() -> None:
    row = county.receive(lon=None, lat=None, address="人民路8号附近", category_code=county.WATER)
    assert row.queue == "place"
    page = page_of(row, "clerk")
    (offered,) = page.xpath("//input[@name='point'][@value!='']")
    assert "东坪广场" in words(offered.getparent())
    assert "人民路上最近的门牌：1号" in words(offered.getparent())
    act(row, "screen", "clerk", category_code=county.POTHOLE, point=offered.get("value"))
    after = cases.find(row.id)
    assert (after.state, after.cell_id) == (State.DISPATCHED, county.division(county.CELLS["A11"]))


def test_screening_without_a_pick_leaves_the_place_open() -> None:
    row = county.receive(lon=None, lat=None, address="人民路8号附近", category_code=county.WATER)
    act(row, "screen", "clerk", category_code=county.POTHOLE, point="", office_id=county.office("HUD"))
    assert (cases.find(row.id).state, cases.find(row.id).lon) == (State.DISPATCHED, None)
    other = county.receive(lon=None, lat=None, address="人民路", category_code=county.WATER)
    assert act(other, "screen", "clerk", category_code=county.POTHOLE, point="x").status_code == 400


LINES = "第一行。\n" * 799 + "最后一行"
"""Of 3,999 signs as browsers count them, with breaks that a form sends as two."""


@pytest.mark.parametrize(
    ("action", "typed", "text"),
    [
        ("answer", {}, LINES + "。"),
        ("answer", {}, "𠮷" * 2000),
        ("note", {}, LINES + "。"),
        ("refer_out", {"to": "人民法院"}, LINES + "。"),
    ],
)
def test_as_much_as_the_page_lets_type_is_taken_and_one_sign_more_is_not(action: str, typed: dict, text: str) -> None:
    row = cases.accept_case(actor=county.post("hud1"), case_id=county.receive().id)
    username = "clerk" if action == "refer_out" else "hud1"
    (field,) = page_of(row, username).xpath(f"//textarea[@id='text-{action}']")
    assert int(field.get("maxlength")) == len(text.encode("utf-16-le")) / 2
    sent = text.replace("\n", "\r\n")
    assert act(row, action, username, text=sent + "字", **typed).status_code == 400
    assert act(row, action, username, text=sent, **typed).status_code == 302
    assert cases.messages(row.id)[-1].text.endswith(text)


@pytest.mark.parametrize(
    ("action", "typed", "username"),
    [
        ("answer", {}, "hud1"),
        ("ask", {}, "hud1"),
        ("close", {}, "coordinator"),
        ("refer_out", {"to": "人民法院"}, "clerk"),
        ("park", {"ground": "season", "review_on": "2026-06-30"}, "coordinator"),
    ],
)
def test_a_single_sign_that_the_reporter_would_read_is_asked_back_and_kept(
    action: str, typed: dict, username: str
) -> None:
    row = cases.accept_case(actor=county.post("hud1"), case_id=county.receive().id)
    response = act(row, action, username, text="好。", **typed)
    page = html.fromstring(response.content.decode())
    assert response.status_code == 409
    assert cases.find(row.id) == row
    assert [field.text for field in page.xpath(f"//textarea[@id='text-{action}']")] == ["好。"]
    (box,) = page.xpath(f"//details[@id='{action}']//input[@name='however_short']")
    assert not page_of(row, username).xpath("//input[@name='however_short']")
    assert act(row, action, username, text="好。", **typed, **{box.get("name"): box.get("value")}).status_code == 302
    assert cases.messages(row.id)[-1].text.endswith("好。")


@pytest.mark.parametrize("text", ["\u200b\u2060", "\u3164", "👍👍", "……"])
@pytest.mark.parametrize("action", ["answer", "ask", "note", "return", "reassign"])
def test_where_words_are_needed_blanks_and_pictures_are_none(action: str, text: str) -> None:
    row = county.receive()
    if action not in ("return", "reassign"):
        row = cases.accept_case(actor=county.post("hud1"), case_id=row.id)
    username = "coordinator" if action == "reassign" else "hud1"
    response = act(row, action, username, text=text, office_id=county.office("LAW"), however_short="1")
    assert response.status_code == 400
    assert cases.find(row.id) == row


def contact_of(row: cases.CaseRow) -> str:
    (report,) = intake.reports_of(row.id)
    return f"/console/case/{row.number}/contact/{report.id}/"


def test_the_coordinator_erases_a_contact_on_its_page_after_a_question_and_a_clerk_does_not() -> None:
    row, other = (county.receive(contact=ContactInput("陈某", "13800000001", "")) for _ in range(2))
    (report,) = intake.reports_of(other.id)
    clerk, coordinator = signed_in("clerk"), signed_in("coordinator")
    assert "erase" not in clerk.get(contact_of(row)).content.decode()
    assert clerk.post(f"{contact_of(row)}erase/").status_code == 403
    (form,) = html.fromstring(coordinator.get(contact_of(row)).content.decode()).xpath("//form[@data-confirm]")
    assert form.get("action") == f"{contact_of(row)}erase/"
    strange = f"/console/case/{row.number}/contact/{report.id}/erase/"
    assert coordinator.post(strange).status_code == 404
    assert coordinator.post(form.get("action")).headers["Location"] == f"/console/case/{row.number}/"
    left = (
        {each.report_id for each in intake.contact_masked(row.id)},
        [each.report_id for each in intake.contact_masked(other.id)],
    )
    assert left == (set(), [report.id])


@pytest.mark.parametrize(
    ("action", "username"), [("close", "coordinator"), ("refer_out", "clerk"), ("withdraw", "clerk")]
)
def test_what_ends_a_case_asks_first(action: str, username: str) -> None:
    row = cases.accept_case(actor=county.post("hud1"), case_id=county.receive().id)
    (form,) = page_of(row, username).xpath(f"//form[contains(@action, '/do/{action}/')]")
    assert form.get("data-confirm")


def test_what_people_wrote_is_text_wherever_staff_read_it() -> None:
    tag = "<b id=wrote>粗</b>"
    row = county.receive(tag, address=tag, contact=ContactInput(tag, "13800000001", ""))
    hud = county.post("hud1")
    cases.accept_case(actor=hud, case_id=row.id)
    cases.ask_reporter(actor=hud, case_id=row.id, text=tag)
    cases.record_reply(actor=reporter(row), case_id=row.id, text=tag)
    cases.add_note(actor=hud, case_id=row.id, text=tag)
    cases.answer_case(actor=hud, case_id=row.id, text=tag)
    for username, path in (
        ("hud1", f"/console/case/{row.number}/"),
        ("hud1", f"/console/case/{row.number}/sheet/"),
        ("hud1", "/console/square/"),
        ("clerk", f"/desk/phone/case/{row.number}/"),
    ):
        content = signed_in(username).get(path).content.decode()
        assert not html.fromstring(content).xpath("//*[@id='wrote']"), path
        assert "&lt;b" in content or path.endswith("square/"), path


def test_a_session_that_has_expired_opens_nothing() -> None:
    row, client = county.receive(), signed_in("hud1")
    assert client.get(f"/console/case/{row.number}/").status_code == 200
    Session.objects.update(expire_date=time.now() - timedelta(seconds=1))
    assert client.get(f"/console/case/{row.number}/").status_code == 302
    assert client.get("/api/v1/cases").status_code == 401


def test_what_very_likely_is_the_same_matter_and_what_is_the_same_subject_are_told_apart_with_reasons() -> None:
    nowhere = {"lon": None, "lat": None, "category_code": county.WATER}
    likely = county.receive("砸锅巷水管爆裂，水流了一路面，请派人来修", **nowhere)
    subject = county.receive("竹溪路水管爆裂，水流了一路面，请派人来修", **nowhere)
    row = county.receive("砸锅巷水管又爆裂了，水流了一路面，没人来修", **nowhere)
    told = {
        "zh-hans": (["很可能是同一事项", "同类事项"], "写明的地点或编号不同", "都提到"),
        "en": (["Very likely the same matter", "Same subject"], "other places or numbers named", "both mention"),
    }
    for language, (grades, elsewhere, shared) in told.items():
        page = html.fromstring(signed_in("clerk", language).get(f"/console/case/{row.number}/same/").content.decode())
        first, second = (words(item) for item in page.xpath("//ul[@class='same-list']/li"))
        for said, other, grade in ((first, likely, grades[0]), (second, subject, grades[1])):
            assert other.number in said.replace(" ", "")
            assert grade in said
            assert shared in said
        assert elsewhere in second
        assert elsewhere not in first
