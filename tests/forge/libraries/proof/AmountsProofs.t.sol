// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { Amounts } from "../../../../contracts/libraries/Amounts.sol";

/// What holds of the arithmetic of orders for every amount and quantity that tenders allow, proved by halmos
/// (scripts/toolchain/halmos): one symbolic run for each path, no sampling. Only `assert` counts as a promise here, and a panic
/// on any path breaks it, so that nothing overflows is proved along the way. Tax, cap and tolerance are those of
/// `_tax`, `_cap` and `_tolerance`, the split of a net is proved to 32 bits; the fuzz tests of tests/forge/libraries draw
/// from the whole range.
contract AmountsProofs {
    uint256 private constant MAX = 2 ** 60; // of amounts and quantities
    uint256 private constant MAX_INVOICES = 64;
    uint256 private constant BPS = 10_000;

    // ---- parts ----

    /// Nothing is lost to rounding: what the last unit brings is what is left of the amount.
    function check_the_whole_quantity_is_worth_the_whole_amount(uint64 amount, uint64 quantity) public pure {
        if (amount > MAX || quantity == 0 || quantity > MAX) return;
        assert(Amounts.cumulativeDown(amount, quantity, quantity) == amount);
    }

    /// So the parts, each the difference of two such values, sum to the whole.
    function check_a_part_is_never_negative_and_never_more_than_the_whole(
        uint64 amount,
        uint64 quantity,
        uint64 before,
        uint64 afterwards
    ) public pure {
        if (amount > MAX || quantity == 0 || quantity > MAX) return;
        if (before > afterwards || afterwards > quantity) return;
        uint256 worthBefore = Amounts.cumulativeDown(amount, before, quantity);
        uint256 worthAfterwards = Amounts.cumulativeDown(amount, afterwards, quantity);
        assert(worthBefore <= worthAfterwards);
        assert(worthAfterwards <= amount);
    }

    function check_what_is_accepted_is_rounded_in_favour_of_the_escrow(uint64 amount, uint64 accepted, uint64 quantity)
        public
        pure
    {
        if (amount > MAX || quantity == 0 || quantity > MAX || accepted > quantity) return;
        assert(Amounts.cumulativeDown(amount, accepted, quantity) * quantity <= uint256(amount) * accepted);
    }

    // ---- lateness ----

    function check_days_late_are_the_whole_days_begun(uint40 receivedAt, uint40 promisedAt) public pure {
        uint256 daysLate = Amounts.daysLateUp(receivedAt, promisedAt);
        if (receivedAt <= promisedAt) {
            assert(daysLate == 0);
            return;
        }
        uint256 late = uint256(receivedAt) - promisedAt;
        assert(daysLate != 0 && daysLate <= type(uint32).max);
        assert(daysLate * 1 days >= late);
        assert((daysLate - 1) * 1 days < late);
    }

    function check_the_penalty_never_exceeds_the_accepted_amount(
        uint64 acceptedAmount,
        uint16 daysLate,
        uint16 bpsPerDay,
        uint8 cap
    ) public pure {
        if (acceptedAmount > MAX || bpsPerDay > BPS) return;
        assert(Amounts.penaltyDown(acceptedAmount, daysLate, bpsPerDay, _cap(cap)) <= acceptedAmount);
    }

    // ---- invoices ----

    function check_an_invoice_may_ask_for_what_was_accepted(uint64 amount, uint8 tolerance) public pure {
        if (amount > MAX) return;
        assert(amount <= Amounts.netAllowedDown(amount, _tolerance(tolerance)));
    }

    function check_the_tax_of_a_claim_is_always_allowed(uint64 net, uint8 tax) public pure {
        if (net > 2 * MAX) return;
        uint256 down = Amounts.taxDown(net, _tax(tax));
        uint256 up = Amounts.taxAllowedUp(net, _tax(tax));
        assert(down <= up && up <= down + 1);
    }

    /// The step of an induction over invoices: splitting what is billed in two raises it by one unit of rounded tax at
    /// most, and by none where there is no tax.
    function check_one_more_invoice_costs_one_unit_at_most(uint64 first, uint64 second, uint8 tax) public pure {
        if (first > MAX || second > MAX) return;
        uint256 taxBps = _tax(tax);
        uint256 parts = Amounts.taxAllowedUp(first, taxBps) + Amounts.taxAllowedUp(second, taxBps);
        assert(parts <= Amounts.taxAllowedUp(uint256(first) + second, taxBps) + (taxBps == 0 ? 0 : 1));
    }

    function check_two_nets_are_within_the_net_of_both(uint32 first, uint32 second, uint8 tolerance) public pure {
        uint256 bps = _tolerance(tolerance);
        uint256 parts = Amounts.netAllowedDown(first, bps) + Amounts.netAllowedDown(second, bps);
        assert(parts <= Amounts.netAllowedDown(uint256(first) + second, bps));
    }

    /// Its foundation: the deposit covers one invoice and a unit of tax for each of sixty-three more.
    function check_the_deposit_covers_the_invoices(uint64 amount, uint8 tax, uint8 tolerance) public pure {
        if (amount > MAX) return;
        uint256 taxBps = _tax(tax);
        uint256 net = Amounts.netAllowedDown(amount, _tolerance(tolerance));
        uint256 billed = net + Amounts.taxAllowedUp(net, taxBps);
        uint256 deposit = Amounts.requiredDeposit(amount, taxBps, _tolerance(tolerance), MAX_INVOICES);
        assert(billed + (taxBps == 0 ? 0 : MAX_INVOICES - 1) <= deposit);
    }

    /// None, the least, the rates of the law, the most.
    function _tax(uint8 which) private pure returns (uint256) {
        if (which == 0) return 0;
        if (which == 1) return 1;
        if (which == 2) return 600;
        if (which == 3) return 900;
        return which == 4 ? 1300 : BPS;
    }

    function _cap(uint8 which) private pure returns (uint256) {
        if (which == 0) return 0;
        return which == 1 ? 500 : BPS;
    }

    function _tolerance(uint8 which) private pure returns (uint256) {
        if (which == 0) return 0;
        return which == 1 ? 200 : BPS;
    }
}
