"""Channels 渠道: how a report came, in words, and whether somebody stands behind it."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Channel:
    """`has_reporter`: somebody reported it, who is asked, is told and judges the answer. Behind a device stands nobody.
    `is_of_posts`: what comes by it, and for nobody else, the post reported itself.
    """

    name: str
    has_reporter: bool = True
    is_of_posts: bool = False


CHANNELS: Mapping[str, Channel] = {
    "web": Channel("网页"),
    "phone": Channel("电话"),
    "grid": Channel("网格", is_of_posts=True),
    "open311": Channel("Open311"),
    "hotline": Channel("热线"),
    "import": Channel("导入"),
    "letter": Channel("来信"),
    "visit": Channel("来访"),
    "device": Channel("设备", has_reporter=False),
    "office": Channel("部门", is_of_posts=True),
    "chat": Channel("聊天"),
}
CHANNEL_NAMES: Mapping[str, str] = {code: channel.name for code, channel in CHANNELS.items()}
WITHOUT_REPORTER = frozenset(code for code, channel in CHANNELS.items() if not channel.has_reporter)
OF_POSTS = frozenset(code for code, channel in CHANNELS.items() if channel.is_of_posts)
