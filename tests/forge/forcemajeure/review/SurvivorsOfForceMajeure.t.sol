// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IForceMajeure } from "../../../../contracts/forcemajeure/interfaces/IForceMajeure.sol";
import { ForceMajeureHouse } from "../../support/ForceMajeureHouse.sol";

/// Faults that `make mutants` planted and that no test saw: what a dispute and its end tell, and the edge of a range.
contract SurvivorsOfForceMajeureTest is ForceMajeureHouse {
    function _isKept(uint256 id, IForceMajeure.Declaration memory expected) private view {
        assertEq(keccak256(abi.encode(majeure.declaration(id))), keccak256(abi.encode(expected)), "declaration");
    }

    function test_every_dispute_is_told_with_the_time_of_the_ruling_and_that_time_stays() public {
        uint256 id = declare(today() - 2, 2);
        uint40 ruleBy = uint40(block.timestamp) + MAJEURE_DISPUTE + MAJEURE_RULING;
        vm.expectEmit(true, true, true, true, address(majeure));
        emit IForceMajeure.ForceMajeureDisputed(id, buyer, "one", ruleBy);
        vm.prank(buyer);
        majeure.dispute(id, "one");
        skip(1 hours);
        vm.expectEmit(true, true, true, true, address(majeure));
        emit IForceMajeure.ForceMajeureDisputed(id, supplier, "other", ruleBy);
        vm.prank(supplier);
        majeure.dispute(id, "other");
        vm.expectEmit(true, true, true, true, address(majeure));
        emit IForceMajeure.ForceMajeureDisputeWithdrawn(id, buyer, 1);
        withdrawDays(buyer, id);
        assertEq(majeure.standsAt(id), ruleBy);
        assertEq(majeure.declaration(id).disputes, 1);
    }

    function test_a_ruling_that_grants_nothing_keeps_the_first_day_and_no_day_stands() public {
        uint32 day = today() - 2;
        uint256 id = declare(day, 2);
        uint40 disputeBy = uint40(block.timestamp) + MAJEURE_DISPUTE;
        disputeDays(buyer, id);
        vm.expectEmit(true, true, true, true, address(majeure));
        emit IForceMajeure.ForceMajeureRuled(id, REGION, "ruling", arbiter, day, 0);
        vm.prank(arbiter);
        majeure.rule(id, 0, 0, "ruling");
        IForceMajeure.Declaration memory expected = IForceMajeure.Declaration({
            region: REGION,
            fromDay: day,
            count: 0,
            disputeBy: disputeBy,
            disputes: 1,
            status: IForceMajeure.DeclarationStatus.Closed
        });
        _isKept(id, expected);
        assertFalse(majeure.stands(REGION, day));
        assertEq(majeure.standsAt(id), 0);
    }

    function test_a_dispute_that_nobody_ruled_is_told_to_have_lapsed_and_what_stands_by_it() public {
        uint32 day = today() - 2;
        uint256 id = declare(day, 2);
        disputeDays(buyer, id);
        skip(MAJEURE_DISPUTE + MAJEURE_RULING);
        vm.expectEmit(true, true, true, true, address(majeure));
        emit IForceMajeure.ForceMajeureDisputeLapsed(id);
        vm.expectEmit(true, true, true, true, address(majeure));
        emit IForceMajeure.ForceMajeureStands(id, REGION, day, 2, 2);
        majeure.applyDeclaration(id);
        assertEq(majeure.daysIn(REGION, atHour(day, 0), atHour(day + 2, 0)), 2);
    }

    function test_the_range_of_a_question_ends_with_its_last_day_to_the_day() public {
        skip(10 days);
        uint32 day = today();
        storm(day, 1);
        uint256 end = atHour(day + 1, 0);
        assertEq(majeure.daysIn(REGION, atHour(day - 4607, 0), end), 1, "4,608 days");
        assertEq(majeure.daysIn(REGION, atHour(day - 4608, 0), end), 0, "4,609 days");
    }
}
