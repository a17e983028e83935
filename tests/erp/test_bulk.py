"""Rows inserted in bulk are the rows that were given, on both databases, whatever stands in them."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Engine,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    select,
)
from sqlalchemy.exc import IntegrityError

from erp.kernel.base import metadata
from erp.kernel.bulk import ROWS_AT_ONCE, VALUES_MAX, BulkInsert

EVERY_KIND = Table(
    "bulk_of_a_test",
    MetaData(),
    Column("id", BigInteger, primary_key=True),
    Column("number", BigInteger),
    Column("word", String),
    Column("order", Text),  # a name that SQL has, too
    Column("flag", Boolean),
    Column("octets", LargeBinary),
)
INTEGERS = st.integers(-(2**63), 2**63 - 1) | st.integers(-3, 3)
WORDS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)
VALUES = st.tuples(
    st.none() | INTEGERS,
    st.none() | WORDS | st.sampled_from(['{"a":"\\\\"}', "%s ? :x", "NULL", "{}", ""]),
    st.none() | WORDS,
    st.none() | st.booleans(),
    st.none() | st.binary(max_size=9),
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    values=st.lists(VALUES, max_size=8),
    times=st.sampled_from([1, 5, ROWS_AT_ONCE, ROWS_AT_ONCE + 1]),
)
def test_rows_come_back_as_they_were_given(
    engine: Engine, values: list[tuple[Any, ...]], times: int
) -> None:
    rows = [(index, *each) for index, each in enumerate(values * times)]
    with engine.connect() as connection:
        EVERY_KIND.create(connection)
        BulkInsert(EVERY_KIND)(connection, rows)
        found = connection.execute(select(EVERY_KIND).order_by(EVERY_KIND.c.id))
        assert [(*row[:5], None if row[5] is None else bytes(row[5])) for row in found] == rows
        connection.rollback()


@pytest.mark.parametrize("before", [0, ROWS_AT_ONCE - 2, ROWS_AT_ONCE])
def test_a_row_that_is_there_already_is_refused_as_by_any_statement(
    engine: Engine, before: int
) -> None:
    row = (1, 2, "a", None, True, b"x")
    others = [(2 + index, *row[1:]) for index in range(before)]
    with engine.connect() as connection:
        EVERY_KIND.create(connection)
        with pytest.raises(IntegrityError):
            BulkInsert(EVERY_KIND)(connection, [*others, row, row])
        connection.rollback()


def test_every_table_of_the_books_can_be_inserted_in_bulk() -> None:
    assert all(BulkInsert(table) for table in metadata.sorted_tables)
    assert all(0 < len(table.columns) <= VALUES_MAX for table in metadata.sorted_tables)
    assert len(metadata.sorted_tables) > 50


def test_a_type_that_needs_conversion_is_refused_when_the_statement_is_made() -> None:
    with pytest.raises(TypeError, match="JSON"):
        BulkInsert(Table("t", MetaData(), Column("a", JSON)))
