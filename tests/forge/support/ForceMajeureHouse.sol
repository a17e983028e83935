// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { House } from "./House.sol";

/// How the weather desk of a house declares force majeure, and what becomes of it.
abstract contract ForceMajeureHouse is House {
    bytes32 internal constant REGION = keccak256("CN-ZJ Ningbo");

    function today() internal view returns (uint32) {
        return uint32(block.timestamp / 1 days);
    }

    /// Unix seconds of an hour of a day.
    function atHour(uint256 day, uint256 hour) internal pure returns (uint256) {
        return day * 1 days + hour * 1 hours;
    }

    function declare(uint32 fromDay, uint16 count) internal returns (uint256 declarationId) {
        bytes32 ref = newReference();
        vm.prank(weatherDesk);
        return majeure.declare(REGION, fromDay, count, ref);
    }

    /// Declared, undisputed and applied: the days stand.
    function storm(uint32 fromDay, uint16 count) internal returns (uint256 declarationId) {
        declarationId = declare(fromDay, count);
        skip(MAJEURE_DISPUTE);
        majeure.applyDeclaration(declarationId);
    }

    function disputeDays(address who, uint256 declarationId) internal {
        bytes32 ref = newReference();
        vm.prank(who);
        majeure.dispute(declarationId, ref);
    }

    function withdrawDays(address who, uint256 declarationId) internal {
        vm.prank(who);
        majeure.withdrawDispute(declarationId);
    }

    function ruleDays(uint256 declarationId, uint32 fromDay, uint16 count) internal {
        bytes32 ref = newReference();
        vm.prank(arbiter);
        majeure.rule(declarationId, fromDay, count, ref);
    }
}
