"""Clients that never give up: each sends a report under a key of its own and repeats it until it is acknowledged."""

import http.client
import itertools
import json
import random
import threading
import time
import uuid
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from io import BytesIO

from PIL import Image
from pypdf import PdfWriter

from liandong.proof.house import House

ANSWER_TIMEOUT_S = 30.0
PAUSE_S = 0.01
RETRY_PAUSE_S = 0.1
LAST_PATIENCE_S = 90.0
PHOTO_EVERY = 12
DOCUMENT_AT = 6
TEXTS = (
    "幸福路路灯不亮，晚上出行很不方便，希望尽快维修。",
    "小区门口垃圾桶满了好几天没有人清运，气味很大。",
    "学校旁边的人行道地砖松动，下雨天一踩一身水。",
    "The street light near the bridge has been out since yesterday evening.",
)


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """An answer that a client got. `repeated`: the server had it already and only its first answer was lost."""

    key: str
    number: str
    receipt_code: str
    has_photo: bool
    has_document: bool
    attempts: int
    repeated: bool


@dataclass(slots=True)
class Book:
    """The common record of all clients; `refused` are sentences about answers that no repetition may get."""

    acknowledged: list[Acknowledged] = field(default_factory=list)
    unanswered: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    statuses: Counter[str] = field(default_factory=Counter)


def a_document(chance: random.Random) -> bytes:
    """A PDF that there is only once: its page has a size of its own."""
    writer, document = PdfWriter(), BytesIO()
    writer.add_blank_page(chance.uniform(200, 800), chance.uniform(200, 800))
    writer.write(document)
    return document.getvalue()


def multipart(field_name: str, name: str, content: bytes) -> tuple[str, bytes]:
    """(content type, body) of a form with one file."""
    edge = uuid.uuid4().hex
    head = f'--{edge}\r\nContent-Disposition: form-data; name="{field_name}"; filename="{name}"\r\n\r\n'
    return f"multipart/form-data; boundary={edge}", head.encode() + content + f"\r\n--{edge}--\r\n".encode()


class _Lost(Exception):
    """No answer, or one that says: later."""


class Sender(threading.Thread):
    """One connection. After `stop` it still gets its last report acknowledged, waiting up to 90 s."""

    def __init__(
        self,
        number: int,
        house: House,
        points: Sequence[tuple[float, float]],
        book: Book,
        stop: threading.Event,
        *,
        sends_documents: bool = True,
    ) -> None:
        super().__init__(name=f"sender {number}", daemon=True)
        self._sends_documents = sends_documents
        self._chance = random.Random(number)  # noqa: S311
        self._port, self._api_key = house.port, house.api_key
        self._points, self._book, self._stop_asked = points, book, stop
        self._counter = itertools.count(1)
        self._connection: http.client.HTTPConnection | None = None

    def run(self) -> None:
        while not self._stop_asked.is_set():
            self._send_one(next(self._counter))
            time.sleep(PAUSE_S)

    def _send_one(self, count: int) -> None:
        key = str(uuid.uuid4())
        lon, lat = self._chance.choice(self._points)
        report: dict[str, object] = {
            "text": f"{self._chance.choice(TEXTS)} {key[:8]}",
            "lon": lon,
            "lat": lat,
            "category_code": "010102",
            "contact": {"phone": "100-0000-0000"},
        }
        with_photo = count % PHOTO_EVERY == 0
        with_document = self._sends_documents and count % PHOTO_EVERY == DOCUMENT_AT
        attempts = itertools.count(1)
        deadline: float | None = None
        while True:
            try:
                attempt = next(attempts)
                if with_photo and "photos" not in report:
                    report["photos"] = [self._photo_token()]
                if with_document and "documents" not in report:
                    report["documents"] = [self._document_token()]
                self._acknowledge(key, report, attempt)
            except _Lost:
                if self._stop_asked.is_set():
                    deadline = deadline or time.monotonic() + LAST_PATIENCE_S
                    if time.monotonic() > deadline:
                        self._book.unanswered.append(key)
                        return
                time.sleep(RETRY_PAUSE_S)
            else:
                return

    def _acknowledge(self, key: str, report: dict[str, object], attempt: int) -> None:
        headers = {"Content-Type": "application/json", "Idempotency-Key": key}
        status, content = self._post("/api/v1/reports", json.dumps(report).encode(), headers)
        if status not in (200, 201):
            self._book.refused.append(f"{status} for key {key} at attempt {attempt}: {content[:200]!r}")
            return
        answer = json.loads(content)
        self._book.acknowledged.append(
            Acknowledged(
                key,
                answer["number"],
                answer["receipt_code"],
                has_photo="photos" in report,
                has_document="documents" in report,
                attempts=attempt,
                repeated=status == 200,
            )
        )

    def _photo_token(self) -> str:
        """The token of a picture that nobody else sends."""
        picture = BytesIO()
        colours = self._chance.randbytes(64 * 48 * 3)
        Image.frombytes("RGB", (64, 48), colours).save(picture, "JPEG")
        return self._token("photo", "a.jpg", picture.getvalue())

    def _document_token(self) -> str:
        """The token of a document that nobody else sends."""
        return self._token("document", "a.pdf", a_document(self._chance))

    def _token(self, field_name: str, name: str, content: bytes) -> str:
        """Of a file that is taken in before its report. Raises _Lost."""
        kind, body = multipart(field_name, name, content)
        status, answer = self._post(f"/api/v1/{field_name}s", body, {"Content-Type": kind})
        if status != 200:
            raise _Lost
        token: str = json.loads(answer)["token"]
        return token

    def _post(self, path: str, body: bytes, headers: dict[str, str]) -> tuple[int, bytes]:
        """(status, body) of an answer that is final. Raises _Lost."""
        if self._connection is None:
            self._connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=ANSWER_TIMEOUT_S)
        try:
            self._connection.request("POST", path, body, headers | {"X-Api-Key": self._api_key})
            response = self._connection.getresponse()
            status, content = response.status, response.read()
        except (OSError, http.client.HTTPException) as error:
            self._book.statuses[type(error).__name__] += 1
            self._connection.close()
            self._connection = None
            raise _Lost from error
        self._book.statuses[str(status)] += 1
        if status >= 500:
            raise _Lost
        return status, content
