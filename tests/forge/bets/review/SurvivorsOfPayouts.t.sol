// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IBetBook } from "../../../../contracts/bets/interfaces/IBetBook.sol";
import { BetHouse } from "../../support/BetHouse.sol";
import { Vm } from "../../support/Vm.sol";

/// Faults that `make mutants` planted and that no test saw: what is said when nothing was rounded away.
contract SurvivorsOfPayoutsTest is BetHouse {
    /// Member 0 makes half, member 1 half as much again. The pot is 430,000, shared by 21 to 39 without a rest.
    function test_shares_that_divide_exactly_return_no_rounding_to_the_sponsor() public {
        uint256 betId = active(2);
        for (uint16 period = 1; period <= PERIODS; ++period) {
            warpToEnd(betId, period);
            report(betId, 0, period, 50, 0);
            report(betId, 1, period, 150, 0);
        }
        reportValue(betId, 400_000);
        settle(betId);
        vm.recordLogs();
        bets.withdrawFor(betId, member(0));
        bets.withdrawFor(betId, member(1));
        Vm.Log[] memory logs = vm.getRecordedLogs();
        uint256 payouts;
        for (uint256 i; i < logs.length; ++i) {
            assertTrue(logs[i].topics[0] != IBetBook.BetRoundingReturned.selector, "nothing to return");
            if (logs[i].topics[0] == IBetBook.BetPayoutWithdrawn.selector) ++payouts;
        }
        assertEq(payouts, 2, "both were paid");
        IBetBook.Bet memory record = bets.bet(betId);
        assertEq(record.remainder, POOL - 400_000, "as it was settled");
        assertEq(record.shared, 430_000, "all of the pot");
        assertEq(token.balanceOf(address(bets)), POOL - 400_000, "what is left is the sponsor's");
    }
}
