"""A bet is changed as all approved it: the bridge reads the papers again, whatever an act says."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bridge.capabilities.acts import PROPOSE_BET_CHANGE, TOP_UP_BET
from bridge.capabilities.bet_changes import DATES
from bridge.capabilities.model import ZERO_ACCOUNT, CallContext
from bridge.capabilities.statements import SIGN_BET_CHANGE
from bridge.commitments.pledges import parties_root
from bridge.errors import NotAsApproved
from bridge.events.generated import BetProposed
from bridge.ports.port import Document
from tests.samples import document, sample

from .pledged import ACCOUNTS as TWO
from .pledged import (
    OTHER,
    PLEDGES,
    POSTS,
    ROOT,
    THIRD,
    NamesOthers,
    expect_ovens_signature,
    paper,
    pledge,
    told,
)
from .pledged import papers as with_changes
from .test_acts import Somewhere

ACCOUNTS = {**TWO, "SHOP": THIRD}
SAID = dict.fromkeys(DATES, 7)


def papers(**changed: Document) -> dict[str, Document]:
    """A change with a newcomer and a leaver, and a top-up; some changed."""
    sound = {
        "BTC-1": paper(
            "bet_change", "BTC-1", bet_id=4, proposer="COOK", accounts=ACCOUNTS, leaver="SHOP", newcomer="OVEN",
            parties=[told("COOK"), told("OVEN")], **SAID,
        ),
        "BCA-1": paper("bet_change_approval", "BCA-1", bet_change="BTC-1", party="COOK"),
        "BCA-2": paper("bet_change_approval", "BCA-2", bet_change="BTC-1", party="OVEN"),
        "PTU-1": paper("pool_top_up", "PTU-1", bet_id=4, payer="COOK", amount_minor=8),
        "PTA-1": paper("pool_top_up_approval", "PTA-1", top_up="PTU-1"),
    }  # fmt: skip
    return with_changes(sound, changed)


def act(name: str, rests: dict[str, Any], party: str = "COOK", **fields: Any) -> Document:
    """An act, with what the ERP says it rests on."""
    return document(
        "act_request", act=name, fields=fields, party=party, account=ACCOUNTS[party], good_until=9, papers=rests
    )  # fmt: skip


def asked(party: str = "COOK", **changed: Any) -> Document:
    """The act of proposing a change."""
    rests = {
        "bet_change": "BTC-1", "approvals": ["BCA-1", "BCA-2"], "bet_id": 4, "change": SAID, "leaver": THIRD,
        "newcomer": OTHER, "parties": PLEDGES,
    }  # fmt: skip
    return act("propose_bet_change", {**rests, **changed}, party, bet_change="BTC-1")


def context(named: dict[str, Document] | None, **more: Any) -> CallContext:
    return CallContext(POSTS, refs={"BTC-1": ROOT}, papers=named, place=Somewhere(), **more)


def proposed(found: Document, named: dict[str, Document] | None) -> dict[str, Any]:
    """The change in the one call of an act."""
    (call,) = PROPOSE_BET_CHANGE.calls(found, context(named, published=sample(BetProposed)))
    _bets, bet_id, _terms, change = call.args
    assert bet_id == 4
    return dict(change)


def test_a_change_names_the_commitment_of_its_paper_and_of_all_pledges() -> None:
    change = proposed(asked(), papers())
    assert (change["termsRef"], change["partiesRoot"]) == (ROOT, parties_root(PLEDGES))
    assert (change["leaver"], change["newcomer"], change["signBy"]) == (THIRD, OTHER, 7)
    assert proposed(asked(), None) == change  # on the proposer's own machine
    assert PROPOSE_BET_CHANGE.published_in(asked()) == (BetProposed, "bet:4")
    alone = papers(BTC_1=replace(papers()["BTC-1"], fields={
        **papers()["BTC-1"].fields, "leaver": None, "newcomer": None,
    }))  # fmt: skip
    assert proposed(asked(leaver=None, newcomer=None), alone)["leaver"] == ZERO_ACCOUNT


@pytest.mark.parametrize(
    ("found", "named", "why"),
    [
        (asked(change=SAID | {"sign_by": 8}), papers(), "has dates"),
        (asked(bet_id=5), papers(), "has bet 5"),
        (asked(leaver=None), papers(), "has leaver"),
        (asked(newcomer=THIRD), papers(), "has newcomer"),
        (asked(parties=[PLEDGES[0], pledge("OVEN", stake_minor=8)]), papers(), "has parties"),
        (asked("OVEN"), papers(), "has proposer OVEN"),
        (asked(approvals=["BCA-1"]), papers(), r"no approval of BTC-1 by \['OVEN'\]"),
        (asked(bet_change=None), papers(), "names no bet_change"),
        (asked(bet_change="BCA-1"), papers(), "BCA-1 is a bet_change_approval, no bet_change"),
        (
            asked(),
            papers(BCA_2=paper("bet_change_approval", "BCA-2", bet_change="BTC-2", party="OVEN")),
            "BCA-2 approves another bet_change than BTC-1",
        ),
    ],
)
def test_a_change_that_is_not_as_approved_makes_no_call(
    found: Document, named: dict[str, Document], why: str
) -> None:
    with pytest.raises(NotAsApproved, match=why):
        proposed(found, named)


def signing(**changed: Any) -> Document:
    """The act of the newcomer."""
    rests = {"bet_change": "BTC-1", "approvals": ["BCA-2"], "pledge": pledge("OVEN")}
    return act("sign_bet_change", {**rests, **changed}, "OVEN", bet_id=4, amendment_id=2)


def signed(found: Document, named: dict[str, Document] | None) -> dict[str, Any]:
    """What the one call brings to the chain."""
    (call,) = SIGN_BET_CHANGE.calls(found, context(named))
    _bets, bet_id, amendment_id, made = call.args
    assert (bet_id, amendment_id) == (4, 2)
    return dict(made)


def test_a_party_signs_its_own_pledge_with_the_proof_that_it_is_one_of_the_change() -> None:
    made = signed(signing(), papers())
    expect_ovens_signature(made)
    assert signed(signing(), None) == made | {"proof": []}


@pytest.mark.parametrize(
    ("found", "why"),
    [
        (signing(pledge=pledge("OVEN", cap_bps=8)), "has pledge"),
        (signing(pledge=pledge("COOK")), "has pledge"),
        (signing(approvals=[]), r"no approval of BTC-1 by \['OVEN'\]"),
        (
            act(
                "sign_bet_change",
                {"bet_change": "BTC-1", "approvals": ["BCA-2"], "pledge": pledge("OVEN")},
                "OVEN",
                bet_id=5,
                amendment_id=2,
            ),
            "has bet 5",
        ),
    ],
)
def test_a_signature_that_is_not_as_approved_makes_no_call(found: Document, why: str) -> None:
    with pytest.raises(NotAsApproved, match=why):
        SIGN_BET_CHANGE.calls(found, context(papers()))


def test_nobody_signs_by_its_change_an_amendment_that_names_others() -> None:
    assert SIGN_BET_CHANGE.statement is not None
    published: Any = NamesOthers()
    with pytest.raises(NotAsApproved, match=f"the amendment names {NamesOthers.terms_ref}"):
        SIGN_BET_CHANGE.statement(signing(), context(papers(), published=published))


def topping(party: str = "COOK", **changed: Any) -> Document:
    """The act of adding to a pool."""
    rests = {"top_up": "PTU-1", "approvals": ["PTA-1"], "bet_id": 4, "amount_minor": 8}
    return act("top_up_bet", {**rests, **changed}, party, top_up="PTU-1")


def test_a_sponsor_adds_what_finance_approved_and_nothing_else() -> None:
    (call,) = TOP_UP_BET.calls(topping(), context(papers()))
    assert call.args == (4, 8)
    for found, why in (
        (topping(amount_minor=9), "has amount 9"),
        (topping(bet_id=5), "has bet 5"),
        (topping("OVEN"), "has payer OVEN"),
        (topping(approvals=[]), "names no approval"),
        (topping(approvals=["BCA-1"]), "no pool_top_up_approval"),
    ):
        with pytest.raises(NotAsApproved, match=why):
            TOP_UP_BET.calls(found, context(papers()))
