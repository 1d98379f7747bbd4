"""A whole file into `receive`, batch by batch. What is in stays in: a run that was stopped is run again."""

import time as clock
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from importlib import resources
from itertools import islice
from pathlib import Path

from django.db import DataError, IntegrityError, transaction

from liandong.contexts.cases import public as cases
from liandong.contexts.intake.commands import Past, receive
from liandong.contexts.intake.domain.incoming import ContactInput, Incoming, Received
from liandong.contexts.intake.queries import count_recorded_since
from liandong.foundation.orgs import public as orgs
from liandong.foundation.registers.public import Cached
from liandong.kernel import time
from liandong.kernel.actor import Actor
from liandong.kernel.errors import InvalidInput, LiandongError, NotFound

from .mapping import ENDED, NO_RECEIPT, SourceMap, Translated, Translator, fold_name, parse
from .readers import SourceRow, Table, open_table
from .registers import Made, SourceRegisters
from .rejects import Rejects

BATCH = 500
_MAPPINGS = "data/mappings"


@dataclass(slots=True)
class Tally:
    """The figures of a run so far. `blank`: rows without any value, not counted as read; `twice`: those of the repeated
    whose key the file has more than once; `reasons`: rows by sentence in Chinese and English; `remarks`: by message id.
    """

    read: int = 0
    blank: int = 0
    taken: int = 0
    repeated: int = 0
    twice: int = 0
    rejected: int = 0
    reasons: Counter[tuple[str, str]] = field(default_factory=Counter)
    remarks: Counter[str] = field(default_factory=Counter)
    missing_columns: tuple[str, ...] = ()
    made: Made = field(default_factory=Made)
    share: float = 0.0
    seconds: float = 0.0


Progress = Callable[[Tally], None]


@dataclass(frozen=True, slots=True)
class _Candidate:
    row: SourceRow
    translated: Translated


def shipped_mappings() -> list[str]:
    """Names of the mappings that the product brings."""
    folder = resources.files(__package__).joinpath(_MAPPINGS)
    return sorted(entry.name.removesuffix(".toml") for entry in folder.iterdir() if entry.name.endswith(".toml"))


def load_mapping(name: str) -> SourceMap:
    """A mapping file by its path, or a shipped one by its name. Raises NotFound, InvalidInput."""
    path = Path(name)
    if path.suffix == ".toml":
        if not path.is_file():
            raise NotFound("没有这个映射文件：%(name)s", name=name)
        return parse(path.read_bytes())
    if name not in shipped_mappings():
        raise NotFound("没有这个映射：%(name)s（内置：%(shipped)s）", name=name, shipped="、".join(shipped_mappings()))
    return parse(resources.files(__package__).joinpath(f"{_MAPPINGS}/{name}.toml").read_bytes())


def import_reports(
    *,
    actor: Actor,
    path: Path,
    mapping: SourceMap,
    rejected: Path,
    dry_run: bool = False,
    progress: Progress = lambda tally: None,
    tally: Tally | None = None,
) -> Tally:
    """Takes every row of the file in, or writes it to `rejected` with the reason; repeated rows are counted only.

    `dry_run` does all of it in one transaction that is rolled back. `tally` may be given to be read while and after it
    runs, also when it is interrupted. Raises InvalidInput where the file itself can't be read (further).
    """
    counted = tally or Tally()
    source = mapping.source
    with (
        open_table(path, encoding=source.encoding, delimiter=source.delimiter, records=source.records) as table,
        Rejects(rejected, table.columns) as rejects,
    ):
        run = _Run(actor, mapping, table, rejects, counted, progress)
        if not dry_run:
            run.go()
            return counted
        try:
            with transaction.atomic():
                run.go()
                transaction.set_rollback(True)
        finally:
            Cached.forget_all()
    return counted


class _Run:
    def __init__(
        self, actor: Actor, mapping: SourceMap, table: Table, rejects: Rejects, tally: Tally, progress: Progress
    ) -> None:
        self._actor = actor
        self._mapping = mapping
        self._table = table
        self._rejects = rejects
        self._tally = tally
        self._progress = progress
        self._translator = Translator(mapping, time.now(), orgs.county().zone)
        self._registers = SourceRegisters(actor, mapping)
        tally.made = self._registers.made
        tally.missing_columns = self._missing_columns()
        timeless = tally.missing_columns and set(self._translator.received_columns()) <= set(tally.missing_columns)
        self._refuse_doubles()
        self._began = time.now()
        self._of_every_row = [InvalidInput(NO_RECEIPT, field="received_at")] if timeless else []

    def go(self) -> None:
        started = clock.monotonic()
        try:
            for batch in _batches(self._table.rows):
                self._take(batch)
                self._tally.seconds = clock.monotonic() - started
                self._tally.share = self._table.share()
                self._tally.blank = self._table.blank_rows
                self._progress(self._tally)
        finally:
            self._tally.blank = self._table.blank_rows
            self._tally.seconds = clock.monotonic() - started

    def _refuse_doubles(self) -> None:
        """Two columns of one name that the mapping uses: which of them is meant isn't known."""
        there = Counter(fold_name(column) for column in (*self._table.columns, *self._table.twice))
        double = [name for name in self._translator.wanted() if there[fold_name(name)] > 1]
        if double:
            raise InvalidInput("不止一列是：%(names)s", field="file", names="、".join(double))

    def _missing_columns(self) -> tuple[str, ...]:
        """Columns of the mapping that the file's header doesn't have; () where there is no header."""
        if not self._table.columns:
            return ()
        there = {fold_name(column) for column in self._table.columns}
        wanted = self._translator.wanted()
        return tuple(name for name in wanted if not {fold_name(name), fold_name(name.partition(".")[0])} & there)

    def _take(self, batch: Sequence[SourceRow]) -> None:
        self._tally.read += len(batch)
        candidates: list[_Candidate] = []
        for row in batch:
            if row.problem:
                self._reject(row, [row.problem, *self._of_every_row])
                continue
            translated = self._translator.translate(row.values)
            if translated.problems:
                self._reject(row, translated.problems)
            else:
                candidates.append(_Candidate(row, translated))
        if candidates:
            self._registers.learn(candidate.translated for candidate in candidates)
        ready: list[tuple[_Candidate, Incoming]] = []
        for candidate in candidates:
            try:
                ready.append((candidate, self._incoming(candidate.translated)))
            except LiandongError as error:
                self._reject(candidate.row, [error])
        self._receive(ready)

    def _receive(self, ready: Sequence[tuple[_Candidate, Incoming]]) -> None:
        """One batch; where the database refuses a value of it, the halves, down to the row that has it."""
        if not ready:
            return
        try:
            with transaction.atomic():
                answers = receive(
                    actor=self._actor,
                    batch=[report for _, report in ready],
                    pasts=[_past(candidate.translated) for candidate, _ in ready],
                )
        except (DataError, IntegrityError, UnicodeEncodeError) as error:
            if len(ready) == 1:
                why = str(error).split("\n", maxsplit=1)[0][:120]
                self._reject(ready[0][0].row, [InvalidInput("数据库不接受这一行：%(why)s", field="text", why=why)])
                return
            middle = len(ready) // 2
            self._receive(ready[:middle])
            self._receive(ready[middle:])
            return
        repeated = [answer.report_id for answer in answers if isinstance(answer, Received) and answer.repeated]
        self._tally.twice += count_recorded_since(repeated, self._began)
        for (candidate, _), answer in zip(ready, answers, strict=True):
            if not isinstance(answer, Received):
                self._reject(candidate.row, [answer.error])
            elif answer.repeated:
                self._tally.repeated += 1
            else:
                self._tally.taken += 1
                self._tally.remarks.update(candidate.translated.remarks)

    def _incoming(self, row: Translated) -> Incoming:
        codes = self._registers.codes(row)
        source = self._mapping.source
        return Incoming(
            text=row.text,
            title=row.title,
            channel=source.channel,
            origin=self._mapping.origin,
            origin_key=row.key,
            received_at=row.received_at,
            lon=row.lon,
            lat=row.lat,
            crs=source.crs.value,
            address=row.address,
            division_code=codes.division,
            category_code=codes.category,
            office_code=codes.office,
            contact=ContactInput(*row.contact),
            language=source.language,
            payload=row.payload or {},
            source_names=(*row.category, "", *row.division) if row.category or row.division else (),
        )

    def _reject(self, row: SourceRow, errors: Sequence[LiandongError]) -> None:
        self._tally.rejected += 1
        self._tally.reasons.update(self._rejects.add(row, errors))


def _past(row: Translated) -> Past:
    """The source's state and dates stand; an ended case has no clocks. No event is published: nobody is told of it."""
    life = cases.Life(
        state=cases.State(row.state),
        accepted_at=row.accepted_at,
        answered_at=row.answered_at,
        closed_at=row.closed_at,
        paused_since=row.paused_since,
        promise=row.promise,
        clocks=row.state not in ENDED,
    )
    return Past(life, row.answer)


def _batches(rows: Iterator[SourceRow]) -> Iterator[list[SourceRow]]:
    while batch := list(islice(rows, BATCH)):
        yield batch
