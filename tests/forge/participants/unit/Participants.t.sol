// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { Offices } from "../../../../contracts/identity/Offices.sol";
import { IParticipants } from "../../../../contracts/identity/interfaces/IParticipants.sol";
import { House } from "../../support/House.sol";

contract ParticipantsTest is House {
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
