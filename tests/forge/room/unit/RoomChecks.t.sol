// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { Offices } from "../../../../contracts/identity/Offices.sol";
import { IRoom } from "../../../../contracts/room/IRoom.sol";
import { IdentityHouse } from "../../support/IdentityHouse.sol";
import { RoomHarness } from "../../support/RoomHarness.sol";

contract RoomChecksTest is IdentityHouse {
    RoomHarness private room;

    function setUp() public override {
        super.setUp();
        room = new RoomHarness(participants, 3);
    }

    // ---- editions and numbers ----

    function test_a_room_says_its_edition_and_its_participants() public view {
        assertEq(room.EDITION(), 3);
        assertEq(room.PARTICIPANTS(), address(participants));
    }

    function test_no_two_editions_give_the_same_number() public {
        RoomHarness first = new RoomHarness(participants, 0);
        assertEq(first.numberOf(1), 1);
        assertEq(first.numberOf(10 ** 9 - 1), 10 ** 9 - 1, "the last of the first edition");
        assertEq(new RoomHarness(participants, 1).numberOf(1), 10 ** 9 + 1);
        assertEq(room.numberOf(7), 3 * 10 ** 9 + 7);
    }

    function test_the_numbers_of_an_edition_end_before_the_next_one_begins() public {
        room.numberOf(10 ** 9 - 1);
        refused(abi.encodeWithSelector(IRoom.Room_NumbersUsedUp.selector, 3));
        room.numberOf(10 ** 9);
    }

    function test_every_number_fits_the_ledgers_63_bits() public {
        RoomHarness last = new RoomHarness(participants, 10 ** 6);
        assertLt(last.numberOf(10 ** 9 - 1), 2 ** 63, "number");
        refused(abi.encodeWithSelector(IRoom.Room_EditionOutOfBounds.selector, 10 ** 6 + 1, 10 ** 6));
        new RoomHarness(participants, 10 ** 6 + 1);
    }

    function testFuzz_a_number_says_its_edition(uint256 edition, uint256 count) public {
        edition = bound(edition, 0, 10 ** 6);
        count = bound(count, 1, 10 ** 9 - 1);
        assertEq(new RoomHarness(participants, edition).numberOf(count) / 10 ** 9, edition);
    }

    // ---- who ----

    function _refusedNotActive(address account, uint8 capabilities) private {
        refused(abi.encodeWithSelector(IRoom.Room_NotActive.selector, account, capabilities));
    }

    function _refusedStopped() private {
        refused(abi.encodeWithSelector(IRoom.Room_ObligationsStopped.selector));
    }

    function test_who_is_active_opens_and_joins() public view {
        room.checkMayOpen(buyer, Offices.BUYER);
        room.checkMayJoin(buyer, Offices.BUYER);
        room.checkMayJoin(buyer, 0);
    }

    function test_who_is_not_active_neither_opens_nor_joins() public {
        _refusedNotActive(buyer, Offices.SUPPLIER);
        room.checkMayOpen(buyer, Offices.SUPPLIER);
        _refusedNotActive(buyer, Offices.SUPPLIER);
        room.checkMayJoin(buyer, Offices.SUPPLIER);
        suspend(buyer);
        _refusedNotActive(buyer, Offices.BUYER);
        room.checkMayOpen(buyer, Offices.BUYER);
        _refusedNotActive(outsider, 0);
        room.checkMayJoin(outsider, 0);
    }

    function test_a_pause_stops_both_and_a_retirement_only_what_begins() public {
        pause();
        _refusedStopped();
        room.checkMayOpen(buyer, Offices.BUYER);
        _refusedStopped();
        room.checkMayJoin(buyer, Offices.BUYER);
        vm.startPrank(guardian);
        participants.resumeObligations();
        participants.retire(address(room));
        vm.stopPrank();
        _refusedStopped();
        room.checkMayOpen(buyer, Offices.BUYER);
        room.checkMayJoin(buyer, Offices.BUYER);
        new RoomHarness(participants, 4).checkMayOpen(buyer, Offices.BUYER);
    }

    function test_a_post_is_asked_for_its_office_and_its_holder() public {
        room.checkPost(arbiterPost, Offices.ARBITER);
        refused(abi.encodeWithSelector(IRoom.Room_NotAPostOf.selector, arbiterPost, Offices.ATTESTER));
        room.checkPost(arbiterPost, Offices.ATTESTER);
        refused(abi.encodeWithSelector(IRoom.Room_NotAPostOf.selector, 99, Offices.ATTESTER));
        room.checkPost(99, Offices.ATTESTER);
        vm.prank(arbiter);
        room.checkHolder(arbiterPost);
        refused(abi.encodeWithSelector(IRoom.Room_NotTheHolder.selector, arbiterPost, attester, arbiter));
        vm.prank(attester);
        room.checkHolder(arbiterPost);
    }

    /// Anchored (F2): a rotated key decides nothing, its successor goes on; a vacant post is nobody's.
    function test_after_a_hand_over_the_heir_acts_for_the_post_and_nobody_for_a_vacant_one() public {
        address heir = actor("heir");
        handOver(arbiterPost, heir);
        vm.prank(heir);
        room.checkHolder(arbiterPost);
        refused(abi.encodeWithSelector(IRoom.Room_NotTheHolder.selector, arbiterPost, arbiter, heir));
        vm.prank(arbiter);
        room.checkHolder(arbiterPost);
        vacate(arbiterPost);
        room.checkPost(arbiterPost, Offices.ARBITER);
        refused(abi.encodeWithSelector(IRoom.Room_NotTheHolder.selector, arbiterPost, heir, address(0)));
        vm.prank(heir);
        room.checkHolder(arbiterPost);
        refused(abi.encodeWithSelector(IRoom.Room_NotTheHolder.selector, 99, heir, address(0)));
        vm.prank(heir);
        room.checkHolder(99);
    }

    function test_offices_of_operators_are_looked_up() public view {
        assertTrue(room.holds(Offices.REGISTRAR, registrar));
        assertFalse(room.holds(Offices.REGISTRAR, admin));
    }

    // ---- what and when ----

    function test_a_reference_is_not_zero() public {
        room.checkReference(bytes32(uint256(1)));
        refused(abi.encodeWithSelector(IRoom.Room_ZeroReference.selector));
        room.checkReference(bytes32(0));
    }

    function test_a_term_lies_within_its_bounds_both_included() public {
        room.checkTerm(2, 2, 5);
        room.checkTerm(5, 2, 5);
        refused(abi.encodeWithSelector(IRoom.Room_TermOutOfBounds.selector, 1, 2, 5));
        room.checkTerm(1, 2, 5);
        refused(abi.encodeWithSelector(IRoom.Room_TermOutOfBounds.selector, 6, 2, 5));
        room.checkTerm(6, 2, 5);
    }

    function test_a_window_begins_at_its_first_second_and_ends_before_its_last() public {
        uint256 edge = block.timestamp + 100;
        vm.warp(edge - 1);
        refused(abi.encodeWithSelector(IRoom.Room_TooEarly.selector, edge - 1, edge));
        room.checkFrom(edge);
        room.checkBefore(edge);
        vm.warp(edge);
        room.checkFrom(edge);
        refused(abi.encodeWithSelector(IRoom.Room_TooLate.selector, edge, edge));
        room.checkBefore(edge);
        vm.warp(edge + 1);
        room.checkFrom(edge);
        refused(abi.encodeWithSelector(IRoom.Room_TooLate.selector, edge + 1, edge));
        room.checkBefore(edge);
    }
}
