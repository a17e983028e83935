// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { ReentrancyGuard } from "@openzeppelin/contracts/utils/ReentrancyGuard.sol";
import { Offices } from "../../../../contracts/identity/Offices.sol";
import { ITenders } from "../../../../contracts/procurement/interfaces/ITenders.sol";
import { IPurchaseOrders } from "../../../../contracts/settlement/interfaces/IPurchaseOrders.sol";
import { MisbehavingHouse } from "../../support/MisbehavingHouse.sol";
import { PlainToken } from "../../support/PlainToken.sol";
import { ReentrantToken } from "../../support/ReentrantToken.sol";

/// A token that calls back in the middle of each transfer is refused, by the guard or by what stands already: effects come
/// before transfers. The settlement token has no hooks; this shows that nothing rests on it.
contract ReentrancyTest is MisbehavingHouse {
    function _token() internal override returns (PlainToken) {
        return new ReentrantToken();
    }

    function _arm(address target, bytes memory attack) private {
        ReentrantToken(address(bad)).arm(target, attack);
    }

    function _assertGuarded() private view {
        _assertAnswer(abi.encodeWithSelector(ReentrancyGuard.ReentrancyGuardReentrantCall.selector));
    }

    function _assertAnswer(bytes memory answer) private view {
        ReentrantToken token_ = ReentrantToken(address(bad));
        assertGt(token_.attempts(), 0, "the attack was made");
        assertFalse(token_.gotThrough(), "and got through");
        assertEq(token_.answer(), answer, "answer");
    }

    function test_a_bond_that_comes_back_cannot_be_forfeited_on_its_way() public {
        uint256 tenderId = openTender();
        commit(tenderId, supplier, AMOUNT);
        warpToReveal(tenderId);
        _arm(address(tenders), abi.encodeCall(ITenders.forfeitBond, (tenderId, termsOf(tenderId), supplier)));
        reveal(tenderId, supplier, AMOUNT);
        _assertAnswer(abi.encodeWithSelector(ITenders.Tenders_AlreadyRevealed.selector, tenderId, supplier));
        assertEq(bad.balanceOf(supplier), FUNDS, "once");
    }

    function test_a_bond_is_forfeited_once() public {
        uint256 tenderId = openTender();
        commit(tenderId, supplier, AMOUNT);
        commit(tenderId, rival, AMOUNT);
        warpToAward(tenderId);
        _arm(address(tenders), abi.encodeCall(ITenders.forfeitBond, (tenderId, termsOf(tenderId), rival)));
        tenders.forfeitBond(tenderId, termsOf(tenderId), supplier);
        _assertGuarded();
        assertEq(bad.balanceOf(buyer), FUNDS + BOND, "one bond");
    }

    function test_a_bond_on_its_way_in_awards_nothing() public {
        uint256 tenderId = openTender();
        _arm(address(tenders), abi.encodeCall(ITenders.award, (tenderId, termsOf(tenderId))));
        commit(tenderId, supplier, AMOUNT);
        uint40 revealEnd = tenders.tender(tenderId).revealEnd;
        _assertAnswer(
            abi.encodeWithSelector(ITenders.Tenders_AwardNotOpen.selector, tenderId, block.timestamp, revealEnd)
        );
    }

    function test_a_deposit_on_its_way_in_ends_no_order() public {
        uint256 orderId = openOrder();
        _arm(address(orders), abi.encodeCall(IPurchaseOrders.close, (orderId)));
        fund(orderId, required(orderId));
        _assertGuarded();
        assertEq(bad.balanceOf(address(orders)), required(orderId), "in escrow");
    }

    function test_a_delivery_is_paid_once_while_its_payment_leaves() public {
        uint256 orderId = fundedOrder();
        deliver(orderId, QUANTITY, QUANTITY);
        skip(SILENCE_SECONDS);
        _arm(address(orders), abi.encodeCall(IPurchaseOrders.claim, (orderId, 1)));
        accept(orderId, 1, AMOUNT, 0);
        _assertAnswer(wrongStatus(orderId, IPurchaseOrders.OrderStatus.Closed));
        assertEq(bad.balanceOf(supplier), FUNDS + AMOUNT, "once");
    }

    function test_an_order_is_refunded_once() public {
        uint256 orderId = fundedOrder();
        vm.warp(uint256(orders.order(orderId).terms.promisedAt) + GRACE_SECONDS + SILENCE_SECONDS);
        _arm(address(orders), abi.encodeCall(IPurchaseOrders.close, (orderId)));
        orders.close(orderId);
        _assertGuarded();
        assertEq(bad.balanceOf(buyer), FUNDS, "once");
    }

    /// The acceptance has no guard: all is written before the token moves, so that it can neither come twice nor end the
    /// order twice, also when the payment leaves as a claim that is due later.
    function test_an_acceptance_without_a_guard_pays_once_also_as_a_claim_due_later() public {
        ITenders.TenderTerms memory terms = tenderTerms();
        terms.order.paymentSeconds = 30 days;
        appoint(Offices.CLAIM_ISSUER, address(orders));
        uint256 orderId = openOrder(terms, AMOUNT);
        fund(orderId, required(orderId));
        deliver(orderId, QUANTITY, QUANTITY);
        skip(SILENCE_SECONDS);
        _arm(address(orders), abi.encodeCall(IPurchaseOrders.claim, (orderId, 1)));
        accept(orderId, 1, AMOUNT, 0);
        _assertAnswer(wrongStatus(orderId, IPurchaseOrders.OrderStatus.Closed));
        assertEq(bad.balanceOf(address(receivables)), AMOUNT, "one claim");
        assertEq(bad.balanceOf(address(orders)), 0, "nothing of another order");
        assertEq(bad.balanceOf(buyer), FUNDS - AMOUNT, "refunded once");
    }

    /// Nor by the order's own end, called while the payment of its last delivery but one leaves.
    function test_an_acceptance_on_its_way_ends_no_order_that_is_not_over() public {
        uint256 orderId = fundedOrder();
        deliver(orderId, QUANTITY / 2, QUANTITY / 2);
        _arm(address(orders), abi.encodeCall(IPurchaseOrders.close, (orderId)));
        accept(orderId, 1, AMOUNT / 2, 0);
        assertFalse(ReentrantToken(address(bad)).gotThrough(), "closed");
        assertEq(bad.balanceOf(supplier), FUNDS + AMOUNT / 2, "once");
        assertEq(bad.balanceOf(address(orders)), required(orderId) - AMOUNT / 2, "in escrow");
    }
}
