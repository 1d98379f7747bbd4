"""The page of categories: who leads each leaf, what the duty list says of it, and what proposes categories."""

from dataclasses import replace

import pytest
from lxml import html

from liandong.contexts.categories import public as categories
from liandong.contexts.categories.models import LearnedModel
from liandong.kernel import time
from liandong.kernel.actor import SYSTEM
from tests import county
from tests.contexts.console.reading import chinese, signed_in, words

pytestmark = pytest.mark.usefixtures("small_county")
PAGE = "/console/categories/"


def page(username: str = "coordinator", language: str = "zh-hans") -> html.HtmlElement:
    response = signed_in(username, language).get(PAGE)
    assert response.status_code == 200
    return html.fromstring(response.content.decode())


def line(shown: html.HtmlElement, code: str) -> str:
    (row,) = shown.xpath(f"//tr[td[1][normalize-space()='{code}']]")
    return words(row)


def test_each_leaf_has_its_lead_its_clocks_and_what_the_duty_list_says() -> None:
    shown = page()
    assert "县住房建设局" in line(shown, county.POTHOLE)
    assert "只列出所在的“市政设施”" in line(shown, county.POTHOLE)
    assert "3 个工作日" in line(shown, county.POTHOLE)
    assert "列出本小类" in line(shown, county.BURNING)
    assert "没有列出" in line(shown, county.WATER)
    assert "没有部门，归统筹台" in line(shown, county.WATER)
    assert len(shown.xpath("//tbody/tr")) == len(list(categories.taxonomy().leaves()))


def test_leaves_that_no_duty_line_names_come_first_and_the_newest_of_them_on_top() -> None:
    like = categories.taxonomy().by_code[county.WATER]
    with time.at(time.now() + county.days(1)):
        categories.import_taxonomy(
            actor=SYSTEM, rows=[replace(like, code="030190", zh="供水新事项", en="New water matter")]
        )
    shown = page()
    (first, *_) = shown.xpath("//tbody/tr")
    assert "供水新事项" in words(first)
    assert "新" in [words(each) for each in first.xpath(".//span[@class='badge']")]
    unnamed = [words(row.xpath("td[4]")[0]) for row in shown.xpath("(//table)[1]/tbody/tr")]
    assert all("没有列出" in each for each in unnamed)


def test_a_leaf_that_residents_do_not_see_is_marked() -> None:
    shown = page()
    assert "群众看不到" in line(shown, "060501")
    assert "群众看不到" not in line(shown, county.POTHOLE)


FIGURES = {
    "cases": 1234, "used": 900, "leaves": 41, "check": 0.8125, "check_start": 0.79, "recent_cases": 60, "recent": 0.7,
    "recent_start": 0.65,
}  # fmt: skip


def spoken(monkeypatch: pytest.MonkeyPatch, *, own: bool = False, start: bool = True, **told: object) -> str:
    model = categories.SpeakingModel(
        is_own=own, has_start=start, learned_at=told.get("at"), figures=told.get("figures", {})
    )
    monkeypatch.setattr(categories, "speaking_model", lambda: model)
    return words(page())


def test_the_page_says_which_model_speaks_since_when_and_how_good_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    at = county.MONDAY
    assert "只由分类自带的名称和同义词给出。" in spoken(monkeypatch, start=False)
    said = spoken(monkeypatch)
    assert "起始模型和分类的同义词" in said
    assert "本县还没有训练过" in said
    assert "上次训练时已确认的事件还不够： 2026-05-11 10:00" in spoken(monkeypatch, at=at)
    assert "不比起始模型好，没有采用： 2026-05-11 10:00" in spoken(monkeypatch, at=at, figures=FIGURES)
    said = spoken(monkeypatch, own=True, at=at, figures=FIGURES)
    assert "本县模型和分类的同义词" in said
    assert "本县模型训练于 2026-05-11 10:00" in said
    assert "已确认 1234 件，学了其中 900 件，41 个小类。" in said
    assert "留作检查的例句 81.2% 79.0%" in said
    assert "近 30 天已确认的事件（60 件） 70.0% 65.0%" in said


def test_what_an_earlier_version_kept_of_its_training_is_no_hindrance() -> None:
    LearnedModel.objects.create(learned_at=county.MONDAY, figures={"cases": 1234, "accuracy": 0.8})
    assert "2026-05-11 10:00" in words(page())


def test_administrator_and_coordinator_find_it_and_nobody_else() -> None:
    for username in ("admin", "coordinator"):
        assert signed_in(username).get("/console/square/").content.decode().count(f'href="{PAGE}"') == 1
    assert f'href="{PAGE}"' in signed_in("admin").get("/admin/").content.decode()
    assert f'href="{PAGE}"' not in signed_in("clerk").get("/console/square/").content.decode()
    assert signed_in("clerk").get(PAGE).status_code == 403


def test_in_english_it_is_english() -> None:
    assert chinese(page("admin", "en")) == []


def test_it_costs_few_questions(django_assert_num_queries) -> None:
    client = signed_in("coordinator")
    client.get(PAGE)
    with django_assert_num_queries(5):
        client.get(PAGE)


def test_leaves_that_got_much_worse_are_named_beside_the_refusal(monkeypatch: pytest.MonkeyPatch) -> None:
    told = spoken(monkeypatch, at=county.MONDAY, figures={**FIGURES, "lost": [county.POTHOLE]})
    assert "不比起始模型好，没有采用" in told
    assert f"明显变差的小类：{county.POTHOLE}" in told
    assert "明显变差" not in spoken(monkeypatch, at=county.MONDAY, figures={**FIGURES, "lost": []})
