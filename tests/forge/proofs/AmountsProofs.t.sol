// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { Amounts } from "../../../contracts/libraries/Amounts.sol";

/// For halmos: true for every value within the bounds, not only for those that a fuzzer draws. Amounts and quantities are
/// as wide as the solver ends in minutes; the fuzz tests draw them up to 2^60.
contract AmountsProofs {
    function check_the_whole_is_worth_the_amount(uint64 amount, uint64 quantity) public pure {
        require(quantity != 0);
        assert(Amounts.cumulativeDown(amount, quantity, quantity) == amount);
    }

    function check_a_part_is_worth_at_most_the_amount(uint64 amount, uint64 accepted, uint64 quantity) public pure {
        require(quantity != 0 && accepted <= quantity);
        assert(Amounts.cumulativeDown(amount, accepted, quantity) <= amount);
    }

    /// What is accepted later is never worth a negative part, so that three parts sum to the whole to the last unit.
    function check_parts_sum_to_the_whole(uint16 amount, uint16 first, uint16 second, uint16 quantity) public pure {
        require(quantity != 0 && first <= second && second <= quantity);
        uint256 one = Amounts.cumulativeDown(amount, first, quantity);
        uint256 two = Amounts.cumulativeDown(amount, second, quantity);
        uint256 all = Amounts.cumulativeDown(amount, quantity, quantity);
        assert(one <= two && two <= all);
        assert(one + (two - one) + (all - two) == amount);
    }

    function check_a_day_late_counts_when_it_begins(uint40 receivedAt, uint40 promisedAt) public pure {
        uint256 late = Amounts.daysLateUp(receivedAt, promisedAt);
        assert((late == 0) == (receivedAt <= promisedAt));
        if (late != 0) {
            uint256 time = uint256(receivedAt) - promisedAt;
            assert(time <= late * 1 days && time > (late - 1) * 1 days);
        }
    }

    function check_a_penalty_is_at_most_the_amount(uint64 amount, uint32 daysLate, uint16 bpsPerDay, uint16 capBps)
        public
        pure
    {
        require(capBps <= 10_000 && bpsPerDay <= 10_000);
        assert(Amounts.penaltyDown(amount, daysLate, bpsPerDay, capBps) <= amount);
    }

    function check_a_penalty_only_grows_with_the_days(uint16 amount, uint16 daysLate, uint16 bpsPerDay, uint16 capBps)
        public
        pure
    {
        require(capBps <= 10_000 && bpsPerDay <= 10_000);
        assert(
            Amounts.penaltyDown(amount, daysLate, bpsPerDay, capBps)
                <= Amounts.penaltyDown(amount, uint256(daysLate) + 1, bpsPerDay, capBps)
        );
    }

    function check_net_and_tax_are_within_a_unit_of_their_shares(uint64 net, uint16 bps) public pure {
        require(bps <= 10_000);
        uint256 up = Amounts.taxAllowedUp(net, bps);
        uint256 down = Amounts.taxDown(net, bps);
        assert(down <= up && up <= down + 1 && up <= net);
        assert(Amounts.netAllowedDown(net, bps) == uint256(net) + down);
    }

    function check_a_deposit_covers_one_invoice_for_all(uint64 amount, uint16 taxBps, uint16 toleranceBps) public pure {
        require(taxBps <= 10_000 && toleranceBps <= 10_000);
        uint256 net = Amounts.netAllowedDown(amount, toleranceBps);
        assert(Amounts.requiredDeposit(amount, taxBps, toleranceBps, 64) >= net + Amounts.taxAllowedUp(net, taxBps));
    }
}
