"""A sponsor proposes and a party signs what all approved: the bridge reads the papers again, whatever an act says."""

from __future__ import annotations

from typing import Any

import pytest

from bridge.capabilities.acts import PROPOSE_BET
from bridge.capabilities.bet_papers import PUBLISHED
from bridge.capabilities.model import CallContext
from bridge.capabilities.statements import SIGN_BET_TERMS
from bridge.commitments.pledges import parties_root
from bridge.errors import NotAsApproved
from bridge.ports.port import Document
from tests.samples import ACCOUNT, REF, document

from .pledged import (
    ACCOUNTS,
    OTHER,
    PLEDGES,
    POSTS,
    ROOT,
    NamesOthers,
    expect_ovens_signature,
    paper,
    pledge,
    told,
)
from .pledged import papers as with_changes

SAID: dict[str, Any] = dict.fromkeys(PUBLISHED, 7) | {"region": REF}


def papers(**changed: Document) -> dict[str, Document]:
    """The papers of a bet, some changed."""
    sound = {
        "BTP-1": paper(
            "bet_terms", "BTP-1", sponsor="COOK", group_id=4, accounts=ACCOUNTS, parties=[told("COOK"), told("OVEN")],
            **SAID,
        ),
        "BTA-1": paper("bet_approval", "BTA-1", bet_terms="BTP-1", party="COOK"),
        "BTA-2": paper("bet_approval", "BTA-2", bet_terms="BTP-1", party="OVEN"),
    }  # fmt: skip
    return with_changes(sound, changed)


def asked(party: str = "COOK", **changed: Any) -> Document:
    """The act of proposing, with what the ERP says it rests on."""
    rests = {
        "bet_terms": "BTP-1", "approvals": ["BTA-1", "BTA-2"], "group_id": 4, "published": SAID, "parties": PLEDGES,
    }  # fmt: skip
    return document(
        "act_request", act="propose_bet", fields={"bet_terms": "BTP-1"}, party=party, account=ACCOUNT, good_until=9,
        papers={**rests, **changed},
    )  # fmt: skip


def proposed(act: Document, named: dict[str, Document] | None) -> dict[str, Any]:
    """The terms in the one call of an act."""
    (call,) = PROPOSE_BET.calls(act, CallContext(POSTS, refs={"BTP-1": ROOT}, papers=named))
    (terms,) = call.args
    return dict(terms)


def test_a_bet_names_the_commitment_of_its_terms_and_of_all_pledges() -> None:
    terms = proposed(asked(), papers())
    assert (terms["termsRef"], terms["groupId"], terms["partyCount"]) == (ROOT, 4, 2)
    assert (terms["partiesRoot"], terms["valuePool"]) == (parties_root(PLEDGES), 7)
    assert proposed(asked(), None) == terms  # on the sponsor's own machine


@pytest.mark.parametrize(
    ("act", "named", "why"),
    [
        (asked(published=SAID | {"pool_minor": 8}), papers(), "has terms"),
        (asked(group_id=5), papers(), "has group 5"),
        (asked(parties=[pledge("COOK")]), papers(), "has parties"),
        (asked(parties=[PLEDGES[0], pledge("OVEN", stake_minor=8)]), papers(), "has parties"),
        (asked(parties=[PLEDGES[0], pledge("OVEN", account=REF)]), papers(), "has parties"),
        (asked("OVEN"), papers(), "has sponsor OVEN"),
        (asked(approvals=["BTA-1"]), papers(), r"no approval of BTP-1 by \['OVEN'\]"),
        (asked(bet_terms=None), papers(), "names no bet_terms and its approvals"),
        (asked(bet_terms="BTA-1"), papers(), "BTA-1 is a bet_approval, no bet_terms"),
        (
            asked(),
            papers(BTA_2=paper("bet_approval", "BTA-2", bet_terms="BTP-2", party="OVEN")),
            "BTA-2 approves another bet_terms than BTP-1",
        ),
        (asked(), papers(BTA_2=paper("group_approval", "BTA-2")), "no bet_approval"),
    ],
)
def test_a_bet_that_is_not_as_approved_makes_no_call(
    act: Document, named: dict[str, Document], why: str
) -> None:
    with pytest.raises(NotAsApproved, match=why):
        proposed(act, named)


def signing(**changed: Any) -> Document:
    """The act of the second party, or its answer: both rest on the same."""
    rests = {"bet_terms": "BTP-1", "approvals": ["BTA-2"], "pledge": pledge("OVEN")}
    return document(
        "act_request", act="sign_bet_terms", fields={"bet_id": 3}, party="OVEN", account=OTHER, good_until=9,
        papers={**rests, **changed},
    )  # fmt: skip


def signed(act: Document, named: dict[str, Document] | None) -> dict[str, Any]:
    """What the one call brings to the chain."""
    (call,) = SIGN_BET_TERMS.calls(act, CallContext(POSTS, refs={"BTP-1": ROOT}, papers=named))
    bet_id, made = call.args
    assert bet_id == 3
    return dict(made)


def test_a_party_signs_its_own_pledge_with_the_proof_that_it_is_one_of_the_bet() -> None:
    made = signed(signing(), papers())
    expect_ovens_signature(made)
    assert signed(signing(), None) == made | {"proof": []}


@pytest.mark.parametrize(
    ("act", "why"),
    [
        (signing(pledge=pledge("OVEN", cap_bps=8)), "has pledge"),
        (signing(pledge=pledge("COOK")), "has pledge"),
        (signing(approvals=[]), r"no approval of BTP-1 by \['OVEN'\]"),
        (signing(approvals=["BTA-1"]), "no approval"),
    ],
)
def test_a_signature_that_is_not_as_approved_makes_no_call(act: Document, why: str) -> None:
    with pytest.raises(NotAsApproved, match=why):
        signed(act, papers())


def test_nobody_signs_by_its_terms_a_bet_that_names_others() -> None:
    context = CallContext(
        POSTS, published=NamesOthers(), refs={"BTP-1": ROOT}, papers=papers()  # type: ignore[arg-type]
    )  # fmt: skip
    assert SIGN_BET_TERMS.statement is not None
    with pytest.raises(NotAsApproved, match=f"the bet names {NamesOthers.terms_ref}"):
        SIGN_BET_TERMS.statement(signing(), context)
