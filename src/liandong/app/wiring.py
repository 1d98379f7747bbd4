"""Which adapter serves which URL: one table a port, by scheme. An adapter is loaded when it is first needed."""

from typing import Any, cast
from urllib.parse import urlsplit

from django.utils.module_loading import import_string

from liandong.ports.messages import Messages

MESSAGES = {
    "folder": "liandong.adapters.messages_folder.FolderMessages",
    "": "liandong.adapters.messages_apprise.AppriseMessages",
}
"""Senders: every other scheme is Apprise's, which opens those on its list."""


def messages(url: str, channel: str) -> Messages:
    """The sender of this URL for mail, sms or chat. Raises Unusable. A chat address is typed into a page: it never
    names a folder of this machine.
    """
    scheme = urlsplit(url).scheme.lower()
    if scheme == "folder" and channel != "chat":
        return cast("Messages", _adapter(scheme)(url))
    return cast("Messages", _adapter("")(url, channel))


def _adapter(scheme: str) -> Any:
    return import_string(MESSAGES[scheme])
