"""The line that is never crossed: nothing recognises, follows, scores or lists persons."""

import re

import pytest
from django.apps import apps
from django.db import models

FORBIDDEN = re.compile(
    r"(^|_)(face|gait|iris|fingerprint|biometric|plate|imei|imsi|mac_address|watch|watchlist|blacklist|score|risk"
    r"|credit|suspect|track|trajectory|birth|gender|sex|ethnic|religion|id_card|identity_no|resident_id)(_|s?$)"
)
CONTACT_FIELDS = {"phone", "email", "mobile", "tel", "person_name"}
MAY_HOLD_CONTACT = {"intake.Contact", "access.Staff", "orgs.Office", "orgs.County"}


def our_models() -> list[type[models.Model]]:
    return [model for model in apps.get_models() if model.__module__.startswith("liandong.")]


def forbidden_names(model: type[models.Model]) -> list[str]:
    return [field.name for field in model._meta.get_fields() if FORBIDDEN.search(field.name)]


def test_no_model_has_a_column_that_identifies_follows_or_scores_a_person() -> None:
    found = {model._meta.label: forbidden_names(model) for model in our_models()}
    assert {label: names for label, names in found.items() if names} == {}


def test_no_model_is_named_after_a_list_of_persons() -> None:
    assert [
        model.__name__ for model in our_models() if re.search(r"(?i)person|resident|watch|suspect", model.__name__)
    ] == []


def test_contact_data_stands_in_the_contact_table_only() -> None:
    found = [
        f"{model._meta.label}.{field.name}"
        for model in our_models()
        if model._meta.label not in MAY_HOLD_CONTACT
        for field in model._meta.get_fields()
        if field.name in CONTACT_FIELDS or field.name.endswith(("_phone", "_email"))
    ]
    assert found == []


@pytest.mark.parametrize("name", ["face_id", "risk_score", "plate", "watchlist", "plate_no", "gait", "person_score"])
def test_the_check_catches_a_deliberate_violation(name: str) -> None:
    fields = {
        name: models.TextField(),
        "__module__": "liandong.contexts.cases.models",
        "Meta": type("Meta", (), {"app_label": "cases"}),
    }
    try:
        offender = type("DeliberateViolation", (models.Model,), fields)
        assert forbidden_names(offender) == [name]
    finally:
        apps.all_models["cases"].pop("deliberateviolation", None)
        apps.clear_cache()
