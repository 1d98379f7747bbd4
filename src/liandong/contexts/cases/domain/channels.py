"""Channels 渠道: how a report came, in words."""

from collections.abc import Mapping

CHANNEL_NAMES: Mapping[str, str] = {
    "web": "网页",
    "phone": "电话",
    "grid": "网格",
    "open311": "Open311",
    "hotline": "热线",
    "import": "导入",
    "letter": "来信",
    "visit": "来访",
    "device": "设备",
    "office": "部门",
    "chat": "聊天",
}
