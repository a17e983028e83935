// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { ForceMajeure } from "../../../../contracts/forcemajeure/ForceMajeure.sol";
import { IForceMajeure } from "../../../../contracts/forcemajeure/interfaces/IForceMajeure.sol";
import { Offices } from "../../../../contracts/identity/Offices.sol";
import { IRoom } from "../../../../contracts/room/IRoom.sol";
import { ForceMajeureHouse } from "../../support/ForceMajeureHouse.sol";

contract DeclareForceMajeureTest is ForceMajeureHouse {
    event ForceMajeureDeclared(
        uint256 indexed declarationId,
        bytes32 indexed region,
        bytes32 indexed evidenceRef,
        address reporter,
        uint32 fromDay,
        uint16 count,
        uint40 disputeBy
    );

    function _refused(bytes memory why, address who, bytes32 region, uint32 fromDay, uint16 count, bytes32 ref)
        private
    {
        vm.prank(who);
        vm.expectRevert(why);
        majeure.declare(region, fromDay, count, ref);
    }

    function _expect(bytes4 selector, uint256 one, uint256 other) private pure returns (bytes memory) {
        return abi.encodeWithSelector(selector, one, other);
    }

    function test_a_declaration_says_what_it_declares_and_counts_for_nothing_yet() public {
        bytes32 ref = newReference();
        vm.expectEmit();
        emit ForceMajeureDeclared(
            1, REGION, ref, weatherDesk, today() - 2, 2, uint40(block.timestamp) + MAJEURE_DISPUTE
        );
        vm.prank(weatherDesk);
        uint256 id = majeure.declare(REGION, today() - 2, 2, ref);
        IForceMajeure.Declaration memory record = majeure.declaration(id);
        assertEq(record.region, REGION);
        assertEq(record.fromDay, today() - 2);
        assertEq(record.count, 2);
        assertEq(uint256(record.status), uint256(IForceMajeure.DeclarationStatus.Pending));
        assertEq(majeure.standsAt(id), block.timestamp + MAJEURE_DISPUTE);
        assertEq(majeure.daysIn(REGION, 0, type(uint40).max), 0);
        assertFalse(majeure.stands(REGION, today() - 2));
    }

    function test_nobody_but_the_holder_of_the_reporters_post_declares() public {
        uint32 day = today();
        _refused(
            abi.encodeWithSelector(IRoom.Room_NotTheHolder.selector, weatherPost, supplier, weatherDesk),
            supplier,
            REGION,
            day,
            1,
            "e"
        );
        vacate(weatherPost);
        _refused(
            abi.encodeWithSelector(IRoom.Room_NotTheHolder.selector, weatherPost, weatherDesk, address(0)),
            weatherDesk,
            REGION,
            day,
            1,
            "e"
        );
    }

    function test_who_takes_the_post_over_declares_from_then_on() public {
        address heir = actor("heir");
        handOver(weatherPost, heir);
        vm.prank(heir);
        assertEq(majeure.declare(REGION, today(), 1, "e"), 1);
    }

    function test_zero_is_no_region_and_no_reference() public {
        uint32 day = today();
        _refused(abi.encodeWithSelector(IForceMajeure.ForceMajeure_ZeroRegion.selector), weatherDesk, 0, day, 1, "e");
        _refused(abi.encodeWithSelector(IRoom.Room_ZeroReference.selector), weatherDesk, REGION, day, 1, 0);
    }

    function test_a_declaration_has_a_day_and_at_most_a_month() public {
        uint32 day = today();
        bytes4 why = IForceMajeure.ForceMajeure_DaysOutOfBounds.selector;
        _refused(abi.encodeWithSelector(why, 0, 1, 31), weatherDesk, REGION, day, 0, "e");
        _refused(abi.encodeWithSelector(why, 32, 1, 31), weatherDesk, REGION, day - 31, 32, "e");
        declare(day, 1);
        declare(day - 30, 31);
    }

    function test_what_is_older_than_thirty_days_is_declared_no_more() public {
        uint32 day = today();
        _refused(
            _expect(IForceMajeure.ForceMajeure_DayTooOld.selector, day - 31, day - 30),
            weatherDesk,
            REGION,
            day - 31,
            1,
            "e"
        );
        declare(day - 30, 1);
    }

    function test_a_day_that_has_not_begun_is_no_force_majeure_yet() public {
        vm.warp(atHour(today() + 1, 0) - 1);
        uint32 day = today();
        _refused(
            _expect(IForceMajeure.ForceMajeure_DayNotBegun.selector, day + 1, day), weatherDesk, REGION, day, 2, "e"
        );
        skip(1);
        declare(day, 2);
        _refused(
            _expect(IForceMajeure.ForceMajeure_DayNotBegun.selector, type(uint32).max, day + 1),
            weatherDesk,
            REGION,
            type(uint32).max,
            1,
            "e"
        );
    }

    function test_the_register_is_deployed_with_posts_and_times_that_are_some() public {
        bytes memory noPost = abi.encodeWithSelector(IRoom.Room_NotAPostOf.selector, arbiterPost, Offices.REPORTER);
        vm.expectRevert(noPost);
        new ForceMajeure(participants, arbiterPost, arbiterPost, 1 days, 1 days);
        noPost = abi.encodeWithSelector(IRoom.Room_NotAPostOf.selector, weatherPost, Offices.ARBITER);
        vm.expectRevert(noPost);
        new ForceMajeure(participants, weatherPost, weatherPost, 1 days, 1 days);
        vm.expectRevert(abi.encodeWithSelector(IRoom.Room_TermOutOfBounds.selector, 3599, 3600, 30 days));
        new ForceMajeure(participants, weatherPost, arbiterPost, 3599, 1 days);
        vm.expectRevert(abi.encodeWithSelector(IRoom.Room_TermOutOfBounds.selector, 30 days + 1, 3600, 30 days));
        new ForceMajeure(participants, weatherPost, arbiterPost, 1 days, 30 days + 1);
        ForceMajeure other = new ForceMajeure(participants, weatherPost, arbiterPost, 3600, 30 days);
        assertEq(other.REPORTER_POST(), weatherPost);
        assertEq(other.ARBITER_POST(), arbiterPost);
        assertEq(other.EDITION(), 0);
    }
}
