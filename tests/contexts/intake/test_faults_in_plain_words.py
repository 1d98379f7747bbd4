"""What is wrong in a form of this room is said in our own words, beside the field and above all."""

from collections.abc import Mapping
from typing import Any

import pytest
from django import forms
from django.test import Client
from django.utils import translation

from liandong.contexts.intake.forms import (
    CallerForm,
    DeskForm,
    PhoneForm,
    ReplyForm,
    ReportForm,
    StatusForm,
    VerdictForm,
)
from tests.contexts.intake import pages

pytestmark = pytest.mark.usefixtures("small_county")
FORMS = (ReportForm, DeskForm, PhoneForm, CallerForm, StatusForm, ReplyForm, VerdictForm)
WRONG = ("", "x" * 5000, "nowhere", "\x00", "1e999")
FRAMEWORK = (forms.CharField, forms.ChoiceField, forms.FloatField, forms.TypedChoiceField)


def framework_sentences(language: str) -> set[str]:
    """The sentences that Django has for these fields, up to their first place for a value."""
    with translation.override(language):
        said = {str(each) for field in FRAMEWORK for each in field().error_messages.values()}
        said |= {str(each.message) for each in forms.CharField(max_length=1, min_length=1).validators}
    return {each.split("%")[0][:12] for each in said if len(each.split("%")[0]) > 5}


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("form_class", FORMS)
def test_no_form_speaks_in_the_frameworks_words(form_class: type[forms.Form], language: str) -> None:
    with translation.override(language):
        for wrong in WRONG:
            form = form_class(dict.fromkeys(form_class.base_fields, wrong))
            said = [text for texts in form.errors.values() for text in texts]
            theirs = framework_sentences(language)
            assert not [text for text in said if any(text.startswith(each) for each in theirs)]


@pytest.mark.parametrize(
    ("changed", "field", "said"),
    [
        ({"lon": "东经", "lat": "35"}, "lon", "经度要写成数字，例如 121.98。"),
        ({"category_code": "999999"}, "category_code", "事项分类里没有这一项，请重新选择。"),
        ({"name": "长" * 200}, "name", "称呼不能超过"),
    ],
)
def test_a_fault_stands_beside_its_field_and_above_all(changed: Mapping[str, Any], field: str, said: str) -> None:
    page = pages.post(Client(), "/report/", pages.report_fields(**changed))
    assert page.status == 422
    assert said in page.error(field)
    assert said in page.summary


def test_who_looks_a_receipt_up_without_its_number_is_told_which_field_is_empty() -> None:
    page = pages.post(Client(), "/status/", {})
    assert page.error("number") == "请填写事件编号。"
    assert page.error("code") == "请填写回执码。"
    assert page.summary.endswith("请填写事件编号。请填写回执码。")
