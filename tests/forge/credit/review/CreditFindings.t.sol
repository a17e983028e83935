// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { ICreditRegistry } from "../../../../contracts/identity/interfaces/ICreditRegistry.sol";
import { IParticipants } from "../../../../contracts/identity/interfaces/IParticipants.sol";
import { Offices } from "../../../../contracts/identity/Offices.sol";
import { ISettlementToken } from "../../../../contracts/settlement/interfaces/ISettlementToken.sol";
import { CreditHouse } from "../../support/CreditHouse.sol";

/// What a reviewer tried on the record of promises.
contract CreditFindingsTest is CreditHouse {
    function test_no_value_time_or_lateness_stops_a_record() public {
        uint256[3] memory values = [uint256(0), type(uint56).max, type(uint256).max];
        for (uint256 century; century < 3; ++century) {
            for (uint256 i; i < 3; ++i) {
                vm.prank(scorer);
                credit.recordDelivery(supplier, 1, 1, values[i], type(uint256).max, type(uint128).max, i);
                defaulted(values[i]);
                delivered(values[i]);
                for (uint8 c = 2; c < 5; ++c) {
                    said(ICreditRegistry.Component(c), values[i], i * 5000);
                }
                assertLe(credit.scoreOf(supplier), 10_000, "score");
            }
            skip(36_525 days);
        }
        assertEq(credit.scoreOf(supplier), NEWCOMER_BPS);
        vm.warp(type(uint40).max);
        delivered(type(uint256).max);
        assertLe(credit.scoreOf(supplier), 10_000, "at the end of time");
    }

    /// Tiny outcomes day by day cost a record at most one minor unit of value a day more than time alone would.
    function testFuzz_touching_a_record_every_day_takes_at_most_a_unit_a_day(uint256 value, uint16 days_) public {
        value = bound(value, 0, type(uint56).max);
        days_ = uint16(bound(days_, 1, 200));
        delivered(value);
        uint256 state = vm.snapshotState();
        skip(uint256(days_) * 1 days);
        uint256 untouched = credit.recordOf(supplier).value;
        uint16 alone = credit.scoreOf(supplier);
        vm.revertToState(state);
        for (uint256 i; i < days_; ++i) {
            skip(1 days);
            defaulted(0);
        }
        uint256 touched = credit.recordOf(supplier).value;
        assertLe(touched, untouched, "nothing is won");
        assertLe(untouched - touched, days_, "a unit a day");
        uint16 score = credit.scoreOf(supplier);
        assertLe(alone > score ? alone - score : score - alone, 2, "two points after two hundred days");
    }

    /// Evidence rounds up and what it proves down: where a newcomer is worth a million yuan, one unit kept in full costs
    /// the last point, and on a mark the grade.
    function test_known_the_last_point_of_rounding_may_cost_a_grade_that_stands_on_its_mark() public {
        uint256 worth = 1e8;
        credit = registryWith(9500, worth);
        vm.prank(scorer);
        credit.recordDelivery(supplier, 1, 1, 9 * worth, 0, 10, 9);
        said(ICreditRegistry.Component.Bets, worth, 9500);
        assertEq(credit.scoreOf(supplier), 9500);
        assertEq(uint256(credit.gradeOf(supplier)), uint256(ICreditRegistry.Grade.AAA));
        said(ICreditRegistry.Component.Bets, 1, 10_000);
        assertEq(credit.scoreOf(supplier), 9499);
        assertEq(uint256(credit.gradeOf(supplier)), uint256(ICreditRegistry.Grade.AA));
        said(ICreditRegistry.Component.Bets, 1000, 10_000);
        assertEq(uint256(credit.gradeOf(supplier)), uint256(ICreditRegistry.Grade.AAA));
    }

    /// No office takes an outcome back: one lie of a scorer at the bound weighs until it faded below the prior, or until
    /// an outcome as large is recorded.
    function test_known_one_lie_of_a_scorer_marks_a_firm_for_decades() public {
        for (uint256 i; i < 20; ++i) {
            delivered(NEWCOMER_VALUE);
        }
        assertEq(credit.scoreOf(supplier), 9857);
        defaulted(type(uint256).max);
        assertEq(credit.scoreOf(supplier), 0);
        skip(30 * 365 days);
        assertLt(credit.scoreOf(supplier), 200, "thirty years");
        skip(8 * 365 days);
        assertGt(credit.scoreOf(supplier), NEWCOMER_BPS / 2, "thirty-eight years");
        delivered(type(uint256).max);
        assertEq(credit.scoreOf(supplier), 9999);
    }

    /// Bets alone, with everything staked that can be, stop at BBB with the house's newcomer.
    function test_bets_among_friends_alone_make_no_a() public {
        said(ICreditRegistry.Component.Bets, type(uint56).max, 10_000);
        assertEq(uint256(credit.gradeOf(supplier)), uint256(ICreditRegistry.Grade.BBB));
    }

    function test_known_friends_bets_and_opinions_make_an_a_without_one_delivery() public {
        for (uint8 c = 2; c < 5; ++c) {
            said(ICreditRegistry.Component(c), type(uint56).max, 10_000);
        }
        assertEq(credit.scoreOf(supplier), 8199); // 60 parts of the newcomer's 7,000 and 40 of 10,000
        assertEq(uint256(credit.gradeOf(supplier)), uint256(ICreditRegistry.Grade.A));
    }

    function test_known_a_newcomer_worth_more_than_an_eighth_of_a_full_sum_ends_the_highest_grade() public {
        credit = registryWith(10_000, 2 ** 53);
        delivered(type(uint256).max);
        assertEq(credit.scoreOf(supplier), 10_000);
        assertEq(uint256(credit.gradeOf(supplier)), uint256(ICreditRegistry.Grade.AA));
        credit = registryWith(10_000, 2 ** 53 - 1);
        delivered(type(uint256).max);
        assertEq(uint256(credit.gradeOf(supplier)), uint256(ICreditRegistry.Grade.AAA));
    }

    function test_known_quantities_above_two_to_242_are_refused_by_arithmetic() public {
        uint256 most = type(uint256).max / 10_000;
        vm.startPrank(scorer);
        credit.recordDelivery(supplier, 1, 1, 1, 0, most, most);
        vm.expectRevert(abi.encodeWithSignature("Panic(uint256)", 0x11));
        credit.recordDelivery(supplier, 1, 1, 1, 0, most + 1, most + 1);
        vm.stopPrank();
    }

    /// Turned round: a custodian was open to gifts when it had another capability too. Now it never has one.
    function test_every_custodian_is_closed_to_gifts() public {
        address custodian = actor("custodian");
        registerCustodian(custodian);
        vm.prank(registrar);
        refused(abi.encodeWithSelector(IParticipants.Participants_CustodianIsNothingElse.selector, custodian));
        participants.addCapabilities(custodian, Offices.NODE);
        refused(abi.encodeWithSelector(ISettlementToken.SettlementToken_CustodianTakes.selector, custodian));
        vm.prank(buyer);
        token.transfer(custodian, 1);
    }

    function test_an_outsider_moves_nothing_out_and_nothing_in() public {
        vm.startPrank(outsider);
        refused(abi.encodeWithSelector(ISettlementToken.SettlementToken_NotAParticipant.selector, outsider));
        token.transferFrom(buyer, outsider, 0);
        vm.expectRevert();
        token.transferFrom(buyer, supplier, 1);
        assertTrue(token.transferFrom(buyer, supplier, 0), "nothing moves");
        vm.stopPrank();
        assertEq(token.balanceOf(buyer), FUNDS);
    }
}
