// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { Hearing } from "../../../../contracts/libraries/Hearing.sol";
import { OrderHouse } from "../../support/OrderHouse.sol";

/// What the third audit attacked in orders.
contract ThirdAuditOfOrdersTest is OrderHouse {
    /// A supplier's dispute of the lateness goes on over the inspection: the arbiter has time for what that says, also when
    /// the attester waits with it until the last second of the ruling.
    function test_a_late_report_under_a_dispute_that_goes_on_leaves_time_for_a_ruling() public {
        uint256 id = fundedOrder();
        vm.warp(uint256(orders.order(id).terms.promisedAt) - 1 days);
        ship(id, QUANTITY);
        skip(2 days);
        receiveNow(id, 1, QUANTITY);
        dispute(id, 1, supplier);
        uint256 ruleBy = orders.disputeOf(id, 1).ruleBy;
        vm.warp(ruleBy - 1);
        inspect(id, 1, 0);
        assertEq(orders.order(id).disputed, 1);
        uint256 later = block.timestamp + SILENCE_SECONDS + 30 days;
        assertEq(orders.disputeOf(id, 1).ruleBy, later);
        vm.warp(ruleBy);
        refused(abi.encodeWithSelector(Hearing.Hearing_RulingOpen.selector, ruleBy, later));
        orders.lapseDispute(id, 1);
        vm.warp(later - 1);
        ruleDelivery(id, 1, QUANTITY, QUANTITY);
        assertGt(token.balanceOf(supplier), FUNDS, "paid for sound goods");
    }
}
