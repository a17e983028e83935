// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { Offices } from "../../../../contracts/identity/Offices.sol";
import { IParticipants } from "../../../../contracts/identity/interfaces/IParticipants.sol";
import { IdentityHouse } from "../../support/IdentityHouse.sol";

contract ParticipantsTest is IdentityHouse {
    // ---- register ----

    function test_register_records_the_participant() public {
        vm.expectEmit(address(participants));
        emit IParticipants.ParticipantRegistered(outsider, Offices.BUYER);
        vm.prank(registrar);
        participants.register(outsider, Offices.BUYER);
        IParticipants.Participant memory record = participants.participant(outsider);
        assertEq(record.registeredAt, block.timestamp);
        assertEq(record.capabilities, Offices.BUYER);
        assertFalse(record.suspended);
        assertTrue(participants.isRegistered(outsider));
    }

    function test_register_refuses_everybody_but_a_registrar() public {
        refusedWithoutOffice(admin, Offices.REGISTRAR);
        vm.prank(admin);
        participants.register(outsider, Offices.BUYER);
    }

    function test_register_refuses_the_zero_account() public {
        refused(abi.encodeWithSelector(IParticipants.Participants_ZeroAccount.selector));
        vm.prank(registrar);
        participants.register(address(0), Offices.BUYER);
    }

    function test_register_refuses_an_account_twice() public {
        refused(abi.encodeWithSelector(IParticipants.Participants_AlreadyRegistered.selector, buyer));
        vm.prank(registrar);
        participants.register(buyer, Offices.SUPPLIER);
    }

    function test_register_refuses_no_capability_and_unknown_ones() public {
        uint8[3] memory unknown = [0, 32, 0xff];
        for (uint256 i; i < unknown.length; ++i) {
            refused(abi.encodeWithSelector(IParticipants.Participants_UnknownCapabilities.selector, unknown[i]));
            vm.prank(registrar);
            participants.register(outsider, unknown[i]);
        }
    }

    function test_what_holds_money_of_others_is_nothing_else() public {
        uint8[3] memory mixed = [Offices.CUSTODIAN | Offices.BUYER, Offices.CUSTODIAN | Offices.NODE, 31];
        for (uint256 i; i < mixed.length; ++i) {
            refused(abi.encodeWithSelector(IParticipants.Participants_CustodianIsNothingElse.selector, outsider));
            vm.prank(registrar);
            participants.register(outsider, mixed[i]);
        }
        registerCustodian(outsider);
    }

    // ---- add capabilities ----

    /// Anchored (F8): a node that begins to supply needed a second account, without history.
    function test_a_node_that_becomes_a_supplier_keeps_its_account() public {
        vm.expectEmit(address(participants));
        emit IParticipants.CapabilitiesAdded(supplier, Offices.NODE, Offices.SUPPLIER | Offices.NODE);
        _add(supplier, Offices.NODE);
        assertTrue(participants.isActive(supplier, Offices.SUPPLIER | Offices.NODE));
        assertEq(token.balanceOf(supplier), FUNDS);
    }

    function test_what_a_participant_has_may_be_named_again_beside_what_is_new() public {
        vm.expectEmit(address(participants));
        emit IParticipants.CapabilitiesAdded(supplier, Offices.SUPPLIER | Offices.NODE, Offices.SUPPLIER | Offices.NODE);
        _add(supplier, Offices.SUPPLIER | Offices.NODE);
    }

    function test_capabilities_are_added_while_suspended_and_the_suspension_stays() public {
        suspend(supplier);
        _add(supplier, Offices.NODE);
        assertFalse(participants.isActive(supplier, Offices.NODE));
        assertTrue(participants.participant(supplier).suspended);
    }

    function test_add_refuses_others_the_unregistered_nothing_new_and_what_is_unknown() public {
        refusedWithoutOffice(supplier, Offices.REGISTRAR);
        vm.prank(supplier);
        participants.addCapabilities(supplier, Offices.NODE);
        refused(abi.encodeWithSelector(IParticipants.Participants_NotRegistered.selector, outsider));
        _add(outsider, Offices.NODE);
        uint8[4] memory none = [0, Offices.SUPPLIER, 32, 32 | Offices.NODE];
        for (uint256 i; i < none.length; ++i) {
            refused(abi.encodeWithSelector(IParticipants.Participants_UnknownCapabilities.selector, none[i]));
            _add(supplier, none[i]);
        }
    }

    function test_no_party_becomes_a_custodian_and_no_custodian_a_party() public {
        refused(abi.encodeWithSelector(IParticipants.Participants_CustodianIsNothingElse.selector, supplier));
        _add(supplier, Offices.CUSTODIAN);
        refused(abi.encodeWithSelector(IParticipants.Participants_CustodianIsNothingElse.selector, orders));
        _add(orders, Offices.NODE);
    }

    function testFuzz_capabilities_only_grow_and_stay_known(uint8 first, uint8 added) public {
        vm.startPrank(registrar);
        (bool registered,) = address(participants).call(abi.encodeCall(IParticipants.register, (outsider, first)));
        bool mixed = first & Offices.CUSTODIAN != 0 && first != Offices.CUSTODIAN;
        assertEq(registered, first != 0 && first < 32 && !mixed);
        (bool done,) = address(participants).call(abi.encodeCall(IParticipants.addCapabilities, (outsider, added)));
        vm.stopPrank();
        bool may = registered && (first | added) & Offices.CUSTODIAN == 0 && added < 32 && added & ~first != 0;
        assertEq(done, may);
        uint8 has = participants.participant(outsider).capabilities;
        assertEq(has, registered ? may ? first | added : first : 0);
    }

    function _add(address account, uint8 added) private {
        vm.prank(registrar);
        participants.addCapabilities(account, added);
    }

    // ---- retire ----

    function test_a_retired_room_begins_nothing_and_goes_on_with_what_is_open() public {
        vm.expectEmit(address(participants));
        emit IParticipants.RoomRetired(tenders, guardian);
        _retire(tenders);
        assertTrue(participants.isRetired(tenders));
        vm.startPrank(tenders);
        (bool active, bool stopped) = participants.mayOpen(buyer, Offices.BUYER);
        assertTrue(active);
        assertTrue(stopped, "nothing new");
        (active, stopped) = participants.mayTakeOn(buyer, Offices.BUYER);
        assertTrue(active);
        assertFalse(stopped, "what is open goes on");
        vm.stopPrank();
        vm.prank(orders);
        (, stopped) = participants.mayOpen(buyer, Offices.BUYER);
        assertFalse(stopped, "and so does every other room");
        assertFalse(participants.obligationsPaused());
    }

    function test_a_retirement_is_taken_back() public {
        _retire(tenders);
        vm.expectEmit(address(participants));
        emit IParticipants.RoomUnretired(tenders, guardian);
        vm.prank(guardian);
        participants.unretire(tenders);
        vm.prank(tenders);
        (, bool stopped) = participants.mayOpen(buyer, Offices.BUYER);
        assertFalse(stopped);
        assertFalse(participants.isRetired(tenders));
    }

    function test_a_pause_stops_what_begins_and_what_joins_in_every_room() public {
        pause();
        vm.startPrank(tenders);
        (bool active, bool stopped) = participants.mayOpen(buyer, Offices.BUYER);
        assertTrue(active);
        assertTrue(stopped);
        (, stopped) = participants.mayTakeOn(buyer, Offices.BUYER);
        assertTrue(stopped);
        (active,) = participants.mayOpen(supplier, Offices.BUYER);
        assertFalse(active);
        vm.stopPrank();
    }

    function test_retire_refuses_others_and_what_is_or_is_not_retired() public {
        refusedWithoutOffice(admin, Offices.GUARDIAN);
        vm.prank(admin);
        participants.retire(tenders);
        refusedWithoutOffice(admin, Offices.GUARDIAN);
        vm.prank(admin);
        participants.unretire(tenders);
        refused(abi.encodeWithSelector(IParticipants.Participants_NotRetired.selector, tenders));
        vm.prank(guardian);
        participants.unretire(tenders);
        _retire(tenders);
        refused(abi.encodeWithSelector(IParticipants.Participants_AlreadyRetired.selector, tenders));
        _retire(tenders);
    }

    function _retire(address room) private {
        vm.prank(guardian);
        participants.retire(room);
    }

    // ---- suspend, reinstate ----

    function test_suspension_bars_from_new_things_and_keeps_the_registration() public {
        bytes32 reason = newReference();
        vm.expectEmit(address(participants));
        emit IParticipants.ParticipantSuspended(supplier, reason);
        vm.prank(registrar);
        participants.suspend(supplier, reason);
        assertFalse(participants.isActive(supplier, Offices.SUPPLIER));
        assertTrue(participants.isRegistered(supplier));
    }

    function test_suspend_refuses_everybody_but_a_registrar() public {
        refusedWithoutOffice(buyer, Offices.REGISTRAR);
        vm.prank(buyer);
        participants.suspend(supplier, bytes32(0));
    }

    function test_suspend_refuses_the_unregistered_and_the_suspended() public {
        refused(abi.encodeWithSelector(IParticipants.Participants_NotRegistered.selector, outsider));
        vm.prank(registrar);
        participants.suspend(outsider, bytes32(0));
        suspend(supplier);
        refused(abi.encodeWithSelector(IParticipants.Participants_AlreadySuspended.selector, supplier));
        vm.prank(registrar);
        participants.suspend(supplier, bytes32(0));
    }

    function test_reinstatement_lifts_the_suspension() public {
        suspend(supplier);
        vm.expectEmit(address(participants));
        emit IParticipants.ParticipantReinstated(supplier);
        vm.prank(registrar);
        participants.reinstate(supplier);
        assertTrue(participants.isActive(supplier, Offices.SUPPLIER));
    }

    function test_reinstate_refuses_others_the_unregistered_and_the_unsuspended() public {
        refusedWithoutOffice(supplier, Offices.REGISTRAR);
        vm.prank(supplier);
        participants.reinstate(supplier);
        refused(abi.encodeWithSelector(IParticipants.Participants_NotRegistered.selector, outsider));
        vm.prank(registrar);
        participants.reinstate(outsider);
        refused(abi.encodeWithSelector(IParticipants.Participants_NotSuspended.selector, supplier));
        vm.prank(registrar);
        participants.reinstate(supplier);
    }

    // ---- pause, resume ----

    function test_guardian_pauses_and_resumes() public {
        vm.expectEmit(address(participants));
        emit IParticipants.ObligationsPaused(guardian);
        pause();
        assertTrue(participants.obligationsPaused());
        vm.expectEmit(address(participants));
        emit IParticipants.ObligationsResumed(guardian);
        vm.prank(guardian);
        participants.resumeObligations();
        assertFalse(participants.obligationsPaused());
    }

    function test_pause_refuses_others_and_a_second_time() public {
        refusedWithoutOffice(admin, Offices.GUARDIAN);
        vm.prank(admin);
        participants.pauseObligations();
        pause();
        refused(abi.encodeWithSelector(IParticipants.Participants_AlreadyPaused.selector));
        vm.prank(guardian);
        participants.pauseObligations();
    }

    function test_resume_refuses_others_and_when_not_paused() public {
        refusedWithoutOffice(admin, Offices.GUARDIAN);
        vm.prank(admin);
        participants.resumeObligations();
        refused(abi.encodeWithSelector(IParticipants.Participants_NotPaused.selector));
        vm.prank(guardian);
        participants.resumeObligations();
    }

    // ---- views ----

    function test_is_active_asks_for_every_capability() public {
        vm.prank(registrar);
        participants.register(outsider, Offices.BUYER | Offices.SUPPLIER);
        assertTrue(participants.isActive(outsider, Offices.BUYER | Offices.SUPPLIER));
        assertTrue(participants.isActive(outsider, Offices.BUYER));
        assertFalse(participants.isActive(outsider, Offices.BUYER | Offices.CUSTODIAN));
        assertFalse(participants.isActive(actor("stranger"), 0));
    }

    function test_the_admin_hands_over_in_two_steps_and_after_the_delay() public {
        address successor = actor("successor");
        vm.prank(admin);
        participants.beginDefaultAdminTransfer(successor);
        vm.warp(block.timestamp + 1 days);
        vm.expectRevert();
        vm.prank(successor);
        participants.acceptDefaultAdminTransfer();
        skip(1);
        vm.prank(successor);
        participants.acceptDefaultAdminTransfer();
        assertEq(participants.defaultAdmin(), successor);
    }

    function test_a_new_obligation_asks_both_questions_in_one() public {
        for (uint256 i; i < 2; ++i) {
            (bool active, bool paused) = participants.mayTakeOn(buyer, Offices.BUYER);
            assertTrue(active);
            assertEq(paused, i == 1);
            (active, paused) = participants.mayTakeOn(buyer, Offices.SUPPLIER);
            assertFalse(active);
            if (i == 0) pause();
        }
        suspend(buyer);
        (bool still,) = participants.mayTakeOn(buyer, Offices.BUYER);
        assertFalse(still);
    }
}
