// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IAwardTaker } from "../../../../contracts/procurement/interfaces/IAwardTaker.sol";
import { Offices } from "../../../../contracts/identity/Offices.sol";
import { House } from "../../support/House.sol";

/// What the steps of an order may cost. To be read with `forge test --isolate`, where a call is a transaction of its
/// own; without it the bounds are far away.
contract OrderGasTest is House {
    event Cost(string step, uint256 gas);

    bool private over;

    function setUp() public override {
        super.setUp();
        fundedOrder(); // others have money here, too
        _cycle(false);
    }

    function test_each_step_stays_within_its_budget() public {
        _cycle(true);
        assertFalse(over, "over budget");
    }

    function _cycle(bool measured) private {
        uint256 orderId = _takeAward();
        if (measured) _within("award", 112_000 + 25_000);
        fund(orderId, required(orderId));
        if (measured) _within("fund", 70_000);
        _delivery(orderId, 1, 90, 1_035_000, measured ? 118_000 : 0);
        // The last one closes the order, too: an event and a transfer more.
        _delivery(orderId, 2, 10, 115_000, measured ? 136_000 : 0);
    }

    function _delivery(uint256 orderId, uint256 part, uint128 quantity, uint128 net, uint256 budget) private {
        bytes32[4] memory refs = [newReference(), newReference(), newReference(), newReference()];
        vm.prank(supplier);
        orders.ship(orderId, part, quantity, refs[0]);
        if (budget != 0) _within("ship", 64_000);
        vm.prank(attester);
        orders.receiveDelivery(orderId, part, quantity, uint40(block.timestamp), refs[1]);
        if (budget != 0) _within("receive", 48_000);
        vm.prank(attester);
        orders.inspectDelivery(orderId, part, quantity, refs[2]);
        if (budget != 0) _within("inspect", 50_500);
        vm.prank(attester);
        orders.acceptDelivery(orderId, part, net, net * TAX_BPS / 10_000, refs[3]);
        if (budget != 0) _within("accept", budget);
    }

    function _takeAward() private returns (uint256) {
        appoint(Offices.AWARDER, outsider);
        IAwardTaker.Award memory award = IAwardTaker.Award({
            tenderId: 1,
            requisitionRef: "requisition",
            buyer: buyer,
            supplier: supplier,
            quantity: QUANTITY,
            amount: AMOUNT,
            terms: orderTerms()
        });
        vm.prank(outsider);
        return orders.takeAward(award);
    }

    function _within(string memory step, uint256 budget) private {
        uint256 gas = vm.lastCallGas().gasTotalUsed;
        emit Cost(step, gas);
        if (gas > budget) over = true;
    }
}
