// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { FirmAccount } from "../../../contracts/identity/FirmAccount.sol";
import { TestBase } from "./TestBase.sol";

/// How a firm's account acts and signs by its owner's key, and how its key moves.
abstract contract FirmActs is TestBase {
    /// The firm calls a contract, by its owner's key of today.
    function act(FirmAccount firm, address target, bytes memory data) internal returns (bytes memory) {
        vm.prank(firm.owner());
        return firm.execute(target, data);
    }

    /// What a key says to `digest` for a firm.
    function wordOf(uint256 key, FirmAccount firm, bytes32 digest) internal view returns (bytes memory) {
        return signatureOf(key, messageFor(address(firm), digest));
    }

    /// What an owner signs, computed as a wallet does it: away from the contract.
    function messageFor(address firm, bytes32 digest) internal view returns (bytes32) {
        bytes32 content = keccak256(abi.encode(keccak256("FirmMessage(bytes32 digest)"), digest));
        return typedDigest("Interlock firm account", block.chainid, firm, content);
    }

    /// The key was lost: a registrar announces `successor`, who takes the account when its time has come.
    function recoverFirm(FirmAccount firm, address registrar, address successor) internal {
        vm.prank(registrar);
        firm.announceRecovery(successor);
        vm.warp(firm.recovery().takeableAt);
        vm.prank(successor);
        firm.takeRecovery();
    }
}
