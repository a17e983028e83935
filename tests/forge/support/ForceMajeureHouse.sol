// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { ForceMajeure } from "../../../contracts/forcemajeure/ForceMajeure.sol";
import { Offices } from "../../../contracts/identity/Offices.sol";
import { House } from "./House.sol";

/// A house with a register of force majeure: a weather desk that declares, an arbiter that rules.
abstract contract ForceMajeureHouse is House {
    bytes32 internal constant REGION = keccak256("CN-ZJ Ningbo");
    uint32 internal constant MAJEURE_DISPUTE = 2 days;
    uint32 internal constant MAJEURE_RULING = 5 days;

    ForceMajeure internal majeure;
    address internal weatherDesk;
    uint32 internal weatherPost;

    function setUp() public virtual override {
        super.setUp();
        weatherDesk = actor("weather desk");
        weatherPost = createPost(Offices.REPORTER, weatherDesk);
        majeure = new ForceMajeure(participants, weatherPost, arbiterPost, MAJEURE_DISPUTE, MAJEURE_RULING);
    }

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
