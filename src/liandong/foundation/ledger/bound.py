"""Rows that the ledger speaks of. A model that is bound tells here what is done to its rows; the entry that the command
writes anyway takes it along. Nothing is bound by the database itself: it would bind an intruder's UPDATE too.

docs/decisions/bound-rows.md says why columns carry what they were before.
"""

import logging
import secrets
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, Self, TypeVar

from django.db import connection, models, transaction
from django.db.models import Model, QuerySet

from .domain.binding import SALT, SALT_BYTES, Item, Kind, Table, changed, joined
from .domain.chain import NewEntry, Stream
from .domain.events import RowsFollowed

log = logging.getLogger(__name__)
_M = TypeVar("_M", bound="BoundModel")
BOUND = "bound"
"""Where an entry's payload has what it says of rows: {table: {row id: item}}."""
FOLLOWED = RowsFollowed.__name__
"""Rows of another thing than the command's own stream was about, or changed by nobody's command."""
_KINDS = (
    (models.DateTimeField, Kind.TIME),
    (models.FloatField, Kind.FLOAT),
    (models.BinaryField, Kind.BYTES),
    (models.JSONField, Kind.JSON),
)


@dataclass(frozen=True, slots=True)
class Binding:
    """The binding of a model, declared beside it.

    `columns`: by attribute name (`office_id`), only ever added to at the end. `derived`: the other columns, each with
    the reason why it isn't bound. `stream`: the kind of stream that its rows belong to, `owner` the column with the
    stream's id. `hidden`: see `domain.binding.Table`. `part_of`: the kind of stream that its own kind belongs to, and
    the column with that one's id. `draws_salt`: a new row, or an old one that is adopted, gets a salt here. `later`:
    see `domain.binding.Table`. `goes`: rows that streams are about are removed by commands.
    """

    name: str
    stream: str
    owner: str
    columns: tuple[str, ...]
    hidden: frozenset[str] = frozenset()
    derived: Mapping[str, str] = field(default_factory=dict)
    part_of: tuple[str, str] | None = None
    draws_salt: bool = True
    later: int = 0
    goes: bool = False


@dataclass(frozen=True, slots=True)
class BoundTable:
    """A bound model with all that is reckoned from its fields once."""

    model: type[Model]
    binding: Binding
    table: Table
    is_salted: bool

    @property
    def name(self) -> str:
        return self.binding.name

    @property
    def draws_salt(self) -> bool:
        return self.is_salted and self.binding.draws_salt

    @property
    def title(self) -> str:
        """As SQL calls it."""
        return self.model._meta.db_table

    @property
    def read(self) -> tuple[str, ...]:
        """The columns that a row's word is made of, its salt first."""
        return self.table.columns

    def said(self, row_id: int, values: Mapping[str, Any]) -> dict[str, Any]:
        return self.table.written(row_id, values, _salt(values))

    def whole(self, row_id: int, values: Mapping[str, Any]) -> str:
        """All of a row, for an entry; columns that aren't given are empty."""
        return self.table.whole(row_id, values, _salt(values))


def _salt(values: Mapping[str, Any]) -> bytes | None:
    """As bytes, or as SQL takes it, in hexadecimal."""
    salt = values.get(SALT)
    if isinstance(salt, str):
        return bytes.fromhex(salt.removeprefix("\\x"))
    return bytes(salt) if salt is not None else None


_tables: dict[str, BoundTable] = {}
_of_model: dict[type[Model], BoundTable] = {}


def tables() -> Mapping[str, BoundTable]:
    """Every bound table by its short name."""
    return _tables


def bound_table(name: str) -> BoundTable:
    """The bound table of a short name."""
    return _tables[name]


def table_of(model: type[Model]) -> BoundTable:
    return _of_model[model]


def bind(model: type[_M]) -> type[_M]:
    """Class decorator: the model's rows are bound as its `binding` says."""
    binding: Binding = model.binding
    fields = {each.attname: each for each in model._meta.concrete_fields}
    names = (*((SALT,) if SALT in fields else ()), *binding.columns)
    own = {name: fields[name] for name in names}
    kinds = {name: kind for name, each in own.items() if (kind := _kind(each)) is not Kind.PLAIN}
    nullable = frozenset(name for name, each in own.items() if each.null)
    hidden = binding.hidden | {SALT} if SALT in fields else binding.hidden
    table = Table(binding.name, names, kinds, hidden, nullable, binding.later)
    _tables[binding.name] = _of_model[model] = BoundTable(model, binding, table, SALT in fields)
    return model


def _kind(each: "models.Field[Any, Any]") -> Kind:
    if each.get_internal_type() == "ArrayField":
        return Kind.LIST
    return next((kind for cls, kind in _KINDS if isinstance(each, cls)), Kind.PLAIN)


@dataclass(frozen=True, slots=True)
class StreamKind:
    """A kind of stream with its tables, the first of them the one whose id the stream has, and the streams within it:
    (kind, table with that one's id, its tables).
    """

    name: str
    tables: tuple[BoundTable, ...]
    within: tuple[tuple[str, BoundTable, tuple[BoundTable, ...]], ...]

    @property
    def head(self) -> BoundTable:
        return self.tables[0]

    @property
    def every(self) -> tuple[BoundTable, ...]:
        return (*self.tables, *(table for _, _, held in self.within for table in held))

    @property
    def adopted(self) -> str:
        """The kind of stream that adoption writes, one stream a span."""
        return f"{self.name}_adopted"


def kinds() -> list[StreamKind]:
    """Every kind of stream that rows belong to and that is part of no other."""
    held: dict[str, list[BoundTable]] = defaultdict(list)
    for table in tables().values():
        held[table.binding.stream].append(table)
    for own in held.values():
        own.sort(key=lambda table: (table.binding.owner != "pk", table.name != table.binding.stream))
    heads = {table.binding.stream: table for table in tables().values() if table.binding.part_of}
    return [
        StreamKind(
            name,
            tuple(own),
            tuple((part, head, tuple(held[part])) for part, head in heads.items() if _of(head) == name),
        )
        for name, own in held.items()
        if name not in heads
    ]


def _of(head: BoundTable) -> str:
    return head.binding.part_of[0] if head.binding.part_of else ""


def new_row_salt() -> bytes:
    """16 random bytes that hide what one row holds; gone with the row, or with what was hidden."""
    return secrets.token_bytes(SALT_BYTES)


@dataclass(slots=True)
class _Waiting:
    """A change of one row that no entry has taken along yet. It waits among the callbacks of its transaction, so that
    it is forgotten where its savepoint is rolled back. It is told as an error when it is committed so.
    """

    table: BoundTable
    row_id: int
    owner_id: int
    item: Item
    is_bound: bool = False

    def __call__(self) -> None:
        if not self.is_bound:
            log.error("row %s of %s was changed and no ledger entry binds it", self.row_id, self.table.title)


@dataclass(slots=True)
class _Taken:
    """Changes that an entry has taken along; forgotten with the entry where its savepoint is rolled back."""

    changes: list[_Waiting]

    def __call__(self) -> None:
        """Marks the changes as bound: they are committed with their entry."""
        for change in self.changes:
            change.is_bound = True


def waiting() -> list[_Waiting]:
    """Changes of this transaction that no entry has taken along, in their order."""
    callbacks = [each[1] for each in connection.run_on_commit]
    taken = {id(change) for each in callbacks if isinstance(each, _Taken) for change in each.changes}
    return [each for each in callbacks if isinstance(each, _Waiting) and id(each) not in taken]


def take(entries: Sequence[NewEntry]) -> list[NewEntry]:
    """The entries with what their streams' rows went through; further ones for rows of other streams."""
    changes = waiting()
    if not changes:
        return list(entries)
    told = _by_stream(changes)
    found = []
    for entry in entries:
        bound = told.pop(Stream(*entry.stream), None)
        found.append(NewEntry(entry.stream, entry.action, {**entry.payload, BOUND: bound}) if bound else entry)
    by = {"with": str(Stream(*entries[0].stream))} if entries else {}
    found += [
        NewEntry((f"{stream.kind}_rows", stream.id), FOLLOWED, {**by, BOUND: bound}) for stream, bound in told.items()
    ]
    transaction.on_commit(_Taken(changes))
    connection.run_on_commit.insert(0, connection.run_on_commit.pop())  # told before the changes themselves are
    return found


def _by_stream(changes: Iterable[_Waiting]) -> dict[Stream, dict[str, dict[str, Any]]]:
    told: dict[Stream, dict[str, dict[str, Any]]] = {}
    for change in changes:
        rows = told.setdefault(Stream(change.table.binding.stream, change.owner_id), {})
        of_table = rows.setdefault(change.table.name, {})
        key = str(change.row_id)
        if key not in of_table:
            of_table[key] = change.item
        elif isinstance(of_table[key], list):
            *before, last = of_table[key]
            then = joined(last, change.item)
            of_table[key] = [*before, *then] if isinstance(then, list) else [*before, then]
        else:
            of_table[key] = joined(of_table[key], change.item)
    return told


def created(model: type[Model], row_id: int, values: Mapping[str, Any]) -> None:
    """A row is there now."""
    table = table_of(model)
    _wait(table, row_id, _owner(table, row_id, values), table.whole(row_id, values))


def altered(model: type[Model], row_id: int, before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
    """Columns of a row are others now; both with the salt, and with all hidden columns where it changes."""
    table = table_of(model)
    names = {name for name in table.read if name in after and after[name] != before.get(name)}
    if SALT in names:
        names |= table.table.hidden & after.keys()
    if not names:
        return
    if names & table.table.hidden and SALT not in before:
        raise LookupError(f"{table.title}: {sorted(names)} are hidden, and the row was read without its salt")
    if before.get(SALT) is None and after.get(SALT) is None:
        names -= table.table.hidden  # of a row from before there were salts nothing is told that could be guessed
    told = changed(_only(names, table, row_id, before), _only(names, table, row_id, after))
    if told:
        _wait(table, row_id, _owner(table, row_id, {**before, **after}), told)


def _only(names: Collection[str], table: BoundTable, row_id: int, values: Mapping[str, Any]) -> dict[str, Any]:
    return table.table.written(row_id, {name: values[name] for name in names if name in values}, _salt(values))


def _owner(table: BoundTable, row_id: int, values: Mapping[str, Any]) -> int:
    owner = table.binding.owner
    return row_id if owner == "pk" else int(values[owner])


def removed(model: type[Model], row_id: int, owner_id: int) -> None:
    """A row is gone."""
    _wait(table_of(model), row_id, owner_id, None)


def _wait(table: BoundTable, row_id: int, owner_id: int, item: Item) -> None:
    transaction.on_commit(_Waiting(table, row_id, owner_id, item))


class BoundQuerySet(QuerySet[_M]):
    """Tells what it does to rows; a change of many reads them first, for what they were."""

    def update(self, **values: Any) -> int:
        table = table_of(self.model)
        names = {self.model._meta.get_field(name).attname: name for name in values}  # type: ignore[union-attr]
        if not names.keys() & {*table.read}:
            return super().update(**values)
        with transaction.atomic(using=self.db):
            before = self._held(table)
            if not before:
                return 0
            rows = self.model._base_manager.using(self.db).filter(pk__in=list(before))  # noqa: SLF001
            count = QuerySet.update(rows, **values)
            after = {name: _plain(values[names[name]]) for name in names}
            if any(hasattr(value, "resolve_expression") for value in after.values()):
                read = rows.values_list("pk", *table.read)
                now = {row[0]: dict(zip(table.read, row[1:], strict=True)) for row in read}
            else:
                now = {row_id: {**was, **after} for row_id, was in before.items()}
            for row_id, was in before.items():
                altered(self.model, row_id, was, now[row_id])
        return count

    update.alters_data = True  # type: ignore[attr-defined]

    def delete(self) -> tuple[int, dict[str, int]]:
        table = table_of(self.model)
        with transaction.atomic(using=self.db):
            owner = table.binding.owner
            gone = list(self.order_by().select_for_update(of=("self",)).values_list("pk", owner))
            result = super().delete() if gone else (0, {})
            for row_id, owner_id in gone:
                removed(self.model, row_id, owner_id)
        return result

    delete.alters_data = True  # type: ignore[attr-defined]
    delete.queryset_only = True  # type: ignore[attr-defined]

    def bulk_create(self, objs: Iterable[Any], *args: Any, **options: Any) -> list[Any]:
        rows = list(objs)
        for row in rows:
            row.draw_salt()
        made = super().bulk_create(rows, *args, **options)
        for row in made:
            row.tell_created()
        return made

    def bulk_update(self, objs: Iterable[Any], fields: Iterable[str], batch_size: int | None = None) -> int:
        """Updates columns that aren't bound. Raises NotImplementedError for others."""
        names = list(fields)
        bound = {self.model._meta.get_field(name).attname for name in names} & {*table_of(self.model).read}  # type: ignore[union-attr]
        if bound:
            raise NotImplementedError(f"{sorted(bound)} are bound: update() tells what they were")
        return super().bulk_update(objs, names, batch_size=batch_size)

    def _held(self, table: BoundTable) -> dict[int, dict[str, Any]]:
        found = self.order_by("pk").select_for_update(of=("self",)).values_list("pk", *table.read)
        return {row[0]: dict(zip(table.read, row[1:], strict=True)) for row in found}


def _plain(value: Any) -> Any:
    return value.pk if isinstance(value, Model) else value


class BoundModel(models.Model):
    """A model whose rows the ledger speaks of. What is done to them outside a transaction, or with SQL of one's own,
    is to be told by `created`, `altered`, `removed`.
    """

    binding: ClassVar[Binding]
    objects = BoundQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, *args: Any, **options: Any) -> None:
        """In a transaction. Raises TransactionManagementError outside one."""
        is_new, names = self._state.adding, options.get("update_fields")
        if is_new:
            self.draw_salt()
        super().save(*args, **options)
        if is_new:
            self.tell_created()
        else:
            self._tell_altered(names)

    @classmethod
    def from_db(cls, db: str | None, field_names: Collection[str], values: Collection[Any], **more: Any) -> Self:
        made = super().from_db(db, field_names, values, **more)
        made._as_read = dict(zip(field_names, values, strict=False))  # noqa: SLF001
        return made

    def draw_salt(self) -> None:
        """A new row gets its salt."""
        if table_of(type(self)).draws_salt and getattr(self, SALT) is None:
            setattr(self, SALT, new_row_salt())

    def tell_created(self) -> None:
        read = table_of(type(self)).read
        self._as_read = {name: getattr(self, name) for name in read}
        created(type(self), self.pk, self._as_read)

    def _tell_altered(self, names: Iterable[str] | None) -> None:
        told = set(names) if names is not None else None
        fields = self._meta.concrete_fields
        wanted = [each.attname for each in fields if told is None or told & {each.name, each.attname}]
        before: dict[str, Any] = self.__dict__.get("_as_read", {})
        after = {**before, **{name: self.__dict__[name] for name in wanted if name in self.__dict__}}
        altered(type(self), self.pk, before, after)
        self._as_read = after
