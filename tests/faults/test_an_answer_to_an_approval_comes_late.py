"""Attack 7, honest nodes and people: the answer to an approval is read once the approval has ended, and counts for its act.

The ERP has a database of its own, and the daemon dies between the ERP's commit of what is shown and its own. The person's
wallet sends the approval by itself meanwhile, so that nothing has to be approved any more; the answer comes afterwards.
"""

from __future__ import annotations

import pytest

from erp.signing.schemas import RequestAct
from tests.faults.attacking import outcomes, requests_of
from tests.faults.test_a_wallet_ahead_of_its_answer import FIRM, gives, made, top_ups
from tests.faults.test_an_answer_before_its_offer_was_noted import dies_once_told
from tests.faults.test_databases_apart import apart_of
from tests.scenarios.test_signing_approvals import ADDED, active_bet
from tests.world import World

pytestmark = pytest.mark.node


def test_an_answer_to_an_approval_that_ended_meanwhile_does_not_end_its_act(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    bet = active_bet(world)
    apart = apart_of(world)
    asked = apart.erp(
        RequestAct(party=FIRM, act="top_up_pool", fields={"bet_id": bet.id, "amount_minor": ADDED})
    )
    dies_once_told(apart, monkeypatch, "OfferSigning")
    (shown,) = requests_of(apart, asked)
    assert shown.fields["step"] == "approval"
    raw = made(apart, asked, FIRM)
    apart.people[FIRM].wait(apart.node.rpc("eth_sendRawTransaction", [raw]))
    apart.reopen()
    ring = apart.bridge.daemon.ring
    ring.ingest.run()
    ring.dispatch.run()
    ring.report.run()
    ring.mailbox.run()  # so much is approved already, without an answer
    gives(apart, asked, raw)  # the page hands the answer over a moment later
    apart.settle()
    assert outcomes(apart, asked) == [], outcomes(apart, asked)
    gives(apart, asked, made(apart, asked, FIRM))
    apart.settle()
    assert (top_ups(apart), outcomes(apart, asked)) == (1, ["done"])
