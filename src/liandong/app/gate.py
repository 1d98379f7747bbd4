"""Who comes in: before anything asks the database, each request gets a place in the lane of its kind, or is refused."""

import logging
import threading
import time as stopwatch
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import Any, cast

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.module_loading import import_string

from liandong.foundation.access import public as access
from liandong.foundation.deadlines import public as deadlines
from liandong.foundation.rooms import public as rooms
from liandong.foundation.ui.public import ContentSecurityPolicy
from liandong.kernel.errors import Busy, LengthMissing, LiandongError, TooMany

from . import arriving, leaving, serving
from .lanes import Lane, Rates, Room, Source

log = logging.getLogger(__name__)
MACHINES = frozenset({"intake", "batches"})
"""Lanes whose senders keep what they sent, and needn't be heard to the end."""
TELL_EVERY_S = 10.0


class House:
    """The lanes of this process, and what each source has asked for."""

    def __init__(self, sizes: serving.Sizes) -> None:
        pages = Lane("pages", sizes.pages)
        others = (Lane(name, getattr(sizes, name), pages) for name in ("intake", "batches", "exports"))
        self._lanes = {lane.name: lane for lane in (pages, *others)}
        self._ways = _longest_first(way for room in rooms.rooms() for way in room.lanes)
        self._of_address, self._of_key = Rates(sizes.address_per_s), Rates(sizes.key_per_s)
        self.leaving = Room(sizes.leaving)
        self._teller = _Teller()

    def lane_of(self, path: str) -> Lane:
        """By the address of the page alone: nothing that a sender writes into a request leads into another lane."""
        return self._lanes[next((lane for prefix, lane in self._ways if path.startswith(prefix)), "pages")]

    def count(self, source: Source) -> None:
        """Raises TooMany where the source has asked for too much in too short a time."""
        self._of_address.count(source.address)
        if source.key:
            self._of_key.count(source.key)

    def tell(self, lane: Lane, error: LiandongError) -> None:
        self._teller.tell(lane.name, error)


def _longest_first(ways: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    return sorted(ways, key=lambda way: len(way[0]), reverse=True)


@cache
def house() -> House:
    return House(settings.WEB)


def source_in(environ: Mapping[str, Any]) -> Source:
    """Keys in a body aren't looked for."""
    key = environ.get("HTTP_X_API_KEY") or environ.get("HTTP_API_KEY") or ""
    return Source(access.household_of(environ.get("REMOTE_ADDR", "")), key[:80])


class Gate:
    """Middleware. Static files and `/healthz` are answered before it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        lane = house().lane_of(request.path_info)
        source = source_in(request.META)
        body = arriving.Body(request)
        try:
            if lane.name in MACHINES:
                house().count(source)
                lane.check_room(source)
            if body.is_sent:
                with lane.arriving.held(source):
                    body.read()
            if lane.name not in MACHINES:
                house().count(source)
            return self._worked_on(request, lane, source)
        except (Busy, TooMany, LengthMissing) as error:
            house().tell(lane, error)
            body.leave(lane.arriving, source)
            answer = refusal(request, error)
            answer.headers["Content-Length"] = str(len(answer.content))
            answer._has_been_logged = True  # type: ignore[attr-defined]  # noqa: SLF001 (told by the ten seconds)
            return answer

    def _worked_on(self, request: HttpRequest, lane: Lane, source: Source) -> HttpResponse:
        _check_database()
        with lane.work(source) as waited_s:
            _check_database()
            with deadlines.of_request(waited_s=waited_s, share=lane.share):
                try:
                    return self._get_response(request)
                finally:
                    deadlines.release()


Start = Callable[..., Any]
Application = Callable[[dict[str, Any], Start], Iterable[bytes]]


def at_the_door(application: Application) -> Application:
    """What the API has no room for is refused before a request is made of it: in a flood that is most of what comes.
    And a file leaves only where there is room for one more that is read slowly.
    """

    def entered(environ: dict[str, Any], start_response: Start) -> Iterable[bytes]:
        lane, source = house().lane_of(environ["PATH_INFO"]), source_in(environ)
        try:
            if lane.name in MACHINES and environ["PATH_INFO"].startswith(access.API):
                _check_at_the_door(environ, lane, source)
            answer, words = leaving.answered(application, environ)
            answer.take(house().leaving, source)
        except (Busy, TooMany) as error:
            house().tell(lane, error)
            headers, content = _plain_refusal(_language(environ.get("HTTP_ACCEPT_LANGUAGE", "")))
            start_response("503 Service Unavailable", list(headers))
            return [content]
        start_response(*words)
        return answer.content

    return entered


def _check_at_the_door(environ: Mapping[str, Any], lane: Lane, source: Source) -> None:
    """Raises Busy."""
    try:
        _check_database()
        lane.check_room(source)
    except Busy:
        arriving.drain(environ, lane.arriving, source)
        raise


@cache
def _plain_refusal(language: str) -> tuple[tuple[tuple[str, str], ...], bytes]:
    with translation.override(language):
        answer = access.problem(Busy())
    headers = {
        **answer.headers,
        "Content-Length": str(len(answer.content)),
        "Content-Language": language,
        "Cache-Control": "private, no-store",
        "X-Content-Type-Options": "nosniff",
    }
    return tuple(headers.items()), answer.content


def _language(accepted: str) -> str:
    return next((tag for tag in ("zh-hans", "en") if accepted.lower().lstrip().startswith(tag[:2])), "zh-hans")


def refusal(request: HttpRequest, error: LiandongError) -> HttpResponse:
    """In the words of the door: a page in both languages, which keeps what was written, or an error for machines."""
    door = rooms.machine_door(request.path_info)
    if door is not None:
        with translation.override(translation.get_language_from_request(request)):
            return cast("HttpResponse", import_string(door.refusal)(request, error))
    if access.is_for_a_machine(request):
        with translation.override(translation.get_language_from_request(request)):
            return access.problem(error)
    page = access.busy_page(request, error, untried=True)
    page.headers["Content-Security-Policy"] = ContentSecurityPolicy.POLICY
    return page


def _check_database() -> None:
    if deadlines.breaker.is_open:
        raise Busy


class _Teller:
    """A line of log for all refusals of ten seconds."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts: Counter[str] = Counter()
        self._told = 0.0

    def tell(self, lane: str, error: LiandongError) -> None:
        now = stopwatch.monotonic()
        with self._lock:
            self._counts[f"{lane} {error.status}"] += 1
            if now - self._told < TELL_EVERY_S:
                return
            counts, self._counts, self._told = self._counts, Counter(), now
        log.warning("refused: %s", ", ".join(f"{name} × {number}" for name, number in counts.items()))
