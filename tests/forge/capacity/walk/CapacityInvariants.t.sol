// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { CapacityMarket } from "../../../../contracts/capacity/CapacityMarket.sol";
import { ICapacityMarket } from "../../../../contracts/capacity/interfaces/ICapacityMarket.sol";
import { ICapacityTokens } from "../../../../contracts/capacity/interfaces/ICapacityTokens.sol";
import { Hearing } from "../../../../contracts/libraries/Hearing.sol";
import { CapacityHouse } from "../../support/CapacityHouse.sol";
import { WalkTest } from "../../support/WalkTest.sol";
import { CapacityBook } from "./CapacityBook.sol";
import { CapacityHandler } from "./CapacityHandler.sol";
import { CapacityModel } from "./CapacityModel.sol";

/// Numbered in contracts/README.md: K1 to K11.
contract CapacityInvariants is CapacityHouse, WalkTest {
    uint256 private constant _STEPS = 72;

    CapacityHandler private handler;
    CapacityModel.Crew private crew;
    CapacityMarket[2] private editions;

    function setUp() public override {
        super.setUp();
        address third = actor("third trader");
        enrolTrader(third);
        editions = [market, openMarket(1)];
        address[3] memory traders = [holder, reseller, third];
        for (uint256 i; i < 3; ++i) {
            approve(traders[i], address(editions[1]));
        }
        crew = CapacityModel.Crew({
            plant: plant,
            traders: traders,
            stranger: rival,
            outsider: outsider,
            admin: admin,
            guardian: guardian,
            attesters: [attester, actor("attester two"), actor("attester three")],
            arbiters: [arbiter, actor("arbiter two"), actor("arbiter three")],
            attesterPost: attesterPost,
            arbiterPost: arbiterPost
        });
        ICapacityTokens.DeviceTerms memory terms = deviceTerms();
        terms.deviceRef = newReference();
        terms.gridStart = uint40(block.timestamp) + 2 hours;
        terms.slotSeconds = 1 hours;
        terms.noticeSeconds = 20 minutes;
        (terms.reportSeconds, terms.disputeSeconds, terms.rulingSeconds) = (1 hours, 1 hours, 1 hours);
        vm.prank(plant);
        deviceId = capacity.registerDevice(terms);
        handler = new CapacityHandler(capacity, editions, participants, deviceId, terms.gridStart, crew);
        bytes4[] memory steps = new bytes4[](_STEPS);
        for (uint256 i; i < steps.length; ++i) {
            steps[i] = _selector(i);
        }
        walkWith(address(handler), steps);
    }

    function _selector(uint256 i) private view returns (bytes4) {
        if (i < 4) return handler.attest.selector;
        if (i < 9) return handler.openSale.selector;
        if (i < 17) return handler.buy.selector;
        if (i < 18) return handler.closeSale.selector;
        if (i < 21) return handler.move.selector;
        if (i < 28) return handler.redeem.selector;
        if (i < 30) return handler.breakDown.selector;
        if (i < 35) return handler.report.selector;
        if (i < 40) return handler.dispute.selector;
        if (i < 42) return handler.withdrawDispute.selector;
        if (i < 46) return handler.rule.selector;
        if (i < 47) return handler.consent.selector;
        if (i < 51) return handler.settle.selector;
        if (i < 54) return handler.expireOrRefund.selector;
        if (i < 57) return handler.withdraw.selector;
        if (i < 59) return handler.count.selector;
        if (i < 60) return handler.changeHands.selector;
        if (i < 61) return handler.succeed.selector;
        if (i < 63) return handler.intrude.selector;
        return handler.wait.selector;
    }

    /// The random walk is no idle one: in eight dozen walks of 128 steps every step is really taken.
    function test_the_walk_takes_every_step() public {
        takesEveryStep(
            "attest, openSale, buy, closeSale, move, redeem, fail, report, dispute, withdrawDispute, rule, "
            "acknowledge, concede, settle, expire, refund, withdraw, count, handOver, vacate, retire, dismiss, "
            "intrude, refused, wait",
            96,
            128,
            1
        );
    }

    function _step(uint256 seed) internal override {
        uint256 x = uint256(keccak256(abi.encode(seed)));
        bytes memory rest = abi.encode(x, x >> 100 & 0xFFFF, x >> 40, keccak256(abi.encode(x)));
        callHandler(abi.encodePacked(_selector((seed >> 240) % _STEPS), rest));
        invariant_every_promise_of_capacity_holds();
    }

    /// One campaign for all: forge walks once for each function of this kind.
    function invariant_every_promise_of_capacity_holds() public view {
        if (!handler.moved()) return;
        for (uint256 i; i < 2; ++i) {
            holds_K1_the_balance_is_what_is_sold_and_not_yet_withdrawn(i);
            holds_K11_every_settled_or_refunded_minute_counts_once(i);
        }
        holds_K2_no_minute_is_issued_twice_over_all_markets();
        holds_K3_the_parts_of_a_settlement_are_the_whole();
        holds_K4_windows_turns_and_states_are_those_kept_apart();
        holds_K5_every_minute_out_is_held_by_a_trader();
        holds_K6_nothing_goes_through_that_should_not();
    }

    function holds_K1_the_balance_is_what_is_sold_and_not_yet_withdrawn(uint256 edition) public view {
        CapacityMarket room = editions[edition];
        uint256 books = room.owed(plant);
        uint256 logs = handler.credited(address(room), plant);
        for (uint256 i; i < 3; ++i) {
            books += room.owed(crew.traders[i]);
            logs += handler.credited(address(room), crew.traders[i]);
        }
        uint256[] memory ids = handler.tokenIds();
        for (uint256 i; i < ids.length; ++i) {
            books += room.unredeemed(ids[i]) * uint256(uint96(ids[i]));
            if (capacity.marketOf(ids[i]) == address(room)) logs += handler.minutesOut(ids[i]) * uint96(ids[i]);
        }
        CapacityModel.RunModel[] memory runs = handler.runs();
        for (uint256 i; i < runs.length; ++i) {
            if (runs[i].market != edition || runs[i].settled) continue;
            books += runs[i].quantity * uint256(uint96(runs[i].tokenId));
            logs += handler.amountOf(runs[i].id);
        }
        CapacityBook.Flows memory flows = handler.flowsOf(address(room));
        assertEq(token.balanceOf(address(room)), books, "storage");
        assertEq(token.balanceOf(address(room)), logs, "events");
        assertEq(token.balanceOf(address(room)), flows.soldFor - flows.withdrawn, "flows");
        assertLe(flows.toPlant + flows.toHolders, flows.soldFor, "more than was paid");
        assertLe(flows.withdrawn, flows.toPlant + flows.toHolders, "more than was credited");
    }

    function holds_K2_no_minute_is_issued_twice_over_all_markets() public view {
        for (uint64 i; i < handler.SLOTS(); ++i) {
            ICapacityTokens.Slot memory slot = capacity.slot(deviceId, i);
            CapacityModel.SlotModel memory model = handler.slotModel(i);
            assertLe(slot.issued, slot.attested, "issued");
            assertLe(slot.attested, 60, "attested");
            assertEq(slot.issued, handler.issued(i), "issued, by the events");
            assertEq(slot.issued, model.issued, "issued, by the model");
            assertEq(slot.attested, handler.attested(i), "attested, by the events");
            assertEq(slot.attested, model.attested, "attested, by the model");
            assertEq(slot.failed, model.failed, "failed");
        }
    }

    function holds_K3_the_parts_of_a_settlement_are_the_whole() public view {
        assertEq(handler.uneven(), 0, "uneven");
    }

    function holds_K4_windows_turns_and_states_are_those_kept_apart() public view {
        CapacityModel.RunModel[] memory runs = handler.runs();
        for (uint256 i; i < runs.length; ++i) {
            CapacityModel.RunModel memory run = runs[i];
            CapacityMarket room = editions[run.market];
            ICapacityMarket.Redemption memory record = room.redemption(run.id);
            assertEq(record.holder, run.holder, "holder");
            assertEq(record.tokenId, run.tokenId, "token");
            assertEq(record.quantity, run.quantity, "quantity");
            assertEq(record.ran, run.ran, "ran");
            assertEq(record.disputeBy, run.disputeBy, "disputeBy");
            assertEq(room.settleableAt(run.id), handler.settleableAt(run), "settleableAt");
            assertEq(uint256(record.status), run.settled ? 3 : run.reported ? 2 : 1, "status");
            Hearing.Case memory hearing = room.runHearing(run.id);
            if (run.disputing != 0) assertEq(hearing.ruleBy, run.ruleBy, "ruleBy");
            if (!run.settled) {
                assertEq(hearing.stage == Hearing.Stage.Disputed, run.disputing != 0, "disputed");
            }
        }
    }

    function holds_K5_every_minute_out_is_held_by_a_trader() public view {
        uint256[] memory ids = handler.tokenIds();
        for (uint256 i; i < ids.length; ++i) {
            uint256 held;
            for (uint256 j; j < 3; ++j) {
                uint256 balance = capacity.balanceOf(crew.traders[j], ids[i]);
                assertEq(balance, handler.balanceModel(ids[i], crew.traders[j]), "balance");
                held += balance;
            }
            assertEq(held, CapacityMarket(capacity.marketOf(ids[i])).unredeemed(ids[i]), "held");
            assertEq(held, handler.minutesOut(ids[i]), "by the events");
            assertEq(capacity.balanceOf(plant, ids[i]), 0, "plant");
        }
    }

    function holds_K6_nothing_goes_through_that_should_not() public view {
        assertEq(handler.intruded(), 0);
    }

    function holds_K11_every_settled_or_refunded_minute_counts_once(uint256 edition) public view {
        address room = address(editions[edition]);
        for (uint64 i; i < handler.SLOTS(); ++i) {
            CapacityBook.Minutes memory settled = handler.settledOf(room, i);
            CapacityBook.Minutes memory counted = handler.countedOf(room, i);
            ICapacityMarket.Outcome memory waiting = editions[edition].outcomeOf(deviceId, i);
            assertEq(settled.quantity, counted.quantity + waiting.quantity, "quantity");
            assertEq(settled.ran, counted.ran + waiting.ran, "ran");
            assertEq(settled.weight, counted.weight + waiting.weight, "weight");
        }
    }
}
