// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { FirmAccount } from "../../../contracts/identity/FirmAccount.sol";
import { IFirmAccount } from "../../../contracts/identity/interfaces/IFirmAccount.sol";
import { Offices } from "../../../contracts/identity/Offices.sol";
import { FirmActs } from "./FirmActs.sol";
import { IdentityHouse } from "./IdentityHouse.sol";

/// A firm in funds whose account is a contract, its owner's key, a key that is to follow, and a thief.
abstract contract FirmHouse is IdentityHouse, FirmActs {
    FirmAccount internal firm;
    address internal owner;
    uint256 internal ownerKey;
    address internal heir;
    uint256 internal heirKey;
    address internal successor;
    uint256 internal successorKey;

    function setUp() public virtual override {
        super.setUp();
        (owner, ownerKey) = actorWithKey("owner");
        (heir, heirKey) = actorWithKey("heir");
        (successor, successorKey) = actorWithKey("successor");
        firm = openFirm(owner);
    }

    /// An account, registered and in funds.
    function openFirm(address owner_) internal returns (FirmAccount opened) {
        opened = new FirmAccount(participants, owner_);
        enrol(address(opened), Offices.BUYER | Offices.SUPPLIER | Offices.NODE);
    }

    function announce(address next) internal {
        vm.prank(registrar);
        firm.announceRecovery(next);
    }

    function veto() internal {
        vm.prank(firm.owner());
        firm.vetoRecovery();
    }

    function refusedVeto(bytes memory reason) internal {
        address current = firm.owner();
        refused(reason);
        vm.prank(current);
        firm.vetoRecovery();
    }

    function recoverAs(address who) internal {
        vm.prank(who);
        firm.takeRecovery();
    }

    function handOverTo(address next) internal {
        vm.prank(firm.owner());
        firm.offerOwnership(next);
        vm.prank(next);
        firm.takeOwnership();
    }

    function takeableAt() internal view returns (uint256) {
        return firm.recovery().takeableAt;
    }

    function refusedAsNoOwner(address who) internal {
        refused(abi.encodeWithSelector(IFirmAccount.FirmAccount_NotTheOwner.selector, who));
    }
}
