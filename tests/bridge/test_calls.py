"""How documents become calls, who signs which, and when each is sent."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bridge.capabilities import (
    ALLOWED,
    ALLOWED_TO_ACCOUNTS,
    ASKED,
    CALLS,
    OWN_CALLS,
    asked_by,
)
from bridge.capabilities.model import Asks, CallContext, Posts
from bridge.errors import BadConfiguration, TooManyCalls, WrongKey
from bridge.intents import (
    ANCHORER,
    ATTESTER,
    CALLS_MAX,
    KEEPER,
    OFFICES,
    REPORTER,
    Call,
    OutboxStatus,
)
from bridge.store.tables import Outbox
from erp.capacity.rules import MAX_REFUNDS_NAMED
from erp.groups.standing import MAX_STAKES_NAMED
from tests.samples import document
from tests.world import DAY, World

CONTEXT = CallContext(Posts(1, 3))


def items(count: int) -> Asks:
    """A call for each of so many items."""
    return Asks(
        contract="PurchaseOrders",
        function="close",
        args=lambda _document, context: (context.item,),
        aggregate="close:{order_id}:{place}",
        what="each",
        each=lambda _document: list(range(count)),
        due=lambda found: found.fields["order_id"] + 5,
        after_anchor=True,
    )


def test_a_document_asks_for_one_call_an_item_each_with_a_key_of_its_own() -> None:
    made = items(3).calls(document("order_close_request"), CONTEXT)
    assert [call.key for call in made] == [
        f"order_close_request:XX-2026-00001:each:{place}" for place in (1, 2, 3)
    ]
    assert [call.args for call in made] == [(0,), (1,), (2,)]
    assert [call.aggregate for call in made] == ["close:1:1", "close:1:2", "close:1:3"]
    assert {(call.not_before, call.after_sequence) for call in made} == {(6, 1)}


def test_a_document_that_asks_for_more_calls_than_one_may_is_refused() -> None:
    assert len(items(CALLS_MAX).calls(document("order_close_request"), CONTEXT)) == CALLS_MAX
    with pytest.raises(TooManyCalls, match=f"{CALLS_MAX + 1} calls of close, at most {CALLS_MAX}"):
        items(CALLS_MAX + 1).calls(document("order_close_request"), CONTEXT)


def test_what_one_document_names_of_a_failed_slot_is_asked_for_in_the_edition_that_sold_it() -> (
    None
):
    assert MAX_REFUNDS_NAMED == MAX_STAKES_NAMED == CALLS_MAX
    account = "0x" + "11" * 20
    held = [
        {"token_id": str(2**200 + place), "account": account, "sale_id": place * 2**32 + 1}
        for place in range(MAX_REFUNDS_NAMED)
    ]
    for kind in ("slot_failure_attestation", "slot_refund_batch"):
        fields = {"held": held, "redemptions": [2**32 + 7]}
        found = replace(document(kind), fields={**document(kind).fields, **fields})
        refunds, settlement = (asks.calls(found, CONTEXT) for asks in CALLS[kind])
        assert [call.edition_of for call in refunds] == [each["sale_id"] for each in held]
        assert [call.args for call in refunds] == [(int(h["token_id"]), account) for h in held]
        assert len({call.key for call in refunds}) == len({c.aggregate for c in refunds}) == 128
        assert [call.args for call in settlement] == [(2**32 + 7,)]


def test_a_key_says_which_call_of_its_document_it_is() -> None:
    (match,) = CALLS["match"]
    assert asked_by("match:MAT-2026-00001") == asked_by("match:MAT-2026-00001:7") == match
    assert asked_by("match:MAT-2026-00001:other") is None
    assert asked_by("anchor:7") is None
    assert asked_by("nothing:X") is None


def test_each_key_of_the_house_signs_the_calls_of_its_office_and_no_other() -> None:
    assert ALLOWED.keys() == set(OFFICES)
    every = {(asks.contract, asks.function) for asks in ASKED if not asks.by_person}
    own = {(rule.contract, rule.function) for rule in OWN_CALLS.values()}
    assert set().union(*ALLOWED.values(), ALLOWED_TO_ACCOUNTS) == every | own
    assert own == ALLOWED[ANCHORER]
    lists = [*ALLOWED.values(), ALLOWED_TO_ACCOUNTS]
    assert sum(map(len, lists)) == len(set().union(*lists))  # no call is in two lists


def open_award(world: World) -> Outbox:
    """The intent to award the one tender."""
    with world.bridge.store.view() as session:
        (row,) = (r for r in world.bridge.store.open_calls(session) if r.function == "award")
    return row


def test_a_call_that_comes_too_early_waits_for_the_time_that_the_refusal_names(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    tender = world.open_tender()
    submit = world.bridge.daemon._ring.submit
    monkeypatch.setattr(submit, "_recheck", lambda _row: None)
    monkeypatch.setattr("bridge.ring.submit.LATER_SECONDS_MAX", 30 * DAY)
    world.sql("UPDATE bridge_outbox SET not_before = 0 WHERE function = 'award'")
    world.settle()
    waiting = open_award(world)
    assert waiting.not_before == tender.fields["reveal_end"]
    assert waiting.status == OutboxStatus.PENDING
    assert str(waiting.reason).startswith("waits: Tenders_AwardNotOpen(")
    monkeypatch.undo()
    assert world.bridge.daemon.ring.submit._recheck(waiting) is None
    world.bid(tender, {"SUPPLIER": 1_000})
    world.settle()
    assert world.last("purchase_order").fields["amount_minor"] == 1_000


@pytest.mark.parametrize("signer", [KEEPER, REPORTER])
def test_a_row_that_names_another_office_is_not_signed_by_its_key(
    world: World, signer: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    tender = world.open_tender()
    world.bid(tender, {"SUPPLIER": 1_000})
    world.settle()
    order = world.last("purchase_order")
    delivery = world.ship("SUPPLIER", order, 100)
    submit = world.bridge.daemon._ring.submit
    monkeypatch.setattr(submit, "_recheck", lambda _row: None)  # even if the source said so
    held = world.bridge.store.due_calls
    monkeypatch.setattr(world.bridge.store, "due_calls", lambda *_: [])
    world.receive(order, delivery, 100)
    world.bridge.daemon.once()
    monkeypatch.setattr(world.bridge.store, "due_calls", held)
    world.sql(
        "UPDATE bridge_outbox SET signer = :signer WHERE function = 'receiveDelivery'",
        signer=signer,
    )
    world.settle()
    (row,) = world.sql(
        "SELECT status, reason FROM bridge_outbox WHERE function = 'receiveDelivery'"
    )
    assert row[0] == OutboxStatus.REFUSED
    assert f"a key of {signer} never signs PurchaseOrders.receiveDelivery" in row[1]


def test_a_call_that_waits_for_an_anchor_is_sent_once_the_anchor_stands(world: World) -> None:
    world.settle()
    sequence = world.bridge.port.last_sequence()
    asked = Call(
        *("wait", "wait", ATTESTER, "PurchaseOrders", "close", (1,)), after_sequence=sequence + 1
    )

    def is_due() -> bool:
        with world.bridge.store.view() as session:
            due = world.bridge.store.due_calls(session, world.now + DAY, 100)
        return "wait" in [row.key for row in due]

    with world.bridge.store.unit() as session:
        world.bridge.store.add_call(session, asked, None)
    assert not is_due()
    world.sql("UPDATE bridge_outbox SET after_sequence = :s WHERE key = 'wait'", s=sequence)
    assert is_due()
    world.sql("UPDATE bridge_outbox SET status = 'submitted' WHERE key LIKE 'anchor:%'")
    assert not is_due()


def test_one_key_holds_two_offices_only_where_the_settings_say_so(world: World) -> None:
    apart = world.home / "keys of the attester, the anchorer and the buyer"
    apart.mkdir()
    for name in ("attester", "anchorer", "buyer"):
        (apart / f"{name}.json").write_bytes((world.config.keystores / f"{name}.json").read_bytes())
    attester = world.bridge.attester
    with pytest.raises(WrongKey, match="no keeper: make its keystore"):
        world.reopen(keystores=apart)
    copied = apart / "keeper.json"
    copied.write_bytes((apart / "attester.json").read_bytes())
    with pytest.raises(BadConfiguration, match=f"attester and keeper have one key, {attester}"):
        world.reopen(keystores=apart)
    copied.unlink()
    world.reopen(keystores=apart, keeper=attester)
    anchorer = world.people["anchorer"].address
    assert world.bridge.house == {ATTESTER: attester, ANCHORER: anchorer, KEEPER: attester}
    world.tender({"SUPPLIER": 1_000})
    assert world.last("purchase_order").fields["amount_minor"] == 1_000


def test_the_keeper_signs_what_only_waits_for_its_time(world: World) -> None:
    assert world.bridge.house[KEEPER] == world.people["keeper"].address.lower()
    world.tender({"SUPPLIER": 1_000})
    signers: list[Any] = world.sql(
        "SELECT DISTINCT a.signer FROM bridge_attempt a JOIN bridge_outbox o ON o.id = a.outbox_id "
        "WHERE o.function = 'award'"
    )
    assert [row[0] for row in signers] == [world.bridge.house[KEEPER]]


def test_a_document_that_asks_nothing_makes_no_call() -> None:
    blocked = document("match", status="BLOCKED")
    assert [asks.calls(blocked, CONTEXT) for asks in CALLS["match"]] == [()]
