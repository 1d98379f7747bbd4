"""Slices of files of other systems: every row in, or rejected for a named reason; all repeated the second time."""

import csv
import json
from itertools import islice
from pathlib import Path

import duckdb
import pytest
from django.utils import timezone

from liandong.contexts.cases.models import Case, Task
from liandong.contexts.intake.importing import open_table
from liandong.foundation.orgs.models import Division

ROWS = 150
NO_TIME = "没有收到时间。"


@pytest.fixture(autouse=True)
def county_without_outlines(db) -> None:
    """A source of elsewhere gets a county of its own."""
    Division.objects.update(outline=None)


def slice_of(path: Path, folder: Path) -> Path:
    """A file of the same form with its first rows."""
    target = folder / path.name
    if path.suffix == ".parquet":
        with duckdb.connect() as connection:
            connection.execute(
                "COPY (SELECT * FROM read_parquet(?) LIMIT ?) TO ? (FORMAT parquet)", [str(path), ROWS, str(target)]
            )
        return target
    with open_table(path) as table:
        rows = [row.values for row in islice(table.rows, ROWS)]
    if path.suffix == ".json":
        target.write_text(json.dumps(rows))
        return target
    with target.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(table.columns)
        writer.writerows([*row.values()] for row in rows)
    return target


@pytest.mark.parametrize(
    ("name", "mapping"),
    [
        ("service_requests/nyc_2016_117.csv", "nyc311"),
        ("service_requests/nyc_20231210_500.csv", "nyc311"),
        ("service_requests/nyc_20240527_1000_socrata.json", "nyc311"),
        ("service_requests/nyc_20250324_235.csv", "nyc311"),
        ("service_requests/nyc_dob_elevator_22504.parquet", "nyc311"),
        ("service_requests/nyc_dohmh_animals_5895.csv", "nyc311"),
        ("messages_zh/messages_hot.csv", "city_messages"),
        ("messages_zh/messages_replied.csv", "city_messages"),
        ("messages_zh/messages_unlabelled.csv", "city_messages"),
    ],
)
def test_rows_with_a_time_are_taken_and_known_the_second_time(import_file, real_data, tmp_path, name, mapping):
    path = slice_of(real_data(name), tmp_path)
    first = import_file(path, mapping)
    count = min(ROWS, 117) if "117" in name else ROWS
    assert (first.read, first.taken, dict(first.reasons)) == (count, count, {})
    ended = Case.objects.exclude(closed_at=None)
    assert not Task.objects.filter(case__in=ended).exists()
    assert not ended.exclude(red_at=None).exists()
    assert not Case.objects.filter(received_at__gt=timezone.now()).exists()
    second = import_file(path, mapping)
    assert (second.taken, second.repeated) == (0, count)


@pytest.mark.parametrize(
    ("name", "mapping"),
    [
        ("service_requests/nyc_3000_no_dates.csv", "nyc311"),
        ("service_requests/boston_points_calls.json", "boston_points"),
        ("service_requests/boston_points_apps.json", "boston_points"),
    ],
)
def test_rows_without_a_time_are_all_rejected_for_it(import_file, real_data, tmp_path, name, mapping):
    found = import_file(slice_of(real_data(name), tmp_path), mapping)
    assert (found.taken, found.rejected) == (0, ROWS)
    assert {count for (zh, _), count in found.reasons.items() if zh == NO_TIME} == {ROWS}


def test_labelled_messages_with_a_time_have_their_label_as_category(import_file, real_data, tmp_path):
    found = import_file(real_data("messages_zh/messages_labelled.csv"), "city_messages_labelled")
    assert (found.taken, found.rejected, found.made.categories) == (407, 1531, 7)
    assert [zh for zh, _ in found.reasons] == [NO_TIME]
    assert Case.objects.values("category_code").distinct().count() == 7
