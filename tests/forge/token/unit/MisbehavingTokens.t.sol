// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { SafeERC20 } from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import { ITenders } from "../../../../contracts/procurement/interfaces/ITenders.sol";
import { FalseReturningToken } from "../../support/FalseReturningToken.sol";
import { FeeToken } from "../../support/FeeToken.sol";
import { NoReturnToken } from "../../support/NoReturnToken.sol";
import { PlainToken } from "../../support/PlainToken.sol";
import { MisbehavingHouse } from "../../support/MisbehavingHouse.sol";

contract NoReturnTokenTest is MisbehavingHouse {
    function _token() internal override returns (PlainToken) {
        return new NoReturnToken();
    }

    function test_a_token_that_returns_nothing_works_from_bond_to_refund() public {
        uint256 orderId = fundedOrder();
        deliver(orderId, QUANTITY, QUANTITY);
        accept(orderId, 1, AMOUNT, 149_500);
        assertEq(bad.balanceOf(supplier), FUNDS + AMOUNT + 149_500, "paid");
        assertEq(bad.balanceOf(buyer), FUNDS - AMOUNT - 149_500, "refunded");
        assertEq(bad.balanceOf(address(orders)) + bad.balanceOf(address(tenders)), 0, "nothing left");
    }
}

contract FalseReturningTokenTest is MisbehavingHouse {
    function _token() internal override returns (PlainToken) {
        return new FalseReturningToken();
    }

    function _refuse(bool refusing) private {
        FalseReturningToken(address(bad)).refuse(refusing);
    }

    function _refused() private {
        refused(abi.encodeWithSelector(SafeERC20.SafeERC20FailedOperation.selector, address(bad)));
    }

    function test_a_bond_that_did_not_move_is_no_bond() public {
        uint256 tenderId = openTender();
        bytes32 commitment = seal(tenderId, supplier, AMOUNT);
        ITenders.TenderTerms memory terms = termsOf(tenderId);
        _refuse(true);
        _refused();
        vm.prank(supplier);
        tenders.commitBid(tenderId, terms, commitment, new bytes32[](0));
    }

    function test_a_deposit_that_did_not_move_funds_nothing() public {
        uint256 orderId = openOrder();
        uint128 deposit = required(orderId);
        _refuse(true);
        _refused();
        vm.prank(buyer);
        orders.fund(orderId, deposit);
        _refuse(false);
        fund(orderId, deposit);
        assertEq(bad.balanceOf(address(orders)), deposit, "in escrow");
    }

    function test_a_payment_that_did_not_move_stays_owed() public {
        uint256 orderId = fundedOrder();
        deliver(orderId, QUANTITY, QUANTITY);
        bytes32 ref = newReference();
        _refuse(true);
        _refused();
        vm.prank(attester);
        orders.acceptDelivery(orderId, 1, AMOUNT, 0, ref);
        _refuse(false);
        accept(orderId, 1, AMOUNT, 0);
        assertEq(bad.balanceOf(supplier), FUNDS + AMOUNT, "paid once, later");
    }
}

/// The books count what was sent: "the settlement token takes no fee" is an assumption for safety of every contract that
/// holds money, and this is what breaks without it.
contract FeeTokenTest is MisbehavingHouse {
    function _token() internal override returns (PlainToken) {
        return new FeeToken();
    }

    function test_a_bond_that_arrives_short_does_not_go_back() public {
        uint256 tenderId = openTender();
        commit(tenderId, supplier, AMOUNT);
        warpToReveal(tenderId);
        bytes32 salt = saltOf(tenderId, supplier);
        ITenders.TenderTerms memory terms = termsOf(tenderId);
        refused(abi.encodeWithSelector(PlainToken.Short.selector, address(tenders), BOND - BOND / 100, BOND));
        vm.prank(supplier);
        tenders.revealBid(tenderId, terms, AMOUNT, 0, salt);
    }

    function test_a_fee_leaves_the_escrow_short_and_its_last_payment_is_refused_not_partial() public {
        ITenders.TenderTerms memory terms = tenderTerms();
        terms.bond = 0;
        uint256 orderId = openOrder(terms, AMOUNT);
        fund(orderId, required(orderId));
        uint256 held = bad.balanceOf(address(orders));
        uint128 owed = orders.order(orderId).escrowed;
        assertEq(held, owed - owed / 100, "one part in a hundred is missing");
        vm.warp(uint256(orders.order(orderId).terms.promisedAt) + GRACE_SECONDS + SILENCE_SECONDS);
        refused(abi.encodeWithSelector(PlainToken.Short.selector, address(orders), held, owed));
        orders.close(orderId);
    }
}
