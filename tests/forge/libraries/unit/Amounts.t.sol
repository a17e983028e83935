// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { Amounts } from "../../../../contracts/libraries/Amounts.sol";
import { TestBase } from "../../support/TestBase.sol";

contract AmountsTest is TestBase {
    uint256 private constant MAX = 2 ** 60; // of amounts and quantities, as tenders allow them
    uint256 private constant MAX_INVOICES = 64;
    uint256 private constant BPS = 10_000;

    // ---- parts ----

    function testFuzz_parts_sum_to_the_whole(uint256 amount, uint256 quantity, uint256 seed) public pure {
        amount = bound(amount, 1, MAX);
        quantity = bound(quantity, 1, MAX);
        uint256 accepted;
        uint256 paid;
        for (uint256 i; i < MAX_INVOICES - 1 && accepted < quantity; ++i) {
            accepted += _draw(seed, i, quantity - accepted);
            uint256 worth = Amounts.cumulativeDown(amount, accepted, quantity);
            assertGe(worth, paid, "a part is never negative");
            assertLe(worth, amount, "never more than the whole");
            paid = worth;
        }
        assertEq(paid + (Amounts.cumulativeDown(amount, quantity, quantity) - paid), amount, "whole");
        assertEq(Amounts.cumulativeDown(amount, quantity, quantity), amount, "nothing is lost to rounding");
    }

    function testFuzz_the_deposit_covers_every_invoice_the_terms_allow(
        uint256 amount,
        uint256 quantity,
        uint16 tax,
        uint16 tolerance,
        uint256 seed
    ) public pure {
        amount = bound(amount, 1, MAX);
        quantity = bound(quantity, 1, MAX);
        uint256 taxBps = bound(tax, 0, BPS);
        uint256 toleranceBps = bound(tolerance, 0, BPS);
        uint256 deposit = Amounts.requiredDeposit(amount, taxBps, toleranceBps, MAX_INVOICES);
        uint256 accepted;
        uint256 before;
        uint256 billed;
        for (uint256 i; i < MAX_INVOICES; ++i) {
            uint256 open = quantity - accepted;
            accepted += i == MAX_INVOICES - 1 ? open : _draw(seed, i, open);
            uint256 worth = Amounts.cumulativeDown(amount, accepted, quantity);
            uint256 net = Amounts.netAllowedDown(worth - before, toleranceBps);
            billed += net + Amounts.taxAllowedUp(net, taxBps);
            before = worth;
        }
        assertLe(billed, deposit, "billed");
    }

    function test_the_deposit_covers_when_every_invoice_rounds_its_tax_up() public pure {
        // 64 parts of 1 fen each at 1 bp tax: each tax rounds up to a whole fen.
        uint256 billed = MAX_INVOICES * (1 + Amounts.taxAllowedUp(1, 1));
        assertEq(billed, 128);
        assertLe(billed, Amounts.requiredDeposit(MAX_INVOICES, 1, 0, MAX_INVOICES), "deposit");
    }

    function _draw(uint256 seed, uint256 i, uint256 open) private pure returns (uint256) {
        uint256 drawn = uint256(keccak256(abi.encode(seed, i)));
        // Mostly small parts, so that many fit.
        return drawn % 4 == 0 ? (drawn >> 8) % (open + 1) : (drawn >> 8) % (open / 16 + 2) % (open + 1);
    }

    // ---- lateness ----

    function test_a_day_late_begins_with_its_first_second() public pure {
        uint256 promise_ = 1_146_441_600;
        assertEq(Amounts.daysLateUp(promise_ - 1, promise_), 0);
        assertEq(Amounts.daysLateUp(promise_, promise_), 0);
        assertEq(Amounts.daysLateUp(promise_ + 1, promise_), 1);
        assertEq(Amounts.daysLateUp(promise_ + 1 days - 1, promise_), 1);
        assertEq(Amounts.daysLateUp(promise_ + 1 days, promise_), 1);
        assertEq(Amounts.daysLateUp(promise_ + 1 days + 1, promise_), 2);
    }

    function testFuzz_days_late_fit_their_field(uint40 receivedAt, uint40 promisedAt) public pure {
        assertLe(Amounts.daysLateUp(receivedAt, promisedAt), type(uint32).max, "uint32");
    }

    function test_the_penalty_stops_at_its_cap() public pure {
        assertEq(Amounts.penaltyDown(1_000_000, 9, 50, 500), 45_000);
        assertEq(Amounts.penaltyDown(1_000_000, 10, 50, 500), 50_000);
        assertEq(Amounts.penaltyDown(1_000_000, 11, 50, 500), 50_000);
        assertEq(Amounts.penaltyDown(199, 1, 50, 500), 0, "rounded down, in favour of the supplier");
    }

    function testFuzz_the_penalty_never_exceeds_the_amount(uint256 amount, uint32 daysLate, uint16 perDay, uint16 cap)
        public
        pure
    {
        amount = bound(amount, 0, MAX);
        uint256 capBps = bound(cap, 0, BPS);
        uint256 penalty = Amounts.penaltyDown(amount, daysLate, bound(perDay, 0, BPS), capBps);
        assertLe(penalty, amount, "amount");
        assertLe(penalty, amount * capBps / BPS, "cap");
    }

    // ---- invoices ----

    function test_the_worked_invoice() public pure {
        // 86 of 100 at 115.00 accepted, billed at 116.00 with 13 % tax
        assertEq(Amounts.cumulativeDown(1_150_000, 86, 100), 989_000);
        assertEq(Amounts.netAllowedDown(989_000, 200), 1_008_780);
        assertEq(Amounts.taxAllowedUp(997_600, 1300), 129_688);
    }

    function testFuzz_a_claim_is_always_an_allowed_invoice(uint256 amount, uint16 tax, uint16 tolerance) public pure {
        amount = bound(amount, 0, MAX);
        uint256 taxBps = bound(tax, 0, BPS);
        assertLe(amount, Amounts.netAllowedDown(amount, bound(tolerance, 0, BPS)), "net");
        assertLe(Amounts.taxDown(amount, taxBps), Amounts.taxAllowedUp(amount, taxBps), "tax");
        assertLe(Amounts.taxAllowedUp(amount, taxBps), Amounts.taxDown(amount, taxBps) + 1, "one unit apart");
    }

    function testFuzz_the_largest_deposit_fits_the_ledger(uint16 tax, uint16 tolerance) public pure {
        uint256 deposit = Amounts.requiredDeposit(MAX, bound(tax, 0, BPS), bound(tolerance, 0, BPS), MAX_INVOICES);
        assertLe(deposit, uint256(uint64(type(int64).max)), "63 bits");
    }
}
