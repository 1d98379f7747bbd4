"""`folder:/path`: each message becomes a file, for an installation without a sender, and for rehearsals."""

import os
import uuid
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import unquote, urlsplit

from liandong.kernel import time
from liandong.ports.messages import NotSent, Outgoing, Unusable


class FolderMessages:
    """Files `<moment>-<random>.eml` in one folder; it must be there, so that a disk that isn't mounted is noticed."""

    def __init__(self, url: str) -> None:
        path = unquote(urlsplit(url).path)
        if not path.startswith("/"):
            raise Unusable("文件夹要写完整路径，例如 folder:/srv/liandong/outbox。")
        self._folder = Path(path)

    def send(self, message: Outgoing) -> None:
        mail = EmailMessage()
        mail["Subject"] = message.subject
        if message.to:
            mail["To"] = message.to
        mail.set_content(message.text, charset="utf-8", cte="8bit")
        name = f"{time.now():%Y%m%dT%H%M%SZ}-{uuid.uuid4().hex[:12]}"
        try:
            draft = self._folder / f".{name}"
            with draft.open("wb") as file:
                file.write(bytes(mail))
                file.flush()
                os.fsync(file.fileno())
            draft.rename(self._folder / f"{name}.eml")
        except OSError as error:
            raise NotSent(f"{type(error).__name__}: {os.strerror(error.errno or 0)}") from error
