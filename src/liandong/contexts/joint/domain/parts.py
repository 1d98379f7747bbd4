"""Actions on a part of a case 协办, one row each: who does it, from where, what it asks."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

MOST_EXTENSIONS = 2
"""Of one part, as of a case."""


class Source(StrEnum):
    """Why an office was asked."""

    DUTY = "duty"
    SEVERITY = "severity"
    HAND = "hand"


SOURCE_NAMES: Mapping[Source, str] = {
    Source.DUTY: "这类事项按权责清单联合处置",
    Source.SEVERITY: "特急事项，按权责清单一同处置",
    Source.HAND: "这件事另外请的",
}


class Standing(StrEnum):
    """How a part stands; an ended one has its outcome too."""

    ASKED = "asked"
    WORKING = "working"
    ENDED = "ended"


class Side(StrEnum):
    """Who does something with a part: the office that assists, or whoever may ask for parts."""

    HELPS = "helps"
    GIVES = "gives"


class PartAction(StrEnum):
    """The actions on a part."""

    ACCEPT = "accept"
    ANSWER = "answer"
    RETURN = "return"
    ASK_EXTENSION = "ask_extension"
    GRANT_EXTENSION = "grant_extension"
    REFUSE_EXTENSION = "refuse_extension"
    RELEASE = "release"
    TAKE_BACK = "take_back"


@dataclass(frozen=True, slots=True)
class PartSpec:
    """One action. `words`: the label of what is written, "" where nothing is. `asks_count`: of units of the finish
    budget. `means`: what happens then, of what ends a part. `done`: what is said afterwards.
    """

    name: str
    side: Side
    standings: frozenset[Standing]
    done: str
    words: str = ""
    needs_words: bool = False
    takes_files: bool = False
    asks_count: bool = False
    means: str = ""


_ASKED = frozenset({Standing.ASKED})
_WORKING = frozenset({Standing.WORKING})
_OPEN = _ASKED | _WORKING

PART_ACTIONS: Mapping[PartAction, PartSpec] = {
    PartAction.ACCEPT: PartSpec("签收协办", Side.HELPS, _ASKED, "已签收协办。"),
    PartAction.ANSWER: PartSpec(
        "协办办完",
        Side.HELPS,
        _WORKING,
        "已答复牵头部门。",
        words="办了什么、结果怎样（牵头部门据此答复上报人）",
        needs_words=True,
        takes_files=True,
    ),
    PartAction.RETURN: PartSpec(
        "退回协办",
        Side.HELPS,
        _OPEN,
        "已退回协办。",
        words="为什么不归本部门",
        needs_words=True,
        takes_files=True,
        means="牵头部门会收到理由，本部门不再能看这件事",
    ),
    PartAction.ASK_EXTENSION: PartSpec(
        "申请协办延期", Side.HELPS, _WORKING, "已申请协办延期。", words="理由", needs_words=True, asks_count=True
    ),
    PartAction.GRANT_EXTENSION: PartSpec("同意协办延期", Side.GIVES, _WORKING, "已同意协办延期。", words="说明"),
    PartAction.REFUSE_EXTENSION: PartSpec(
        "不同意协办延期", Side.GIVES, _WORKING, "没有同意协办延期。", words="理由", needs_words=True
    ),
    PartAction.RELEASE: PartSpec(
        "不用再办",
        Side.GIVES,
        _OPEN,
        "已告诉协办部门不用再办。",
        words="理由",
        needs_words=True,
        means="协办到此为止，这个部门不再能看这件事",
    ),
    PartAction.TAKE_BACK: PartSpec(
        "收回协办",
        Side.GIVES,
        _ASKED,
        "已收回协办。",
        words="理由",
        needs_words=True,
        means="请错了部门，对方签收以前可以收回",
    ),
}
