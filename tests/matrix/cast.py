"""Who asks and of which case: the columns and the kinds of cases of the table, and which post stands for which column.

A post is named by what it has to do with the case, since that decides. Of an address without a case only the columns
of `PLAIN` are asked.
"""

from collections.abc import Mapping

COLUMNS: Mapping[str, str] = {
    "visitor": "anybody without an account 访客",
    "reporter": "the reporter with the receipt 上报人（凭回执）",
    "client": "a client system with a key 接口密钥",
    "client_off": "a client system whose key was switched off 已停用的密钥",
    "clerk": "clerk of the desk 受理员",
    "coordinator": "coordinator 县统筹员",
    "leader": "leader of the county 县领导",
    "head": "leader of an office 部门领导",
    "administrator": "administrator 系统管理员",
    "grid_own": "grid worker of the case's cell 网格员（本网格）",
    "grid_deputy": "deputy of that grid worker, who is out 网格员的代理",
    "grid_other": "grid worker of another cell 网格员（其他网格）",
    "assignee": "handler to whom the case is given 经办（承办岗位）",
    "deputy": "deputy of that handler, who is out 经办的代理",
    "colleague": "another handler of the lead office 经办（同部门）",
    "former": "handler of a former lead office 经办（原牵头部门）",
    "stranger": "handler of any other office 经办（其他部门）",
    "town_own": "dispatcher of the case's town 乡镇指挥员（本乡镇）",
    "town_other": "dispatcher of another town 乡镇指挥员（其他乡镇）",
    "complained": "a coordinator of whom the case complains 被反映的岗位",
    "complained_office": "a coordinator of whose office the case complains 被反映的部门",
}
MACHINES = ("client", "client_off")
PLAIN = ("visitor", "clerk", "coordinator", "leader", "administrator", "grid_own", "assignee", "town_own")

KINDS: Mapping[str, str] = {
    "public": "public, led by an office of the county, which got it from another",
    "town": "public, led by the town's own office",
    "private": "private: for those who need to know",
    "confidential": "private, the reporter asks for confidence",
    "complaint": "a complaint about an office, led by the supervision office",
    "received": "public, waits at the desk for an office",
    "joined": "public, joined to another case of the same office",
    "ended": "public, closed",
}

_EVERYWHERE = {
    "clerk": "clerk",
    "coordinator": "coordinator",
    "leader": "leader",
    "head": "law_head",
    "administrator": "admin",
    "grid_own": "grid_a1",
    "grid_deputy": "grid_a1_beside",
    "grid_other": "grid_b1",
    "town_own": "town_a",
    "town_other": "town_b",
    "complained": "coordinator2",
    "complained_office": "coordinator",
}


def _led_by(office: str, former: str, stranger: str) -> dict[str, str]:
    own = {"assignee": f"{office}1", "colleague": f"{office}2", "deputy": f"{office}3"}
    return {**_EVERYWHERE, **own, "former": f"{former}1", "stranger": f"{stranger}1"}


CAST: Mapping[str, Mapping[str, str]] = {
    "public": _led_by("hud", "law", "pol"),
    "town": _led_by("twn", "law", "pol"),
    "private": _led_by("jus", "law", "pol"),
    "confidential": _led_by("law", "hud", "pol"),
    "complaint": _led_by("sup", "law", "hud"),
    "received": {**_EVERYWHERE, "stranger": "pol1"},
    "joined": _led_by("hud", "law", "pol"),
    "ended": _led_by("hud", "law", "pol"),
}
"""Column to user name; of a complaint the stranger's office is the one complained of."""


def username(column: str, kind: str) -> str:
    """ "" for who has no account, and where nobody stands in this relation to the case."""
    return CAST.get(kind, CAST["public"]).get(column, "")
