// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { FirmAccount } from "../../../../contracts/identity/FirmAccount.sol";
import { IFirmAccount } from "../../../../contracts/identity/interfaces/IFirmAccount.sol";
import { FirmHouse } from "../../support/FirmHouse.sol";
import { Vm } from "../../support/Vm.sol";

/// Faults that `make mutants` planted and that no test saw: what is told of a new account.
contract SurvivorsOfFirmsTest is FirmHouse {
    function test_who_follows_events_sees_the_first_owner_take_the_account() public {
        vm.recordLogs();
        FirmAccount opened = new FirmAccount(participants, heir);
        Vm.Log[] memory logs = vm.getRecordedLogs();
        assertEq(logs.length, 1);
        assertEq(logs[0].emitter, address(opened));
        assertEq(logs[0].topics.length, 3);
        assertEq(logs[0].topics[0], IFirmAccount.OwnershipTaken.selector);
        assertEq(logs[0].topics[1], bytes32(0));
        assertEq(logs[0].topics[2], bytes32(uint256(uint160(heir))));
        assertEq(logs[0].data.length, 0);
        assertEq(opened.owner(), heir);
    }
}
