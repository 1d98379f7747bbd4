"""Plates, mail and chat addresses."""

import re
from collections.abc import Iterator

from .folding import DIGIT
from .spans import Kind, Span

_PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼使"
_PLATE_BEGINS = rf"(?:[{_PROVINCES}] ?[a-z]|(?:车牌|牌照|号牌)(?:号码|号|是|为|:|：| )*[a-z])[ .\-]{{0,2}}"
_PLATE = re.compile(
    rf"{_PLATE_BEGINS}(?:(?:[a-z0-9] ?){{4,5}}[a-z0-9挂学警港澳领超](?![a-z0-9])|[a-z]?[\ue000-\ue009]{{5}})"
)
_HAS_DIGITS = re.compile(rf"(?:.*?{DIGIT}){{2}}", re.DOTALL)
_MAIL = re.compile(
    r"[a-z0-9][a-z0-9.+_'\-]*\s?(?:@|\(at\)|\[at\]|＠)\s?[a-z0-9\-]+(?:\s?(?:\.|\(dot\)|\[dot\]|。)\s?[a-z0-9\-]+)+"
    r"|[\w.+\-]+@[\w\-]+(?:\.[\w\-]+)+"
)
_CHAT = re.compile(
    r"(?:微信号?|薇信|威信|weixin|wechat|(?<![a-z])(?:vx|wx|v信)|加[vVqQ]|加微|(?<![a-z])v(?=[:：])|企鹅号?|扣扣号?|(?<![a-z])qq群?"
    r"|钉钉号?|抖音号?|快手号?|支付宝账?号?|微博|telegram|whatsapp|line id|skype)"
    r"(?:号码|账号|帐号|号|同号|是|为|id|:|：|=| |\(|（|\"|“)*"
    rf"([a-z][a-z0-9_\-]{{4,30}}|{DIGIT}(?:[ \-]?{DIGIT}){{4,11}})(?![a-z0-9])"
)
_NO_CHAT = re.compile(r"(?:http|www|official|service|group|public|app|mini|pay)")


def plates(plain: str) -> Iterator[Span]:
    for found in _PLATE.finditer(plain):
        if _HAS_DIGITS.match(found.group()):
            yield Span(found.start(), found.end(), Kind.PLATE)


def addresses(plain: str) -> Iterator[Span]:
    for found in _MAIL.finditer(plain):
        yield Span(found.start(), found.end(), Kind.MAIL)
    for found in _CHAT.finditer(plain):
        if not _NO_CHAT.match(found.group(1)):
            yield Span(found.start(1), found.end(1), Kind.CHAT)
