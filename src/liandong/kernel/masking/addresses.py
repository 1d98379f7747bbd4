"""Plates, travel papers, mail and chat addresses."""

import re
from collections.abc import Iterator

from .folding import DIGIT, HAN
from .spans import Kind, Span

PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼使"
_PLATE_BEGINS = rf"(?:[{PROVINCES}] ?[a-z]|(?:车牌|牌照|号牌)(?:号码|号|是|为|:|：| )*(?P<named>[a-z]))[ .\-]{{0,2}}"
_PLATE = re.compile(
    rf"{_PLATE_BEGINS}(?:(?:[a-z0-9] ?){{4,5}}[a-z0-9挂学警港澳领超](?![a-z0-9])|[a-z]?[\ue000-\ue009]{{5}})"
)
_HAS_DIGITS = re.compile(rf"(?:.*?{DIGIT}){{2}}", re.DOTALL)
_MAIL = re.compile(
    r"[a-z0-9][a-z0-9.+_'\-]{0,63}\s?(?:@|\(at\)|\[at\]|＠)\s?[a-z0-9\-]{1,63}(?:\s?(?:\.|\(dot\)|\[dot\]|。)\s?[a-z0-9\-]{1,63})+"
    r"|[a-z0-9][a-z0-9._\-]{0,63} at [a-z0-9\-]{1,63}(?: dot [a-z0-9\-]{1,63})+"
    rf"|(?:(?!{HAN})[\w.+\-]){{1,64}}@[\w\-]{{1,63}}(?:\.[\w\-]{{1,63}})+"
)
_CHAT = re.compile(
    r"(?:微 ?信号?|薇信|威信|weixin|wechat|(?<![a-z])(?:vx|wx|v信)|[加+] ?(?:v|qq?)|加微|(?<![a-z])v(?=[:：])"
    r"|企鹅号?|扣扣号?|(?<![a-z])q ?q群?"
    r"|钉钉号?|抖音号?|快手号?|小红书号?|支付宝账?号?|微博|telegram|whatsapp|line id|skype)"
    r"(?:号码|账号|帐号|号|同号|是|为|is|id|number|no\.|:|：|=|@| |\(|（|\"|“)*"
    rf"([a-z][a-z0-9_.\-]{{4,29}}[a-z0-9_\-]|{DIGIT}(?:[ \-]?{DIGIT}){{4,11}})(?![a-z0-9])"
)
_PAPER = re.compile(
    r"(?:护照|通行证|台胞证|回乡证|身份证|军官证|士官证|警官证|居住证|居留证|驾驶证|驾照|社保卡|社会保障卡|医保卡|残疾人?证"
    r"|passport|permit|identity card|id card|driving licen[cs]e)(?:号码|号|是|为|no|number|:|：|\.| )*"
    r"((?=(?:[a-z]*[0-9]){6})[a-z0-9]{6,20}(?:\([0-9a]\))?)(?![a-z0-9])"
)
_NAMES_ADDRESS = re.compile(rf"{HAN}|[:=@(\"]|\bid\b|\bno|number")
"""Words before an address that may as well be an English word."""
_NO_CHAT = re.compile(r"(?:http|www|official|service|group|public|app|mini|pay)")


def plates(plain: str) -> Iterator[Span]:
    for found in _PLATE.finditer(plain):
        if _HAS_DIGITS.match(found.group()):
            start = found.start("named") if found["named"] else found.start()
            yield Span(start, found.end(), Kind.PLATE)


def papers(plain: str) -> Iterator[Span]:
    for found in _PAPER.finditer(plain):
        yield Span(found.start(1), found.end(1), Kind.IDENTITY)


def addresses(plain: str) -> Iterator[Span]:
    for found in _MAIL.finditer(plain):
        yield Span(found.start(), found.end(), Kind.MAIL)
    for found in _CHAT.finditer(plain):
        link, address = found.group()[: found.start(1) - found.start()], found.group(1)
        if not _NO_CHAT.match(address) and (not address.isalpha() or _NAMES_ADDRESS.search(link)):
            yield Span(found.start(1), found.end(1), Kind.CHAT)
