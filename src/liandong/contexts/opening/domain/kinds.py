"""Files that a county brings in by the page, in the order in which it does. What is in them is in docs/importing.md."""

from collections.abc import Mapping
from dataclasses import dataclass

from .headers import HEADERS, Column

TABLES = (".csv", ".tsv", ".txt", ".json", ".jsonl", ".ndjson")
OUTLINES = (*TABLES, ".geojson")
ARCHIVES = (*OUTLINES, ".parquet", ".pq")


@dataclass(frozen=True, slots=True)
class FileKind:
    """`options`: what the form asks besides the file. `suffixes`: endings of files that are taken."""

    name: str
    label: str
    about: str
    options: tuple[str, ...] = ()
    suffixes: tuple[str, ...] = TABLES

    @property
    def columns(self) -> tuple[Column, ...]:
        """() of a file that is no table, or whose columns a mapping names."""
        return HEADERS.get(self.name, ())


_ALL = (
    FileKind(
        "divisions",
        "区划",
        "县、乡镇（街道）、村（社区）、网格；GeoJSON 带边界。6、9、12、15 位统计代码自己说明级别和上级。",
        options=("crs", "county", "area_code", "valid_from", "end_missing"),
        suffixes=OUTLINES,
    ),
    FileKind(
        "offices",
        "部门",
        "县直部门和乡镇（街道）。其中一个是统筹台。",
    ),
    FileKind(
        "staff",
        "岗位账号",
        "账号属于岗位，不属于个人。没有初始密码的账号，设置密码后才能登录。",
    ),
    FileKind(
        "taxonomy",
        "事项分类",
        "JSON 文件。随产品已有一份；只有另有分类的县才需要。",
        options=("retire_missing",),
        suffixes=(".json",),
    ),
    FileKind(
        "duties",
        "权责清单",
        "哪类事项由哪个部门牵头或协办。代码可以是大类、组或小类。",
    ),
    FileKind(
        "calendar",
        "工作日历",
        "国务院办公厅的放假通知：哪天放假，哪天上班。",
        options=("source", "covers_until"),
    ),
    FileKind(
        "places",
        "地点",
        "有名称的地点和标准地址，文字地址据此找到位置。",
        options=("crs", "source"),
        suffixes=OUTLINES,
    ),
    FileKind(
        "roads",
        "道路",
        "GeoJSON 线形，画在所有地图上。",
        options=("crs", "source", "end_missing"),
        suffixes=OUTLINES,
    ),
    FileKind(
        "waters",
        "水系",
        "GeoJSON 线形和边界，画在所有地图上。",
        options=("crs", "source", "end_missing"),
        suffixes=OUTLINES,
    ),
    FileKind(
        "reports",
        "历史上报",
        "以前的系统里的上报和办理结果。一份映射写明各列是什么。",
        options=("mapping",),
        suffixes=ARCHIVES,
    ),
)
KINDS: Mapping[str, FileKind] = {kind.name: kind for kind in _ALL}
