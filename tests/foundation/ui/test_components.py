import html
import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django import forms
from django.template import TemplateSyntaxError

from liandong.foundation.ui.public import Chip, Pager, Photo, Step

Show = Callable[..., str]


class Sample(forms.Form):
    what = forms.CharField(label="问题描述", help_text="写清楚是什么。")
    kind = forms.ChoiceField(label="类别", choices=[("a", "道路"), ("b", "噪声")], widget=forms.RadioSelect)
    phone = forms.CharField(label="电话", required=False)
    token = forms.CharField(widget=forms.HiddenInput, required=False)

    def clean(self) -> None:
        raise forms.ValidationError("整张表有误。")


@pytest.mark.parametrize(
    ("state", "chinese", "english", "shape"),
    [
        ("green", "正常", "On time", "circle"),
        ("yellow", "将到期", "Due soon", "path"),
        ("red", "已超期", "Overdue", "path"),
        ("none", "无时限", "No time limit", "circle"),
    ],
)
def test_a_light_is_colour_and_shape_and_word(show: Show, state: str, chinese: str, english: str, shape: str) -> None:
    shown = show("{% light state %}", state=state)
    assert f"light-{state}" in shown
    assert f"<{shape} " in shown
    assert chinese in shown
    assert english in show("{% light state %}", "en", state=state)


def test_the_four_lights_have_four_shapes(show: Show) -> None:
    shapes = {
        re.search(r"<svg.*?</svg>", show("{% light s %}", s=state))[0] for state in ("green", "yellow", "red", "none")
    }
    assert len(shapes) == 4


def test_a_compact_light_keeps_its_word_for_those_who_listen(show: Show) -> None:
    assert '<span class="visually-hidden">已超期</span>' in show('{% light "red" compact=True %}')


@pytest.mark.parametrize("state", ["", None, "purple"])
def test_an_unknown_light_counts_as_without_time_limit(show: Show, state: object) -> None:
    assert "无时限" in show("{% light state %}", state=state)


def test_a_moment_carries_utc_for_machines_and_the_countys_time_for_people(show: Show, at_noon: datetime) -> None:
    shown = show("{% moment at %}", at=datetime(2026, 11, 21, 8, 20, tzinfo=UTC))
    assert 'datetime="2026-11-21T08:20:00+00:00"' in shown
    assert "昨天 16:20 · 2026-11-21" in shown


def test_an_absent_moment_shows_nothing(show: Show) -> None:
    assert show("{% moment at %}", at=None) == ""


def test_due_is_marked_when_it_is_over(show: Show, at_noon: datetime) -> None:
    over, left = at_noon - timedelta(days=1), at_noon + timedelta(days=1)
    assert "is-over" in show("{% due at %}", at=over)
    assert "is-over" in show('{% due at count=-1 unit="working_day" %}', at=over)
    assert "is-over" not in show('{% due at count=2 unit="working_day" %}', at=left)
    assert 'title="2026-11-23 12:00"' in show("{% due at %}", at=left)


def test_a_case_number_is_copied_without_gaps(show: Show) -> None:
    shown = show("{% case_number number %}", number="123456789")
    assert re.sub(r"<[^>]+>", "", shown) == "123456789"
    assert show("{{ number|grouped }}", number="123456789") == "12 345 6789"


def test_texts_from_outside_are_escaped(show: Show) -> None:
    nasty = "<script>alert(1)</script>"
    for piece in (
        "{% empty_state x x x x %}",
        "{% case_number x %}",
        "{% masked x %}",
        "{% definition_rows rows %}",
        "{% chips chips %}",
        "{% stepper steps %}",
        "{% photo_strip photos %}",
        "{% error_summary errors %}",
        "{% clear_draft x %}",
        "{% live_bar x x x x %}",
    ):
        shown = show(
            piece,
            x=nasty,
            rows=[(nasty, nasty)],
            chips=[Chip(nasty, nasty)],
            steps=[Step(nasty, "done", detail=nasty)],
            photos=[Photo(nasty, nasty, nasty)],
            errors={nasty: nasty},
        )
        assert "<script" not in shown, piece


def test_a_field_ties_label_hint_and_error_to_its_input(show: Show) -> None:
    shown = show("{% field form.what %}", form=Sample({"what": ""}))
    assert '<label class="form-label" for="id_what">问题描述</label>' in shown
    assert 'aria-describedby="id_what_hint id_what_error"' in shown
    assert 'id="id_what_hint">写清楚是什么。' in shown
    assert 'id="id_what_error"' in shown
    assert 'aria-invalid="true"' in shown
    assert (
        shown.index("<label")
        < shown.index('id_what_error">')
        < shown.index("<input")
        < shown.index('id="id_what_hint"')
    )


def test_only_optional_fields_are_marked(show: Show) -> None:
    assert "（选填）" in show("{% field form.phone %}", form=Sample())
    assert "(optional)" in show("{% field form.phone %}", "en", form=Sample())
    assert "（选填）" not in show("{% field form.what %}", form=Sample())


def test_options_stand_in_a_fieldset_and_keep_the_choice(show: Show) -> None:
    shown = show("{% field form.kind %}", form=Sample({"kind": "b"}))
    assert "<fieldset" in shown
    assert "<legend" in shown
    assert re.search(r'<input type="radio" name="kind" id="id_kind_1" value="b"[^>]* checked', shown)
    assert 'for="id_kind_1"' in shown


def test_all_errors_are_summed_up_with_links_to_their_fields(show: Show) -> None:
    shown = show("{% error_summary form %}", form=Sample({}))
    assert "有 3 处需要修改" in shown
    assert '<a href="#id_what">' in shown
    assert '<a href="#id_kind_0">' in shown
    assert "<li>整张表有误。</li>" in shown
    assert "3 things need to be corrected" in show("{% error_summary form %}", "en", form=Sample({}))


def test_a_form_not_yet_sent_has_no_summary(show: Show) -> None:
    assert show("{% error_summary form %}", form=Sample()).strip() == ""
    assert show("{% error_summary form %}", form=None).strip() == ""


def test_form_fields_show_every_field_once(show: Show) -> None:
    shown = show("{% form_fields form %}", form=Sample())
    for name in ("what", "phone", "token"):
        assert shown.count(f'name="{name}"') == 1
    assert shown.count('name="kind"') == 2


def test_each_form_gets_its_own_id(show: Show) -> None:
    keys = {re.search(r'name="idempotency_key" value="([0-9a-f-]{36})"', show("{% once %}"))[1] for _ in range(3)}
    assert len(keys) == 3


def test_a_pager_links_only_where_there_is_more(show: Show) -> None:
    shown = show("{% pager p %}", p=Pager(next_url="?after=7", summary="1–50 / 1,000+"))
    assert 'rel="next" href="?after=7"' in shown
    assert 'rel="prev"' not in shown
    assert "末页" not in shown
    assert "1–50 / 1,000+" in shown


def test_a_chip_says_that_it_is_selected(show: Show) -> None:
    shown = show(
        "{% chips chips %}",
        chips=[Chip("住建局", "?o=1", selected=True, count=0), Chip("已超期", "?l=red", tone="red")],
    )
    assert shown.count('aria-current="true"') == 1
    assert '<span class="chip-count num">0</span>' in shown
    assert "light-red" in shown


def test_a_stepper_marks_where_the_case_stands(show: Show, at_noon: datetime) -> None:
    steps = [
        Step("已收到", "done", at=at_noon),
        Step("办理中", "current", due=at_noon + timedelta(days=3)),
        Step("答复", "todo"),
    ]
    shown = show("{% stepper steps %}", steps=steps)
    assert shown.count("<li") == 3
    assert shown.count('aria-current="step"') == 1
    assert "还剩 3 天" in shown
    assert "（已完成）" in shown


def test_definition_rows_leave_out_what_is_empty_and_keep_zero(show: Show) -> None:
    shown = show("{% definition_rows rows %}", rows=[("地点", "解放路"), ("备注", ""), ("电话", None), ("次数", 0)])
    assert shown.count("<dt>") == 2
    assert "<dd>0</dd>" in shown


def test_a_masked_contact_leads_to_the_question_for_the_purpose(show: Show) -> None:
    assert 'href="/why/"' in show('{% masked "100****0000" "/why/" %}')
    assert "<a" not in show('{% masked "100****0000" %}')


def test_a_photo_has_a_text_for_those_who_do_not_see_it(show: Show) -> None:
    assert 'alt="坑洼的路面"' in show("{% photo_strip p %}", p=[Photo("/a", "/b", "坑洼的路面")])
    assert show("{% photo_strip p %}", p=[]).strip() == ""


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize(
    "piece", ['{% live_bar "/c" 1 %}', '{% map "pick" "/cells" lon="#lon" lat="#lat" %}', "{% photos %}"]
)
def test_islands_get_their_texts_in_the_language_of_the_page(show: Show, piece: str, language: str) -> None:
    words = json.loads(html.unescape(re.search(r'data-words="([^"]*)"', show(piece, language))[1]))
    texts = [text for text in words.values() if isinstance(text, str)]
    assert texts
    assert any(re.search(r"[\u4e00-\u9fff]", text) for text in texts) == (language == "zh-hans")


def test_degrees_are_written_with_a_point_in_every_language(show: Show) -> None:
    assert 'data-lon="112.100000"' in show('{% map "show" "/cells" lon=x lat=x %}', x=112.1)


def test_an_unknown_mode_of_a_map_is_an_error(show: Show) -> None:
    with pytest.raises((ValueError, TemplateSyntaxError)):
        show('{% map "globe" "/cells" %}')
