// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IBetBook } from "../../../../contracts/bets/interfaces/IBetBook.sol";
import { BetHouse } from "../../support/BetHouse.sol";

/// The scenarios of the domain, as far as bets go.
contract BetStoriesTest is BetHouse {
    uint32 private constant _DEFECTS = 101;
    uint32 private constant _DELAY_DAYS = 102;
    uint32 private constant _STOCK = 201;
    uint32 private constant _SALES = 202;

    function _atMost(uint32 metric, uint64 floor, uint16 weightBps) private pure returns (IBetBook.Target memory) {
        return IBetBook.Target({
            metric: metric, followsIndex: false, weightBps: weightBps, floor: floor, base: 0, stretch: 0
        });
    }

    /// Zero defects and zero delay against zero stock and a sales target.
    function _hefeiAndShanghai(uint64 sales) private returns (IBetBook.PartyTerms[] memory list) {
        list = pledges(2);
        list[0].targets[0] = _atMost(_DEFECTS, 50, 5000);
        list[0].targets[1] = _atMost(_DELAY_DAYS, 10, 5000);
        list[1].targets[0] = _atMost(_STOCK, 1000, 4000);
        list[1].targets[1] = IBetBook.Target({
            metric: _SALES, followsIndex: false, weightBps: 6000, floor: 0, base: sales, stretch: 2 * sales
        });
    }

    function test_hefei_shanghai() public {
        IBetBook.PartyTerms[] memory list = _hefeiAndShanghai(10_000);
        uint256 betId = propose(betTerms(list));
        signAll(betId, list);

        warpToEnd(betId, 1);
        report(betId, 0, 1, 0, 0); // the plant keeps all
        report(betId, 1, 1, 0, 12_000); // the market node sells 20 % more

        // Mid-cycle, demand falls: both agree on 8,000 from the second period on.
        agree(betId, _hefeiAndShanghai(8000), 2);
        warpToEnd(betId, 2);
        report(betId, 0, 2, 5, 1); // 5 defects, a day late: 10 % short in both
        report(betId, 1, 2, 0, 8000);
        warpToEnd(betId, 3);
        report(betId, 0, 3, 0, 0);
        report(betId, 1, 3, 0, 8000);
        reportValue(betId, 600_000);
        settle(betId);

        // The plant misses 1,000 of 30,000: 3.33 % of its stake, rounded up.
        // Pot 603,334, by 29,000 to 31,200 (10,000 + 0.6 * 2,000 in the first period).
        uint256 plant = token.balanceOf(list[0].account);
        uint256 market = token.balanceOf(list[1].account);
        bets.withdrawFor(betId, list[0].account);
        bets.withdrawFor(betId, list[1].account);
        plant = token.balanceOf(list[0].account) - plant;
        market = token.balanceOf(list[1].account) - market;
        assertEq(plant, STAKE - 3334 + uint256(603_334) * 29_000 / 60_200, "plant");
        assertEq(market, 2 * STAKE + uint256(603_334) * 31_200 / 60_200, "market node");
        bets.withdrawRemainder(betId);
        assertEq(token.balanceOf(address(bets)), 0);
    }

    /// One leader and eleven roles; one of them misses, one is bankrupt, one surpasses.
    function test_smart_cooking() public {
        for (uint256 i = 3; i < 11; ++i) {
            join(member(i));
        }
        IBetBook.PartyTerms[] memory list = pledges(11);
        for (uint256 i; i < 11; ++i) {
            list[i].shareBps = uint16(500 + 100 * i);
        }
        uint256 betId = propose(betTerms(list));
        signAll(betId, list);
        suspend(member(10));
        uint256 staked = bets.bet(betId).staked;
        for (uint16 period = 1; period <= PERIODS; ++period) {
            warpToEnd(betId, period);
            for (uint256 i; i < 10; ++i) {
                report(betId, i, period, i == 3 ? 40 : (i == 7 ? 180 : 100), i == 3 ? 2 : 0);
            }
        }
        reportValue(betId, 777_777);
        settle(betId);
        uint256 paid;
        for (uint256 i; i < 11; ++i) {
            uint256 before = token.balanceOf(member(i));
            bets.withdrawFor(betId, member(i));
            paid += token.balanceOf(member(i)) - before;
        }
        uint256 left = token.balanceOf(address(bets));
        assertEq(paid + left, staked + POOL, "to the last unit");
        assertLt(left - (POOL - 777_777), 11, "less than a unit each");
        bets.withdrawRemainder(betId);
        assertEq(token.balanceOf(address(bets)), 0);
    }

    /// Value above target is shared; a known issue: of its own penalty a party gets back its share.
    function test_a_party_shares_in_its_own_penalty() public {
        uint256 betId = active(2);
        for (uint16 period = 1; period <= PERIODS; ++period) {
            warpToEnd(betId, period);
            report(betId, 0, period, 50, 0);
        }
        settle(betId);
        (uint64 penalty, uint64 share) = betLens.payoutOf(betId, member(0));
        assertEq(penalty, 30_000);
        assertEq(share, 12_352, "7,000 of 17,000");
    }
}
