import json
from datetime import date
from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from liandong.contexts.cases.public import names
from liandong.contexts.categories import public as categories
from liandong.foundation.access.models import Staff
from liandong.foundation.calendar import public as calendar
from liandong.foundation.orgs import public as orgs
from liandong.foundation.orgs.models import Duty
from liandong.foundation.places import public as places
from liandong.foundation.places.models import Place
from liandong.kernel import geo
from liandong.kernel.errors import InvalidInput
from tests import county


def test_offices_are_added_changed_and_left_alone(run_import, write):
    content = "部门代码,部门名称,职能代码,区划代码,电话\nPARK,县公园处,par,,000-2001\nLAW,县综合执法局（新）,LAW,,\n"
    path = write("offices.csv", content, "gb18030")
    assert "1 added, 1 changed, 0 unchanged" in run_import("offices", path)
    assert "0 added, 0 changed, 2 unchanged" in run_import("offices", path)
    assert orgs.organisation().office_by_code["PARK"].role_code == "PAR"


def test_offices_with_faults_are_refused_as_a_whole_with_every_line(run_import, write):
    content = f"code,name,division_code,is_desk\nA,甲,123,\nB,乙,{county.TOWN_A},\nC,,,\nB,丙,,\nD,丁,,是\n"
    with pytest.raises(CommandError) as refused:
        run_import("offices", write("offices.csv", content))
    assert "4" in str(refused.value)
    assert [f"line {n}:" in run_import.said for n in (2, 3, 4, 5, 6)] == [True, False, True, True, True]
    assert "A" not in orgs.organisation().office_by_code


def test_a_file_without_a_line_of_data_is_refused(run_import, write):
    with pytest.raises(InvalidInput, match="没有一行数据"):
        run_import("offices", write("offices.csv", "code,name\n"))


@pytest.mark.parametrize(
    ("what", "content", "said"),
    [
        ("offices", "code,name\nA,甲\nA,乙\n", "The office code A appears twice"),
        ("duties", "category_code,office_code\n999,LAW\n", "There is no category 999"),
    ],
)
def test_faults_of_lines_are_told_in_english_too(run_import, write, what, content, said):
    with pytest.raises(CommandError):
        run_import(what, write(f"{what}.csv", content))
    assert said in run_import.said


FAULTY = [
    ("staff", "username,post_name,role,office_code,password\nx,岗,皇帝,NOPE,123\n", ["皇帝", "NOPE", "10"]),
    (
        "staff",
        "username,post_name,role,cell_codes,division_code\n,岗,皇帝,1 2,3\n",
        ["username", "皇帝", "：1", "：2", "：3"],
    ),
    ("offices", f"code,name,division_code,is_desk\n{'X' * 30},,123,是\n", ["code", "name", "：123", "统筹台"]),
    ("duties", "category_code,office_code,kind,division_code\n999,NOPE,king,7\n", ["999", "NOPE", "king", "：7"]),
    ("places", "name,lon,lat,crs\n,东,x,mars\n", ["name", "东", "：x", "mars"]),
    ("divisions", f"code,name,kind,lon\nZZ,{'长' * 90},planet,x\n", ["name", "ZZ", "：x"]),
    ("offices", "code,name,division_code\nX,👍,123\n", ["👍", "：123"]),
    ("staff", "username,post_name,role,office_code\nx,\u200b,皇帝,ZZ\n", ["\u200b", "皇帝", "：ZZ"]),
    ("places", "name,lon,lat\n……,x,35\n", ["……", "：x"]),
    ("divisions", "code,name,kind,parent_code\nZZ,👍,planet,\n", ["👍", "ZZ"]),
    ("calendar", f"date,kind,name\n2027-02-30,maybe,{'长' * 41}\n", ["2027-02-30", "off", "name"]),
]


@pytest.mark.parametrize(
    ("what", "content", "told"), FAULTY, ids=[f"{what} {n}" for n, (what, *_) in enumerate(FAULTY)]
)
def test_every_fault_of_a_line_is_told(run_import, write, what, content, told):
    with pytest.raises(CommandError):
        run_import(what, write(f"{what}.csv", content))
    said = [line for line in run_import.said.splitlines() if "line 2:" in line]
    assert [word for word in told if not any(word in line for line in said)] == []
    assert len(said) >= len(told)


TWICE = [
    ("calendar", "date,kind\n2027-03-08,off\n2027/3/8,work\n", "第 2 行"),
    ("calendar", "date,kind\n2027-03-08,off\n2027年3月8日,off\n", "第 2 行"),
    ("divisions", f"code,name,kind,parent_code\n990101009,甲,town,{county.COUNTY}\n990101009000,乙,town,\n", "第 2 行"),
    ("offices", "code,name\nA,甲\nB,乙\nA,丙\n", "第 2 行"),
    ("staff", "username,post_name,role\nab,甲,clerk\nAB,乙,clerk\n", "第 2 行"),
]


@pytest.mark.parametrize(("what", "content", "first"), TWICE, ids=[f"{what} {n}" for n, (what, *_) in enumerate(TWICE)])
def test_what_stands_twice_is_told_with_both_lines_however_it_is_written(run_import, write, what, content, first):
    with pytest.raises(CommandError):
        run_import(what, write("twice.csv", content))
    last = content.count("\n")
    assert f"line {last}:" in run_import.said
    assert first in run_import.said


@pytest.mark.parametrize(
    ("what", "content"),
    [
        ("offices", "code,name,phone\nA,甲,1.39E+10\n"),
        ("offices", "code,name\n3.3E+11,甲\n"),
        ("staff", "username,post_name,role,cell_codes\nx,岗,网格员,9.90101E+14\n"),
        ("places", "name,lon,lat,source_id\n甲,105.05,35.05,2.02611E+13\n"),
    ],
)
def test_a_number_that_a_spreadsheet_has_rounded_is_refused(run_import, write, what, content):
    with pytest.raises(CommandError):
        run_import(what, write("mangled.csv", content))
    assert "E+1" in run_import.said


def test_points_may_be_written_with_an_exponent(run_import, write):
    assert "1 added" in run_import("places", write("p.csv", "name,lon,lat\n指数点,1.0505E+02,3.505E+01\n"))


def test_two_columns_for_one_field_are_refused(run_import, write):
    for header in ("code,name,名称", "code,name,Name", "code,name,name", "code,name,部门名称"):
        with pytest.raises(InvalidInput, match="name"):
            run_import("offices", write("offices.csv", f"{header}\nA,甲,乙\n"))


def test_blank_rows_and_trailing_delimiters_are_passed_over_and_counted(run_import, write):
    content = "code,name,\r\nA,甲,,,\n\n , ,\r,,\r\nB,乙\n"
    with pytest.raises(CommandError):
        run_import("offices", write("torn.csv", content))
    said = run_import("offices", write("offices.csv", content.replace("B,乙\n", "B,乙,\n\n")))
    assert "2 added" in said
    assert "略过空行 4 行" in said


def test_header_names_may_be_of_full_width_and_hold_signs_that_nobody_sees(run_import, write):
    assert "1 added" in run_import("offices", write("wide.csv", "\ufeff\u200bＣＯＤＥ, ＮＡＭＥ\u3000\nA,甲\n"))


def test_a_column_that_is_needed_is_named(run_import, write):
    with pytest.raises(InvalidInput) as refused:
        run_import("offices", write("offices.csv", "code,phone\nA,1\n"))
    assert "name" in str(refused.value)


def test_posts_take_chinese_or_english_roles_and_several_cells(run_import, write):
    cells = [county.CELLS["A11"], county.CELLS["A12"]]
    content = (
        "用户名,岗位名称,角色,部门代码,区划代码,网格代码,初始密码\n"
        f"grid9,网格九岗,网格员,,{county.VILLAGES['A1']},{cells[0]}；{cells[1]},\n"
        "law9,执法九岗,handler,LAW,,,a long password\n"
    )
    path = write("staff.csv", content)
    assert "2 added" in run_import("staff", path)
    grid = Staff.objects.get(username="grid9")
    assert (grid.role, sorted(grid.cells.values_list("code", flat=True))) == ("grid_worker", cells)
    assert not grid.has_usable_password()
    assert Staff.objects.get(username="law9").check_password("a long password")
    without = write("staff2.csv", "\n".join(line.replace(",a long password", ",") for line in content.splitlines()))
    assert "0 added, 0 changed, 2 unchanged" in run_import("staff", without)
    assert Staff.objects.get(username="law9").check_password("a long password")


def test_a_login_that_differs_in_capitals_only_is_refused_and_nobody_is_locked_out(run_import, write):
    run_import("staff", write("one.csv", "username,post_name,role\ndesk.a,甲岗,clerk\n"))
    with pytest.raises(InvalidInput, match=r"desk\.a"):
        run_import("staff", write("two.csv", "username,post_name,role\nDesk.A,乙岗,clerk\n"))
    assert "1 unchanged" in run_import("staff", write("one.csv", "username,post_name,role\ndesk.a,甲岗,clerk\n"))


def test_posts_with_faults_are_refused(run_import, write):
    posts = ("a,甲,boss,,", "b,乙,handler,NO,", "c,丙,handler,LAW,short", "a,丁,leader,,")
    content = "\n".join(("username,post_name,role,office_code,password", *posts))
    with pytest.raises(CommandError):
        run_import("staff", write("staff.csv", content))
    assert all(f"line {n}:" in run_import.said for n in (2, 3, 4, 5))
    assert not Staff.objects.filter(username__in=["a", "b", "c"]).exists()


def test_duties_add_lines_and_know_only_what_is_registered(run_import, write):
    lines = (f"{county.WATER},HUD,牵头,,某条例", f"{county.WATER},TWN-A,协办,{county.TOWN_A},", "01,LAW,,,")
    content = "\n".join(("事项代码,部门代码,职责,区划代码,依据", *lines))
    assert "2 added, 0 changed, 1 unchanged" in run_import("duties", write("duties.csv", content))
    assert Duty.objects.get(category_code=county.WATER, kind="assist").office.code == "TWN-A"
    wrong = "category_code,office_code,kind\n999999,HUD,lead\n01,NO,lead\n01,HUD,owner\n"
    with pytest.raises(CommandError):
        run_import("duties", write("wrong.csv", wrong))
    assert all(f"line {n}:" in run_import.said for n in (2, 3, 4))


def test_registers_may_come_as_json(run_import, write):
    rows = [{"category_code": county.WATER, "office_code": "HUD"}]
    assert "1 added" in run_import("duties", write("duties.json", json.dumps(rows)))


def test_places_are_known_by_source_and_number_and_converted(run_import, write):
    lon, lat = geo.from_wgs84(105.05, 35.05, geo.Crs.GCJ02)
    path = write("places.csv", f"编号,名称,经度,纬度,地址,别名\n7,东坪小学,{lon},{lat},东坪村,东小；小学\n")
    assert "1 added" in run_import("places", path, crs=geo.Crs.GCJ02)
    assert "1 unchanged" in run_import("places", path, crs=geo.Crs.GCJ02)
    row = Place.objects.get(name="东坪小学")
    assert (round(row.lon, 6), round(row.lat, 6), row.aliases) == (105.05, 35.05, ["东小", "小学"])
    assert row.division_id == county.division(county.CELLS["A11"])
    found = places.resolve("青坪镇东坪小学门口")
    assert found is not None
    assert found.id == row.pk


def test_places_without_a_number_are_not_doubled_when_loaded_again(run_import, write):
    feature = {
        "type": "Feature",
        "properties": {"name": "南沟桥", "type": "bridge"},
        "geometry": {"type": "Point", "coordinates": [105.25, 35.05]},
    }
    path = write("bridges.geojson", json.dumps({"type": "FeatureCollection", "features": [feature]}))
    assert "1 added" in run_import("places", path)
    assert "1 unchanged" in run_import("places", path)
    assert Place.objects.get(name="南沟桥").kind == "bridge"


def test_impossible_places_are_refused_with_their_line(run_import, write):
    content = "name,lon,lat,crs\n甲,105,35,\n乙,35,105,\n丙,东,35,\n丁,105,35,mars\n"
    with pytest.raises(CommandError):
        run_import("places", write("places.csv", content))
    assert [f"line {n}:" in run_import.said for n in (2, 3, 4, 5)] == [False, True, True, True]
    assert not Place.objects.filter(name="甲").exists()


def test_a_notice_of_holidays_comes_as_csv_or_json(run_import, write):
    days = [{"date": "2027-02-05", "isOffDay": True, "name": "春节"}, {"date": "2027-02-06", "isOffDay": False}]
    said = run_import("calendar", write("2027.json", json.dumps({"year": 2027, "days": days}, indent=1)))
    assert "2027-12-31" in said
    table = calendar.work_calendar("Asia/Shanghai")
    assert (table.is_work_day(date(2027, 2, 5)), table.is_work_day(date(2027, 2, 6))) == (False, True)
    content = "日期,类别,名称\n2027/2/5,上班,\n2027年3月8日,放假,县庆\n"
    run_import("calendar", write("own.csv", content), source="县通知", covers_until=date(2027, 6, 30))
    table = calendar.work_calendar("Asia/Shanghai")
    assert (table.is_work_day(date(2027, 2, 5)), table.is_work_day(date(2027, 3, 8))) == (True, False)
    call_command("withdraw_notice", "县通知", stdout=StringIO())
    table = calendar.work_calendar("Asia/Shanghai")
    assert (table.is_work_day(date(2027, 2, 5)), table.is_work_day(date(2027, 3, 8))) == (False, True)
    with pytest.raises(CommandError):
        call_command("withdraw_notice", "县通知", stdout=StringIO())


def test_a_notice_with_faults_is_refused(run_import, write):
    content = "date,kind\n2027-02-30,off\n2027-02-05,maybe\n2027-02-06,off\n2027-02-06,off\n"
    with pytest.raises(CommandError):
        run_import("calendar", write("wrong.csv", content))
    assert [f"line {n}:" in run_import.said for n in (2, 3, 4, 5)] == [True, True, False, True]


def test_a_taxonomy_file_changes_what_differs_and_keeps_the_old_version(run_import, write):
    document = json.loads(json.dumps(categories.shipped_taxonomy()))
    leaf = next(entry for entry in document["categories"] if entry["leaf"])
    leaf["zh"] += "（新）"
    said = run_import("taxonomy", write("taxonomy.json", json.dumps(document)))
    assert "0 added, 1 changed" in said
    assert categories.taxonomy().by_code[leaf["code"]].version == 2


def test_a_retired_category_still_names_its_old_cases(run_import, write):
    document = json.loads(json.dumps(categories.shipped_taxonomy()))
    leaf = next(entry for entry in document["categories"] if entry["leaf"])
    whole = write("whole.json", json.dumps(document))
    document["categories"].remove(leaf)
    run_import("taxonomy", write("taxonomy.json", json.dumps(document)), retire_missing=True)
    assert categories.taxonomy().leaf(leaf["code"]) is None
    assert names.category(leaf["code"]) == leaf["zh"]
    run_import("taxonomy", whole)
    assert categories.taxonomy().leaf(leaf["code"]).version == 2


@pytest.mark.parametrize(
    "document",
    [
        [],
        {"sla_profiles": {}, "categories": [{"code": "99"}]},
        {"sla_profiles": {}, "categories": [{"code": "9901", "parent": "99", "zh": "x", "en": "", "leaf": False}]},
    ],
)
def test_a_file_that_is_no_taxonomy_is_refused(run_import, write, document):
    before = categories.taxonomy().by_code
    with pytest.raises(InvalidInput):
        run_import("taxonomy", write("taxonomy.json", json.dumps(document)))
    assert categories.taxonomy().by_code == before


def test_words_with_signs_that_cannot_be_kept_are_refused(run_import, write):
    with pytest.raises(CommandError):
        run_import("offices", write("offices.csv", "code,name\nA,甲\0乙\n"))
    assert "line 2:" in run_import.said


LIKE_ITS_GROUP = {"code": "010190", "parent": "0101", "zh": "本地新事项", "en": "A local matter", "leaf": True}


def imported(run_import, write, *entries, **document):
    """What was said of a file with these categories alone."""
    return run_import("taxonomy", write("new.json", json.dumps({"categories": entries, **document})))


@pytest.mark.usefixtures("small_county")
def test_an_import_names_what_is_new_and_which_of_it_no_duty_line_names(run_import, write):
    unnamed = {**LIKE_ITS_GROUP, "code": "030190", "parent": "0301", "zh": "供水新事项", "en": "A water matter"}
    said = imported(run_import, write, LIKE_ITS_GROUP, unnamed)
    assert "2 added" in said
    assert "新增 010190 本地新事项 · new: 010190 A local matter" in said
    assert "新增 030190 供水新事项 · new: 030190 A water matter" in said
    (line,) = [each for each in said.splitlines() if "no duty line names" in each]
    assert "030190" in line
    assert "010190" not in line
    assert "新增" not in imported(run_import, write, LIKE_ITS_GROUP, unnamed).split("。", 1)[1]


@pytest.mark.usefixtures("small_county")
def test_a_leaf_without_clocks_takes_the_commonest_of_its_group(run_import, write):
    imported(run_import, write, LIKE_ITS_GROUP)
    leaf = categories.taxonomy().leaf("010190")
    assert (leaf.severity, leaf.accept_budget, leaf.finish_budget, leaf.owner) == (4, "15m", "4h", "LAW")


@pytest.mark.usefixtures("small_county")
def test_the_files_own_leaves_count_and_what_a_leaf_says_itself_stands(run_import, write):
    profiles = {"X": {"accept_minutes": 30, "resolve": {"value": 2, "unit": "day", "calendar": "working"}}}
    group = {"code": "9001", "parent": "90", "zh": "组", "en": "Group", "leaf": False}
    domain = {"code": "90", "parent": None, "zh": "域", "en": "Domain", "leaf": False}
    whole = {**LIKE_ITS_GROUP, "parent": "9001", "severity": 3, "sla": "X", "owner": "HUD"}
    entries = [
        domain,
        group,
        {**whole, "code": "900101"},
        {**whole, "code": "900102"},
        {**LIKE_ITS_GROUP, "code": "900103", "parent": "9001", "severity": 2, "owner": "WAT"},
    ]
    imported(run_import, write, *entries, sla_profiles=profiles)
    leaf = categories.taxonomy().leaf("900103")
    assert (leaf.severity, leaf.accept_budget, leaf.finish_budget, leaf.owner) == (2, "30wm", "2wd", "WAT")


@pytest.mark.usefixtures("small_county")
def test_a_leaf_that_has_nothing_to_go_by_is_refused(run_import, write):
    group = {"code": "0190", "parent": "01", "zh": "空组", "en": "Empty group", "leaf": False}
    with pytest.raises(InvalidInput):
        imported(run_import, write, group, {**LIKE_ITS_GROUP, "code": "019001", "parent": "0190"})
    with pytest.raises(InvalidInput):
        imported(run_import, write, {**LIKE_ITS_GROUP, "sla": "X"}, sla_profiles={"X": {}})
    assert categories.taxonomy().leaf("019001") is None
