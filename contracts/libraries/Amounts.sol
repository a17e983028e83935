// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title Amounts
/// @notice The arithmetic of orders. Pure; every division names its direction. The ERP has the same in
/// `erp/kernel/amounts.py`. Arguments that are amounts or quantities fit 128 bits, so that no product of two overflows
/// 256.
library Amounts {
    uint256 internal constant BPS = 10_000;
    uint256 internal constant DAY = 1 days;

    /// @notice What the cumulative accepted quantity is worth: rounded down, in favour of the escrow, and exact at the
    /// end.
    function cumulativeDown(uint256 amount, uint256 accepted, uint256 quantity) internal pure returns (uint256) {
        return amount * accepted / quantity;
    }

    /// @notice Whole days begun after the promise.
    function daysLateUp(uint256 receivedAt, uint256 promisedAt) internal pure returns (uint256) {
        return receivedAt <= promisedAt ? 0 : (receivedAt - promisedAt + DAY - 1) / DAY;
    }

    /// @notice Penalty on an accepted amount: rounded down, in favour of the supplier, at most the cap.
    function penaltyDown(uint256 acceptedAmount, uint256 daysLate, uint256 bpsPerDay, uint256 capBps)
        internal
        pure
        returns (uint256)
    {
        uint256 bps = daysLate * bpsPerDay;
        return acceptedAmount * (bps < capBps ? bps : capBps) / BPS;
    }

    /// @notice The most an invoice may ask, net, for an accepted amount.
    function netAllowedDown(uint256 acceptedAmount, uint256 toleranceBps) internal pure returns (uint256) {
        return acceptedAmount * (BPS + toleranceBps) / BPS;
    }

    /// @notice The least that an invoice may ask, net, for an accepted amount, unless its supplier granted a discount:
    /// rounded up, in favour of the supplier.
    function netFloorUp(uint256 acceptedAmount, uint256 toleranceBps) internal pure returns (uint256) {
        return (acceptedAmount * (BPS - toleranceBps) + BPS - 1) / BPS;
    }

    /// @notice The most tax an invoice may carry: rounded up, since an invoice rounds to the nearest unit.
    function taxAllowedUp(uint256 net, uint256 taxBps) internal pure returns (uint256) {
        return (net * taxBps + BPS - 1) / BPS;
    }

    /// @notice The tax that a claim carries: rounded down.
    function taxDown(uint256 net, uint256 taxBps) internal pure returns (uint256) {
        return net * taxBps / BPS;
    }

    /// @notice The least deposit that covers every invoice the terms allow, each of at most `maxInvoices` rounding its
    /// tax up.
    function requiredDeposit(uint256 amount, uint256 taxBps, uint256 toleranceBps, uint256 maxInvoices)
        internal
        pure
        returns (uint256)
    {
        uint256 net = netAllowedDown(amount, toleranceBps);
        return net + taxAllowedUp(net, taxBps) + (taxBps == 0 ? 0 : maxInvoices);
    }
}
