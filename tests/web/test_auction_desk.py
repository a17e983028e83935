"""The desk of an open auction: an invited supplier sees where it stands and places a bid that its own key signs."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Any

import pytest

from bridge.commitments.invitations import invitation_tree
from bridge.commitments.merkle import leaf_hash, verify
from erp.kernel.roles import Role
from tests.api.house import RIVAL, SUPPLIER, House
from tests.api.test_invitations import auctioned, other_party, told, underbid
from tests.api.test_story import DAY

from .browser import SAME_SITE, Browser
from .chain import Chain
from .purchase import AUCTION, supplier, text_of

PAGE, BID = f"/app/auctions/{AUCTION}", f"/app/auctions/{AUCTION}/bid"
ROUTE = f"/auction-invitations/{AUCTION}"
FORM = 'action="/app/auctions/AUC-2026-00001/bid"'
pytestmark = pytest.mark.sqlite("the form goes the way of the route, which both databases know")


@pytest.fixture
def bidding(house: House) -> House:
    """An auction to which ACME and RIVAL are invited, and somebody who can prove it."""
    auctioned(house)
    chain = Chain(house.engine)
    context = house.app.state.request_context
    context = replace(context, witness=chain, live=type(context.live)())
    house.app.state.request_context = context
    for mounted in house.app.routes:
        inner = getattr(mounted, "app", None)
        if hasattr(inner, "state"):
            inner.state.request_context = context
    return house


def key_of(text: str) -> str:
    found = re.search(r'name="key" value="(\w+)"', text[text.index(FORM) :])
    assert found is not None
    return found[1]


def place(browser: Browser, price: str, key: str | None = None) -> Any:
    """The answer to the form with a price."""
    form = {"key": key or key_of(browser.get(PAGE).text), "price": price}
    return browser.http.post(BID, data=form, headers=SAME_SITE, follow_redirects=False)


def acts(house: House) -> list[dict[str, Any]]:
    return list(house.get(Role.AUDITOR, "/act-requests").json()["items"])


def test_a_bid_is_asked_for_as_an_act_with_the_proof_that_its_bidder_is_invited(
    bidding: House,
) -> None:
    acme = supplier(bidding, "ACME")
    sent = place(acme, "10,900.00")
    assert (sent.status_code, sent.headers["location"]) == (303, f"{PAGE}#bid-desk")
    (act,) = acts(bidding)
    assert (act["party"], act["act"]) == ("ACME", "place_bid")
    fields = act["fields"]
    assert (fields["auction_id"], fields["amount_minor"]) == (1, 1_090_000)
    proof = [bytes.fromhex(each[2:]) for each in fields["invitation"]]
    root = invitation_tree([SUPPLIER, RIVAL]).root
    assert verify(root, leaf_hash(("address",), (SUPPLIER,)), proof)
    assert act["number"] in text_of(acme.get(PAGE))  # and what is to be signed appears there
    assert act["number"] not in text_of(supplier(bidding, "RIVAL").get(PAGE))


def test_one_form_places_one_bid_however_often_it_is_sent(bidding: House) -> None:
    acme = supplier(bidding, "ACME")
    key = key_of(acme.get(PAGE).text)
    assert [place(acme, "10900", key).status_code for _ in range(2)] == [303, 303]
    assert len(acts(bidding)) == 1


def test_a_price_above_the_least_step_is_told_what_would_be_right(bidding: House) -> None:
    underbid(bidding, RIVAL, 1_100_000)
    acme = supplier(bidding, "ACME")
    assert "The next bid asks 10,890.00 CNY at most." in text_of(acme.get(PAGE))
    refused = place(acme, "10,890.01")
    assert refused.status_code == 422
    assert "A bid asks 10,890.00 CNY at most now; yours asks 10,890.01." in text_of(refused)
    assert 'value="10,890.01"' in refused.text  # what was typed stays
    for nonsense in ("5,5", "", "-3", "ten"):
        assert place(acme, nonsense).status_code == 422, nonsense
    assert acts(bidding) == []
    assert place(acme, "10,890.00").status_code == 303


def test_the_desk_tells_a_bidder_its_standing_and_names_no_other(bidding: House) -> None:
    assert "You have not bid." in text_of(supplier(bidding, "ACME").get(PAGE))
    underbid(bidding, SUPPLIER, 1_150_000)
    assert "Your bid leads" in text_of(supplier(bidding, "ACME").get(PAGE))
    underbid(bidding, RIVAL, 1_100_000)
    seen = supplier(bidding, "ACME").get(PAGE)
    assert "Another asks less than your 11,500.00 CNY." in text_of(seen)
    assert "RIVAL" not in seen.text


def test_the_line_for_a_terminal_asks_for_the_very_same_act(bidding: House) -> None:
    text = supplier(bidding, "ACME").get(PAGE).text.replace("&#34;", '"').replace("&#39;", "'")
    found = re.search(r"party=(\w+) act=(\w+) fields:='([^']+)'", text)
    assert found is not None
    fields = json.loads(found[3])
    assert (found[1], found[2], fields["amount_minor"]) == ("ACME", "place_bid", 1_200_000)
    assert fields["invitation"] == told(bidding, ROUTE)["invitation"] != []


def test_nobody_else_has_a_desk_and_none_stays_when_bidding_is_over(bidding: House) -> None:
    other_party(bidding)
    third = supplier(bidding, "THIRD")
    assert third.get(PAGE).status_code == 404
    assert third.post(BID, key="k", price="1").status_code == 404
    assert FORM not in Browser(bidding).sign_in(Role.BUYER).get(PAGE).text
    assert Browser(bidding).sign_in(Role.BUYER).post(BID, key="k", price="1").status_code == 403
    bidding.clock.now += DAY
    assert FORM not in supplier(bidding, "ACME").get(PAGE).text
    assert acts(bidding) == []


def test_without_somebody_who_proves_the_invitation_the_page_says_so(house: House) -> None:
    auctioned(house)
    seen = supplier(house, "ACME").get(PAGE)
    assert FORM not in seen.text
    assert "Nobody is connected here who can prove your invitation" in text_of(seen)
    assert told(house, ROUTE)["invitation"] is None
