"""What a capability declares, what it computes, and that a mistake in it stops the program at once."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from bridge.capabilities import CALLS, CONTRACTS, HANDLERS, MAIN, OWN_CALLS, checks
from bridge.capabilities.checks import Collision, check_calls, check_events, check_rules
from bridge.capabilities.documents import ANCHOR, anchor
from bridge.capabilities.model import (
    CallContext,
    Contract,
    Entries,
    Fate,
    Posts,
    Read,
    SupplierRecord,
    TakenBack,
    books,
    notes,
)
from bridge.capabilities.sourcing import candidates_of, open_tender, screen
from bridge.capabilities.tenders import terms_of
from bridge.commitments.stream import ZERO_HEAD, next_head
from bridge.errors import NotReadYet
from bridge.events.base import snake
from bridge.events.generated import EMITTED, TenderOpened
from bridge.intents import Call
from bridge.ports.port import Document
from bridge.ports.vocabulary import AccountRole
from bridge.ports.vocabulary import tenders as v
from bridge.store.tables import Outbox
from tests.samples import ACCOUNT, document, sample
from tests.world import World

OTHER = "0x" + "33" * 20


# ---- mistakes -------------------------------------------------------------------------------------


def changed(name: str, **values: Any) -> dict[str, Contract]:
    return {**CONTRACTS, name: replace(CONTRACTS[name], **values)}


def with_event(name: str, event: str, fate: Fate) -> dict[str, Contract]:
    return changed(name, events={**CONTRACTS[name].events, event: fate})


def test_an_operation_has_no_field_of_another_name() -> None:
    with pytest.raises(TypeError, match="RecordBid has no field amount_minor"):
        books(v.RecordBid, amount_minor="bond")


@pytest.mark.parametrize(
    ("contracts", "message"),
    [
        ({n: c for n, c in CONTRACTS.items() if n != "Tenders"}, "no capability, or no artifact, has Tenders"),
        (with_event("Tenders", "LotsOpened", notes("why")), "LotsOpened is read and silent"),
        (with_event("Tenders", "Invented", notes("why")), "Invented is missing, or no such event"),
        (with_event("Tenders", "BidCommitted", books(v.RecordBid)), "BidCommitted has no field bond_minor"),
        (changed("OrderRules", silent={"Nothing": "why"}), "OrderRules is not followed, and yet"),
        (changed("Tenders", custody=AccountRole.ESCROW), "accounts of one role"),
    ],
)  # fmt: skip
def test_a_mistake_in_an_event_is_told(contracts: dict[str, Contract], message: str) -> None:
    with pytest.raises(Collision, match=message):
        check_events(contracts)


def test_an_event_that_nobody_mentions_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    emitted = {**EMITTED, "Tenders": (*EMITTED["Tenders"], "Planted")}
    monkeypatch.setattr(checks, "EMITTED", emitted)
    with pytest.raises(Collision, match="Tenders: Planted is missing"):
        check_events(CONTRACTS)
    check_events(changed("Tenders", silent={**CONTRACTS["Tenders"].silent, "Planted": "why"}))


def test_a_mistake_in_a_call_is_told() -> None:
    match = MAIN["match"]
    with pytest.raises(Collision, match="no document type invented"):
        check_calls({"invented": (match,)}, OWN_CALLS)
    for wrong in ({"due": "never"}, {"signer": "nobody"}, {"aggregate": "order:{order}"}):
        with pytest.raises(Collision, match="a match has no field"):
            check_calls({"match": (replace(match, **wrong),)}, OWN_CALLS)
    requisition = replace(
        MAIN["requisition"], taken_back=(TakenBack("requisition_cancel", "order"),)
    )
    with pytest.raises(Collision, match="a requisition_cancel has no field order"):
        check_calls({"requisition": (requisition,)}, OWN_CALLS)
    with pytest.raises(Collision, match="two calls of a match cannot be told apart"):
        check_calls({"match": (match, match)}, OWN_CALLS)
    with pytest.raises(Collision, match="a match is reported by its call without a name"):
        check_calls({"match": (replace(match, what="second"),)}, OWN_CALLS)
    with pytest.raises(Collision, match="a match asks for one call, which has no place"):
        check_calls({"match": (replace(match, aggregate="m:{place}"),)}, OWN_CALLS)
    with pytest.raises(Collision, match="is a document type and a call of the bridge"):
        check_calls(CALLS, {"match": ANCHOR})
    for differs in ({"number": None}, {"leaves_event": False}, {"held_by_audit": False}):
        with pytest.raises(Collision, match=r"two calls to PurchaseOrders\.acceptDelivery differ"):
            check_rules([match, replace(match, **differs)])


# ---- what is computed -----------------------------------------------------------------------------


def test_the_terms_of_a_tender_are_read_back_from_its_event_as_they_were_asked_for() -> None:
    requisition = document("requisition")
    context = CallContext(Posts(1, 3), {ACCOUNT: SupplierRecord(ACCOUNT, True, 6_000)})
    terms, invited = open_tender(requisition, context)
    assert invited == [ACCOUNT]
    flat = {snake(name): value for name, value in {**terms, **terms["order"]}.items()}
    opened = replace(sample(TenderOpened), **{k: x for k, x in flat.items() if k != "order"})
    assert isinstance(opened, TenderOpened)
    assert terms_of(opened) == terms


def test_records_are_asked_of_the_chain_once_for_all_candidates() -> None:
    screening = MAIN["requisition"].screening
    assert screening is not None
    two = document("requisition", candidates=[{"account": ACCOUNT}, {"account": OTHER}])
    asked: list[Sequence[Read]] = []

    def views(reads: Sequence[Read]) -> list[tuple[Any, ...]]:
        asked.append(reads)
        return [(True,), (6_000,), (False,), (9_000,)]

    assert screening.today(two, views) == {
        ACCOUNT: SupplierRecord(ACCOUNT, True, 6_000),
        OTHER: SupplierRecord(OTHER, False, 9_000),
    }
    assert [[(c, f) for c, f, _ in reads] for reads in asked] == [
        [("Participants", "isActive"), ("CreditRegistry", "scoreOf")] * 2
    ]
    assert screening.today(document("requisition", candidates=[]), views) == {}
    assert len(asked) == 1
    records = screening.as_asked(two, [{}, [OTHER]], 10_000)
    invited, _ = screen(candidates_of(two), records, 10_000)
    assert invited == [OTHER]


def test_the_newest_anchor_of_a_stream_is_recognised() -> None:
    first = anchor("0x" + "aa" * 32, 1, None, (1, 2), "0x" + "bb" * 32)
    head = next_head(ZERO_HEAD, b"\xbb" * 32, 1, 2)
    (probe,) = ANCHOR.done

    class Registry:
        def __init__(self, head: str) -> None:
            self.head = head

        def emitted(self, contract: str, event: str, indexed: Sequence[int | str]) -> bool:
            raise AssertionError

        def record(self, contract: str, function: str, args: Sequence[Any]) -> dict[str, Any]:
            assert (contract, function, list(args)) == (
                "DocumentRegistry",
                "stream",
                [first.args[0]],
            )
            return {"head": self.head}

    assert probe.holds(Registry("0x" + head.hex()), "DocumentRegistry", first.args)
    assert not probe.holds(Registry("0x" + "00" * 32), "DocumentRegistry", first.args)


def test_entries_are_added_up_by_the_role_of_their_account() -> None:
    lines = [
        {"account": "a", "debit": 5, "credit": 0},
        {"account": "b", "debit": 0, "credit": 3},
        {"account": "c", "debit": 7, "credit": 0},
    ]
    paper = Document(
        1, "payment", "X", None, 1, "x", {}, [{"lines": lines}, {"lines": lines}], b"", 1
    )
    entries = Entries(paper, {"a": AccountRole.ESCROW, "b": AccountRole.ESCROW})
    assert (entries.debit(AccountRole.ESCROW), entries.credit(AccountRole.ESCROW)) == (10, 6)
    assert entries.debit(AccountRole.PAYABLE) == 0


# ---- published terms come from the proved INBOX ---------------------------------------------------


def open_award(world: World) -> Outbox:
    """The intent to award the one tender."""
    with world.bridge.store.view() as session:
        (row,) = (r for r in world.bridge.store.open_calls(session) if r.function == "award")
    return row


def test_the_terms_of_an_award_are_those_that_the_inbox_proved(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    tender = world.open_tender()
    row, recheck = open_award(world), world.bridge.daemon.ring.submit._recheck
    monkeypatch.setattr(world.bridge.client, "call", None)  # no node is asked
    monkeypatch.setattr(world.bridge.client, "batch", None)
    (made,) = world.bridge.report._make(tender)
    assert isinstance(made, Call)
    assert json.loads(row.args) == json.loads(json.dumps(made.args))
    assert recheck(row) is None
    (body,) = world.sql("SELECT body FROM bridge_inbox WHERE event = 'TenderOpened'")[0]
    changed = body.replace('"tax_bps":', '"tax_bps":1')
    assert changed != body
    world.sql("UPDATE bridge_inbox SET body = :b WHERE event = 'TenderOpened'", b=changed)
    assert recheck(row) == f"{tender.number} asks for another call"


def test_a_tender_whose_opening_is_not_read_yet_waits(world: World) -> None:
    tender = world.open_tender()
    row = open_award(world)
    world.sql("UPDATE bridge_inbox SET aggregate = 'tender:99' WHERE event = 'TenderOpened'")
    with pytest.raises(NotReadYet, match="waits for TenderOpened of tender:1"):
        world.bridge.report._make(tender)
    assert "no TenderOpened for" in str(world.bridge.daemon.ring.submit._recheck(row))


def test_every_fate_is_called_like_a_function() -> None:
    assert all(callable(fate) for fate in HANDLERS.values())
