"""Kinds of call 来电, and the purposes for which a post may look up a caller's earlier cases."""

from collections.abc import Mapping

KINDS: Mapping[str, str] = {
    "request": "诉求",
    "advice": "咨询",
    "help": "求助",
    "complaint": "投诉举报",
    "progress": "催办、查进度",
    "callback": "回访电话",
    "emergency": "转 110、119、120、122",
    "nuisance": "骚扰、误拨",
    "other": "其他",
}
"""By code, in the order of the desk's buttons."""
FALLBACK = "other"
"""The kind of a call that ended without a word about it and led to no case."""

LOOK_UP_PURPOSES: Mapping[str, str] = {
    "own_progress": "来电查询本人事件进度",
    "own_supplement": "来电补充本人事件",
    "own_verdict": "来电评价本人事件",
}
"""The purposes are the caller's. Looking around is none of them."""

MOST_MISSED = 3
"""How often a reporter is rung in vain after one answer."""
