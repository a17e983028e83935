// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { ICapacityMarket } from "../../../../contracts/capacity/interfaces/ICapacityMarket.sol";
import { ICapacityTokens } from "../../../../contracts/capacity/interfaces/ICapacityTokens.sol";
import { CapacityHouse } from "../../support/CapacityHouse.sol";
import { WalkTest } from "../../support/WalkTest.sol";
import { CapacityHandler } from "./CapacityHandler.sol";

/// Numbered in contracts/README.md: K1 to K6.
contract CapacityInvariants is CapacityHouse, WalkTest {
    CapacityHandler private handler;
    CapacityHandler.Crew private crew;

    function setUp() public override {
        super.setUp();
        address third = actor("third trader");
        enrolTrader(third);
        crew = CapacityHandler.Crew({
            plant: plant, attester: attester, arbiter: arbiter, traders: [holder, reseller, third]
        });
        ICapacityTokens.DeviceTerms memory terms = deviceTerms();
        terms.deviceRef = newReference();
        terms.gridStart = uint40(block.timestamp) + 3 hours;
        terms.slotSeconds = 1 hours;
        terms.noticeSeconds = 20 minutes;
        (terms.reportSeconds, terms.disputeSeconds, terms.rulingSeconds) = (1 hours, 1 hours, 1 hours);
        vm.prank(plant);
        deviceId = capacity.registerDevice(terms);
        handler = new CapacityHandler(capacity, market, deviceId, crew);
        bytes4[] memory steps = new bytes4[](29);
        for (uint256 i; i < steps.length; ++i) {
            steps[i] = _selector(i);
        }
        walkWith(address(handler), steps);
    }

    function _selector(uint256 i) private view returns (bytes4) {
        if (i < 2) return handler.attest.selector;
        if (i < 4) return handler.openSale.selector;
        if (i < 6) return handler.buy.selector;
        if (i == 6) return handler.closeSale.selector;
        if (i == 7) return handler.move.selector;
        if (i < 11) return handler.redeem.selector;
        if (i < 13) return handler.breakDown.selector;
        if (i < 15) return handler.report.selector;
        if (i < 17) return handler.dispute.selector;
        if (i < 20) return handler.rule.selector;
        if (i == 20) return handler.consent.selector;
        if (i < 23) return handler.settle.selector;
        if (i == 23) return handler.expireOrRefund.selector;
        if (i == 24) return handler.withdraw.selector;
        if (i == 25) return handler.meddle.selector;
        return handler.wait.selector;
    }

    /// The random walk is no idle one: in four dozen walks of 128 steps every step is really taken, many times.
    function test_the_walk_takes_every_step() public {
        takesEveryStep(
            "attest, openSale, buy, closeSale, move, redeem, fail, report, dispute, rule, acknowledge, concede, "
            "settle, expire, refund, withdraw, meddle, wait",
            48,
            128,
            3
        );
    }

    function _step(uint256 seed) internal override {
        callHandler(abi.encodePacked(_selector((seed >> 240) % 29), seed >> 16, seed >> 100 & 0xFFFF));
    }

    /// One campaign for all: forge walks once for each function of this kind.
    function invariant_every_promise_of_capacity_holds() public view {
        if (!handler.moved()) return;
        holds_K1_the_balance_is_what_is_sold_and_not_yet_withdrawn();
        holds_K2_no_minute_is_issued_twice();
        holds_K3_the_parts_of_a_settlement_are_the_whole();
        holds_K4_redemptions_slots_and_issues_never_go_back();
        holds_K5_every_minute_out_is_held_by_a_trader();
        holds_K6_dead_tokens_never_move_and_find_one_way_home();
    }

    function holds_K1_the_balance_is_what_is_sold_and_not_yet_withdrawn() public view {
        uint256 books = market.owed(plant);
        uint256 logs = handler.credited(plant);
        for (uint256 i; i < 3; ++i) {
            books += market.owed(crew.traders[i]);
            logs += handler.credited(crew.traders[i]);
        }
        uint256[] memory ids = handler.tokenIds();
        for (uint256 i; i < ids.length; ++i) {
            books += market.unredeemed(ids[i]) * uint256(uint128(ids[i]));
            logs += handler.minutesOut(ids[i]) * uint128(ids[i]);
        }
        for (uint256 id = 1; id <= handler.redemptions(); ++id) {
            ICapacityMarket.Redemption memory record = market.redemption(id);
            if (record.status == ICapacityMarket.RedemptionStatus.Settled) continue;
            books += record.quantity * uint256(uint128(record.tokenId));
            logs += handler.amountOf(id);
        }
        assertEq(token.balanceOf(address(market)), books, "storage");
        assertEq(token.balanceOf(address(market)), logs, "events");
        assertEq(token.balanceOf(address(market)), handler.soldFor() - handler.withdrawn(), "flows");
    }

    function holds_K2_no_minute_is_issued_twice() public view {
        for (uint64 i; i < handler.SLOTS(); ++i) {
            ICapacityTokens.Slot memory slot = capacity.slot(deviceId, i);
            assertLe(slot.issued, slot.attested, "issued");
            assertLe(slot.attested, 60, "attested");
            assertEq(slot.issued, handler.issued(i), "issued, by the events");
            assertEq(slot.attested, handler.attested(i), "attested, by the events");
        }
    }

    function holds_K3_the_parts_of_a_settlement_are_the_whole() public view {
        assertEq(handler.uneven(), 0, "uneven");
        assertLe(handler.toPlant() + handler.toHolders(), handler.soldFor(), "more than was paid");
        assertLe(handler.withdrawn(), handler.toPlant() + handler.toHolders(), "more than was credited");
    }

    function holds_K4_redemptions_slots_and_issues_never_go_back() public view {
        assertEq(handler.backwards(), 0);
    }

    function holds_K5_every_minute_out_is_held_by_a_trader() public view {
        uint256[] memory ids = handler.tokenIds();
        for (uint256 i; i < ids.length; ++i) {
            uint256 held;
            for (uint256 j; j < 3; ++j) {
                held += capacity.balanceOf(crew.traders[j], ids[i]);
            }
            assertEq(held, market.unredeemed(ids[i]), "held");
            assertEq(held, handler.minutesOut(ids[i]), "by the events");
            assertEq(capacity.balanceOf(plant, ids[i]) + capacity.balanceOf(attester, ids[i]), 0, "judge or plant");
        }
    }

    function holds_K6_dead_tokens_never_move_and_find_one_way_home() public view {
        assertEq(handler.meddled(), 0);
    }
}
