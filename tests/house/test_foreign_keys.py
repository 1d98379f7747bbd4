"""Foreign keys are strings and escape the import checks: they follow the same order of rooms."""

from django.apps import apps
from django.db import models

from liandong.app.rooms import ROOMS

ORDER = [*(room.rpartition(".")[2] for room in ROOMS), "app"]


def test_no_table_points_to_a_table_of_a_higher_room() -> None:
    upward = [
        f"{model._meta.label}.{field.name} -> {field.related_model._meta.label}"
        for model in apps.get_models()
        if model._meta.app_label in ORDER
        for field in model._meta.get_fields()
        if isinstance(field, (models.ForeignKey, models.OneToOneField, models.ManyToManyField))
        and field.related_model._meta.app_label in ORDER
        and ORDER.index(field.related_model._meta.app_label) > ORDER.index(model._meta.app_label)
    ]
    assert upward == []


def test_every_room_with_tables_has_its_place_in_the_order() -> None:
    rooms = {model._meta.app_label for model in apps.get_models() if model.__module__.startswith("liandong.")}
    assert rooms <= set(ORDER)
