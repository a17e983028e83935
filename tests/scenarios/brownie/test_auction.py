"""Sealed-bid reverse auctions, told as Brownie stories."""

from __future__ import annotations

from house import BOND, CEILING, HOUR, MONEY, House, refuses


def test_the_lowest_of_three_sealed_bids_becomes_an_order(house: House) -> None:
    tender = house.open_tender(quantity=100)
    sent = house.play(tender, {"supplier": 900_000, "rival": 850_000, "newcomer": 999_999})
    assert sent.events["TenderAwarded"]["supplier"] == house["rival"]
    opened = sent.events["PurchaseOrderOpened"]
    assert (opened["quantity"], opened["amount"]) == (100, 850_000)
    assert opened["buyer"] == house["buyer"]
    assert [house.money(role) for role in ("supplier", "rival", "newcomer")] == [MONEY] * 3


def test_a_copied_commitment_cannot_be_revealed_by_its_copier(house: House) -> None:
    tender = house.open_tender()
    sealed = house.seal(tender, "supplier", 700_000)
    terms = house.published[tender]
    house.tenders.commitBid(tender, terms, sealed, [], house.by("supplier"))
    house.tenders.commitBid(tender, terms, sealed, [], house.by("rival"))
    house.wait(HOUR)
    salt = house.salts[tender, "supplier"]
    with refuses("Tenders_CommitmentMismatch"):
        house.tenders.revealBid(tender, terms, 700_000, 0, salt, house.by("rival"))
    house.reveal(tender, "supplier", 700_000)


def test_a_bid_cannot_be_revealed_at_another_price(house: House) -> None:
    tender = house.open_tender()
    house.commit(tender, "supplier", 700_000)
    house.wait(HOUR)
    with refuses("Tenders_CommitmentMismatch"):
        house.reveal(tender, "supplier", 699_999)


def test_a_tie_goes_to_better_credit_before_the_earlier_commitment(house: House) -> None:
    for _ in range(2):  # the rival keeps two promises first
        order = house.play(house.open_tender(), {"rival": 500_000}).events["TenderAwarded"][
            "orderId"
        ]
        house.fund(order)
        number = house.ship(order, 100, "rival")
        house.receive(order, number, 100)
        house.inspect(order, number, 100)
        house.accept(order, number, 500_000)
    assert house.score("rival") > house.score("supplier")
    sent = house.play(house.open_tender(), {"supplier": 800_000, "rival": 800_000})
    assert sent.events["TenderAwarded"]["supplier"] == house["rival"]


def test_a_tie_of_equals_goes_to_the_earlier_commitment_whoever_reveals_first(house: House) -> None:
    tender = house.open_tender()
    sent = house.play(tender, {"newcomer": 800_000, "supplier": 800_000, "rival": 800_000})
    assert sent.events["TenderAwarded"]["supplier"] == house["newcomer"]


def test_a_bid_that_is_not_revealed_forfeits_its_bond_to_the_buyer(house: House) -> None:
    tender = house.open_tender()
    house.commit(tender, "supplier", 900_000)
    house.commit(tender, "rival", 1)
    house.wait(HOUR)
    house.reveal(tender, "supplier", 900_000)
    with refuses("Tenders_AwardNotOpen"):
        house.forfeit(tender, "rival")
    house.wait(HOUR)
    house.forfeit(tender, "rival")
    assert house.money("rival") == MONEY - BOND
    assert house.money("buyer") == MONEY + BOND
    with refuses("Tenders_BondNotHeld"):
        house.forfeit(tender, "rival")
    assert house.award(tender).events["TenderAwarded"]["supplier"] == house["supplier"]


def test_bids_above_the_ceiling_leave_the_tender_void_and_cost_nothing(house: House) -> None:
    tender = house.open_tender()
    sent = house.play(tender, {"supplier": CEILING + 1, "rival": CEILING + 2})
    assert "TenderAwarded" not in sent.events
    assert sent.events["TenderVoided"]["bids"] == 2
    assert house.money("supplier") == house.money("rival") == MONEY
    with refuses("Tenders_AlreadySettled"):
        house.award(tender)


def test_windows_are_kept_to_the_second_they_end(house: House) -> None:
    tender = house.open_tender()
    with refuses("Tenders_AwardNotOpen"):
        house.award(tender)
    house.commit(tender, "supplier", 900_000)
    with refuses("Tenders_RevealNotOpen"):
        house.reveal(tender, "supplier", 900_000)
    house.wait(HOUR)
    with refuses("Tenders_CommitClosed"):
        house.commit(tender, "rival", 800_000)
    house.wait(HOUR)
    with refuses("Tenders_RevealClosed"):
        house.reveal(tender, "supplier", 900_000)
    assert "TenderVoided" in house.award(tender).events


def test_one_requisition_has_one_tender_and_a_supplier_one_bid(house: House) -> None:
    terms = house.terms()
    house.tenders.openTender(terms, [], house.by("buyer"))
    with refuses("Tenders_ReferenceSeen"):
        house.tenders.openTender(terms, [], house.by("buyer"))
    tender = house.open_tender()
    house.commit(tender, "supplier", 900_000)
    with refuses("Tenders_AlreadyCommitted"):
        house.commit(tender, "supplier", 800_000)


def test_strangers_buyers_and_poor_credit_cannot_bid(house: House) -> None:
    tender = house.open_tender(min_credit=6_001)
    with refuses("Room_NotActive"):
        house.commit(tender, "stranger", 1)
    with refuses("Room_NotActive"):
        house.commit(tender, "buyer", 1)
    supplier = house["supplier"].address.lower()
    with refuses(f"Bidding_CreditTooLow: {tender}, {supplier}, 6000, 6001"):
        house.commit(tender, "supplier", 1)


def test_a_pause_stops_new_tenders_and_bids_and_nothing_that_was_begun(house: House) -> None:
    tender = house.open_tender()
    house.commit(tender, "supplier", 900_000)
    house.participants.pauseObligations(house.by("guardian"))
    with refuses("Room_ObligationsStopped"):
        house.open_tender()
    with refuses("Room_ObligationsStopped"):
        house.commit(tender, "rival", 800_000)
    house.wait(HOUR)
    house.reveal(tender, "supplier", 900_000)
    house.wait(HOUR)
    assert house.award(tender).events["TenderAwarded"]["amount"] == 900_000


def test_a_retired_edition_takes_its_tenders_to_their_orders_and_opens_no_other(
    house: House,
) -> None:
    tender = house.open_tender()
    house.participants.retire(house.tenders, house.by("guardian"))
    with refuses("Room_ObligationsStopped"):
        house.open_tender()
    sent = house.play(tender, {"supplier": 900_000, "rival": 850_000})
    assert sent.events["TenderAwarded"]["supplier"] == house["rival"]
    house.fund(sent.events["TenderAwarded"]["orderId"])


def test_the_key_that_will_report_may_change_between_tender_and_award(house: House) -> None:
    tender = house.open_tender()
    house.participants.offerPost(1, house["stranger"], house.by("attester"))
    house.participants.takePost(1, house.by("stranger"))
    order = house.play(tender, {"supplier": 900_000}).events["TenderAwarded"]["orderId"]
    house.fund(order)
    number = house.ship(order, 100)
    with refuses("Room_NotTheHolder"):
        house.receive(order, number, 100)


def test_a_bond_asks_for_windows_of_an_hour(house: House) -> None:
    terms = list(house.terms())
    terms[6] = HOUR - 1
    with refuses("Bidding_WindowOutOfBounds"):
        house.tenders.openTender(tuple(terms), [], house.by("buyer"))


def test_terms_other_than_the_published_are_refused(house: House) -> None:
    tender = house.open_tender()
    published = house.published[tender]
    house.published[tender] = (*published[:4], published[4] + 1, *published[5:])
    with refuses("Tenders_TermsMismatch"):
        house.commit(tender, "supplier", 900_000)
