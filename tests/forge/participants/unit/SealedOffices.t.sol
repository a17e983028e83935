// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IAccessControl } from "@openzeppelin/contracts/access/IAccessControl.sol";
import {
    IAccessControlDefaultAdminRules
} from "@openzeppelin/contracts/access/extensions/IAccessControlDefaultAdminRules.sol";
import { ISealedOffices } from "../../../../contracts/identity/interfaces/ISealedOffices.sol";
import { Offices } from "../../../../contracts/identity/Offices.sol";
import { IdentityHouse } from "../../support/IdentityHouse.sol";

contract SealedOfficesTest is IdentityHouse {
    bytes32 private constant DEFAULT_ADMIN_ROLE = bytes32(0);
    uint40 private constant WAIT = 2 days;
    uint40 private constant WINDOW = 14 days;

    function _seal() private {
        vm.prank(admin);
        participants.sealContractOffices();
    }

    function _announce(bytes32 office, address account) private {
        vm.prank(admin);
        participants.announceGrant(office, account);
    }

    function _withdraw(bytes32 office, address account) private {
        vm.prank(admin);
        participants.withdrawGrant(office, account);
    }

    function _sealed() private pure returns (bytes32[5] memory) {
        return [Offices.SCORER, Offices.AWARDER, Offices.CLAIM_ISSUER, Offices.MARKET, Offices.TREASURER];
    }

    function _refusedUnannounced(bytes32 office, address account) private {
        refused(abi.encodeWithSelector(ISealedOffices.SealedOffices_NotAnnounced.selector, office, account));
    }

    // ---- seal ----

    function test_a_house_is_open_until_it_is_sealed_and_then_for_good() public {
        assertFalse(participants.contractOfficesSealed());
        appoint(Offices.SCORER, outsider);
        vm.expectEmit(address(participants));
        emit ISealedOffices.ContractOfficesSealed(admin);
        _seal();
        assertTrue(participants.contractOfficesSealed());
        refused(abi.encodeWithSelector(ISealedOffices.SealedOffices_AlreadySealed.selector));
        _seal();
        assertTrue(participants.hasRole(Offices.SCORER, outsider), "what was granted stays");
    }

    function test_only_the_default_admin_seals_announces_and_withdraws() public {
        vm.startPrank(registrar);
        refusedWithoutOffice(registrar, DEFAULT_ADMIN_ROLE);
        participants.sealContractOffices();
        refusedWithoutOffice(registrar, DEFAULT_ADMIN_ROLE);
        participants.announceGrant(Offices.SCORER, outsider);
        refusedWithoutOffice(registrar, DEFAULT_ADMIN_ROLE);
        participants.withdrawGrant(Offices.SCORER, outsider);
        vm.stopPrank();
    }

    function test_nothing_is_announced_before_the_seal() public {
        refused(abi.encodeWithSelector(ISealedOffices.SealedOffices_NotSealed.selector));
        _announce(Offices.SCORER, outsider);
    }

    function test_an_office_that_is_not_sealed_is_granted_at_once_and_never_announced() public {
        _seal();
        bytes32[4] memory open = [Offices.REGISTRAR, Offices.ANCHORER, Offices.GUARDIAN, keccak256("some other office")];
        for (uint256 i; i < open.length; ++i) {
            refused(abi.encodeWithSelector(ISealedOffices.SealedOffices_NotASealedOffice.selector, open[i]));
            _announce(open[i], outsider);
            appoint(open[i], outsider);
            assertTrue(participants.hasRole(open[i], outsider));
        }
    }

    // ---- grant ----

    function test_no_sealed_office_is_granted_unannounced() public {
        _seal();
        bytes32[5] memory offices = _sealed();
        for (uint256 i; i < offices.length; ++i) {
            _refusedUnannounced(offices[i], outsider);
            appoint(offices[i], outsider);
            assertFalse(participants.hasRole(offices[i], outsider));
        }
    }

    function test_a_sealed_office_is_granted_two_days_after_it_was_announced() public {
        _seal();
        bytes32[5] memory offices = _sealed();
        for (uint256 i; i < offices.length; ++i) {
            uint40 from = uint40(block.timestamp) + WAIT;
            vm.expectEmit(address(participants));
            emit ISealedOffices.GrantAnnounced(offices[i], outsider, from, from + WINDOW);
            _announce(offices[i], outsider);
            assertEq(participants.grantableAt(offices[i], outsider), from);
            vm.warp(from - 1);
            refused(
                abi.encodeWithSelector(
                    ISealedOffices.SealedOffices_NotYetGrantable.selector, offices[i], outsider, from - 1, from
                )
            );
            appoint(offices[i], outsider);
            vm.warp(from);
            appoint(offices[i], outsider);
            assertTrue(participants.hasRole(offices[i], outsider));
            assertEq(participants.grantableAt(offices[i], outsider), 0);
        }
    }

    function test_an_announcement_is_good_until_the_second_before_its_end() public {
        _seal();
        _announce(Offices.SCORER, outsider);
        uint256 end = block.timestamp + WAIT + WINDOW;
        uint256 state = vm.snapshotState();
        vm.warp(end - 1);
        appoint(Offices.SCORER, outsider);
        vm.revertToState(state);
        vm.warp(end);
        refused(
            abi.encodeWithSelector(
                ISealedOffices.SealedOffices_AnnouncementExpired.selector, Offices.SCORER, outsider, end, end
            )
        );
        appoint(Offices.SCORER, outsider);
    }

    function test_an_announcement_is_good_once_for_one_office_and_one_account() public {
        _seal();
        _announce(Offices.SCORER, outsider);
        skip(WAIT);
        _refusedUnannounced(Offices.TREASURER, outsider);
        appoint(Offices.TREASURER, outsider);
        _refusedUnannounced(Offices.SCORER, rival);
        appoint(Offices.SCORER, rival);
        appoint(Offices.SCORER, outsider);
        revoke(Offices.SCORER, outsider);
        assertFalse(participants.hasRole(Offices.SCORER, outsider), "taking an office is immediate");
        _refusedUnannounced(Offices.SCORER, outsider);
        appoint(Offices.SCORER, outsider);
    }

    function test_an_announcement_is_taken_back_and_a_new_one_begins_anew() public {
        _seal();
        _refusedUnannounced(Offices.MARKET, outsider);
        _withdraw(Offices.MARKET, outsider);
        _announce(Offices.MARKET, outsider);
        skip(WAIT);
        vm.expectEmit(address(participants));
        emit ISealedOffices.GrantWithdrawn(Offices.MARKET, outsider);
        _withdraw(Offices.MARKET, outsider);
        _refusedUnannounced(Offices.MARKET, outsider);
        appoint(Offices.MARKET, outsider);
        _announce(Offices.MARKET, outsider);
        assertEq(participants.grantableAt(Offices.MARKET, outsider), block.timestamp + WAIT);
        skip(1 days);
        _announce(Offices.MARKET, outsider);
        assertEq(participants.grantableAt(Offices.MARKET, outsider), block.timestamp + WAIT, "from the last one");
    }

    function test_only_the_admin_grants_announced_or_not() public {
        _seal();
        _announce(Offices.SCORER, outsider);
        skip(WAIT);
        refusedWithoutOffice(outsider, DEFAULT_ADMIN_ROLE);
        vm.prank(outsider);
        participants.grantRole(Offices.SCORER, outsider);
        assertEq(participants.grantableAt(Offices.SCORER, outsider), block.timestamp, "it is still announced");
    }

    // ---- what a stolen admin key could try ----

    function test_the_admin_goes_round_the_seal_by_no_function_of_access_control() public {
        _seal();
        vm.startPrank(admin);
        vm.expectRevert(IAccessControlDefaultAdminRules.AccessControlEnforcedDefaultAdminRules.selector);
        participants.grantRole(DEFAULT_ADMIN_ROLE, outsider);
        vm.expectRevert(IAccessControlDefaultAdminRules.AccessControlEnforcedDefaultAdminRules.selector);
        participants.revokeRole(DEFAULT_ADMIN_ROLE, admin);
        participants.changeDefaultAdminDelay(0);
        skip(365 days);
        assertEq(participants.defaultAdminDelay(), 0, "the delay of a change of the admin is the admin's");
        participants.beginDefaultAdminTransfer(outsider);
        vm.stopPrank();
        skip(1);
        vm.startPrank(outsider);
        participants.acceptDefaultAdminTransfer();
        _refusedUnannounced(Offices.TREASURER, outsider);
        participants.grantRole(Offices.TREASURER, outsider);
        vm.stopPrank();
        assertEq(participants.getRoleAdmin(Offices.TREASURER), DEFAULT_ADMIN_ROLE, "nobody else grants it");
        assertTrue(participants.contractOfficesSealed());
    }

    function test_who_renounces_a_sealed_office_gets_it_back_by_announcement_only() public {
        _seal();
        vm.prank(treasurer);
        participants.renounceRole(Offices.TREASURER, treasurer);
        _refusedUnannounced(Offices.TREASURER, treasurer);
        appoint(Offices.TREASURER, treasurer);
        refused(abi.encodeWithSelector(IAccessControl.AccessControlBadConfirmation.selector));
        vm.prank(treasurer);
        participants.renounceRole(Offices.TREASURER, admin);
    }

    function testFuzz_nothing_is_granted_outside_of_its_window(uint40 wait) public {
        _seal();
        _announce(Offices.AWARDER, outsider);
        uint256 from = block.timestamp + WAIT;
        vm.warp(block.timestamp + wait);
        bool open = block.timestamp >= from && block.timestamp < from + WINDOW;
        vm.prank(admin);
        (bool done,) = address(participants).call(abi.encodeCall(IAccessControl.grantRole, (Offices.AWARDER, outsider)));
        assertEq(done, open);
        assertEq(participants.hasRole(Offices.AWARDER, outsider), open);
    }
}
