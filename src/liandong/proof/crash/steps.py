"""One case through every step of its life, with a process killed in the middle of each: afterwards every step has
happened exactly once, its run stands where the case stands, and what fell due meanwhile was done once.
"""

import http.client
import itertools
import json
import random
import re
import threading
import time
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any, Self, TypeVar
from urllib.parse import urlencode

import psycopg

from liandong.kernel import ids
from liandong.kernel.time import today
from liandong.proof.house import House, Victim, opened
from liandong.sample.pace import ZONE
from liandong.sample.seeding import DEMO_PASSWORD

from .findings import drained, files, parts, verified
from .proof import Say, kill_one
from .senders import Book, a_document, multipart

T = TypeVar("T")
PATIENCE_S = 90.0
PAUSE_S = 0.2
LONGEST_DELAY_S = 0.06
"""How long after a request was sent the blow falls: an action takes 10 to 40 ms."""
_MOVED_BACK = """
from datetime import timedelta
from django.db import transaction
from django.db.models import F
from liandong.contexts.cases.models import Case, DeadlineEntry
from liandong.foundation.ledger import public as ledger
from liandong.kernel import time
from liandong.kernel.actor import SYSTEM
with transaction.atomic():
    {change}
    ledger.bind_rows(actor=SYSTEM)
"""
QUICK = (
    *(Victim.WEB_PROCESS, None, None, None, None),
    *(Victim.WEB_PROCESS, None, None, None, None),
    *(Victim.POSTMASTER, None, None, None, None),
)
"""The suite kills these in turn, None for nobody. A process killed again and again is started again later each time.
Where the clock takes a step it is always the worker.
"""
HANDLER, CLERK, COORDINATOR, TOWN = "handler-law-1", "clerk1", "coordinator1", "dispatcher-jicheng"


@dataclass(frozen=True, slots=True)
class Step:
    """`who` None: the worker does it by the clock, once `fall_due` has moved the case's own time into the past.
    `attaches`: a document goes with its words.
    """

    action: str
    state: str
    events: tuple[str, ...]
    who: str | None = None
    body: Mapping[str, object] = field(default_factory=dict)
    fall_due: str = ""
    attaches: bool = False


@dataclass(frozen=True, slots=True)
class Struck:
    """A step and who was killed in it; `sent`: how often it was sent until it was known to have happened."""

    action: str
    victim: Victim | None
    sent: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Walks:
    struck: tuple[Struck, ...]
    findings: tuple[str, ...]


class Lost(Exception):
    """No answer, or one that says: later."""


def _exchanged(
    port: int, method: str, path: str, body: bytes, headers: Mapping[str, str]
) -> tuple[http.client.HTTPResponse, bytes]:
    """The answer with its content. Raises Lost where none came."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_S)
    try:
        connection.request(method, path, body or None, dict(headers))
        answer = connection.getresponse()
        return answer, answer.read()
    except (OSError, http.client.HTTPException) as error:
        raise Lost from error
    finally:
        connection.close()


def prove_steps(
    data: Path, *, walks: Sequence[Sequence[Victim | None]], seed: int, say: Say = lambda _line: None
) -> Walks:
    """A case for each of `walks`, which names whom to kill at its steps in turn. `data`: a folder that is new or empty.

    Raises RuntimeError where the installation doesn't open, or a killed process doesn't come back.
    """
    say("打开示例县 · opening the fictional county")
    chance = random.Random(seed)  # noqa: S311
    with opened(data) as house:
        posts = {name: Post(house, name) for name in (HANDLER, CLERK, COORDINATOR, TOWN)}
        struck: list[Struck] = []
        findings: list[str] = []
        for victims in walks:
            walk = Walk(house, posts, itertools.cycle(victims), chance, say)
            struck += walk.through()
            findings += walk.findings
        findings += drained(house)
        with psycopg.connect(house.url, autocommit=True) as connection:
            findings += [*parts(connection), *files(connection, house, Book())]
        findings += verified(house)
        if findings:
            say(house.log_tails())
    return Walks(tuple(struck), tuple(findings))


class Post:
    """A post at its desk: signs in over the login page, then acts over the API."""

    def __init__(self, house: House, username: str) -> None:
        self._port = house.port
        self._cookies: dict[str, str] = {}
        page = self._ask("GET", "/accounts/login/")[1].decode()
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
        form = {"login": username, "password": DEMO_PASSWORD, "csrfmiddlewaretoken": token[1] if token else ""}
        self._ask("POST", "/accounts/login/", urlencode(form), "application/x-www-form-urlencoded")
        if "sessionid" not in self._cookies:
            raise RuntimeError(f"{username} could not sign in")

    def act(self, number: str, action: str, body: Mapping[str, object]) -> tuple[int, bytes]:
        return self._ask("POST", f"/api/v1/cases/{number}/{action}", json.dumps(body), "application/json")

    def keep(self, document: bytes) -> str:
        """Takes a document in; its token. Raises Lost."""
        kind, body = multipart("document", "a.pdf", document)
        status, content = self._ask("POST", "/api/v1/documents", body, kind)
        if status != 200:
            raise Lost
        token: str = json.loads(content)["token"]
        return token

    def look(self, number: str) -> int:
        """Opens the fold of the process, which makes the run."""
        return self._ask("GET", f"/console/case/{number}/process/")[0]

    def read(self, path: str) -> int:
        """Opens a page; its status."""
        return _exchanged(self._port, "GET", path, b"", {"Cookie": self._cookie})[0].status

    @property
    def _cookie(self) -> str:
        return "; ".join(f"{name}={value}" for name, value in self._cookies.items())

    def _ask(self, method: str, path: str, body: str | bytes = "", kind: str = "text/plain") -> tuple[int, bytes]:
        """(status, body). Raises Lost."""
        headers = {
            "Cookie": self._cookie,
            "X-CSRFToken": self._cookies.get("csrftoken", ""),
            "Content-Type": kind,
        }
        answer, content = _exchanged(
            self._port, method, path, body if isinstance(body, bytes) else body.encode(), headers
        )
        if answer.status >= 500:
            raise Lost
        for given in answer.headers.get_all("Set-Cookie") or ():
            name, _, value = given.partition(";")[0].partition("=")
            self._cookies[name] = value
        return answer.status, content


class Walk:
    """One case and what is found wrong with it. `keys`: of its reports."""

    def __init__(
        self, house: House, posts: Mapping[str, Post], victims: Iterator[Victim | None], chance: random.Random, say: Say
    ) -> None:
        self.findings: list[str] = []
        self.keys: list[str] = []
        self._house, self._posts, self._victims, self._chance, self._say = house, posts, victims, chance, say
        self._case_id = 0
        self._expected = ["CaseReceived"]
        self._attached = 0

    def through(self) -> Iterator[Struck]:
        yield self._receive()
        self._patiently(lambda: self._posts[CLERK].look(self.number))
        offices = {row["code"]: row["id"] for row in self._rows("SELECT id, code FROM orgs_office")}
        town = self._rows("SELECT office_id AS id FROM access_staff WHERE username = %s", TOWN)[0]["id"]
        other, _ = self._reported()
        for step in _steps(offices, town, ids.case_number(other)):
            yield self._strike(step)
            self._check(step)

    @property
    def number(self) -> str:
        return ids.case_number(self._case_id)

    def _receive(self) -> Struck:
        """The report itself."""
        before = len(self._rows("SELECT id FROM intake_report"))
        with self._blow(next(self._victims)) as blow:
            self._case_id, sent = self._reported()
        if (there := len(self._rows("SELECT id FROM intake_report"))) != before + 1:
            self.findings.append(f"one report sent, {there - before} there")
        return self._told(Struck("receive", blow.victim, sent, blow.seconds))

    def _reported(self) -> tuple[int, int]:
        """(its case, how often it was sent): again under its key until it is acknowledged."""
        point = self._rows("SELECT lon, lat FROM orgs_division WHERE kind = 'cell' ORDER BY id LIMIT 1")[0]
        self.keys.append(str(uuid.uuid4()))
        report = json.dumps({"text": "垃圾桶满了，请来清运", "category_code": "010102", **point}).encode()
        headers = {
            "Content-Type": "application/json",
            "Idempotency-Key": self.keys[-1],
            "X-Api-Key": self._house.api_key,
        }

        def send() -> bytes:
            answer, content = _exchanged(self._house.port, "POST", "/api/v1/reports", report, headers)
            if answer.status not in (200, 201):
                raise Lost
            return content

        content, sent = self._patiently(send)
        return ids.parse_case_number(json.loads(content)["number"]), sent

    def _strike(self, step: Step) -> Struck:
        """Takes the step while somebody is killed, and again for as long as its answer is lost."""
        version = self._case()["version"]
        if step.who is None:
            self._let_time_pass(step)
            with self._blow(Victim.WORKER) as blow:
                self._wait_for(step.state)
            return self._told(Struck(step.action, blow.victim, 1, blow.seconds))
        post = self._posts[step.who]
        body = {**step.body, "version": version}
        if step.attaches:
            body["files"] = [self._patiently(lambda: post.keep(a_document(self._chance)))[0]]
            self._attached += 1
        with self._blow(next(self._victims)) as blow:
            (status, content), sent = self._patiently(lambda: post.act(self.number, step.action, body))
        if status != 200 and not (sent > 1 and self._case()["version"] > version):
            self.findings.append(f"{step.action} answered {status}: {content.decode()[:200]}")
        return self._told(Struck(step.action, blow.victim, sent, blow.seconds))

    def _let_time_pass(self, step: Step) -> None:
        """Nobody waits for days: the case's own moment is moved back, as a command would, and the timers may run again
        at once.
        """
        moved = self._house.run("shell", "-c", _MOVED_BACK.format(change=step.fall_due.format(case=self._case_id)))
        if moved.code:
            self.findings.append(f"{step.action}: {moved.text}")
        with psycopg.connect(self._house.url, autocommit=True) as connection:
            connection.execute("DELETE FROM events_timer WHERE name LIKE 'liandong.contexts.cases.%'")

    def _check(self, step: Step) -> None:
        """Checks that each step happened once, in this order, and nothing else did."""
        case = self._case()
        told = self._rows(
            "SELECT action FROM ledger_entry WHERE stream_kind = 'case' AND stream_id = %s ORDER BY seq", self._case_id
        )
        happened = [row["action"] for row in told]
        self._expected += step.events
        if happened != self._expected or len(happened) != case["version"]:
            self.findings.append(f"{step.action} did not happen once: {happened}, version {case['version']}")
            self._expected = happened
        if case["state"] != step.state:
            self.findings.append(f"after {step.action} the case is {case['state']}, not {step.state}")
        if step.state != "joined" and not self._run_arrives():
            self.findings.append(f"after {step.action} the run stands elsewhere: {self._run()}, {self._case()}")
        attached = self._rows("SELECT sha256 FROM cases_attachment WHERE case_id = %s", self._case_id)
        if len({row["sha256"] for row in attached}) != self._attached or len(attached) != self._attached:
            self.findings.append(f"after {step.action} {len(attached)} files are there, {self._attached} were sent")
        open_tasks = self._rows("SELECT id FROM cases_task WHERE case_id = %s AND done_at IS NULL", self._case_id)
        if len(open_tasks) != (step.state not in ("answered", "closed", "joined")):
            self.findings.append(f"after {step.action} {len(open_tasks)} tasks are open")

    def _run_arrives(self) -> bool:
        """Whether the run comes to where the case stands: the element of a state has the state's name."""
        deadline = time.monotonic() + PATIENCE_S
        while time.monotonic() < deadline:
            case, run = self._case(), self._run()
            if run["positions"] == [case["state"]] and run["case_version"] == case["version"]:
                return True
            time.sleep(PAUSE_S)
        return False

    def _wait_for(self, state: str) -> None:
        deadline = time.monotonic() + PATIENCE_S
        while self._case()["state"] != state and time.monotonic() < deadline:
            time.sleep(PAUSE_S)

    def _case(self) -> Mapping[str, Any]:
        return self._rows("SELECT state, version FROM cases_case WHERE id = %s", self._case_id)[0]

    def _run(self) -> Mapping[str, Any]:
        found = self._rows("SELECT positions, case_version FROM process_run WHERE case_id = %s", self._case_id)
        return found[0] if found else {"positions": [], "case_version": 0}

    def _rows(self, statement: str, *values: object) -> list[dict[str, Any]]:
        """Asked of the database from outside, waiting while it is down."""

        def ask() -> list[dict[str, Any]]:
            try:
                with psycopg.connect(self._house.url, autocommit=True, row_factory=psycopg.rows.dict_row) as outside:
                    return outside.execute(statement.encode(), values).fetchall()
            except psycopg.OperationalError as error:
                raise Lost from error

        return self._patiently(ask)[0]

    def _patiently(self, ask: Callable[[], T]) -> tuple[T, int]:
        """(answer, how often it was asked for)."""
        deadline = time.monotonic() + PATIENCE_S
        for count in itertools.count(1):
            try:
                return ask(), count
            except Lost:
                if time.monotonic() > deadline:
                    raise RuntimeError(f"no answer in {PATIENCE_S} s: {self._house.log_tails()}") from None
                time.sleep(PAUSE_S)
        raise AssertionError

    def _blow(self, victim: Victim | None) -> "_Blow":
        return _Blow(self._house, victim, self._chance.uniform(0, LONGEST_DELAY_S), self._chance)

    def _told(self, struck: Struck) -> Struck:
        self._say(
            f"  {struck.action:<18} kill -9 {struck.victim or '—':<12} sent {struck.sent}  {struck.seconds:4.1f} s"
        )
        return struck


class _Blow:
    """Kills somebody while the block runs."""

    def __init__(self, house: House, victim: Victim | None, delay_s: float, chance: random.Random) -> None:
        self.victim, self.seconds = victim, 0.0
        self._thread = threading.Timer(delay_s, kill_one, [house, victim, chance]) if victim else None

    def __enter__(self) -> Self:
        self._begun = time.monotonic()
        if self._thread:
            self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._thread:
            self._thread.join()
        self.seconds = time.monotonic() - self._begun


def _steps(offices: Mapping[str, int], town: int, other: str) -> list[Step]:
    """Every step that a post or the clock takes, in one life. `other`: the number of an open case, to be joined to."""
    words, down = {"text": "已核实"}, {"office_id": town, "text": "在村道上"}
    park = {"ground": "funds", "review_on": (today(ZONE) + timedelta(days=30)).isoformat()}
    screen = {"category_code": "010102", "office_id": offices["LAW"]}
    return [
        Step("return", "received", ("CaseReturned",), HANDLER, words),
        Step("screen", "dispatched", ("CaseScreened",), CLERK, screen),
        Step("accept", "handling", ("CaseAccepted",), HANDLER),
        Step("join", "joined", ("CaseJoined",), CLERK, {"number": other}),
        Step("separate", "handling", ("CaseSeparated",), CLERK, words),
        Step("ask", "asked", ("ReporterAsked",), HANDLER, words, attaches=True),
        Step("reply", "handling", ("ReporterReplied",), CLERK, words, attaches=True),
        Step("reassign", "dispatched", ("CaseReassigned",), COORDINATOR, {"office_id": offices["HUD"], **words}),
        Step("undo_reassign", "handling", ("ReassignmentUndone",), COORDINATOR, words),
        Step("ask_extension", "handling", ("ExtensionAsked",), HANDLER, {"count": 1, **words}),
        Step("grant_extension", "handling", ("ExtensionGranted",), COORDINATOR, words),
        Step("reassign", "handling", ("ConsentAsked",), COORDINATOR, down),
        Step("decline_consent", "handling", ("ConsentDeclined",), TOWN, words),
        Step("reassign", "handling", ("ConsentAsked",), COORDINATOR, down),
        Step("give_consent", "dispatched", ("ConsentGiven", "CaseReassigned"), TOWN),
        Step("undo_reassign", "handling", ("ReassignmentUndone",), COORDINATOR, words),
        Step("park", "parked", ("CaseParked",), COORDINATOR, {**park, **words}),
        Step(
            "review", "handling", ("ParkingReviewed",),
            fall_due="Case.objects.filter(pk={case}).update(review_at=time.now() - timedelta(days=1))",
        ),
        Step("ask", "asked", ("ReporterAsked",), HANDLER, words),
        Step(
            "lapse_question", "handling", ("QuestionLapsed",),
            fall_due="DeadlineEntry.objects.filter(case_id={case}, kind='pause')"
            ".update(at=F('at') - timedelta(days=60))",
        ),
        Step("answer", "answered", ("CaseAnswered",), HANDLER, words, attaches=True),
        Step("judge_unsolved", "handling", ("VerdictUnsolved",), CLERK),
        Step("answer", "answered", ("CaseAnswered",), HANDLER, words),
        Step(
            "lapse", "closed", ("VerdictLapsed",),
            fall_due="Case.objects.filter(pk={case}).update(verdict_due_at=time.now() - timedelta(days=1))",
        ),
    ]  # fmt: skip
