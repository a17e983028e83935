// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { Offices } from "../../../../contracts/identity/Offices.sol";
import { ITenders } from "../../../../contracts/procurement/interfaces/ITenders.sol";
import { RevertingReceiver } from "../../support/RevertingReceiver.sol";
import { House } from "../../support/House.sol";

/// A payee is a contract that refuses whatever reaches it: money finds it all the same, and nobody waits for it.
contract RefusingPayeesTest is House {
    RevertingReceiver private payee;

    function setUp() public override {
        super.setUp();
        payee = new RevertingReceiver(rival);
        vm.label(address(payee), "payee");
        enrol(address(payee), Offices.SUPPLIER);
    }

    function _reveal(uint256 tenderId, uint128 amount) private {
        bytes memory call_ = abi.encodeCall(
            ITenders.revealBid, (tenderId, termsOf(tenderId), amount, 0, saltOf(tenderId, address(payee)))
        );
        vm.prank(rival);
        payee.act(address(tenders), call_);
    }

    function test_a_payee_that_refuses_every_call_gets_its_bond_back() public {
        uint256 tenderId = openTender();
        commit(tenderId, address(payee), AMOUNT);
        warpToReveal(tenderId);
        _reveal(tenderId, AMOUNT);
        assertEq(token.balanceOf(address(payee)), FUNDS);
    }

    function test_a_payee_that_refuses_every_call_is_paid_and_holds_up_no_refund() public {
        uint256 tenderId = openTender();
        commit(tenderId, address(payee), AMOUNT);
        warpToReveal(tenderId);
        _reveal(tenderId, AMOUNT);
        warpToAward(tenderId);
        uint256 orderId = award(tenderId);
        fund(orderId, required(orderId));
        bytes memory call_ = abi.encodeCall(orders.ship, (orderId, 1, QUANTITY, bytes32("despatch")));
        vm.prank(rival);
        payee.act(address(orders), call_);
        receiveNow(orderId, 1, QUANTITY);
        inspect(orderId, 1, QUANTITY);
        accept(orderId, 1, AMOUNT, 0);
        assertEq(token.balanceOf(address(payee)), FUNDS + AMOUNT, "paid");
        assertEq(token.balanceOf(buyer), FUNDS - AMOUNT, "refunded");
        assertEq(token.balanceOf(address(orders)), 0, "nothing left");
    }
}
