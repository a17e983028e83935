"""Poison among many: it parks its aggregate alone, the cure books the rest in order, and the record says who did what."""

from __future__ import annotations

import os

import pytest

from bridge.errors import BadConfiguration
from bridge.intents import InboxStatus
from bridge.operator.quarantine import Quarantine
from bridge.ports.port import DocumentQuery
from bridge.store.quarantine import Operator
from erp.parties.schemas import PartyKind, RegisterParty
from tests.world import World

# Strangers whose events are poison, and good events between them. Larger numbers are played when they are asked for.
POISONED = int(os.environ.get("INTERLOCK_POISONED", "40"))
GOOD = int(os.environ.get("INTERLOCK_GOOD", "160"))
DOCUMENTS_MAX = 1_000_000
CURE = Operator("li", "they are registered now")


def stranger(number: int) -> str:
    return f"0x{0xABC0000 + number:040x}"


def poison(world: World) -> None:
    """Accounts that the ERP does not know are enrolled and suspended, with good issues of tokens all around them."""
    whom = world.people["SUPPLIER"].address
    done = 0
    for number in range(POISONED):
        world.transact("registrar", "Participants", "register", stranger(number), 2)
        world.transact("registrar", "Participants", "suspend", stranger(number), world.reference())
        while done * POISONED < (number + 1) * GOOD:
            world.transact("treasurer", "SettlementToken", "issue", whom, 5, world.reference())
            done += 1


def register(world: World) -> None:
    for number in range(POISONED):
        world.erp(
            RegisterParty(
                code=f"S{number}",
                name=f"Stranger {number}",
                kind=PartyKind.EXTERNAL,
                account=stranger(number),
            )
        )


def booked_in(world: World, aggregate: str) -> list[tuple[str, int | None]]:
    """Events of aggregates that begin so, in the order of the chain, each with the place of its document in the log."""
    rows = world.sql(
        "SELECT i.event, d.sequence FROM bridge_inbox i LEFT JOIN document_log d ON d.number = i.document_number "
        "WHERE i.aggregate LIKE :a ORDER BY i.position",
        a=f"{aggregate}%",
    )
    return [(event, sequence) for event, sequence in rows]


def issued(world: World) -> int:
    query = DocumentQuery(types=frozenset({"token_issue"}), limit=DOCUMENTS_MAX)
    return sum(d.fields["amount_minor"] == 5 for d in world.bridge.port.documents(query))


def test_the_good_are_booked_the_poison_alone_is_parked_and_the_cure_books_it_in_order(
    world: World,
) -> None:
    poison(world)
    world.settle()
    assert issued(world) == GOOD
    found = Quarantine(world.bridge)
    (group,) = found.groups()
    assert (group.what, group.rule) == ("Participants.ParticipantRegistered", "UnknownAccount")
    assert (group.count, group.behind) == (POISONED, POISONED)
    assert "没有参与方使用结算账户" in group.reason.zh
    seen = world.status()["inbox"]
    assert (seen[InboxStatus.QUARANTINED], seen[InboxStatus.WAITING]) == (POISONED, POISONED)
    assert InboxStatus.FINAL not in seen
    assert not world.audit().holds

    register(world)
    likes = found.likes(group.oldest)
    assert {done.status for done in found.retry(likes, CURE)} == {InboxStatus.FINAL}
    world.settle()
    assert found.groups() == []
    told = booked_in(world, "participant:0x000000000000000000000000000000000abc")
    assert [event for event, _ in told] == [
        "ParticipantRegistered",
        "ParticipantSuspended",
    ] * POISONED
    places = [place for _, place in told if place is not None]
    assert len(places) == 2 * POISONED
    assert places == sorted(places)
    assert issued(world) == GOOD
    world.assert_nothing_waits()
    world.assert_audit_holds()
    acts = world.sql("SELECT who, why, act, key FROM bridge_operator_act ORDER BY id")
    assert [row[3] for row in acts] == sorted(like.key for like in likes)
    assert {tuple(row[:3]) for row in acts} == {("li", CURE.why, "retried")}


def test_what_is_not_cured_is_parked_again_with_what_waits_behind_it(world: World) -> None:
    poison(world)
    world.settle()
    found = Quarantine(world.bridge)
    (before,) = found.groups()
    assert all(done.status for done in found.retry(found.likes(before.oldest), CURE))
    assert found.groups() == []
    world.settle()
    (after,) = found.groups()
    assert after == before
    assert world.status()["inbox"][InboxStatus.WAITING] == POISONED
    assert issued(world) == GOOD


def test_new_events_of_a_parked_account_wait_behind_it_and_those_of_others_do_not(
    world: World,
) -> None:
    world.transact("registrar", "Participants", "register", stranger(0), 2)
    world.settle()
    world.transact("registrar", "Participants", "suspend", stranger(0), world.reference())
    world.transact(
        "treasurer", "SettlementToken", "issue", world.people["RIVAL"].address, 5, world.reference()
    )
    world.settle()
    (group,) = Quarantine(world.bridge).groups()
    assert (group.count, group.behind) == (1, 1)
    assert issued(world) == 1


def test_a_cascade_is_put_back_in_chain_order_so_that_the_first_lets_the_later_succeed(
    world: World,
) -> None:
    """Tokens that are not booked leave the next payment without cover, and that one the next after it."""
    kinds = world.sql("SELECT code, kind FROM party WHERE kind = 'treasury'")
    world.sql("UPDATE party SET kind = 'internal' WHERE kind = 'treasury'")
    rival, supplier = (world.people[who].address for who in ("RIVAL", "SUPPLIER"))
    tokens = world.balance("RIVAL")
    world.transact("treasurer", "SettlementToken", "issue", rival, 50, world.reference())
    world.transact("RIVAL", "SettlementToken", "transfer", supplier, tokens + 50)
    both = world.balance("SUPPLIER")
    world.transact("SUPPLIER", "SettlementToken", "transfer", rival, both)
    world.settle()
    found = Quarantine(world.bridge)
    moved, issue = sorted(found.groups(), key=lambda group: -group.count)
    assert (issue.what, issue.rule) == ("SettlementToken.TokensIssued", "NoTreasury")
    assert (moved.what, moved.rule, moved.count) == ("SettlementToken.Transfer", "Overdrawn", 2)

    ((code, kind),) = kinds
    world.sql("UPDATE party SET kind = :k WHERE code = :c", k=kind, c=code)
    for group in (issue, moved):
        likes = found.likes(group.oldest)
        assert len(likes) == group.count
        assert all(done.status for done in found.retry(likes, CURE))
        world.settle()
    assert found.groups() == []
    world.assert_nothing_waits()
    world.assert_audit_holds()


def test_an_act_without_who_or_why_is_refused_and_nothing_moves(world: World) -> None:
    world.transact("registrar", "Participants", "register", stranger(0), 2)
    world.settle()
    for who, why in (("", "x"), ("li", " ")):
        with pytest.raises(BadConfiguration, match="it stands in the record"):
            Operator(who, why)
    assert len(Quarantine(world.bridge).groups()) == 1


def test_an_operator_who_comes_second_is_told_that_it_is_not_parked_any_more(world: World) -> None:
    world.transact("registrar", "Participants", "register", stranger(0), 2)
    world.settle()
    found = Quarantine(world.bridge)
    (group,) = found.groups()
    (first,) = found.resolve([group.oldest], Operator("li", "a partner of another ERP"))
    (second,) = found.retry([group.oldest], CURE)
    assert (first.status, second.status) == (InboxStatus.RESOLVED, None)
    assert "not parked any more" in second.refused
    assert world.sql("SELECT who, act FROM bridge_operator_act") == [("li", "resolved")]


def test_a_death_within_a_retry_leaves_all_of_its_batch_or_none(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    poison(world)
    world.settle()
    found = Quarantine(world.bridge)
    (group,) = found.groups()

    def dies(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("bridge.store.parking.lift", dies)
        with pytest.raises(KeyboardInterrupt):
            list(found.retry(found.likes(group.oldest), CURE))
    assert world.sql("SELECT count(*) FROM bridge_operator_act") == [(0,)]
    assert found.groups() == [group]


def test_calls_alike_are_made_anew_together_and_what_cannot_be_made_yet_stays_and_says_why(
    world: World,
) -> None:
    accounts = [world.people[who].address for who in ("SUPPLIER", "RIVAL")]
    world.stock_item("COPPER", candidates=["RIVAL"])
    world.stock_item("TIN")
    items = ("STEEL", "COPPER", "TIN")
    for item in items:
        world.issue(item=item)
    for account in accounts:
        world.transact("registrar", "Participants", "suspend", account, world.reference())
    world.settle()
    found = Quarantine(world.bridge)
    (group,) = found.groups()
    assert (group.rule, group.count) == ("NoSupplierQualifies", len(items))
    assert "没有候选供应商可以报价" in group.reason.zh

    world.transact("registrar", "Participants", "reinstate", accounts[0])
    world.settle()
    fates = list(found.retry(found.likes(group.oldest), CURE))
    refused = [fate for fate in fates if fate.status is None]
    assert len(refused) == 1
    assert refused[0].refused.startswith("NoSupplierQualifies: no candidate of PR-")
    world.settle()
    assert len(world.documents("tender")) == 2
    (left,) = found.groups()
    assert [left.oldest.key] == [fate.key for fate in refused]
    acts = world.sql("SELECT key, reason FROM bridge_operator_act ORDER BY id")
    assert [row[0] for row in acts] == [fate.key for fate in fates if fate.status]
    assert all(row[1].startswith("NoSupplierQualifies: ") for row in acts)
