// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { ITenders } from "../../../../contracts/procurement/interfaces/ITenders.sol";
import { ForceMajeureHouse } from "../../support/ForceMajeureHouse.sol";

/// Faults that `make mutants` planted in what is late of an order in a region, and that no test saw. Promised at noon
/// of a day and received on the next one in the morning: one day late, of which two calendar days are touched.
contract SurvivorsOfLatenessTest is ForceMajeureHouse {
    uint256 private orderId;
    uint32 private day;

    function setUp() public override {
        super.setUp();
        ITenders.TenderTerms memory terms = tenderTerms();
        day = today() + 60;
        terms.order.region = REGION;
        terms.order.promisedAt = uint40(atHour(day, 12));
        orderId = openOrder(terms, AMOUNT);
        fund(orderId, required(orderId));
        ship(orderId, 90);
        vm.warp(atHour(day + 1, 6));
    }

    function _daysLate() private returns (uint256) {
        receiveAt(orderId, 1, 90, uint40(atHour(day + 1, 6)));
        return orders.delivery(orderId, 1).daysLate;
    }

    function test_without_a_storm_the_morning_after_the_promise_is_one_day_late() public {
        assertEq(_daysLate(), 1);
    }

    function test_a_storm_on_the_only_late_day_excuses_it() public {
        storm(day + 1, 1);
        assertEq(_daysLate(), 0);
    }

    /// Both days are excused and only one was late: the receipt is reported all the same.
    function test_a_storm_longer_than_the_lateness_excuses_all_of_it_and_stops_no_report() public {
        storm(day, 2);
        assertEq(_daysLate(), 0);
        assertEq(orders.delivery(orderId, 1).promisedAt, 0, "in time: the order's promise");
    }
}
