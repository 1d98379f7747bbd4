"""Offices, duty list and posts of the county. Nobody has a name; a post is called by its work."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import chain
from typing import Any

from liandong.kernel.roles import POSTS, Area, Role
from liandong.sample.names import COUNTY, Name
from liandong.sample.rows import DutySeed, OfficeSeed, Part, StaffSeed

TOWN_ROLES = frozenset({"TWN", "VIL"})

_BUREAUS = {
    "SGC": Name("社会治理中心", "Coordination Desk"),
    "LAW": Name("综合行政执法局", "Enforcement Bureau"),
    "HUD": Name("住房和城乡建设局", "Housing and Construction Bureau"),
    "TRA": Name("交通运输局", "Transport Bureau"),
    "WAT": Name("水利局", "Water Bureau"),
    "ENV": Name("生态环境局", "Environment Bureau"),
    "AGR": Name("农业农村局", "Agriculture Bureau"),
    "NRP": Name("自然资源和规划局", "Land and Planning Bureau"),
    "FOR": Name("林业局", "Forestry Bureau"),
    "EMG": Name("应急管理局", "Emergency Bureau"),
    "FIR": Name("消防救援大队", "Fire and Rescue"),
    "POL": Name("公安局", "Public Security Bureau"),
    "TRP": Name("公安局交通警察大队", "Traffic Police"),
    "MKT": Name("市场监督管理局", "Market Bureau"),
    "HRS": Name("人力资源和社会保障局", "Labour Bureau"),
    "CIV": Name("民政局", "Civil Affairs Bureau"),
    "HLT": Name("卫生健康局", "Health Bureau"),
    "MIB": Name("医疗保障局", "Health Insurance Bureau"),
    "EDU": Name("教育局", "Education Bureau"),
    "CTS": Name("文化和旅游体育局", "Culture and Tourism Bureau"),
    "JUS": Name("司法局", "Justice Bureau"),
    "PET": Name("信访局", "Petitions Office"),
    "DAT": Name("大数据发展管理局", "Data Bureau"),
    "GSC": Name("政务服务中心", "Service Centre"),
    "DIS": Name("残疾人联合会", "Disabled Persons' Federation"),
    "WOM": Name("妇女联合会", "Women's Federation"),
    "VET": Name("退役军人事务局", "Veterans Bureau"),
    "FIN": Name("金融工作办公室", "Financial Affairs Office"),
    "SUP": Name("纪检监察信访室", "Discipline and Supervision Desk"),
    "PWR": Name("供电公司", "Power Company"),
    "WSC": Name("自来水公司", "Water Supply Company"),
    "GAS": Name("燃气热力公司", "Gas and Heat Company"),
    "TEL": Name("通信运营协调办公室", "Telecom Liaison Office"),
    "DPO": Name("个人信息保护办公室", "Data Protection Office"),
}

_GRID_WORKERS = 48
_DESK_POSTS = (
    ("clerk", "受理岗", "Intake clerk", Role.CLERK, 6),
    ("coordinator", "统筹岗", "Coordinator", Role.COORDINATOR, 3),
    ("leader", "县领导岗", "County leader", Role.LEADER, 2),
    ("admin", "系统管理岗", "Administrator", Role.ADMINISTRATOR, 1),
)
_SECOND_HANDLERS = ("LAW", "HUD")


def build_offices(
    taxonomy: Mapping[str, Any], county_code: str, towns: Sequence[tuple[str, Name]]
) -> tuple[OfficeSeed, ...]:
    """One office for each department code of the taxonomy, and each town's government.

    `towns` are (division code, full name). Departments unknown here get the taxonomy's own names.
    """
    bureaus = [
        OfficeSeed(role, COUNTY.zh + name.zh, name.en, role, county_code)
        for role, name in ((role, _bureau(role, words)) for role, words in taxonomy["departments"].items())
        if role not in TOWN_ROLES
    ]
    governments = [
        OfficeSeed(town_office(code), _government(name.zh), _government_en(name.en), "TWN", code)
        for code, name in towns
    ]
    return (*bureaus, *governments)


def _bureau(role: str, words: Mapping[str, str]) -> Name:
    return _BUREAUS.get(role) or Name(words["zh"], words["en"])


def town_office(town_code: str) -> str:
    """The office code of a town's government: `TWN` and the three digits of the town."""
    return f"TWN{town_code[6:9]}"


def _government(zh: str) -> str:
    return f"{zh}办事处" if zh.endswith("街道") else f"{zh}人民政府"


def _government_en(en: str) -> str:
    return f"{en} Office" if en.endswith("Subdistrict") else f"{en} Government"


def leaves(taxonomy: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The categories that a case can have."""
    return [category for category in taxonomy["categories"] if category["leaf"]]


def build_duties(taxonomy: Mapping[str, Any], offices: Sequence[OfficeSeed]) -> tuple[DutySeed, ...]:
    """The duty list 权责清单: every leaf has one lead office in every town, and its assistants."""
    governments = [office for office in offices if office.role == "TWN"]
    bureaus = {office.role: office for office in offices if office.role != "TWN"}
    return tuple(chain.from_iterable(_leaf_duties(leaf, bureaus, governments) for leaf in leaves(taxonomy)))


def _leaf_duties(
    leaf: Mapping[str, Any], bureaus: Mapping[str, OfficeSeed], governments: Sequence[OfficeSeed]
) -> Iterator[DutySeed]:
    yield from _duties(leaf, leaf["owner"], Part.LEAD, bureaus, governments)
    seen = {_scope(leaf["owner"])}
    for role in leaf["co_owners"]:
        if _scope(role) not in seen:
            seen.add(_scope(role))
            yield from _duties(leaf, role, Part.ASSIST, bureaus, governments)


def _scope(role: str) -> str:
    return "TWN" if role in TOWN_ROLES else role


def _duties(
    leaf: Mapping[str, Any],
    role: str,
    part: Part,
    bureaus: Mapping[str, OfficeSeed],
    governments: Sequence[OfficeSeed],
) -> Iterator[DutySeed]:
    verb = "牵头" if part is Part.LEAD else "协同"
    basis = f"{COUNTY.zh}权责清单（示例）第{leaf['code']}项：{leaf['zh']}，{verb}"
    if role in TOWN_ROLES:
        for office in governments:
            yield DutySeed(leaf["code"], office.code, part, office.division, basis)
    else:
        yield DutySeed(leaf["code"], bureaus[role].code, part, "", basis)


def build_staff(
    offices: Sequence[OfficeSeed], county_code: str, towns: Sequence[tuple[str, Name]], cells: Mapping[str, list[str]]
) -> tuple[StaffSeed, ...]:
    """The posts. `towns` are (division code, stem); `cells` lists a town's cell codes in order."""
    desk = [
        StaffSeed(f"{word}{n}", f"{zh}{n}", f"{en} {n}", role, "SGC", county_code)
        for word, zh, en, role, count in _DESK_POSTS
        for n in _to(count)
    ]
    handlers = chain.from_iterable(_bureau_handlers(office) for office in offices if office.role != "TWN")
    in_towns = chain.from_iterable(
        _town_staff(code, stem, workers, cells[code])
        for (code, stem), workers in zip(towns, _shares([len(cells[code]) for code, _ in towns]), strict=True)
    )
    named = [*desk, *handlers, *in_towns]
    return (*named, *_others(named, county_code, towns[0][0]))


def _others(posts: Collection[StaffSeed], county_code: str, town_code: str) -> Iterator[StaffSeed]:
    """A post for each role that has none yet, where the role works; cells have their grid workers already."""
    places = {
        Area.COUNTY: ("SGC", county_code),
        Area.OFFICE: ("LAW", county_code),
        Area.TOWN: (town_office(town_code), town_code),
        Area.CELLS: (town_office(town_code), town_code),
    }
    for role in POSTS:
        if role not in {post.role for post in posts}:
            office, division = places[role.standing.works_in]
            english = role.value.replace("_", " ").capitalize()
            yield StaffSeed(f"{role.value}1", role.standing.label, english, role, office, division)


def _to(count: int) -> range:
    return range(1, count + 1)


def _bureau_handlers(office: OfficeSeed) -> Iterator[StaffSeed]:
    title = office.zh.removeprefix(COUNTY.zh)
    for n in _to(2 if office.role in _SECOND_HANDLERS else 1):
        username = f"handler-{office.code.lower()}-{n}"
        yield StaffSeed(
            username, f"{title}处置岗{n}", f"{office.en} handler {n}", Role.HANDLER, office.code, office.division
        )


def _town_staff(code: str, stem: Name, workers: int, cells: Sequence[str]) -> Iterator[StaffSeed]:
    """The dispatcher, one handler and the grid workers of a town; each worker has neighbouring cells."""
    office, slug = town_office(code), stem.en.lower()
    yield StaffSeed(f"dispatcher-{slug}", f"{stem.zh}指挥岗", f"{stem.en} dispatcher", Role.DISPATCHER, office, code)
    yield StaffSeed(f"handler-{slug}-1", f"{stem.zh}处置岗1", f"{stem.en} handler 1", Role.HANDLER, office, code)
    for n in _to(workers):
        own = cells[len(cells) * (n - 1) // workers : len(cells) * n // workers]
        title, title_en = f"{stem.zh}网格岗{n}", f"{stem.en} grid worker {n}"
        yield StaffSeed(f"grid-{slug}-{n}", title, title_en, Role.GRID_WORKER, office, code, tuple(own))


def _shares(sizes: Sequence[int]) -> list[int]:
    """48 grid workers by the number of cells, two in a town at least; largest remainder first."""
    exact = [2 + (_GRID_WORKERS - 2 * len(sizes)) * size / sum(sizes) for size in sizes]
    shares = [int(share) for share in exact]
    by_rest = sorted(range(len(sizes)), key=lambda index: (shares[index] - exact[index], index))
    for index in by_rest[: _GRID_WORKERS - sum(shares)]:
        shares[index] += 1
    return shares
