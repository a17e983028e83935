// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IERC20 } from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import { FirmAccount } from "../../../../contracts/identity/FirmAccount.sol";
import { IFirmAccount } from "../../../../contracts/identity/interfaces/IFirmAccount.sol";
import { Offices } from "../../../../contracts/identity/Offices.sol";
import { FirmHouse } from "../../support/FirmHouse.sol";

contract RecoverFirmTest is FirmHouse {
    uint40 private constant WAIT = 14 days;
    uint40 private constant CONTESTED = 60 days;
    uint40 private constant REMEMBERED = 90 days;
    uint40 private constant WINDOW = 14 days;

    // ---- hand over ----

    function test_an_owner_hands_over_in_two_steps_and_is_none_any_more() public {
        vm.expectEmit(address(firm));
        emit IFirmAccount.OwnershipOffered(owner, heir);
        vm.prank(owner);
        firm.offerOwnership(heir);
        assertEq(firm.owner(), owner);
        assertEq(firm.heir(), heir);
        vm.expectEmit(address(firm));
        emit IFirmAccount.OwnershipTaken(owner, heir);
        vm.prank(heir);
        firm.takeOwnership();
        assertEq(firm.owner(), heir);
        assertEq(firm.heir(), address(0));
        refusedAsNoOwner(owner);
        vm.prank(owner);
        firm.offerOwnership(owner);
    }

    function test_only_the_owner_offers_and_only_the_heir_takes() public {
        refusedAsNoOwner(heir);
        vm.prank(heir);
        firm.offerOwnership(heir);
        refused(abi.encodeWithSelector(IFirmAccount.FirmAccount_NotTheHeir.selector, heir));
        vm.prank(heir);
        firm.takeOwnership();
        vm.startPrank(owner);
        firm.offerOwnership(heir);
        firm.offerOwnership(address(0));
        vm.stopPrank();
        refused(abi.encodeWithSelector(IFirmAccount.FirmAccount_NotTheHeir.selector, heir));
        vm.prank(heir);
        firm.takeOwnership();
    }

    function test_an_account_does_not_own_itself() public {
        refused(abi.encodeWithSelector(IFirmAccount.FirmAccount_OwnsItself.selector));
        vm.prank(owner);
        firm.offerOwnership(address(firm));
        refused(abi.encodeWithSelector(IFirmAccount.FirmAccount_OwnsItself.selector));
        announce(address(firm));
    }

    // ---- a lost key ----

    function test_who_lost_its_key_has_its_account_back_after_two_weeks() public {
        uint40 from = uint40(block.timestamp) + WAIT;
        vm.expectEmit(address(firm));
        emit IFirmAccount.RecoveryAnnounced(successor, registrar, from, from + WINDOW, true);
        announce(successor);
        IFirmAccount.Recovery memory announced = firm.recovery();
        assertEq(announced.successor, successor);
        assertEq(announced.takeableAt, from);
        assertEq(announced.registrar, registrar);
        assertTrue(announced.vetoable);
        vm.warp(from - 1);
        refused(abi.encodeWithSelector(IFirmAccount.FirmAccount_NotYetTakeable.selector, from - 1, from));
        recoverAs(successor);
        vm.warp(from);
        vm.expectEmit(address(firm));
        emit IFirmAccount.AccountRecovered(owner, successor, registrar);
        recoverAs(successor);
        assertEq(firm.owner(), successor);
        assertEq(firm.recovery().successor, address(0));
        act(firm, address(token), abi.encodeCall(IERC20.transfer, (buyer, 1)));
        refusedAsNoOwner(owner);
        vm.prank(owner);
        firm.execute(address(token), "");
    }

    function test_only_a_registrar_announces_and_only_the_successor_takes() public {
        address[4] memory others = [admin, guardian, owner, successor];
        for (uint256 i; i < others.length; ++i) {
            refused(abi.encodeWithSelector(IFirmAccount.FirmAccount_NotARegistrar.selector, others[i]));
            vm.prank(others[i]);
            firm.announceRecovery(successor);
        }
        announce(successor);
        skip(WAIT);
        refused(abi.encodeWithSelector(IFirmAccount.FirmAccount_NotTheSuccessor.selector, heir));
        recoverAs(heir);
        recoverAs(successor);
        refused(abi.encodeWithSelector(IFirmAccount.FirmAccount_NotTheSuccessor.selector, successor));
        recoverAs(successor);
    }

    function test_a_recovery_ends_with_its_window() public {
        announce(successor);
        uint256 end = takeableAt() + WINDOW;
        uint256 state = vm.snapshotState();
        vm.warp(end - 1);
        recoverAs(successor);
        vm.revertToState(state);
        vm.warp(end);
        refused(abi.encodeWithSelector(IFirmAccount.FirmAccount_RecoveryExpired.selector, end, end));
        recoverAs(successor);
    }

    function test_a_registrar_takes_back_or_corrects_what_was_announced() public {
        announce(heir);
        skip(1 days);
        announce(successor);
        assertEq(takeableAt(), block.timestamp + WAIT, "from the last one");
        skip(WAIT);
        refused(abi.encodeWithSelector(IFirmAccount.FirmAccount_NotTheSuccessor.selector, heir));
        recoverAs(heir);
        announce(address(0));
        refused(abi.encodeWithSelector(IFirmAccount.FirmAccount_NotTheSuccessor.selector, successor));
        recoverAs(successor);
        refusedVeto(abi.encodeWithSelector(IFirmAccount.FirmAccount_NothingAnnounced.selector));
    }

    // ---- a registrar that lies ----

    function test_the_owner_vetoes_a_recovery_that_it_never_asked_for() public {
        announce(outsider);
        skip(WAIT - 1);
        vm.expectEmit(address(firm));
        emit IFirmAccount.RecoveryVetoed(owner, outsider);
        veto();
        assertEq(firm.vetoedAt(), block.timestamp);
        skip(1);
        refused(abi.encodeWithSelector(IFirmAccount.FirmAccount_NotTheSuccessor.selector, outsider));
        recoverAs(outsider);
    }

    function test_only_the_owner_vetoes_and_only_what_is_announced() public {
        refusedVeto(abi.encodeWithSelector(IFirmAccount.FirmAccount_NothingAnnounced.selector));
        announce(successor);
        refusedAsNoOwner(registrar);
        vm.prank(registrar);
        firm.vetoRecovery();
    }

    /// The admin takes the office: what its holder announced is void, contested or not, also for another registrar.
    function test_what_a_registrar_announced_is_void_without_its_office() public {
        appoint(Offices.REGISTRAR, admin);
        announce(outsider);
        skip(WAIT);
        revoke(Offices.REGISTRAR, registrar);
        refused(abi.encodeWithSelector(IFirmAccount.FirmAccount_NotARegistrar.selector, registrar));
        recoverAs(outsider);
        appoint(Offices.REGISTRAR, registrar);
        recoverAs(outsider);
        assertEq(firm.owner(), outsider, "with its office it counts again");
    }

    function test_a_registrar_that_insists_waits_sixty_days_in_which_the_admin_stops_it() public {
        announce(outsider);
        veto();
        announce(outsider);
        assertFalse(firm.recovery().vetoable);
        assertEq(takeableAt(), block.timestamp + CONTESTED);
        refusedVeto(abi.encodeWithSelector(IFirmAccount.FirmAccount_Contested.selector, firm.vetoedAt()));
        revoke(Offices.REGISTRAR, registrar);
        skip(CONTESTED);
        refused(abi.encodeWithSelector(IFirmAccount.FirmAccount_NotARegistrar.selector, registrar));
        recoverAs(outsider);
        assertEq(firm.owner(), owner);
    }

    // ---- a thief ----

    function test_a_thief_cannot_lock_the_firm_out_for_ever() public {
        handOverTo(outsider); // stolen, and passed on
        announce(successor);
        vm.prank(outsider);
        firm.vetoRecovery();
        announce(successor);
        refusedVeto(abi.encodeWithSelector(IFirmAccount.FirmAccount_Contested.selector, firm.vetoedAt()));
        vm.warp(takeableAt() - 1);
        refused(abi.encodeWithSelector(IFirmAccount.FirmAccount_NotYetTakeable.selector, block.timestamp, takeableAt()));
        recoverAs(successor);
        skip(1);
        recoverAs(successor);
        assertEq(firm.owner(), successor);
        assertEq(firm.vetoedAt(), 0, "the thief's veto is not held against the firm");
    }

    function test_no_hand_over_shakes_a_recovery_off_and_no_offer_outlives_it() public {
        announce(successor);
        handOverTo(heir);
        assertEq(firm.recovery().successor, successor);
        vm.prank(heir);
        firm.offerOwnership(outsider);
        skip(WAIT);
        recoverAs(successor);
        refused(abi.encodeWithSelector(IFirmAccount.FirmAccount_NotTheHeir.selector, outsider));
        vm.prank(outsider);
        firm.takeOwnership();
    }

    /// Else whoever was announced and came to the account by a hand-over could come back after passing it on.
    function test_a_recovery_ends_when_its_successor_takes_by_hand_over() public {
        announce(successor);
        handOverTo(successor);
        handOverTo(heir);
        skip(WAIT);
        refused(abi.encodeWithSelector(IFirmAccount.FirmAccount_NotTheSuccessor.selector, successor));
        recoverAs(successor);
    }

    function test_a_veto_is_remembered_until_the_second_before_its_time_is_over() public {
        announce(successor);
        veto();
        uint256 end = firm.vetoedAt() + REMEMBERED;
        vm.warp(end - 1);
        announce(successor);
        assertFalse(firm.recovery().vetoable);
        vm.warp(end);
        announce(successor);
        assertTrue(firm.recovery().vetoable);
        assertEq(takeableAt(), end + WAIT);
        veto();
    }

    /// Whatever registrar and owner do, the owner is who was owner, heir or successor, and no recovery is taken sooner
    /// than its first announcement plus two weeks.
    function testFuzz_no_account_is_recovered_sooner_than_announced(uint8[16] memory steps) public {
        uint256 earliest = type(uint256).max;
        bool vetoable;
        for (uint256 i; i < steps.length; ++i) {
            skip(uint256(steps[i] >> 3) * 1 days);
            uint256 which = steps[i] & 7;
            if (which < 2) {
                announce(successor);
                bool soon = firm.vetoedAt() != 0 && block.timestamp < uint256(firm.vetoedAt()) + REMEMBERED;
                vetoable = !soon;
                earliest = block.timestamp + (soon ? CONTESTED : WAIT);
            } else if (which < 4) {
                vm.prank(owner);
                (bool done,) = address(firm).call(abi.encodeCall(IFirmAccount.vetoRecovery, ()));
                assertEq(done, earliest != type(uint256).max && vetoable, "veto");
                if (done) earliest = type(uint256).max;
            } else {
                vm.prank(successor);
                (bool done,) = address(firm).call(abi.encodeCall(IFirmAccount.takeRecovery, ()));
                bool open =
                    earliest != type(uint256).max && block.timestamp >= earliest && block.timestamp < earliest + WINDOW;
                assertEq(done, open, "take");
                if (done) return;
            }
            assertEq(firm.owner(), owner);
        }
    }
}
