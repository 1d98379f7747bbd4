"""The texts of the history: templates from the data files, put together so that few reports read alike."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib import resources
from random import Random
from typing import Any

from liandong.sample.pace import ZONE
from liandong.sample.rows import Channel


@dataclass(frozen=True, slots=True)
class Kind:
    """How matters of one category come about. `device` are templates that a machine writes."""

    weight: float
    season: str
    hours: str
    where: str
    zh: tuple[str, ...]
    en: tuple[str, ...]
    device: tuple[str, ...]


@cache
def kinds() -> Mapping[str, Kind]:
    """Every described category by its code."""
    found = {}
    folder = resources.files("liandong.sample").joinpath("kinds")
    for file in sorted(folder.iterdir(), key=lambda entry: entry.name):
        for code, words in tomllib.loads(file.read_text("utf-8")).items():
            found[code] = Kind(
                words["weight"],
                words["season"],
                words["hours"],
                words["where"],
                tuple(words["zh"]),
                tuple(words["en"]),
                tuple(words.get("device", ())),
            )
    return found


def kind_of(leaf: Mapping[str, Any]) -> Kind:
    """The kind of a leaf; a plain one for a category that a county has added."""
    return kinds().get(leaf["code"]) or Kind(
        1,
        "flat",
        "day",
        "street",
        (
            f"{{at}}有{leaf['zh']}的情况，已经{{span}}了。",
            f"想反映{{at}}的{leaf['zh']}问题。",
            f"{{when}}在{{at}}遇到{leaf['zh']}。",
            f"{{at}}{leaf['zh']}，请安排处理。",
        ),
        (f"{leaf['en']} {{at}}.", f"{leaf['en']} {{at}}, for {{span}} now."),
        (),
    )


@cache
def _phrases() -> Mapping[str, Any]:
    text = resources.files("liandong.sample").joinpath("phrases.toml").read_text("utf-8")
    phrases: Mapping[str, Any] = tomllib.loads(text)
    return phrases


_SPANS = ("三天", "四五天", "一个星期", "十来天", "半个月", "二十多天", "一个多月", "两个多月")
_SPANS_EN = ("three days", "five days", "a week", "ten days", "two weeks", "three weeks", "over a month")
_SHORT = ("半个小时", "一个小时", "两个小时", "三个多小时", "大半天")
_SHORT_EN = ("half an hour", "an hour", "two hours", "over three hours", "most of the day")
_NUMBERS = ("两三", "三四", "四五", "五六", "七八", "好几")
_PARTS_OF_DAY = (
    (5, ("半夜", "凌晨", "夜里"), ("in the night", "before dawn")),
    (11, ("今天早上", "一大早", "早上", "今天上午"), ("this morning", "early today")),
    (14, ("今天中午", "中午"), ("around noon", "at lunch time")),
    (18, ("今天下午", "下午", "刚才"), ("this afternoon", "just now")),
    (22, ("今天傍晚", "今晚", "今天晚上"), ("this evening", "tonight")),
    (24, ("今晚", "今天夜里", "这么晚了"), ("late this evening", "tonight")),
)
_MONTHS_EN = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_SEASONAL = (
    (("雪", "结冰", "天冷", "暖气", "室内只有", " cold", "Ice on"), (1, 2, 3, 11, 12)),
    (("台风", "玩水", "游泳", "野泳", "暑", "蚊子", "空调带不动", "mosquitoes"), (5, 6, 7, 8, 9, 10)),
    (("快过年",), (1, 2, 12)),
    (("秸秆", "straw", "Straw"), (5, 6, 7, 9, 10, 11)),
)
_EARLIER = ("昨天", "昨天晚上", "昨天下午", "前天")
_EARLIER_EN = ("yesterday", "last night", "two days ago")


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """How a report calls its place: in Chinese, in English with its preposition, and its bare English name."""

    zh: str
    en: str
    name_en: str


def report_zh(rng: Random, leaf: Mapping[str, Any], place: Whereabouts, at: datetime, channel: Channel) -> str:
    """A report in Chinese, as it comes by this channel."""
    kind = kind_of(leaf)
    if channel is Channel.DEVICE:
        return _core(rng, kind.device, place, at)
    core = _core(rng, kind.zh or kind.device, place, at)
    effect = _effect(rng, leaf["code"], channel, core)
    return _opener(rng, channel, core) + core + effect + _ask(rng, leaf, channel, core)


def _core(rng: Random, templates: Sequence[str], place: Whereabouts, at: datetime) -> str:
    return rng.choice(_in_season(tuple(templates), at.astimezone(ZONE).month)).format(
        at=place.zh,
        when=_when(rng, at),
        span=rng.choice(_SPANS),
        hours=rng.choice(_SHORT),
        n=rng.choice(_NUMBERS),
        k=rng.randint(2, 9),
    )


@cache
def _in_season(templates: tuple[str, ...], month: int) -> tuple[str, ...]:
    """Without the templates that speak of another time of the year; all of them where none fits."""
    wrong = [word for words, months in _SEASONAL for word in words if month not in months]
    return tuple(text for text in templates if not any(word in text for word in wrong)) or templates


def _when(rng: Random, at: datetime) -> str:
    if rng.random() < 0.3:
        return rng.choice(_EARLIER)
    hour = at.astimezone(ZONE).hour
    return rng.choice(next(words for until, words, _ in _PARTS_OF_DAY if hour < until))


def _is_question(core: str) -> bool:
    return core.endswith(("？", "?")) or core.startswith(("请问", "想", "建议", "希望", "申请", "愿意"))


def _is_personal(core: str) -> bool:
    return any(word in core for word in ("我", "家里", "孩子", "想"))


def _opener(rng: Random, channel: Channel, core: str) -> str:
    phrases = _phrases()["zh"]
    if channel is Channel.GRID:
        return "网格走访时群众反映，" if _is_personal(core) else str(rng.choice(phrases["grid_openers"]))
    if channel is Channel.PHONE:
        return "来电咨询：" if _is_question(core) else str(rng.choice(phrases["phone_openers"]))
    if channel is Channel.HOTLINE:
        return str(rng.choice(phrases["hotline_openers"]))
    if rng.random() < 0.45:
        return ""
    return str(rng.choice(phrases["openers"][:4] if _is_question(core) else phrases["openers"]))


def _effect(rng: Random, code: str, channel: Channel, core: str) -> str:
    group = _phrases()["groups"].get(code[:4])
    share = 0.15 if channel is Channel.GRID else 0.5
    if not group or not group["effects"] or _is_question(core) or rng.random() > share:
        return ""
    return str(rng.choice(group["effects"]))


def _ask(rng: Random, leaf: Mapping[str, Any], channel: Channel, core: str) -> str:
    if rng.random() < 0.3:
        return ""
    phrases = _phrases()["zh"]
    if channel is Channel.GRID:
        return str(rng.choice(phrases["grid_asks"]))
    if "mediation" in leaf["flags"] and "private" in leaf["flags"]:
        return str(rng.choice(phrases["mediation_asks"]))
    if _is_question(core):
        return str(rng.choice(phrases["question_asks"]))
    if leaf["code"].startswith("11"):
        return str(rng.choice(phrases["help_asks"]))
    if leaf["severity"] == 1:
        return str(rng.choice(phrases["urgent_asks"]))
    return str(rng.choice(phrases["desk_asks" if kind_of(leaf).hours == "office" else "asks"]))


def report_en(rng: Random, leaf: Mapping[str, Any], place: Whereabouts, at: datetime) -> str:
    """A report in English."""
    phrases = _phrases()["en"]
    hour = at.astimezone(ZONE).hour
    today = next(words for until, _, words in _PARTS_OF_DAY if hour < until)
    core = rng.choice(_in_season(kind_of(leaf).en, at.astimezone(ZONE).month)).format(
        at=place.en,
        name=place.name_en,
        when=rng.choice(_EARLIER_EN if rng.random() < 0.3 else today),
        span=rng.choice(_SPANS_EN),
        hours=rng.choice(_SHORT_EN),
    )
    opener = rng.choice(phrases["openers"])
    if opener.endswith(", "):
        core = core if core.startswith("I ") else core[0].lower() + core[1:]
    return f"{opener}{core} {rng.choice(phrases['asks'])}".strip()


def calls_itself(office_zh: str) -> str:
    """How an office says “we” in an answer."""
    for ending, words in (
        ("公司", "我公司"),
        ("中心", "本中心"),
        ("大队", "我大队"),
        ("街道办事处", "我街道"),
        ("镇人民政府", "我镇"),
        ("乡人民政府", "我乡"),
        ("局", "我局"),
    ):
        if office_zh.endswith(ending):
            return words
    return "我单位"


@dataclass(frozen=True, slots=True)
class Answering:
    """The facts that an answer needs."""

    leaf: Mapping[str, Any]
    place: Whereabouts
    office_zh: str
    language: str


def answer(rng: Random, about: Answering, at: datetime, *, explained: bool = False, again: bool = False) -> str:
    """The public answer given at that moment: done, only `explained`, or done `again` after a poor verdict."""
    code = about.leaf["code"]
    if about.language == "en":
        return _fill(rng.choice(_english_answers(code)), about, at)
    phrases = _phrases()
    if again:
        return _fill(rng.choice(phrases["answers"]["rework"]), about, at)
    if explained and not _is_sensitive(about.leaf):
        return _fill(rng.choice(phrases["answers"]["explained"]), about, at)
    group = phrases["groups"].get(code[:4], {"answers": phrases["answers"]["rework"]})
    return _fill(rng.choice(phrases["leaves"].get(code) or group["answers"]), about, at)


def _is_sensitive(leaf: Mapping[str, Any]) -> bool:
    return leaf["severity"] == 1 or not {"private", "machine", "sensitive"}.isdisjoint(leaf["flags"])


def _english_answers(code: str) -> Sequence[str]:
    phrases = _phrases()
    group = phrases["groups"].get(code[:4])
    if group and code not in phrases["leaves"]:
        answers: Sequence[str] = group["answers_en"]
        return answers
    done: Sequence[str] = phrases["answers"]["done_en"]
    return done


def _fill(template: str, about: Answering, at: datetime) -> str:
    local = at.astimezone(ZONE)
    english = about.language == "en"
    text = template.format(
        at=about.place.en if english else about.place.zh,
        we=calls_itself(about.office_zh),
        leaf=about.leaf["zh"],
        date=f"{local.day} {_MONTHS_EN[local.month - 1]}" if english else f"{local.month}月{local.day}日",
    )
    return text[0].upper() + text[1:]


def reason(rng: Random, which: str, language: str = "zh-hans") -> str:
    """One of the short reasons: `referred`, `withdrawn`, `merged`; Chinese only `rework_reasons`, `pause_reasons`."""
    return str(rng.choice(_phrases()["answers"][f"{which}_en" if language == "en" else which]))
