import json
from datetime import datetime
from itertools import islice
from pathlib import Path

import duckdb
import pytest

from liandong.contexts.intake.importing.readers import REST, SourceRow, open_table
from liandong.kernel.errors import InvalidInput


def rows(path: Path, **options: str) -> list[SourceRow]:
    with open_table(path, **options) as table:
        return list(table.rows)


def written(folder: Path, content: str | bytes, name: str = "rows.csv") -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_the_encoding_is_found_out(tmp_path, encoding):
    path = written(tmp_path, "编号,内容\n1,路灯不亮𠮷\n".encode(encoding))
    assert rows(path)[0].values == {"编号": "1", "内容": "路灯不亮𠮷"}


def test_a_file_in_no_encoding_is_refused_with_the_byte(tmp_path):
    path = written(tmp_path, "编号\n".encode() + b"\xff\xff\n")
    with pytest.raises(InvalidInput) as refused:
        rows(path)
    assert "7" in str(refused.value)


def test_utf8_with_a_damaged_byte_is_not_read_as_another_encoding(tmp_path):
    content = "编号,内容\n1,路灯不亮，晚上很黑\n".encode()
    path = written(tmp_path, content + b"2,\xb5\xc6\xe4\n")
    with pytest.raises(InvalidInput, match="UTF-8"):
        rows(path)
    path = written(tmp_path, "编号,内容\n1,联通营业厅门前的路灯不亮，晚上很黑\n".encode("gbk"))
    assert rows(path)[0].values["内容"].startswith("联通")


def test_rows_without_any_value_are_counted(tmp_path):
    for name, content in (("x.csv", "a,b\n1,2\n\n , \n,\n3,4\n"), ("x.jsonl", '{"a": 1}\n\n \n\n{"a": 3}\n')):
        with open_table(written(tmp_path, content, name)) as table:
            assert len(list(table.rows)) == 2
            assert table.blank_rows == 3


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_the_delimiter_is_the_one_of_the_header(tmp_path, delimiter):
    path = written(tmp_path, f"a{delimiter}b\n1{delimiter}x,y;z\n".replace("x,y;z", "x"))
    assert rows(path)[0].values == {"a": "1", "b": "x"}


def test_a_field_may_hold_lines_quotes_and_commas_and_rows_keep_their_first_line(tmp_path):
    path = written(tmp_path, 'id,text\r\n1,"第一行\n第二行，""引用"""\r\n\r\n2,"x"\r\n')
    assert [(row.number, row.values["text"]) for row in rows(path)] == [(2, '第一行\n第二行，"引用"'), (5, "x")]


def test_a_row_of_another_width_is_a_problem_of_its_own(tmp_path):
    path = written(tmp_path, "a,b,c\n1,2\n1,2,3\n1,2,3,4\n1,2,3,,\n")
    found = rows(path)
    assert [bool(row.problem) for row in found] == [True, False, True, False]
    assert found[2].values[REST] == "4"
    assert "2" in str(found[0].problem)


def test_columns_without_a_name_or_with_the_same_are_told_apart(tmp_path):
    path = written(tmp_path, "a,,a\n1,2,3\n")
    assert rows(path)[0].values == {"a": "1", "#2": "2", "a (2)": "3"}


def test_an_open_quote_is_told_with_the_line_where_it_opens(tmp_path):
    path = written(tmp_path, 'a,b\n1,2\n3,"' + "x" * (9 << 20))
    with pytest.raises(InvalidInput) as refused:
        rows(path)
    assert "第 3 行" in str(refused.value)


def test_a_quote_that_stays_open_to_the_end_swallows_no_rows(tmp_path):
    path = written(tmp_path, 'a,b\n1,"x"\n2,"y\n3,z\n')
    with open_table(path) as table:
        assert next(table.rows).values == {"a": "1", "b": "x"}
        with pytest.raises(InvalidInput, match="第 3 行的引号没有闭合"):
            next(table.rows)


def test_an_empty_file_is_refused(tmp_path):
    with pytest.raises(InvalidInput):
        rows(written(tmp_path, ""))


def test_json_arrays_keep_numbers_and_nesting(tmp_path):
    items = [{"id": 1, "lon": 105.125, "place": {"town": "甲"}, "tags": [1, 2.5]}, {"id": 12345678901234567890}]
    assert [row.values for row in rows(written(tmp_path, json.dumps(items), "x.json"))] == items


def test_an_array_that_breaks_off_gives_what_is_whole_and_then_says_where(tmp_path):
    path = written(tmp_path, '[{"id": 1}, {"id": 2}, {"id"', "x.json")
    with open_table(path) as table:
        assert [row.values["id"] for row in islice(table.rows, 2)] == [1, 2]
        with pytest.raises(InvalidInput) as refused:
            next(table.rows)
    assert "第 3 条" in str(refused.value)


def test_json_lines_lose_only_the_line_that_is_broken(tmp_path):
    found = rows(written(tmp_path, '{"id": 1}\n{"id": \n\n{"id": 3}\n[4]\n', "x.jsonl"))
    assert [(row.number, row.problem is None) for row in found] == [(1, True), (2, False), (4, True), (5, False)]


def test_records_may_lie_inside_an_object(tmp_path):
    path = written(tmp_path, json.dumps({"result": {"rows": [{"id": 1}, {"id": 2}]}}, indent=1), "x.json")
    assert [row.values["id"] for row in rows(path, records="result.rows")] == [1, 2]
    with pytest.raises(InvalidInput):
        rows(path)


@pytest.mark.parametrize("indent", [None, 1])
def test_geojson_features_are_rows_with_their_point(tmp_path, indent):
    feature = {
        "type": "Feature",
        "properties": {"name": "某处"},
        "geometry": {"type": "Point", "coordinates": [105.1, 35.1]},
    }
    path = written(
        tmp_path, json.dumps({"type": "FeatureCollection", "features": [feature]}, indent=indent), "x.geojson"
    )
    assert rows(path)[0].values == {"name": "某处", "lon": 105.1, "lat": 35.1}


def test_parquet_is_read_in_order_with_its_types(tmp_path):
    path = tmp_path / "x.parquet"
    with duckdb.connect() as connection:
        connection.execute(
            "COPY (SELECT i AS id, TIMESTAMP '2024-05-01 10:00:00' AS at, 1.5::DECIMAL(4,2) AS size, NULL AS none"
            " FROM range(1200) r(i)) TO ? (FORMAT parquet, ROW_GROUP_SIZE 200)",
            [str(path)],
        )
    found = rows(path)
    assert [row.values["id"] for row in found] == list(range(1200))
    at = datetime(2024, 5, 1, 10)  # noqa: DTZ001 (the file has no zone)
    assert found[-1] == SourceRow(1200, {"id": 1199, "at": at, "size": 1.5, "none": None})


def test_what_only_calls_itself_parquet_is_refused(tmp_path):
    with pytest.raises(InvalidInput):
        rows(written(tmp_path, "a,b\n1,2\n", "x.parquet"))


def test_how_much_was_read_is_known_on_the_way(tmp_path):
    path = written(tmp_path, "a\n" + "x\n" * 100_000)
    with open_table(path) as table:
        assert table.share() < 0.5
        assert sum(1 for _ in table.rows) == 100_000
        assert table.share() == 1
