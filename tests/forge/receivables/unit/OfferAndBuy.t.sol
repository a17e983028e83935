// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IReceivables } from "../../../../contracts/receivables/interfaces/IReceivables.sol";
import { ReceivableHouse } from "../../support/ReceivableHouse.sol";

contract OfferAndBuyTest is ReceivableHouse {
    uint256 private claimId;
    uint40 private dueAt;

    function setUp() public override {
        super.setUp();
        claimId = issue();
        dueAt = dueAtOf(claimId);
    }

    function _refusedOffer(address to, uint128 price, uint40 expiresAt, bytes memory reason) private {
        refused(reason);
        offer(claimId, to, price, expiresAt);
    }

    function _refusedPurchase(address who, uint128 amount, uint128 price, bytes memory reason) private {
        refused(reason);
        vm.prank(who);
        receivables.buy(claimId, amount, price);
    }

    function _noOffer() private view returns (bytes memory) {
        return abi.encodeWithSelector(IReceivables.Receivables_NoOffer.selector, claimId);
    }

    // ---- offer ----

    function test_an_offer_is_kept_and_a_later_one_takes_its_place() public {
        vm.expectEmit(address(receivables));
        emit IReceivables.ClaimOffered(claimId, supplier, address(0), CLAIM, PRICE, dueAt, 1);
        offer(claimId);
        vm.expectEmit(address(receivables));
        emit IReceivables.ClaimOffered(claimId, supplier, lender, CLAIM, PRICE + 1, dueAt - 1, 2);
        offer(claimId, lender, PRICE + 1, dueAt - 1);
        IReceivables.Offer memory published = receivables.offerOf(claimId);
        assertEq(published.financier, lender);
        assertEq(published.price, PRICE + 1);
        assertEq(published.expiresAt, dueAt - 1);
    }

    function test_an_offer_is_to_another_active_financier() public {
        _refusedOffer(
            rival, PRICE, dueAt, abi.encodeWithSelector(IReceivables.Receivables_NotAFinancier.selector, rival)
        );
        suspend(financier);
        _refusedOffer(
            financier, PRICE, dueAt, abi.encodeWithSelector(IReceivables.Receivables_NotAFinancier.selector, financier)
        );
        offer(claimId, lender, PRICE, dueAt);
        buy(lender, claimId);
        refused(abi.encodeWithSelector(IReceivables.Receivables_AlreadyTheHolder.selector, claimId, lender));
        vm.prank(lender);
        receivables.offer(claimId, lender, PRICE, dueAt);
    }

    function test_a_price_is_at_most_the_claim() public {
        uint128[2] memory wrong = [0, CLAIM + 1];
        for (uint256 i; i < 2; ++i) {
            _refusedOffer(
                financier,
                wrong[i],
                dueAt,
                abi.encodeWithSelector(IReceivables.Receivables_PriceOutOfBounds.selector, claimId, wrong[i], CLAIM)
            );
        }
        offer(claimId, financier, CLAIM, dueAt);
        offer(claimId, financier, 1, dueAt);
    }

    function test_an_offer_ends_after_now_and_by_the_due_date() public {
        uint40 nowAt = uint40(block.timestamp);
        uint40[2] memory wrong = [nowAt, dueAt + 1];
        for (uint256 i; i < 2; ++i) {
            _refusedOffer(
                financier,
                PRICE,
                wrong[i],
                abi.encodeWithSelector(
                    IReceivables.Receivables_ExpiryOutOfBounds.selector, claimId, wrong[i], nowAt, dueAt
                )
            );
        }
        offer(claimId, financier, PRICE, nowAt + 1);
        vm.warp(dueAt);
        _refusedOffer(
            financier,
            PRICE,
            dueAt + 1,
            abi.encodeWithSelector(IReceivables.Receivables_Due.selector, claimId, dueAt, dueAt)
        );
    }

    function test_only_the_holder_offers_and_withdraws() public {
        bytes memory reason = abi.encodeWithSelector(IReceivables.Receivables_NotTheHolder.selector, claimId, buyer);
        refused(reason);
        vm.prank(buyer);
        receivables.offer(claimId, financier, PRICE, dueAt);
        refused(reason);
        vm.prank(buyer);
        receivables.withdrawOffer(claimId);
        reason = abi.encodeWithSelector(IReceivables.Receivables_Unknown.selector, 9);
        refused(reason);
        vm.prank(supplier);
        receivables.offer(9, financier, PRICE, dueAt);
        refused(reason);
        vm.prank(supplier);
        receivables.withdrawOffer(9);
        vm.warp(dueAt);
        receivables.pay(claimId);
        reason = abi.encodeWithSelector(IReceivables.Receivables_AlreadyPaid.selector, claimId);
        refused(reason);
        offer(claimId, financier, PRICE, dueAt);
        refused(reason);
        vm.prank(supplier);
        receivables.withdrawOffer(claimId);
    }

    // ---- offers die ----

    function test_a_withdrawn_offer_cannot_be_taken() public {
        offer(claimId);
        vm.expectEmit(address(receivables));
        emit IReceivables.OfferWithdrawn(claimId, supplier, 2);
        vm.prank(supplier);
        receivables.withdrawOffer(claimId);
        _refusedPurchase(financier, CLAIM, PRICE, _noOffer());
    }

    function test_an_offer_dies_with_a_split_a_transfer_and_a_sale() public {
        offer(claimId);
        split(claimId, 1);
        _refusedPurchase(financier, CLAIM, PRICE, _noOffer());
        offer(claimId);
        vm.prank(supplier);
        receivables.transfer(claimId, rival);
        _refusedPurchase(financier, CLAIM - 1, PRICE, _noOffer());
        vm.prank(rival);
        receivables.transfer(claimId, supplier);
        _refusedPurchase(financier, CLAIM - 1, PRICE, _noOffer());
        offer(claimId);
        vm.prank(lender);
        receivables.buy(claimId, CLAIM - 1, PRICE);
        _refusedPurchase(financier, CLAIM - 1, PRICE, _noOffer());
    }

    // ---- buy ----

    function test_price_and_claim_change_hands_together() public {
        offer(claimId);
        vm.expectEmit(address(receivables));
        emit IReceivables.ClaimSold(claimId, supplier, financier, CLAIM, PRICE, 2);
        buy(financier, claimId);
        assertEq(holderOf(claimId), financier);
        assertEq(token.balanceOf(supplier), FUNDS + PRICE);
        assertEq(token.balanceOf(financier), FUNDS - PRICE);
        assertEq(token.balanceOf(address(receivables)), CLAIM, "the claim is still covered");
        vm.warp(dueAt);
        receivables.pay(claimId);
        assertEq(token.balanceOf(financier), FUNDS + CLAIM - PRICE);
    }

    function test_of_two_financiers_the_first_has_it() public {
        offer(claimId);
        buy(financier, claimId);
        _refusedPurchase(lender, CLAIM, PRICE, _noOffer());
        assertEq(token.balanceOf(lender), FUNDS);
    }

    function test_a_holder_who_changes_price_or_amount_at_the_last_moment_sells_nothing() public {
        offer(claimId);
        offer(claimId, address(0), PRICE + 1, dueAt);
        _refusedPurchase(
            financier,
            CLAIM,
            PRICE,
            abi.encodeWithSelector(IReceivables.Receivables_PriceChanged.selector, claimId, PRICE + 1, PRICE)
        );
        split(claimId, 10_000);
        offer(claimId);
        _refusedPurchase(
            financier,
            CLAIM,
            PRICE,
            abi.encodeWithSelector(IReceivables.Receivables_AmountChanged.selector, claimId, CLAIM - 10_000, CLAIM)
        );
    }

    function test_only_the_named_active_financier_buys() public {
        offer(claimId, lender, PRICE, dueAt);
        _refusedPurchase(
            financier,
            CLAIM,
            PRICE,
            abi.encodeWithSelector(IReceivables.Receivables_NotOfferedTo.selector, claimId, financier, lender)
        );
        _refusedPurchase(
            rival, CLAIM, PRICE, abi.encodeWithSelector(IReceivables.Receivables_NotAFinancier.selector, rival)
        );
        suspend(lender);
        _refusedPurchase(
            lender, CLAIM, PRICE, abi.encodeWithSelector(IReceivables.Receivables_NotAFinancier.selector, lender)
        );
    }

    function test_nobody_buys_its_own_claim() public {
        offer(claimId);
        buy(lender, claimId);
        vm.startPrank(lender);
        receivables.offer(claimId, address(0), PRICE, dueAt);
        refused(abi.encodeWithSelector(IReceivables.Receivables_AlreadyTheHolder.selector, claimId, lender));
        receivables.buy(claimId, CLAIM, PRICE);
        vm.stopPrank();
    }

    function test_an_offer_closes_at_its_expiry() public {
        uint40 expiresAt = uint40(block.timestamp) + 1 hours;
        offer(claimId, address(0), PRICE, expiresAt);
        for (uint40 late; late < 2; ++late) {
            vm.warp(expiresAt + late);
            _refusedPurchase(
                financier,
                CLAIM,
                PRICE,
                abi.encodeWithSelector(
                    IReceivables.Receivables_OfferExpired.selector, claimId, expiresAt + late, expiresAt
                )
            );
        }
        vm.warp(expiresAt - 1);
        buy(financier, claimId);
    }

    function test_a_claim_is_not_bought_once_it_is_due_or_unknown_or_paid() public {
        offer(claimId);
        vm.warp(dueAt);
        _refusedPurchase(
            financier,
            CLAIM,
            PRICE,
            abi.encodeWithSelector(IReceivables.Receivables_OfferExpired.selector, claimId, dueAt, dueAt)
        );
        receivables.pay(claimId);
        _refusedPurchase(
            financier, CLAIM, PRICE, abi.encodeWithSelector(IReceivables.Receivables_AlreadyPaid.selector, claimId)
        );
        refused(abi.encodeWithSelector(IReceivables.Receivables_Unknown.selector, 9));
        vm.prank(financier);
        receivables.buy(9, CLAIM, PRICE);
    }

    function test_a_purchase_without_the_money_leaves_the_claim_where_it_is() public {
        offer(claimId);
        vm.prank(financier);
        token.approve(address(receivables), PRICE - 1);
        vm.expectRevert();
        buy(financier, claimId);
        assertEq(holderOf(claimId), supplier);
        assertEq(receivables.offerOf(claimId).price, PRICE);
    }

    function test_a_financier_sells_on_to_another() public {
        offer(claimId);
        buy(financier, claimId);
        vm.prank(financier);
        receivables.offer(claimId, lender, PRICE + 5000, dueAt);
        vm.prank(lender);
        receivables.buy(claimId, CLAIM, PRICE + 5000);
        assertEq(token.balanceOf(financier), FUNDS + 5000);
        assertEq(holderOf(claimId), lender);
    }
}
