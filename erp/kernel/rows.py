"""Rows of the books while commands run: each is read once, held, changed in memory and written once, in lists.

A row here is a record, a plain object with one attribute a column, typed as the class of its table. Every statement is
constant, made once per table and columns, since building SQL and the ORM's own bookkeeping cost more than the database.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, make_dataclass
from functools import cache
from operator import attrgetter, itemgetter
from typing import Any, TypeVar, cast

from pydantic_core import PydanticUndefined
from sqlalchemy import (
    Connection,
    Executable,
    Row,
    Table,
    bindparam,
    delete,
    select,
    text,
    update,
)
from sqlalchemy.orm import Session

from erp.kernel.base import ErpTable, metadata
from erp.kernel.bulk import BulkInsert

T = TypeVar("T", bound=ErpTable)
Key = tuple[Any, ...]
Values = tuple[Any, ...]
Read = Callable[[Any], tuple[Any, ...]]

OLD = "key_"  # begins the name of a parameter that stands for a key column


def _attributes(names: tuple[str, ...]) -> Read:
    """Reads these attributes of an object as a tuple."""
    read = attrgetter(*names)
    return read if len(names) > 1 else lambda record: (read(record),)


def _positions(places: tuple[int, ...]) -> Read:
    """Reads these places of a row as a tuple."""
    read = itemgetter(*places)
    return read if len(places) > 1 else lambda row: (read(row),)


class _Shape:
    """What is constant of a table: its record, its key and its statements."""

    def __init__(self, cls: type[ErpTable]) -> None:
        self.table: Table = metadata.tables[str(cls.__tablename__)]
        self.names = tuple(column.name for column in self.table.columns)
        self.key = tuple(column.name for column in self.table.primary_key.columns)
        self.defaults = {
            name: cls.model_fields[name].default
            for name in self.names
            if cls.model_fields[name].default is not PydanticUndefined
        }
        self.values = _attributes(self.names)
        self.in_order = itemgetter(*self.names)  # every table has several columns
        methods = {
            "made_for": cls,
            "model_dump": lambda record: dict(zip(self.names, self.values(record), strict=True)),
        }
        self.record: Callable[..., Any] = make_dataclass(
            cls.__name__, self.names, slots=True, eq=False, namespace=methods
        )
        self.key_of = _attributes(self.key)
        self.key_in = _positions(tuple(self.names.index(name) for name in self.key))
        self.parameters = tuple(OLD + name for name in self.key)
        self._is = [self.table.c[name] == bindparam(OLD + name) for name in self.key]
        self.get: Executable = select(self.table).where(*self._is)
        self.lock: Executable = select(self.table).where(*self._is).with_for_update()
        self.insert = BulkInsert(self.table)
        self.delete: Executable = delete(self.table).where(*self._is)
        self.summed = tuple(name for name in self.names if name not in self.key)
        self.add_up: Executable = text(
            f"INSERT INTO {self.table.name} ({', '.join(self.names)}) "  # noqa: S608 - names of our own tables
            f"VALUES ({', '.join(f':{name}' for name in self.names)}) "
            f"ON CONFLICT ({', '.join(self.key)}) DO UPDATE SET "
            + ", ".join(
                f"{name} = {self.table.name}.{name} + excluded.{name}" for name in self.summed
            )
        )
        self._updates: dict[tuple[int, ...], tuple[Executable, Read, tuple[str, ...]]] = {}
        self._lists: dict[tuple[str, ...], tuple[Executable, Read | None]] = {}

    def update(self, changed: tuple[int, ...]) -> tuple[Executable, Read, tuple[str, ...]]:
        """The statement that writes the columns at these places, what reads their values, and its parameters' names."""
        known = self._updates.get(changed)
        if known is None:
            names = tuple(self.names[place] for place in changed)
            statement = (
                update(self.table)
                .where(*self._is)
                .values({name: bindparam(name) for name in names})
            )
            known = statement, _positions(changed), (*names, *self.parameters)
            self._updates[changed] = known
        return known

    def listing(self, columns: tuple[str, ...]) -> tuple[Executable, Read | None]:
        """The statement that reads all rows with given values in these columns, and what reads those of a record."""
        known = self._lists.get(columns)
        if known is None:
            conditions = [self.table.c[name] == bindparam(name) for name in columns]
            statement = select(self.table).where(*conditions)
            known = statement, _attributes(columns) if columns else None
            self._lists[columns] = known
        return known


@cache
def _shape(cls: type[ErpTable]) -> _Shape:
    return _Shape(cls)


@cache
def _place(table: Table) -> int:
    """Where a table stands in the order in which rows can be inserted: after those that it refers to."""
    return metadata.sorted_tables.index(table)


@dataclass(slots=True)
class _Held:
    """The rows of one table that were read or made: as they are now, and as the database has them."""

    shape: _Shape
    now: dict[Key, Any] = field(default_factory=dict)  # None: not there, or deleted
    stored: dict[Key, Values] = field(default_factory=dict)
    lists: set[tuple[tuple[str, ...], Values]] = field(default_factory=set)  # read whole already
    found: dict[tuple[tuple[str, ...], Values], Any] = field(default_factory=dict)
    appended: list[Mapping[str, Any]] = field(default_factory=list)
    sums: dict[Key, list[int]] = field(default_factory=dict)

    def hold(self, row: Row[Any]) -> Any:
        """The record of a row that was read: the one held already, None when that was deleted, else a new one."""
        key = self.shape.key_in(row)
        if key in self.stored or self.now.get(key) is not None:
            return self.now[key]
        record = self.shape.record(*row)
        self.now[key], self.stored[key] = record, tuple(row)
        return record


def _refuse_write() -> None:
    raise TypeError("these rows are there to be read: a command has rows of its own to write")


class Rows:
    """The rows that commands of one transaction read and change. Whoever uses it holds the lock of the log."""

    def __init__(self, connection: Connection, before_write: Callable[[], None]) -> None:
        self._connection = connection
        self._before_write = before_write
        self._held: dict[type[ErpTable], _Held] = {}

    @classmethod
    def of(cls, session: Session) -> Rows:
        """Rows to read, and not to write, in a session's transaction."""
        return cls(session.connection(), _refuse_write)

    def get(self, table: type[T], *key: int | str) -> T | None:
        """The row with a primary key; None when there is none."""
        held = self._of(table)
        if key in held.now:
            return cast("T | None", held.now[key])
        return cast("T | None", self._read_one(held, held.shape.get, key))

    def lock(self, table: type[T], *key: int | str) -> T | None:
        """The row with a primary key as it stands now, locked until the transaction ends."""
        held = self._of(table)
        return cast("T | None", self._read_one(held, held.shape.lock, key))

    def _read_one(self, held: _Held, statement: Executable, key: Key) -> Any:
        shape = held.shape
        row = self._connection.execute(
            statement, dict(zip(shape.parameters, key, strict=True))
        ).first()
        if row is None:
            held.now[key] = None
            return None
        return held.hold(row)

    def find(self, table: type[T], **equal: int | str) -> T | None:
        """The one row with these values in columns that are unique together; None when there is none."""
        held, wanted = self._of(table), (tuple(equal), tuple(equal.values()))
        _statement, values = held.shape.listing(wanted[0])
        known = held.found.get(wanted)
        if (
            known is not None
            and values is not None
            and values(known) == wanted[1]
            and held.now.get(held.shape.key_of(known)) is known
        ):
            return cast("T", known)
        rows = self.select(table, **equal)
        if len(rows) > 1:
            raise ValueError(f"{len(rows)} rows of {held.shape.table.name} have {equal}")
        if not rows:
            return None
        held.found[wanted] = rows[0]
        return rows[0]

    def select(self, table: type[T], *order: str, **equal: int | str) -> list[T]:
        """All rows with these values, in the order of the columns `order`, as the commands before have left them."""
        held, wanted = self._of(table), tuple(equal.values())
        if None in wanted:
            raise ValueError(
                f"nothing equals NULL in SQL: {equal} finds no row of {table.__name__}"
            )
        statement, values = held.shape.listing(tuple(equal))
        if (tuple(equal), wanted) not in held.lists:
            for row in self._connection.execute(statement, equal):
                held.hold(row)
            held.lists.add((tuple(equal), wanted))
        rows = [
            record
            for record in held.now.values()
            if record is not None and (values is None or values(record) == wanted)
        ]
        if order:
            rows.sort(key=attrgetter(*order))
        return cast("list[T]", rows)

    def query(self, table: type[T], statement: Executable, **parameters: int | str) -> list[T]:
        """The rows that a statement of a room's `queries.py` selects: all columns of the table, nothing else.

        Writes first what is pending, since the statement sees the database alone.
        """
        self.flush()
        held = self._of(table)
        return [held.hold(row) for row in self._connection.execute(statement, parameters)]

    def add(self, made: type[T] | T, **values: Any) -> T:
        """Makes a row of a table and these values, or of an instance of its class, and returns what is held of it.

        Columns not named take their defaults. Raises TypeError when one has neither.
        """
        if isinstance(made, ErpTable):
            table, values = type(made), made.model_dump()
        else:
            table = made
        held = self._of(table)
        record = held.shape.record(**{**held.shape.defaults, **values})
        key = held.shape.key_of(record)
        if held.now.get(key) is not None:
            raise ValueError(f"{held.shape.table.name} {key} is there already")
        held.now.pop(key, None)  # rows are inserted in the order in which they were made
        held.now[key] = record
        return cast("T", record)

    def put(self, table: type[T], **values: Any) -> T:
        """Makes a row, or gives the one with the same key these values."""
        shape = self._of(table).shape
        known = self.get(table, *(values[name] for name in shape.key))
        if known is None:
            return self.add(table, **values)
        for name, value in {**shape.defaults, **values}.items():
            setattr(known, name, value)
        return known

    def delete(self, row: ErpTable) -> None:
        """Removes a row that was read or made here. Raises ValueError when it is there no more, or is another by now."""
        held = self._of(cast(Any, row).made_for)
        key = held.shape.key_of(row)
        if held.now.get(key) is not row:
            raise ValueError(f"{held.shape.table.name} {key} is not this row")
        held.now[key] = None

    def append(self, table: type[ErpTable], rows: Iterable[Mapping[str, Any]]) -> None:
        """Adds rows, with all their columns, to a table whose rows never change and are not read back here."""
        self._of(table).appended.extend(rows)

    def add_up(self, table: type[ErpTable], key: Key, added: Sequence[int]) -> None:
        """Adds to all columns beside the key of a row, which is made when it is not there and is never read back here."""
        sums = self._of(table).sums
        known = sums.get(key)
        if known is None:
            sums[key] = list(added)
        else:
            for place, value in enumerate(added):
                known[place] += value

    def flush(self) -> None:
        """Writes everything that differs from the database: one statement a table and set of changed columns."""
        tables = sorted(self._held.values(), key=lambda held: _place(held.shape.table))
        for held in reversed(tables):
            self._delete(held)
        for held in tables:
            self._update(held)
            self._insert(held)
            self._add_up(held)

    def _delete(self, held: _Held) -> None:
        gone = [key for key in held.stored if held.now[key] is None]
        if gone:
            named = [dict(zip(held.shape.parameters, key, strict=True)) for key in gone]
            self._write(held.shape.delete, named)
        for key in gone:
            del held.stored[key]

    def _update(self, held: _Held) -> None:
        shape, groups = held.shape, {}  # type: _Shape, dict[tuple[int, ...], list[Key]]
        for key, before in held.stored.items():
            after = shape.values(held.now[key])
            if after != before:
                if shape.key_of(held.now[key]) != key:
                    raise ValueError(f"the key of {shape.table.name} {key} was changed")
                changed = tuple(
                    place for place, value in enumerate(after) if value != before[place]
                )
                groups.setdefault(changed, []).append(key)
        for changed, keys in groups.items():
            statement, read, names = shape.update(changed)
            parameters = []
            for key in keys:
                after = held.stored[key] = shape.values(held.now[key])
                parameters.append(dict(zip(names, (*read(after), *key), strict=True)))
            self._write(statement, parameters)

    def _insert(self, held: _Held) -> None:
        shape = held.shape
        made = [shape.in_order(row) for row in held.appended]
        held.appended.clear()
        for key, record in held.now.items():
            if record is not None and key not in held.stored:
                values = held.stored[key] = shape.values(record)
                made.append(values)
        if made:
            self._before_write()
            shape.insert(self._connection, made)

    def _add_up(self, held: _Held) -> None:
        shape, sums = held.shape, held.sums
        if sums:
            names = (*shape.key, *shape.summed)
            rows = [dict(zip(names, (*key, *sums[key]), strict=True)) for key in sorted(sums)]
            self._write(shape.add_up, rows)
            sums.clear()

    def _write(self, statement: Executable, parameters: list[Any]) -> None:
        self._before_write()
        self._connection.execute(statement, parameters)

    def _of(self, table: type[ErpTable]) -> _Held:
        held = self._held.get(table)
        if held is None:
            held = self._held[table] = _Held(_shape(table))
        return held
