"""Statements that people sign (EIP-712): the keeper brings them to the chain, once all who must have signed them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bridge.capabilities.model import ZERO_ACCOUNT, ZERO_REF
from bridge.commitments.documents import document_root
from bridge.errors import CallRefused
from bridge.mailbox import signed_digest
from bridge.ports.port import Document
from erp.api.routes.signing import offer_of
from erp.database import transaction
from erp.kernel.rows import Rows
from erp.signing.errors import ActMalformed, NotItsAct, TooManyActs
from erp.signing.queries import signed_offers
from erp.signing.schemas import AnswerSigning, RequestAct, WithdrawAct
from erp.signing.service import OPEN_ACTS_MAX
from scripts.signing.mailbox import AskedAct, Differs, check_same, rebuild
from tests.claims import FINANCIER, delivered, enrol_financier
from tests.mailbox import ask, key_of, offered, outcome, sign, signs, wallet
from tests.world import BUYER, DAY, HOUR, World

pytestmark = pytest.mark.node
AMOUNT, MORE, PRICE = 1_000_000, 1_300_000, 590_000
DAY_OF_GRACE = 2 * DAY
SIDES = (BUYER, "SUPPLIER")


def account_of(world: World, code: str) -> str:
    return world.people[code].address.lower()


def change_of(world: World, order: Document, **changed: Any) -> dict[str, Any]:
    """The next revision of an order, as both sides tell it."""
    order_id = order.fields["order_id"]
    (now,) = world.bridge.gateway.records([("PurchaseOrders", "order", (order_id,))])
    return {
        "order_id": order_id,
        "revision": int(now["revision"]) + 1,
        "quantity": int(now["quantity"]),
        "amount_minor": MORE,
        "promised_at": int(now["terms"]["promisedAt"]),
        "schedule_root": ZERO_REF,
        "deadline": world.now + HOUR,
        **changed,
    }


def answer_with(world: World, asked: Document, code: str) -> None:
    """Somebody's key answers what was offered for an act."""
    request = offered(world, asked)
    answer = wallet(request.fields["kind"], request.fields["payload"], key_of(world, code))
    world.erp(AnswerSigning(signing_request=request.number, answer=answer))
    world.settle()


# ---- orders that change by both signatures -----------------------------------------------------------


@pytest.fixture
def order(world: World) -> Document:
    """A funded purchase order of buyer and supplier."""
    return world.tender({"SUPPLIER": AMOUNT})


@pytest.mark.parametrize("first", SIDES)
def test_an_order_changes_once_both_sides_signed_whoever_signs_first(
    world: World, order: Document, first: str
) -> None:
    fields = change_of(world, order)
    asked = {code: ask(world, code, "amend_order", **fields) for code in SIDES}
    second = SIDES[1 - SIDES.index(first)]
    sign(world, asked[first], first)
    assert not world.documents("order_amendment", "act_outcome")
    sign(world, asked[second], second)
    amended = world.last("order_amendment").fields
    assert (amended["order_id"], amended["topped_up_minor"]) == (fields["order_id"], MORE - AMOUNT)
    assert {outcome(world, each) for each in asked.values()} == {("done", "")}
    done = world.last("act_outcome").fields["at_reference"]
    sender = world.bridge.client.call("eth_getTransactionReceipt", done)["from"]
    assert sender == account_of(world, "keeper")
    world.assert_nothing_waits()
    world.assert_audit_holds()


def test_what_a_changed_order_costs_more_is_approved_by_its_buyer_alone(
    world: World, order: Document
) -> None:
    orders = world.deployment.address("PurchaseOrders")
    world.transact(BUYER, "SettlementToken", "approve", orders, 0)
    fields = change_of(world, order)
    asked = {code: ask(world, code, "amend_order", **fields) for code in SIDES}
    steps = {code: offered(world, each).fields["step"] for code, each in asked.items()}
    assert steps == {BUYER: "approval", "SUPPLIER": "act"}
    assert offered(world, asked[BUYER]).fields["draws_minor"] == MORE - AMOUNT
    sign(world, asked[BUYER], BUYER)
    for code, each in asked.items():
        sign(world, each, code)
    assert world.last("order_amendment").fields["topped_up_minor"] == MORE - AMOUNT
    left = world.view("SettlementToken", "allowance", account_of(world, BUYER), orders)
    assert int(left) == 0
    world.assert_audit_holds()


def test_a_side_that_signs_with_another_key_is_told_and_does_not_spoil_the_other(
    world: World, order: Document
) -> None:
    fields = change_of(world, order)
    wrong = ask(world, BUYER, "amend_order", **fields)
    answer_with(world, wrong, "RIVAL")
    ended, why = outcome(world, wrong)
    assert (ended, "did not sign this" in why) == ("refused", True)
    for code in reversed(SIDES):
        sign(world, ask(world, code, "amend_order", **fields), code)
    assert world.last("order_amendment").fields["amount_minor"] == MORE
    world.assert_audit_holds()


def test_a_second_side_that_signs_with_another_key_changes_nothing(
    world: World, order: Document
) -> None:
    fields = change_of(world, order)
    asked = {code: ask(world, code, "amend_order", **fields) for code in SIDES}
    sign(world, asked[BUYER], BUYER)
    answer_with(world, asked["SUPPLIER"], "RIVAL")
    assert "OrderRules_NotSigned" in outcome(world, asked["SUPPLIER"])[1]
    assert outcome(world, asked[BUYER])[0] == "refused"
    assert not world.documents("order_amendment")
    world.assert_audit_holds()


def test_a_stranger_is_never_shown_the_change_of_an_order(world: World, order: Document) -> None:
    asked = ask(world, "RIVAL", "amend_order", **change_of(world, order))
    assert "neither buyer nor supplier" in outcome(world, asked)[1]
    assert not world.documents("signing_request")


def test_a_change_of_a_revision_that_has_passed_is_told_before_it_is_signed(
    world: World, order: Document
) -> None:
    passed = change_of(world, order, revision=7)
    asked = ask(world, "SUPPLIER", "amend_order", **passed)
    assert "the next revision of order" in outcome(world, asked)[1]
    assert not world.documents("signing_request")


def test_two_sides_that_sign_different_changes_change_nothing(
    world: World, order: Document
) -> None:
    for code, amount in zip(SIDES, (MORE, MORE + 1), strict=True):
        fields = change_of(world, order, amount_minor=amount, deadline=order.at + DAY_OF_GRACE)
        sign(world, ask(world, code, "amend_order", **fields), code)
    assert not world.documents("order_amendment", "act_outcome")
    world.wait(DAY_OF_GRACE)
    world.settle()
    reasons = {d.fields["outcome"] for d in world.documents("act_outcome")}
    assert reasons == {"expired"}
    world.assert_nothing_waits()
    world.assert_audit_holds()


def test_a_second_signature_that_comes_to_the_bridge_too_late_ends_both_acts_once(
    world: World, order: Document
) -> None:
    fields = change_of(world, order)
    asked = {code: ask(world, code, "amend_order", **fields) for code in SIDES}
    sign(world, asked[BUYER], BUYER)
    request = offered(world, asked["SUPPLIER"])
    answer = wallet("typed_data", request.fields["payload"], key_of(world, "SUPPLIER"))
    world.erp(AnswerSigning(signing_request=request.number, answer=answer))
    world.node.reach_time(fields["deadline"] + HOUR)  # the bridge was away
    world.settle()
    for each in asked.values():
        ended, why = outcome(world, each)
        assert (ended, "OrderRules_Expired" in why) == ("refused", True)
    assert not world.documents("order_amendment")
    assert "end not told" not in world.alarms()
    world.assert_audit_holds()


def test_a_change_is_asked_for_before_its_deadline_alone(world: World, order: Document) -> None:
    fields = change_of(world, order, deadline=world.now - 1)
    with pytest.raises(ActMalformed, match="deadline: it is over"):
        world.erp(RequestAct(party=BUYER, act="amend_order", fields=fields))


def test_a_keeper_cannot_change_a_word_of_what_both_signed(world: World, order: Document) -> None:
    fields = change_of(world, order)
    asked = {code: ask(world, code, "amend_order", **fields) for code in SIDES}
    signatures = []
    for code, each in asked.items():
        request = offered(world, each).fields
        signatures.append(wallet("typed_data", request["payload"], key_of(world, code)))
    message = json.loads(offered(world, asked[BUYER]).fields["payload"])["message"]
    dearer = {**message, "amount": MORE + 1}
    with pytest.raises(CallRefused, match="OrderRules_NotSigned"):
        world.transact("keeper", "PurchaseOrders", "amend", dearer, *signatures)
    world.transact("keeper", "PurchaseOrders", "amend", message, *signatures)


# ---- orders without a tender -------------------------------------------------------------------------


def purchase_of(world: World, asked: Document, amount: int) -> dict[str, Any]:
    """What both sides sign for what a requisition asks for."""
    f = asked.fields
    return {
        "buyer": account_of(world, BUYER),
        "supplier": account_of(world, "SUPPLIER"),
        "requisition_ref": "0x" + document_root(asked).hex(),
        "quantity": f["quantity"],
        "amount_minor": amount,
        "deadline": world.now + HOUR,
        "order": {
            "attester_post": 1, "arbiter_post": 3, "region": ZERO_REF, "schedule_root": ZERO_REF,
            "payment_seconds": 0,
            **{
                name: f[name]
                for name in (
                    "promised_at", "fund_seconds", "grace_seconds", "silence_seconds", "lateness_bps_per_day",
                    "lateness_cap_bps", "tax_bps", "tolerance_bps",
                )
            },
        },
    }  # fmt: skip


def test_a_direct_order_that_both_sides_signed_is_opened_funded_and_booked(world: World) -> None:
    world.stock_item("COPPER", sourcing="direct")
    world.issue(item="COPPER")
    world.settle()
    requisition = world.last("requisition")
    fields = purchase_of(world, requisition, 1_250_000)
    with pytest.raises(NotItsAct, match="buyer or supplier"):
        world.erp(RequestAct(party="RIVAL", act="direct_order", fields=fields))
    asked = {code: ask(world, code, "direct_order", **fields) for code in SIDES}
    shown = json.loads(offered(world, asked[BUYER]).fields["payload"])
    assert shown["primaryType"] == "DirectOrder"
    assert shown["message"]["order"]["promisedAt"] == fields["order"]["promised_at"]
    for code, each in asked.items():
        sign(world, each, code)
    opened = world.last("purchase_order")
    assert opened.fields["requisition"] == requisition.number
    assert {outcome(world, each) for each in asked.values()} == {("done", "")}
    twice = ask(world, "SUPPLIER", "direct_order", **fields)
    sign(world, twice, "SUPPLIER")
    again = ask(world, BUYER, "direct_order", **fields)
    sign(world, again, BUYER)
    assert "DirectOrders_ReferenceSeen" in outcome(world, again)[1]
    assert len(world.documents("purchase_order")) == 1
    world.assert_audit_holds()


def test_a_direct_order_whose_signature_was_taken_back_is_not_opened(world: World) -> None:
    world.stock_item("COPPER", sourcing="direct")
    world.issue(item="COPPER")
    world.settle()
    fields = purchase_of(world, world.last("requisition"), 1_250_000)
    asked = {code: ask(world, code, "direct_order", **fields) for code in SIDES}
    sign(world, asked["SUPPLIER"], "SUPPLIER")
    wrong = ask(world, "SUPPLIER", "withdraw_direct_signature", **fields, digest=ZERO_REF)
    why = outcome(world, wrong)[1]
    digest = "0x" + bytes(wallet_digest(offered(world, asked["SUPPLIER"]))).hex()
    assert f"the digest of this purchase is {digest}" in why
    other = {**fields, "amount_minor": 1, "digest": digest}
    changed = ask(world, "SUPPLIER", "withdraw_direct_signature", **other)
    assert outcome(world, changed)[0] == "refused"
    back = ask(world, "SUPPLIER", "withdraw_direct_signature", **fields, digest=digest)
    sign(world, back, "SUPPLIER")
    assert outcome(world, back) == ("done", "")
    sign(world, asked[BUYER], BUYER)
    for each in asked.values():
        ended, why = outcome(world, each)
        assert (ended, "DirectOrders_Withdrawn" in why) == ("refused", True)
    assert not world.documents("purchase_order")
    world.assert_audit_holds()


def wallet_digest(request: Document) -> bytes:
    """The 32 bytes that a wallet signs for what was offered."""
    return signed_digest(json.loads(request.fields["payload"]))


# ---- claims that are offered by signature --------------------------------------------------------------


def offer_fields(world: World, **changed: Any) -> dict[str, Any]:
    """An offer of the supplier's claim to the financier."""
    claim = world.last("receivable").fields
    return {
        "claim_id": claim["claim_id"],
        "financier": account_of(world, FINANCIER),
        "amount_minor": claim["amount_minor"],
        "price_minor": PRICE,
        "revision": 0,
        "deadline": world.now + DAY,
        **changed,
    }


def offers_to(world: World, code: str) -> list[dict[str, Any]]:
    """What a financier reads of the claims that are offered to it by signature."""
    with transaction(world.engine) as session:
        found = signed_offers(session, financier=account_of(world, code), after="", limit=9)
        return [offer_of(Rows.of(session), *pair).fields for pair in found]


def test_a_claim_offered_by_signature_is_bought_by_whom_it_was_offered_to(world: World) -> None:
    enrol_financier(world)
    delivered(world)
    room = world.deployment.address("Receivables")
    world.transact(FINANCIER, "SettlementToken", "approve", room, 0)
    asked = ask(world, "SUPPLIER", "offer_claim_signed", **offer_fields(world))
    assert offers_to(world, FINANCIER) == []
    sign(world, asked, "SUPPLIER")
    assert outcome(world, asked)[0] == "done"
    assert offers_to(world, "RIVAL") == []
    (offer,) = offers_to(world, FINANCIER)
    before = world.balance("SUPPLIER")
    bought = ask(world, FINANCIER, "buy_signed_claim", **offer)
    assert offered(world, bought).fields["draws_minor"] == PRICE
    sign(world, bought, FINANCIER)
    sign(world, bought, FINANCIER)
    assert outcome(world, bought) == ("done", "")
    assert world.balance("SUPPLIER") == before + PRICE
    assert world.last("discounting").fields["price_minor"] == PRICE
    world.assert_nothing_waits()
    again = ask(world, FINANCIER, "buy_signed_claim", **offer)
    assert "Receivables_" in outcome(world, again)[1]
    world.assert_audit_holds()


def test_a_claim_is_offered_by_its_holder_as_it_stands_and_by_its_own_key(world: World) -> None:
    enrol_financier(world)
    delivered(world)
    strange = ask(world, "RIVAL", "offer_claim_signed", **offer_fields(world))
    assert "is not held by" in outcome(world, strange)[1]
    passed = ask(world, "SUPPLIER", "offer_claim_signed", **offer_fields(world, revision=1))
    assert "in revision 0" in outcome(world, passed)[1]
    assert not world.documents("signing_request")
    forged = ask(world, "SUPPLIER", "offer_claim_signed", **offer_fields(world))
    answer_with(world, forged, "RIVAL")
    assert "did not sign this" in outcome(world, forged)[1]
    assert offers_to(world, FINANCIER) == []


def test_an_offer_to_another_is_not_bought_with_its_signature(world: World) -> None:
    enrol_financier(world)
    delivered(world)
    asked = ask(world, "SUPPLIER", "offer_claim_signed", **offer_fields(world))
    sign(world, asked, "SUPPLIER")
    (offer,) = offers_to(world, FINANCIER)
    cheaper = ask(world, FINANCIER, "buy_signed_claim", **{**offer, "price_minor": PRICE - 1})
    assert "Receivables_BadSignature" in outcome(world, cheaper)[1]
    other = {**offer, "financier": account_of(world, "RIVAL")}
    assert "offered to" in outcome(world, ask(world, FINANCIER, "buy_signed_claim", **other))[1]
    assert ZERO_ACCOUNT not in offer.values()


# ---- what a person's own machine signs -----------------------------------------------------------------


@pytest.mark.parametrize("changed", ["amount", "deadline", "verifyingContract"])
def test_a_statement_that_was_changed_in_the_mailbox_is_not_signed(
    world: World, order: Document, changed: str
) -> None:
    fields = change_of(world, order)
    asked = ask(world, "SUPPLIER", "amend_order", **fields)
    payload = offered(world, asked).fields["payload"]
    act = AskedAct(asked.number, "amend_order", fields, asked.fields["good_until"])
    supplier, client = account_of(world, "SUPPLIER"), world.bridge.client
    rebuilt = rebuild(act, supplier, world.deployment, client, step="act")
    check_same(rebuilt, "typed_data", payload)
    content = json.loads(payload)
    if changed == "verifyingContract":
        content["domain"][changed] = account_of(world, "RIVAL")
    else:
        content["message"][changed] += 1
    with pytest.raises(Differs):
        check_same(rebuilt, "typed_data", json.dumps(content, sort_keys=True))
    with pytest.raises(Differs, match="draws nothing"):
        rebuild(act, supplier, world.deployment, client, step="approval")


# ---- several acts of one party ---------------------------------------------------------------------------


def test_acts_asked_for_together_share_a_nonce_and_each_is_signed_once_the_one_before_it_is_mined(
    world: World, order: Document
) -> None:
    f = {"order_id": order.fields["order_id"]}
    cancel = [ask(world, "SUPPLIER", "cancel_part", **f, quantity=n) for n in (1, 2, 3)]
    requests = [offered(world, each) for each in cancel]
    nonces = [json.loads(r.fields["payload"])["nonce"] for r in requests]
    assert nonces == [nonces[0]] * 3
    for each in cancel:
        sign(world, each, "SUPPLIER")
    assert [outcome(world, each) for each in cancel] == [("done", "")] * 3
    assert len(world.documents("signing_request")) == 1 + 2 + 3
    world.assert_audit_holds()


def test_acts_that_are_signed_in_one_sitting_are_each_done_once(
    world: World, order: Document
) -> None:
    """One of them can be mined; the others are asked for again."""
    f = {"order_id": order.fields["order_id"]}
    cancel = [ask(world, "SUPPLIER", "cancel_part", **f, quantity=n) for n in (1, 2, 3)]
    for left in (3, 2, 1):
        told = {d.fields["request"] for d in world.documents("act_outcome")}
        open_acts = [each for each in cancel if each.number not in told]
        assert len(open_acts) == left
        for each in open_acts:  # before the bridge goes round again
            signs(world, each, "SUPPLIER")
        world.settle()
    assert [outcome(world, each) for each in cancel] == [("done", "")] * 3
    assert len(world.documents("order_part_cancel")) == 3
    world.assert_audit_holds()


def test_an_act_that_nobody_signs_does_not_hold_up_the_one_behind_it(
    world: World, order: Document
) -> None:
    f = {"order_id": order.fields["order_id"]}
    ask(world, "SUPPLIER", "cancel_part", **f, quantity=1)
    behind = ask(world, "SUPPLIER", "cancel_part", **f, quantity=2)
    sign(world, behind, "SUPPLIER")
    assert offered(world, behind).fields["showing"] == 1
    assert outcome(world, behind) == ("done", "")


def test_a_party_has_so_many_open_acts_and_no_more(world: World, order: Document) -> None:
    f = {"order_id": order.fields["order_id"], "quantity": 1}
    act = RequestAct(party="SUPPLIER", act="cancel_part", fields=f)
    asked = [world.erp(act) for _ in range(OPEN_ACTS_MAX)]
    with pytest.raises(TooManyActs, match="sign or withdraw some first"):
        world.erp(act)
    world.erp(RequestAct(party=BUYER, act="amend_order", fields=change_of(world, order)))
    world.erp(WithdrawAct(request=asked[0].number, reason="not needed"))
    world.erp(act)
