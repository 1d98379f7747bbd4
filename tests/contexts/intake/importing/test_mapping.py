from datetime import UTC, date, datetime, time

import pytest

from liandong.contexts.cases.public import ENDED as ENDED_STATES
from liandong.contexts.cases.public import State
from liandong.contexts.intake.importing import mapping
from liandong.contexts.intake.importing.mapping import Translator, parse
from liandong.contexts.intake.importing.run import load_mapping, shipped_mappings
from liandong.kernel.errors import InvalidInput, NotFound

LOCAL = datetime(2026, 5, 11, 10)  # noqa: DTZ001 (Parquet has moments without a zone)
NOW = datetime(2026, 6, 1, tzinfo=UTC)
PLAIN = """
[source]
name = "hotline"
empty = ["无", "N/A", "未知 *"]

[columns]
key = "编号"
received_at = { column = "时间", formats = ["iso", "%Y/%m/%d %H:%M:%S", "%m/%d/%Y %I:%M:%S %p"] }
closed_at = "办结"
updated_at = "更新"
due_at = "时限"
title = "标题"
text = { join = ["类型", "说明"], between = "：" }
address = { first = ["地址", ["路口一", "路口二"]], between = " / " }
lon = "经度"
lat = "纬度"
answer = "答复"

[categories]
columns = ["大类", "小类"]

[states]
column = "状态"
table = { "Closed" = "closed", "In Progress" = "handling", "Waiting" = "asked", "Open" = "dispatched" }
"""
ROW = {"编号": "7", "时间": "2026-05-11 10:00:00", "类型": "路灯", "说明": "不亮", "状态": "Open"}


def translate(text: str = PLAIN, **values: object) -> mapping.Translated:
    return Translator(parse(text.encode()), NOW, "Asia/Shanghai").translate(ROW | values)


def reasons(found: mapping.Translated) -> list[str]:
    return [problem.message for problem in found.problems]


def test_columns_are_joined_and_the_first_filled_choice_is_taken():
    found = translate(地址="", 路口一="甲路", 路口二="乙路")
    assert (found.text, found.address) == ("路灯：不亮", "甲路 / 乙路")
    assert translate(地址="甲路 1 号", 路口一="甲路").address == "甲路 1 号"


def test_values_that_mean_nothing_are_empty_and_leave_no_joint():
    assert translate(说明="N/A").text == "路灯"
    assert translate(说明="未知 原因").text == "路灯"


def test_column_names_may_differ_in_case_spaces_and_underscores():
    text = PLAIN.replace('key = "编号"', 'key = "Unique Key"')
    for name in ("unique_key", "UNIQUE KEY", " Unique  Key "):
        assert translate(text, **{name: "a-1"}).key == "a-1"


@pytest.mark.parametrize(
    ("written", "utc"),
    [
        ("2026-05-11T10:00:00.000", datetime(2026, 5, 11, 2, tzinfo=UTC)),
        ("2026-05-11T10:00:00Z", datetime(2026, 5, 11, 10, tzinfo=UTC)),
        ("2026/5/1 9:02:03", datetime(2026, 5, 1, 1, 2, 3, tzinfo=UTC)),
        ("05/11/2026 12:30:00 AM", datetime(2026, 5, 10, 16, 30, tzinfo=UTC)),
        ("05/11/2026 12:30:00 PM", datetime(2026, 5, 11, 4, 30, tzinfo=UTC)),
        (LOCAL, datetime(2026, 5, 11, 2, tzinfo=UTC)),
    ],
)
def test_times_are_local_to_the_source_unless_they_say_otherwise(written, utc):
    assert translate(时间=written).received_at == utc


JOINED = PLAIN.replace(
    'received_at = { column = "时间", formats = ["iso", "%Y/%m/%d %H:%M:%S", "%m/%d/%Y %I:%M:%S %p"] }',
    'received_at = { join = ["日期", "时刻"], formats = FORMATS }',
)


@pytest.mark.parametrize(
    ("formats", "day", "clock", "utc"),
    [
        ('["iso"]', "2026-05-11", "10:00:05", datetime(2026, 5, 11, 2, 0, 5, tzinfo=UTC)),
        ('"iso"', "2026-05-11", "10:00", datetime(2026, 5, 11, 2, tzinfo=UTC)),
        ('["iso", "%Y/%m/%d %H:%M"]', "2026/5/11", "10:00", datetime(2026, 5, 11, 2, tzinfo=UTC)),
        ('"%Y年%m月%d日 %H时%M分"', "2026年5月11日", "10时00分", datetime(2026, 5, 11, 2, tzinfo=UTC)),
        ('["iso"]', date(2026, 5, 11), time(10), datetime(2026, 5, 11, 2, tzinfo=UTC)),
        ('["iso"]', datetime(2026, 5, 11), "10:00", datetime(2026, 5, 11, 2, tzinfo=UTC)),  # noqa: DTZ001
        ('["iso", "%Y-%m-%d"]', "2026-05-11", "", datetime(2026, 5, 10, 16, tzinfo=UTC)),
        ('["iso"]', "2026-05-11", "", None),
        ('["iso"]', "2026-05-11", "无", None),
        ('["iso"]', date(2026, 5, 11), None, None),
        ('["%Y/%m/%d %H:%M"]', "2026/5/11", "", None),
        ('["iso"]', "", "10:00", None),
    ],
)
def test_a_date_and_a_time_in_two_columns_are_joined_and_a_day_alone_is_enough_only_where_a_format_says_so(
    formats, day, clock, utc
):
    found = translate(JOINED.replace("FORMATS", formats), 日期=day, 时刻=clock)
    assert found.received_at == utc
    assert reasons(found) == ([] if utc else ["收到时间无法识别。"])


def test_a_day_without_a_time_is_midnight_and_that_is_said():
    assert mapping.DAY_ONLY in translate(时间="2026-05-11").remarks
    assert mapping.DAY_ONLY not in translate(时间="2026-05-11 00:00:00").remarks


@pytest.mark.parametrize("number", ["1.39E+10", "1.39e+10", "1E+10", "1,39E+10", "１．３９Ｅ＋１０", "+1.39E+010"])
def test_a_number_that_a_spreadsheet_has_rounded_rejects_its_row(number):
    text = PLAIN + '[contact]\nphone = "电话"\n'
    assert [reason[:8] for reason in reasons(translate(text, 电话=number))] == ["编号或电话被表格"]
    assert len(reasons(translate(text, 电话=number, 编号=number))) == 2
    assert reasons(translate(text, 电话="13900000000")) == []


def test_a_number_that_a_file_types_as_a_fraction_is_whole():
    text = PLAIN + '[contact]\nphone = "电话"\n'
    assert translate(text, 电话=13900000000.0, 编号=7.0).contact[1] == "13900000000"
    assert translate(text, 编号=7.0).key == "7"


ONE_NAME = [
    ('columns = ["大类", "小类"]', 'columns = "大类"', lambda found: found.categories.columns == ("大类",)),
    ('name = "hotline"', 'name = "hotline"\nempty = "无"', lambda found: found.source.empty == ("无",)),
    ('join = ["类型", "说明"]', 'join = "说明"', lambda found: found.columns.text.join == ("说明",)),
    (
        'first = ["地址", ["路口一", "路口二"]]',
        'first = "地址"',
        lambda found: found.columns.address.first == ("地址",),
    ),
    ("[states]", '[payload]\ndrop = "身份证"\n[states]', lambda found: found.payload.drop == ("身份证",)),
    (
        "[states]",
        '[divisions]\ncounty = { code = "A", name = "某县" }\nlevels = { column = "镇", kind = "town" }\n[states]',
        lambda found: [level.column for level in found.divisions.levels] == ["镇"],
    ),
]


@pytest.mark.parametrize(("listed", "alone", "is_one"), ONE_NAME, ids=[alone[:20] for _, alone, _ in ONE_NAME])
def test_one_name_alone_needs_no_brackets(listed, alone, is_one):
    text = PLAIN if listed != 'name = "hotline"' else PLAIN.replace('empty = ["无", "N/A", "未知 *"]\n', "")
    assert is_one(parse(text.replace(listed, alone).encode()))


def test_columns_that_are_dropped_are_named_too():
    found = Translator(parse((PLAIN + '[payload]\ndrop = ["身份证号"]\n').encode()), NOW, "Asia/Shanghai")
    assert "身份证号" in found.wanted()


def test_an_hour_that_the_clocks_skip_or_repeat_is_read_as_before_the_change():
    text = PLAIN.replace('name = "hotline"', 'name = "hotline"\nzone = "America/New_York"')
    assert translate(text, 时间="2026-03-08 02:30:00").received_at == datetime(2026, 3, 8, 7, 30, tzinfo=UTC)
    assert translate(text, 时间="2025-11-02 01:30:00").received_at == datetime(2025, 11, 2, 5, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"时间": ""}, "没有收到时间。"),
        ({"时间": "昨天"}, "收到时间无法识别。"),
        ({"时间": "2026-02-30 10:00:00"}, "收到时间无法识别。"),
        ({"状态": "Closed"}, "已办结但没有办结时间。"),
        ({"状态": "Closed", "办结": "2026-05-11 09:59:59"}, "办结时间早于收到时间。"),
        ({"状态": "Closed", "办结": "2026-07-01 00:00:00"}, "办结时间在将来。"),
        ({"时限": "2026-05-10 00:00:00"}, "时限早于收到时间，或在十年之后。"),
        ({"经度": "东经", "纬度": "35"}, "坐标不是有效的数字。"),
        ({"经度": "105.1"}, "坐标不是有效的数字。"),
        ({"经度": "0", "纬度": "0"}, "坐标为 0, 0，说明设备没有定位成功。"),
        ({"大类": "甲\0乙"}, "内容含有无法保存的字符。"),
        ({"状态": "Closed", "办结": "2026-05-12", "答复": "\ud800"}, "内容含有无法保存的字符。"),
    ],
)
def test_what_cannot_be_taken_is_told_with_its_reason(values, reason):
    assert reasons(translate(**values)) == [reason]


def test_all_reasons_of_a_row_are_told():
    assert reasons(translate(时间="", 经度="x", 纬度="y")) == ["坐标不是有效的数字。", "没有收到时间。"]


def test_dates_out_of_order_stand_where_the_mapping_says_so():
    text = PLAIN.replace("[states]", '[states]\ndates = "as_is"')
    found = translate(text, 状态="Closed", 办结="2026-05-01 00:00:00", 时限="2026-05-01 00:00:00")
    assert (reasons(found), found.promise) == ([], "")
    assert found.closed_at == datetime(2026, 4, 30, 16, tzinfo=UTC)


def test_an_end_without_a_date_is_when_the_source_last_touched_the_row():
    found = translate(状态="Closed", 更新="2026-05-12 10:00:00")
    assert found.closed_at == datetime(2026, 5, 12, 2, tzinfo=UTC)
    assert found.remarks == (mapping.END_FROM_UPDATE,)


def test_an_open_state_beside_a_date_of_end_stays_open():
    found = translate(办结="2026-05-12 10:00:00")
    assert (found.state, found.closed_at, found.remarks) == ("dispatched", None, (mapping.OPEN_WITH_END,))
    assert found.payload["办结"] == "2026-05-12 10:00:00"


def test_a_matter_in_work_counts_as_accepted_since_the_last_touch():
    assert translate(状态="In Progress", 更新="2026-05-12 10:00:00").accepted_at == datetime(2026, 5, 12, 2, tzinfo=UTC)
    assert translate(状态="In Progress").accepted_at == datetime(2026, 5, 11, 2, tzinfo=UTC)
    assert translate(状态="Waiting").paused_since == datetime(2026, 5, 11, 2, tzinfo=UTC)


def test_a_state_that_the_mapping_does_not_know_is_the_default_and_remarked():
    found = translate(状态="Escalated")
    assert (found.state, found.remarks) == ("received", (mapping.STATE_UNKNOWN,))


def test_without_a_column_of_state_an_answer_ends_the_matter():
    text = PLAIN.replace('column = "状态"', 'answered = "closed"')
    assert translate(text, 答复="已修好", 办结="2026-05-12").state == "closed"
    assert translate(text).state == "received"


def test_an_answer_to_an_open_matter_stays_with_the_delivered_fields():
    assert translate(答复="将于下周维修").answer == ""
    assert translate(答复="将于下周维修").payload["答复"] == "将于下周维修"
    closed = translate(答复="已修好", 状态="Closed", 办结="2026-05-12")
    assert closed.answer == "已修好"
    assert "答复" not in closed.payload


def test_the_time_limit_of_the_source_is_a_promise_in_natural_minutes_rounded_up():
    assert translate(时限="2026-05-11 18:00:00").promise == "480m"
    assert translate(时限="2026-05-11 18:00:01").promise == "481m"


def test_category_names_are_group_and_leaf_and_the_one_that_is_there_is_both():
    assert translate(大类="照明", 小类="路灯").category == ("照明", "路灯")
    assert translate(大类="照明", 小类="").category == ("照明", "照明")
    assert translate().category == ()


def test_a_row_without_a_key_of_its_own_is_known_by_all_it_holds():
    one, same, other = translate(编号=""), translate(编号=""), translate(编号="", 说明="常亮")
    assert one.key == same.key != other.key
    assert one.remarks == (mapping.NO_OWN_KEY,)


def test_contact_data_goes_nowhere_but_to_the_contact():
    text = PLAIN + '[contact]\nname = "姓名"\nphone = "电话"\n[payload]\ndrop = ["身份证"]\n'
    found = translate(text, 姓名="某某", 电话="000-1234", 身份证="x", 备注="楼道")
    assert found.contact == ("某某", "000-1234", "")
    assert found.payload == ROW | {"备注": "楼道"}


def test_without_a_contact_section_no_contact_is_taken():
    assert translate(姓名="某某", 电话="000-1234").contact == ("", "", "")


def test_nested_values_of_json_are_reached_with_dots():
    text = PLAIN.replace('lon = "经度"', 'lon = "place.lon"').replace('lat = "纬度"', 'lat = "place.lat"')
    found = translate(text, place={"lon": 105.1, "lat": 35.1})
    assert (found.lon, found.lat) == (105.1, 35.1)


@pytest.mark.parametrize(
    ("wrong", "place"),
    [
        (PLAIN.replace("[states]", "[state]"), "state"),
        (PLAIN.replace('key = "编号"', 'keys = "编号"'), "keys"),
        (PLAIN.replace('"In Progress" = "handling"', '"In Progress" = "working"'), "working"),
        (PLAIN.replace('name = "hotline"', 'name = "热线"'), "source.name"),
        (PLAIN.replace('name = "hotline"', 'name = "hotline"\nzone = "Mars/Base"'), "Mars/Base"),
        (PLAIN.replace('columns = ["大类", "小类"]', 'columns = ["a", "b", "c"]'), "categories.columns"),
        (PLAIN.replace('columns = ["大类", "小类"]', 'columns = ["a"]\ncreate = true'), "categories.zh"),
        ("[source", "end of"),
    ],
)
def test_a_wrong_mapping_is_refused_with_the_place_that_is_wrong(wrong, place):
    with pytest.raises(InvalidInput) as refused:
        parse(wrong.encode())
    assert place in str(refused.value)


def test_every_shipped_mapping_reads_and_an_unknown_one_names_them():
    names = shipped_mappings()
    assert {load_mapping(name).source.name for name in names}
    with pytest.raises(NotFound) as unknown:
        load_mapping("nowhere")
    assert all(name in str(unknown.value) for name in names)


def test_the_states_of_a_mapping_are_those_of_a_case_but_parked_and_joined_which_need_more():
    assert set(mapping.StateName.__args__) == set(State) - {State.PARKED, State.JOINED}
    assert set(ENDED_STATES) - {State.JOINED} == mapping.ENDED
