"""E-mail, chat and SMS by Apprise: `mailto://…`, `dingtalk://…`, `jsons://…`; only services on `SCHEMES` are opened."""

import logging
import re
from collections.abc import Mapping
from io import StringIO
from typing import Self
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

import apprise
from apprise.logger import LOGGER_NAME

from liandong.ports.messages import AUTOMATIC, NotSent, Outgoing, Unusable

CONNECT_S, READ_S = 5, 10
SCHEMES: Mapping[str, str] = {
    **dict.fromkeys(("mailto", "mailtos"), "mail"),
    **dict.fromkeys(("dingtalk", "wecombot", "feishu", "lark", "schan", "pushplus", "wxpusher"), "chat"),
    **dict.fromkeys(("slack", "workflow", "workflows", "mmost", "mmosts", "rocket", "rockets", "tgram"), "chat"),
    **dict.fromkeys(("matrix", "matrixs", "ntfy", "ntfys", "zulip", "gchat", "nctalk", "nctalks"), "chat"),
    **dict.fromkeys(("bulksms", "clicksend", "d7sms", "httpsms", "infobip", "msgbird", "plivo", "seven"), "sms"),
    **dict.fromkeys(("sinch", "smseagle", "smseagles", "sns", "twilio", "vonage", "voipms"), "sms"),
    **dict.fromkeys(("json", "jsons"), "any"),
}
"""The schemes that are opened, by channel. Each talks over the network to the service that its URL names; schemes that
touch files, programs or the screen of this machine (`syslog`, `dbus`, `glib`, `macosx`, `windows`, `kodi`, `mqtt` …)
are not here. `json` is a county's own gateway: a POST of title and message, for SMS with the number as `to`.
"""
_log = logging.getLogger(LOGGER_NAME)
_log.propagate = False  # what Apprise logs may name addresses: it stays out of the log of the house
_log.setLevel(logging.WARNING)
_PRIVATE = (
    re.compile(r"\S+://\S+"),
    re.compile(r"[^\s<>@]+@[^\s<>@]+"),
    re.compile(r"\+?\d[\d -]{5,}"),
)


class AppriseMessages:
    """One URL of Apprise. Its mail server or gateway gets 5 s to answer the call and 10 s for what it says."""

    def __init__(self, url: str, channel: str) -> None:
        """`channel`: mail, sms or chat. Raises Unusable."""
        scheme = urlsplit(url).scheme.lower()
        if SCHEMES.get(scheme) not in (channel, "any"):
            raise Unusable("不支持这种地址：开头应是列出的服务之一，例如 dingtalk://。")
        self._url, self._channel = url, channel
        self._plugin()

    def send(self, message: Outgoing) -> None:
        with _Said() as said:
            taken = self._plugin(message.to).notify(body=message.text, title=message.subject)
        if not taken:
            raise NotSent(_without_addresses(said.text, message.to) or "没有送达")

    def _plugin(self, to: str = "") -> apprise.NotifyBase:
        with _Said():
            plugin = apprise.Apprise.instantiate(self._addressed(to), suppress_exceptions=True)
        if plugin is None:
            raise Unusable("这个地址不完整或写错了，请按服务的说明再核对一遍。")
        return plugin

    def _addressed(self, to: str) -> str:
        """The URL with who it is for, and with its patience; of several recipients that it names itself none is left
        where there is one.
        """
        parts = urlsplit(self._url)
        query = [(key, value) for key, value in parse_qsl(parts.query) if key not in ("cto", "rto", "retry")]
        query += [("cto", str(CONNECT_S)), ("rto", str(READ_S))]
        if self._channel == "mail":
            query = [(key, value) for key, value in query if key != "format"] + [("format", "text")]
            query += [(f"+{name}", value) for name, value in AUTOMATIC.items()]
        path = parts.path
        is_gateway = SCHEMES[parts.scheme.lower()] == "any"
        if to:
            query = [(key, value) for key, value in query if key != "to"]
            if is_gateway:
                query.append((":to", to))
            elif self._channel == "mail":
                query.append(("to", to))
            else:
                path = f"{path.rstrip('/')}/{quote(to)}"
        return urlunsplit(parts._replace(path=path, query=urlencode(query)))


class _Said:
    """Collects the log of Apprise within the block: the only place where it tells why."""

    def __enter__(self) -> Self:
        self._stream = StringIO()
        self._handler = logging.StreamHandler(self._stream)
        self._handler.setLevel(logging.WARNING)
        _log.addHandler(self._handler)
        return self

    def __exit__(self, *_: object) -> None:
        _log.removeHandler(self._handler)

    @property
    def text(self) -> str:
        return " ".join(self._stream.getvalue().split())


def _without_addresses(text: str, to: str) -> str:
    if to:
        text = text.replace(to, "***")
    for pattern in _PRIVATE:
        text = pattern.sub("***", text)
    return text[:300]
