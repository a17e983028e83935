"""Rules change and old documents do not: each is replayed by the version of the rules it was made by."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from sqlalchemy import Engine

from erp.budget.schemas import ApproveBudget
from erp.database import snapshot, transaction
from erp.execute import Executor
from erp.kernel.context import Context
from erp.kernel.entry import Ledger
from erp.kernel.log.model import Document, Fields
from erp.kernel.log.queries import changes
from erp.kernel.operation import Former, Operation, Told
from erp.kernel.rows import Rows
from erp.kernel.schema import Command
from erp.kernel.versions import RULES_VERSION
from erp.ledger import chart
from erp.ledger.queries import balance
from erp.ledger.rules import entry
from erp.payments.capital import contribute_capital
from erp.payments.schemas import ContributeCapital
from erp.replay import differences
from erp.rooms import ERP
from tests.erp.world import World

SALT = bytes(32)
GIFT = Operation("gift", "GIF", contribute_capital, Told.EXTERNALLY)


class Gift(ContributeCapital):
    """A command of version 1."""


class GiftInParts(ContributeCapital):
    """The same command at version 2: with a field that version 1 did not have."""

    parts: int = 1


GiftInParts.__name__ = Gift.__name__


def into_the_wallet(context: Context, command: GiftInParts) -> Fields:
    """What version 2 does: another account, another field."""
    amount = command.amount_minor
    context.post(
        entry(command.entity, Ledger.GENERAL, {chart.WALLET: amount}, {chart.CAPITAL: amount})
    )
    return {"by_version": context.rules_version}


def approves_twice(_context: Context, command: ContributeCapital) -> Iterator[Command]:
    """What follows in version 2."""
    for _ in range(2):
        yield ApproveBudget(entity=command.entity, amount_minor=command.amount_minor)


def approves_once(_context: Context, command: ContributeCapital) -> Iterator[Command]:
    """What followed in version 1."""
    yield ApproveBudget(entity=command.entity, amount_minor=command.amount_minor)


def executor(version: int) -> Executor:
    """The ERP with gifts as they were at version 1, or as they are at version 2."""
    if version == 1:
        operations = {**ERP.operations, Gift: GIFT}
        return Executor(
            operations, {**ERP.follow_ups, Gift: approves_once}, ERP.post, rules_version=1
        )
    former = Former(1, contribute_capital, approves_once, lacked=frozenset({"parts"}))
    operations = {
        **ERP.operations,
        GiftInParts: replace(GIFT, function=into_the_wallet, former=(former,)),
    }
    return Executor(
        operations, {**ERP.follow_ups, GiftInParts: approves_twice}, ERP.post, rules_version=2
    )


def tell(engine: Engine, by: Executor, command: Command, origin: str) -> Document:
    with transaction(engine) as session:
        return by.execute(session, command, at=1_767_225_600, salt=SALT, origin=origin, actor="x")


def test_old_documents_are_replayed_by_old_rules_and_new_ones_by_new(world: World) -> None:
    old, new = executor(1), executor(2)
    first = tell(world.engine, old, Gift(entity="buyer", amount_minor=7), "one")
    second = tell(world.engine, new, GiftInParts(entity="buyer", amount_minor=9, parts=3), "two")
    assert (first.rules_version, second.rules_version) == (1, 2)
    assert [entry["lines"][0]["account"] for made in (first, second) for entry in made.entries] == [
        chart.BANK,
        chart.WALLET,
    ]
    assert "parts" not in first.fields
    assert (second.fields["parts"], second.fields["by_version"]) == (3, 2)
    with transaction(world.engine) as session:
        followed = changes(session, first.sequence, 100)
        assert [made.rules_version for made in followed] == [1, 2, 2, 2]
        assert balance(Rows.of(session), "buyer", chart.WALLET) == 5_000_000 + 9
        assert differences(session, executor=new) == []


def test_new_rules_alone_do_not_explain_old_documents(world: World) -> None:
    tell(world.engine, executor(1), Gift(entity="buyer", amount_minor=7), "one")
    new = executor(2)
    forgetful = {kind: replace(made, former=()) for kind, made in new.operations.items()}
    with snapshot(world.engine) as session:
        assert differences(session, executor=replace(new, operations=forgetful)) != []


def test_an_event_told_again_after_the_rules_changed_is_the_old_document(world: World) -> None:
    first = tell(world.engine, executor(1), Gift(entity="buyer", amount_minor=7), "one")
    again = GiftInParts(entity="buyer", amount_minor=7)
    assert tell(world.engine, executor(2), again, "one") == first


def test_documents_are_made_by_the_newest_rules(world: World) -> None:
    assert world.log()[0].rules_version == RULES_VERSION


def test_former_rules_stand_by_rising_version() -> None:
    later, earlier = Former(2, contribute_capital), Former(1, contribute_capital)
    made = replace(GIFT, former=(earlier, later))
    assert [made.at_version(version) for version in (1, 2, 3)] == [earlier, later, None]
    for wrong in ((later, earlier), (later, later)):
        with pytest.raises(ValueError, match="not by rising version"):
            Operation("gift", "GIF", contribute_capital, Told.EXTERNALLY, former=wrong)
