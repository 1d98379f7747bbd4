"""`folder:/path?from=ADDRESS`: each message becomes a file, for an installation without a sender, and for rehearsals.

The files are their owner's alone: what they say is for one reader.
"""

import os
import uuid
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from liandong.kernel import time
from liandong.ports.messages import AUTOMATIC, NotSent, Outgoing, Unusable


class FolderMessages:
    """Files `<moment>-<random>.eml` in one folder; it must be there, so that a disk that isn't mounted is noticed."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        path = unquote(parts.path)
        self._from = parse_qs(parts.query).get("from", [""])[-1]
        if not path.startswith("/"):
            raise Unusable("文件夹要写完整路径，例如 folder:/srv/liandong/outbox。")
        self._folder = Path(path)

    def send(self, message: Outgoing) -> None:
        mail = EmailMessage()
        mail["Date"] = format_datetime(time.now())
        mail["Message-ID"] = make_msgid(domain=self._from.rpartition("@")[2] or "localhost")
        mail["Subject"] = message.subject
        if self._from:
            mail["From"] = self._from
        if message.to:
            mail["To"] = message.to
        for name, value in AUTOMATIC.items():
            mail[name] = value
        mail.set_content(message.text, charset="utf-8", cte="8bit")
        name = f"{time.now():%Y%m%dT%H%M%SZ}-{uuid.uuid4().hex[:12]}"
        try:
            draft = self._folder / f".{name}"
            with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(bytes(mail))
                file.flush()
                os.fsync(file.fileno())
            draft.rename(self._folder / f"{name}.eml")
        except OSError as error:
            raise NotSent(f"{type(error).__name__}: {os.strerror(error.errno or 0)}") from error
