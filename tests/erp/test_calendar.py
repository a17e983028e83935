"""D7: a month and a year begin where the books are kept, not at Greenwich."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from pydantic import ValidationError
from sqlalchemy import text

from erp.kernel.calendar import HOUSE_ZONE, is_zone, month_after, month_of, year_of
from erp.kernel.log.model import Document
from erp.parties.schemas import PartyKind, RegisterParty
from erp.payments.schemas import ContributeCapital
from tests.erp.world import World, account

NEW_YEAR_IN_BEIJING = int(datetime(2026, 12, 31, 16, tzinfo=UTC).timestamp())


def periods(world: World, document: Document) -> list[str]:
    """Where the entries of a document are booked."""
    query = text("SELECT period FROM journal_entry WHERE document_sequence = :sequence")
    with world.engine.connect() as connection:
        return list(connection.execute(query, {"sequence": document.sequence}).scalars())


def test_d7_the_first_of_january_in_beijing_belongs_to_the_new_year(world: World) -> None:
    for now, number, month in (
        (NEW_YEAR_IN_BEIJING - 1, "CAP-2026-00002", "2026-12"),
        (NEW_YEAR_IN_BEIJING, "CAP-2027-00001", "2027-01"),
    ):
        world.now = now
        made = world.do(ContributeCapital(entity="buyer", amount_minor=1))
        assert made.number == number
        assert periods(world, made) == [month]


def test_d7_an_entity_elsewhere_has_months_of_its_own_and_numbers_of_the_house(
    world: World,
) -> None:
    world.do(
        RegisterParty(
            code="lisbon",
            name="Lisbon",
            kind=PartyKind.INTERNAL,
            account=account("lisbon"),
            time_zone="Europe/Lisbon",
        )
    )
    world.now = NEW_YEAR_IN_BEIJING
    made = world.do(ContributeCapital(entity="lisbon", amount_minor=1))
    assert made.number == "CAP-2027-00001"
    assert periods(world, made) == ["2026-12"]


@pytest.mark.parametrize(
    "name", ["", "Beijing", "UTC+8", "../UTC", "Asia/Shanghai\n", "asia/shanghai"]
)
def test_d7_a_time_zone_is_one_of_the_list_of_zones(name: str) -> None:
    assert not is_zone(name)
    with pytest.raises(ValidationError, match="time_zone"):
        RegisterParty(
            code="x", name="X", kind=PartyKind.INTERNAL, account=account("x"), time_zone=name
        )


def test_a_month_and_a_year_of_a_zone() -> None:
    assert all(map(is_zone, (HOUSE_ZONE, "UTC", "America/Argentina/Ushuaia")))
    assert (year_of(NEW_YEAR_IN_BEIJING, HOUSE_ZONE), year_of(NEW_YEAR_IN_BEIJING, "UTC")) == (
        2027,
        2026,
    )
    assert month_of(NEW_YEAR_IN_BEIJING, "Asia/Tokyo") == "2027-01"
    assert month_of(NEW_YEAR_IN_BEIJING, "Asia/Kolkata") == "2026-12"
    assert month_after("2026-12") == "2027-01"
    assert month_after("2026-09") == "2026-10"
    assert month_after("2026-11") == "2026-12"
