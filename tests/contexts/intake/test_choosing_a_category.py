"""How a category is chosen on the forms: by one press, by a question, by search or groups, with and without scripts."""

from dataclasses import replace
from typing import Any

import pytest
from django.test import Client
from lxml import html

from liandong.contexts.cases import public as cases
from liandong.contexts.categories import public as categories
from liandong.foundation.access import public as access
from liandong.kernel.actor import SYSTEM
from tests import county
from tests.contexts.console.reading import chinese, signed_in
from tests.contexts.intake import pages
from tests.contexts.intake.pages import report_fields

pytestmark = pytest.mark.usefixtures("small_county")
REPORT, REGISTER, PHONE = "/report/", "/desk/register/", "/desk/phone/"
SERVICE, DISPUTE = "070101", "100501"
CONSUMER, CONSUMER_DISPUTE = "090101", "100502"
SENSOR, ALARM_WORDS = "060501", "传感器告警待核"
UNSURE = "半夜还在吵"
QUESTION = "要部门去查处，还是要人来调解？"


def part(fields: dict[str, Any], client: Client | None = None, path: str = REPORT) -> pages.Page:
    return pages.post(client or Client(), f"{path.replace('phone', 'register')}category/", fields)


def picks(page: pages.Page, where: str = "*[contains(@class, 'category-advice')]") -> dict[str, str]:
    """Code and words of each press that chooses a category."""
    buttons = page.all(f"//{where}//button[@name='pick']")
    return {each.get("value"): " ".join(each.text_content().split()) for each in buttons}


@pytest.fixture(params=[REPORT, REGISTER, PHONE])
def form(request: pytest.FixtureRequest) -> tuple[Client, str]:
    """Each form with who fills it in."""
    return (Client() if request.param == REPORT else signed_in("clerk")), request.param


def test_unsure_words_bring_three_choices_each_with_its_name_and_group(form: tuple[Client, str]) -> None:
    client, path = form
    found = picks(part({"text": UNSURE}, client, path))
    assert len(found) == 3
    for code, words in found.items():
        leaf = categories.taxonomy().by_code[code]
        assert words.startswith(f"{leaf.zh} {categories.taxonomy().by_code[leaf.parent_code].zh}")
    assert found["050302"].startswith("社会生活噪声 噪声")


def test_without_scripts_one_press_chooses_and_the_page_comes_back_with_what_was_written(
    form: tuple[Client, str],
) -> None:
    client, path = form
    fields = report_fields(text=UNSURE, channel="phone")
    looked = pages.post(client, path, {**fields, "look": "1"})
    assert len(picks(looked)) == 3
    picked = pages.post(client, path, {**fields, "pick": "050302"})
    assert (picked.value("category_code"), picked.value("text")) == ("050302", UNSURE)
    assert "已选“社会生活噪声”。" in picked.words
    again = pages.post(client, path, {**fields, "category_code": "050302", "pick": "-"})
    assert again.value("category_code") == ""


@pytest.mark.parametrize(("asked", "code"), [("井盖没了", "020201"), ("噪声", "050301"), ("manhole", "020201")])
def test_without_scripts_a_search_finds_leaves_by_name_and_synonym(
    form: tuple[Client, str], asked: str, code: str
) -> None:
    client, path = form
    page = pages.post(client, path, report_fields(text="", find_category=asked, look="find", channel="phone"))
    assert code in picks(page, "div[@id='category-found']")
    assert page.all("//details[contains(@class, 'picker')][@open]")
    only = part({"find": "1", "find_category": asked}, client, path)
    assert code in picks(only, "ul")
    assert not only.all("//details")


def test_without_scripts_enter_looks_and_neither_chooses_nor_sends(form: tuple[Client, str]) -> None:
    client, path = form
    page = pages.post(client, path, report_fields(text=UNSURE, look="1", channel="phone"))
    (first, *_) = page.all("//form[@id='report-form']//button[@type='submit']")
    assert (first.get("name"), first.getparent().tag) == ("look", "noscript")


def test_a_search_without_a_result_says_what_else_can_be_done() -> None:
    assert "没有找到" in part({"find": "1", "find_category": "量子纠缠"}).words


def test_residents_find_each_leaf_of_theirs_folded_below_its_domain_and_no_other(client: Client) -> None:
    page = pages.get(client, REPORT)
    folds = page.all("//details[contains(@class, 'picker-group')]")
    assert len(folds) == len(categories.taxonomy().children(""))
    assert not any("open" in fold.attrib for fold in folds)
    shown = picks(page, "details[contains(@class, 'picker-group')]")
    assert set(shown) == {leaf.code for leaf in categories.taxonomy().leaves() if leaf.is_for_residents}
    assert SENSOR not in shown


@pytest.mark.parametrize("path", [REGISTER, PHONE])
def test_a_clerk_finds_every_leaf(path: str) -> None:
    clerk = signed_in("clerk")
    page = pages.get(clerk, path)
    shown = picks(page, "details[contains(@class, 'picker-group')]")
    assert set(shown) == {leaf.code for leaf in categories.taxonomy().leaves()}
    assert SENSOR in picks(part({"find": "1", "find_category": ALARM_WORDS}, clerk, path), "ul")


@pytest.mark.parametrize("path", [REGISTER, PHONE])
def test_a_leaf_that_only_a_post_may_choose_stays_chosen_whenever_the_form_comes_back(path: str) -> None:
    clerk = signed_in("clerk")
    fields = report_fields(text=UNSURE, category_code=SENSOR, channel="phone")
    for page in (
        part(fields | {"restored": "1"}, clerk, path),
        part(fields | {"category_code": "", "pick": SENSOR}, clerk, path),
        pages.post(clerk, path, fields | {"look": "1"}),
        pages.post(clerk, path, fields | {"category_code": "", "pick": SENSOR}),
        pages.post(clerk, path, fields | {"text": ""}),
    ):
        assert page.value("category_code") == SENSOR


def test_a_leaf_that_is_not_for_residents_is_neither_proposed_nor_found_nor_taken_from_them(client: Client) -> None:
    assert SENSOR not in picks(part({"text": ALARM_WORDS}))
    assert SENSOR not in picks(part({"find": "1", "find_category": ALARM_WORDS}), "ul")
    refused = pages.post(client, REPORT, report_fields(category_code=SENSOR))
    assert refused.status == 422
    assert refused.error("category_code")
    assert county.receive(ALARM_WORDS, category_code="").category_code != SENSOR


@pytest.mark.parametrize(("channel", "status"), [("open311", 400), ("chat", 400), ("device", 201), ("hotline", 201)])
def test_a_system_that_residents_write_in_sends_no_leaf_that_is_not_for_residents(channel: str, status: int) -> None:
    key = access.create_api_key(actor=SYSTEM, name="系统", channel=channel)
    client = Client(headers={"X-Api-Key": key})
    body = {"text": ALARM_WORDS, "category_code": SENSOR, "address": "村口"}
    sent = client.post("/api/v1/reports", body, content_type="application/json")
    assert sent.status_code == status
    (item,) = client.post("/api/v1/reports/batch", [body], content_type="application/json").json()["answers"]
    assert item["status"] == status


def test_a_draft_a_press_or_a_look_with_such_a_leaf_chooses_nothing(client: Client) -> None:
    fields = report_fields(text=UNSURE, category_code=SENSOR)
    for page in (
        part(fields | {"restored": "1"}),
        part(fields | {"pick": SENSOR}),
        pages.post(client, REPORT, fields | {"look": "1"}),
    ):
        assert page.value("category_code") == ""
        assert ALARM_WORDS not in page.words


def test_open311_offers_no_leaf_that_is_not_for_residents(client: Client) -> None:
    row = categories.taxonomy().by_code[county.POTHOLE]
    hidden = replace(row, flags=row.flags | {"open311", "not_for_residents"})
    categories.import_taxonomy(actor=SYSTEM, rows=[hidden])
    services = client.get("/open311/v2/services.json").json()
    assert row.code not in {each["service_code"] for each in services}


def test_the_list_of_categories_is_without_them_for_visitors_and_whole_for_posts(client: Client) -> None:
    def codes(asking: Client) -> set[str]:
        return {each["code"] for each in asking.get("/api/v1/categories").json()}

    assert SENSOR not in codes(client)
    assert county.POTHOLE in codes(client)
    assert codes(signed_in("clerk")) == set(categories.taxonomy().by_code)
    key = access.create_api_key(actor=SYSTEM, name="设备平台", channel="device")
    assert codes(Client(headers={"X-Api-Key": key})) == set(categories.taxonomy().by_code)
    assert SENSOR not in codes(Client(headers={"X-Api-Key": "wrong"}))


@pytest.mark.parametrize(
    ("text", "code", "one", "other"),
    [
        ("小区物业不管事，楼道灯坏了没人来修", "", SERVICE, DISPUTE),
        ("", SERVICE, SERVICE, DISPUTE),
        ("", DISPUTE, SERVICE, DISPUTE),
        ("买到假货商家不给退钱", "", CONSUMER, CONSUMER_DISPUTE),
        ("", CONSUMER, CONSUMER, CONSUMER_DISPUTE),
    ],
)
def test_a_pair_that_differs_by_what_is_wanted_is_asked_for(
    form: tuple[Client, str], text: str, code: str, one: str, other: str
) -> None:
    client, path = form
    page = part({"text": text, "category_code": code}, client, path)
    assert QUESTION in page.words
    answers = picks(page, "div[@aria-labelledby='question-label']")
    assert list(answers) == [one, other]
    assert answers[one].startswith("要部门去查处")
    assert answers[other].startswith("要人来调解")
    assert {one, other}.isdisjoint(picks(page, "div[@aria-labelledby='proposals-label']"))
    pressed = page.all("//div[@aria-labelledby='question-label']//button[@aria-pressed='true']")
    assert [each.get("value") for each in pressed] == ([code or one] if code or text else [])


def test_the_answer_chooses_the_leaf_and_the_report_gets_it(client: Client) -> None:
    picked = part({"text": "小区物业不管事", "pick": DISPUTE})
    assert picked.value("category_code") == DISPUTE
    pages.post(client, REPORT, report_fields(text="小区物业不管事", category_code=picked.value("category_code")))
    (row,) = cases.list_cases(actor=county.post("coordinator"), scope=cases.Scope.COUNTY, filters=cases.Filters()).rows
    assert row.category_code == DISPUTE


def test_no_question_is_asked_for_other_leaves_nor_where_the_county_lacks_one_of_the_two() -> None:
    assert QUESTION not in part({"text": UNSURE}).words
    assert QUESTION not in part({"category_code": county.POTHOLE}).words
    rows = [row for row in categories.taxonomy().by_code.values() if row.code != DISPUTE]
    categories.import_taxonomy(actor=SYSTEM, rows=rows, retire_missing=True)
    assert QUESTION not in part({"category_code": SERVICE}).words


def test_every_pair_names_two_leaves_that_residents_choose() -> None:
    taxonomy = categories.taxonomy()
    for code in ("070101", "090101", "080501", "080103", "080401"):
        pair = categories.asked_pair(code, [])
        assert pair is not None
        assert all((leaf := taxonomy.leaf(each)) and leaf.is_for_residents for each in pair.codes)


def test_a_leaf_of_two_pairs_is_asked_with_the_one_that_the_words_mean() -> None:
    pair = categories.asked_pair(CONSUMER_DISPUTE, [CONSUMER_DISPUTE, "080501"])
    assert pair is not None
    assert pair.codes == {CONSUMER_DISPUTE, "080501"}


def test_beside_a_sure_leaf_only_what_is_not_far_behind_is_offered() -> None:
    found = picks(part({"text": "路灯坏了好几天，晚上黑"}))
    assert list(found) == []
    assert list(picks(part({"text": "路灯坏了好几天，晚上黑", "category_code": county.POTHOLE}))) == ["020301"]


def test_when_the_words_become_another_emergency_the_choice_of_before_is_told_apart_from_them() -> None:
    page = part({"text": "电梯困人了，快来救人", "category_code": county.GAS})
    assert "现在写的更像另一类" in page.words
    assert list(picks(page, "div[@aria-labelledby='clearly-label']")) == ["060203"]
    same = part({"text": "厨房燃气泄漏", "category_code": county.GAS})
    assert "现在写的更像另一类" not in same.words


def test_advice_is_that_of_the_present_words() -> None:
    first, second, none = (part({"text": text}) for text in ("厨房燃气泄漏", "路灯坏了，天黑看不见路", "。。。"))
    assert "这不是报警渠道" in first.words
    assert "会归为“燃气泄漏”" in first.words
    assert "这不是报警渠道" not in second.words
    assert "燃气泄漏" not in second.words
    assert none.words == ""


def test_the_clerk_reads_why_and_that_a_correction_teaches() -> None:
    page = part({"text": UNSURE}, signed_in("clerk"), REGISTER)
    assert "依据：半夜" in picks(page)["050302"]
    assert "改正会成为例子" in page.words
    assert "改正会成为例子" not in part({"text": UNSURE}).words


@pytest.mark.parametrize("text", [UNSURE, "小区物业不管事，楼道灯坏了没人来修"])
def test_in_english_the_choices_are_english(text: str) -> None:
    client = Client(headers={"accept-language": "en"})
    page = pages.post(client, REPORT, report_fields(text=text, look="1", find_category="noise"))
    shown = html.document_fromstring(page.response.content.decode())
    for each in shown.xpath("//textarea | //p[@class='advice']"):
        each.getparent().remove(each)
    assert [each for each in chinese(shown) if each not in ("中文", "联动")] == []
