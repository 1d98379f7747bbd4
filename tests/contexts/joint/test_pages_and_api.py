"""Parts over HTTP: the panel of the case page, its forms, what a refusal leaves standing, and the JSON API."""

import json
from collections.abc import Iterator

import pytest
from django.test import Client
from lxml import html

from liandong.contexts.cases import public as cases
from liandong.contexts.intake.public import ContactInput
from liandong.contexts.joint import public as joint
from liandong.kernel import time
from tests import county
from tests.contexts.console.reading import signed_in, words
from tests.contexts.intake.test_own_reports import told
from tests.contexts.joint.test_parts import give, handled
from tests.contexts.notifications.test_who_is_told import who_was_told

pytestmark = pytest.mark.usefixtures("small_county")


@pytest.fixture(autouse=True)
def monday(settings, tmp_path) -> Iterator[None]:
    settings.BLOBS = tmp_path / "blobs"
    with time.at(county.MONDAY):
        yield


def page_of(row: cases.CaseRow, username: str, language: str = "zh-hans") -> html.HtmlElement:
    answer = signed_in(username, language).get(f"/console/case/{row.number}/")
    assert answer.status_code == 200
    return html.fromstring(answer.content.decode())


def sent(client: Client, path: str, body: object) -> tuple[int, dict]:
    answer = client.post(f"/api/v1/{path}", json.dumps(body), content_type="application/json")
    return answer.status_code, json.loads(answer.content)


def test_who_is_asked_finds_what_is_asked_before_all_else_and_signs_with_one_press() -> None:
    row = handled()
    part = give(row)
    page = page_of(row, "law1")
    (own,) = page.xpath("//div[@id='case-due']//li[contains(@class, 'is-own')]")
    assert "请查封路口的摊点" in words(own)
    (form,) = own.xpath(".//form[contains(@action, '/accept/')]")
    answer = signed_in("law1").post(form.get("action"))
    assert (answer.status_code, answer["Location"]) == (302, f"/console/case/{row.number}/")
    assert joint.find_part(part.id).standing is joint.Standing.WORKING
    assert "part-list" in html.tostring(page_of(row, "law1", "en"), encoding="unicode")


def test_the_lead_sees_every_part_with_its_light_and_asks_with_one_press() -> None:
    row = handled()
    give(row)
    with time.at(county.local(18, 9)):
        page = page_of(row, "hud1")
        (listed,) = page.xpath("//ul[@class='part-list']/li")
        assert "县综合执法局" in words(listed)
        assert "已超期" in words(listed)
    assert page.xpath("//form[contains(@action, '/give/')]//select[@name='office_id']")
    answer = signed_in("hud1").post(
        f"/console/parts/{row.number}/give/", {"office_id": county.office("POL"), "asked": "请到现场"}
    )
    assert answer.status_code == 302
    assert len(joint.parts_of(row.id)) == 2


def test_a_refused_form_comes_back_with_its_words_and_the_reason() -> None:
    row = handled()
    part = joint.take_part_action(actor=county.post("law1"), part_id=give(row).id, action=joint.PartAction.ACCEPT)
    path = f"/console/parts/{part.id}/ask_extension/"
    answer = signed_in("law1").post(path, {"text": "等停电的日子", "count": "9"})
    page = html.fromstring(answer.content.decode())
    assert answer.status_code == 400
    assert "延期可填 1 到 3。" in words(page)
    assert page.xpath("//textarea[@name='text']")[0].text.strip() == "等停电的日子"
    assert page.xpath("//input[@name='count']/@value") == ["9"]
    late = signed_in("hud1").post(f"/console/parts/{row.number}/give/", {"office_id": "", "asked": "请到现场维持"})
    assert "请到现场维持" in words(html.fromstring(late.content.decode()))


def test_who_gave_its_part_back_comes_to_its_tasks() -> None:
    part = give(handled())
    answer = signed_in("law1").post(f"/console/parts/{part.id}/return/", {"text": "不归我们"})
    assert (answer.status_code, answer["Location"]) == (302, "/console/tasks/")


def test_the_form_of_the_answer_says_who_is_not_done_and_asks_why() -> None:
    row = handled()
    assert not page_of(row, "hud1").xpath("//input[@name='unfinished']")
    give(row)
    page = page_of(row, "hud1")
    assert "县综合执法局的协办还没有结束" in words(page.xpath("//details[@id='answer']")[0])
    client = signed_in("hud1")
    typed = {"text": "路已补好。", "version": cases.find(row.id).version}
    refused = client.post(f"/console/case/{row.number}/do/answer/", typed)
    assert refused.status_code == 409
    assert "路已补好。" in refused.content.decode()
    done = client.post(f"/console/case/{row.number}/do/answer/", typed | {"unfinished": "摊点另办"})
    assert done.status_code == 302


def test_the_answer_can_begin_with_what_the_others_wrote() -> None:
    row = handled()
    part = give(row)
    for action, text in ((joint.PartAction.ACCEPT, ""), (joint.PartAction.ANSWER, "摊点已清走。")):
        joint.take_part_action(actor=county.post("law1"), part_id=part.id, action=action, text=text)
    begun = page_of(row, "hud1").xpath("//button[@data-insert='#text-answer']/@value")
    assert begun[0].endswith("县综合执法局：摊点已清走。")


def test_why_a_part_is_due_then_is_told_in_steps() -> None:
    part = give(handled())
    answer = signed_in("law1").get(f"/console/parts/{part.id}/why/", headers={"HX-Request": "true"})
    assert "第 3 个工作日" in words(html.fromstring(answer.content.decode()))
    assert signed_in("jus1").get(f"/console/parts/{part.id}/why/").status_code == 404


def test_who_assists_sees_no_contact_not_even_masked() -> None:
    row = handled(contact=ContactInput(name="某某", phone="100-0000-0000"))
    give(row)
    assert "联系方式" not in words(page_of(row, "law1"))
    assert "联系方式" in words(page_of(row, "hud1"))


def test_helpers_are_told_and_the_lead_hears_how_it_went() -> None:
    row = handled()
    told("hud1")
    part = give(row)
    told("hud1")
    assert {("law1", "part_asked"), ("law2", "part_asked")} <= set(who_was_told())
    for action, text in ((joint.PartAction.ACCEPT, ""), (joint.PartAction.ANSWER, "摊点已清走。")):
        joint.take_part_action(actor=county.post("law1"), part_id=part.id, action=action, text=text)
    told("hud1")
    assert ("hud1", "part_ended") in who_was_told()


def test_the_api_asks_lists_and_does() -> None:
    row = handled()
    hud, law = signed_in("hud1"), signed_in("law1")
    status, part = sent(hud, f"cases/{row.number}/parts", {"office": "LAW", "asked": "请查封摊点"})
    assert (status, part["standing"], part["asked"], part["light"]) == (201, "asked", "请查封摊点", "green")
    assert part["actions"] == ["release", "take_back"]
    listed = json.loads(law.get(f"/api/v1/cases/{row.number}/parts").content)
    assert [each["actions"] for each in listed["parts"]] == [["accept", "return"]]
    assert sent(law, f"parts/{part['id']}/accept", {})[1]["standing"] == "working"
    assert sent(law, f"parts/{part['id']}/answer", {})[0] == 400
    assert sent(law, f"parts/{part['id']}/answer", {"text": "摊点已清走。"})[1]["outcome"] == "answered"
    assert sent(law, f"parts/{part['id']}/nothing", {})[0] == 404
    assert sent(hud, f"cases/{row.number}/parts", {"office": "NOBODY", "asked": "请查封"})[0] == 400
    assert sent(hud, f"cases/{row.number}/parts", {"office": county.office("POL"), "asked": "请到场"})[0] == 201


def test_the_api_lists_what_the_office_assists() -> None:
    row = handled()
    give(row)
    law = signed_in("law1")
    for scope in ("assisting", "assist"):
        rows = json.loads(law.get(f"/api/v1/cases?scope={scope}").content)["rows"]
        assert [each["number"] for each in rows] == [row.number]


def test_progress_is_told_to_the_reporter_at_once_and_the_clock_goes_on() -> None:
    row = handled()
    status, changed = sent(
        signed_in("hud1", "en"),
        f"cases/{row.number}/progress",
        {"text": "已经恢复供电。", "next_step": "换电杆", "next_on": "2026-05-12"},
    )
    assert status == 200
    after = cases.find(row.id)
    assert (after.state, after.due_at, after.red_at) == (row.state, row.due_at, row.red_at)
    (said,) = cases.messages(row.id, reader=cases.THE_REPORTER)
    assert (said.kind, said.text) == ("progress", "已经恢复供电。\n下一步：换电杆（5月12日 星期二前）")
    assert sent(signed_in("hud1"), f"cases/{row.number}/progress", {"text": "到场", "next_on": "2026-05-12"})[0] == 400
    assert changed["case"]["number"] == row.number
