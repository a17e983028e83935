// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IForceMajeure } from "../../../../contracts/forcemajeure/interfaces/IForceMajeure.sol";
import { ForceMajeureHouse } from "../../support/ForceMajeureHouse.sol";
import { WalkTest } from "../../support/WalkTest.sol";
import { ForceMajeureHandler } from "./ForceMajeureHandler.sol";

/// Numbered in contracts/README.md: M1, M2.
contract ForceMajeureInvariants is ForceMajeureHouse, WalkTest {
    uint256 private constant _STEPS = 18;

    ForceMajeureHandler private handler;

    function setUp() public override {
        super.setUp();
        handler = new ForceMajeureHandler(
            majeure,
            participants,
            ForceMajeureHandler.Crew({
                parties: [buyer, supplier, rival],
                outsider: outsider,
                admin: admin,
                reporters: [weatherDesk, actor("weather desk two")],
                arbiters: [arbiter, actor("arbiter two")],
                reporterPost: weatherPost,
                arbiterPost: arbiterPost
            })
        );
        bytes4[] memory steps = new bytes4[](_STEPS);
        for (uint256 i; i < steps.length; ++i) {
            steps[i] = _selector(i);
        }
        walkWith(address(handler), steps);
    }

    function _selector(uint256 i) private view returns (bytes4) {
        if (i < 4) return handler.declare.selector;
        if (i < 7) return handler.dispute.selector;
        if (i < 9) return handler.withdraw.selector;
        if (i < 11) return handler.rule.selector;
        if (i < 14) return handler.applyDeclaration.selector;
        if (i == 14) return handler.changeHands.selector;
        if (i == 15) return handler.intrude.selector;
        return handler.wait.selector;
    }

    function test_the_walk_takes_every_step() public {
        takesEveryStep(
            "declare, dispute, withdraw, rule, apply, handOver, intrude, refused, wait", //
            24,
            128,
            3
        );
    }

    function _step(uint256 seed) internal override {
        uint256 x = uint256(keccak256(abi.encode(seed)));
        bytes memory rest = abi.encode(x, x >> 100 & 0xFFFF, x >> 40 & 0xFFFF, keccak256(abi.encode(x)));
        callHandler(abi.encodePacked(_selector((seed >> 240) % _STEPS), rest));
        invariant_every_promise_of_force_majeure_holds();
    }

    function invariant_every_promise_of_force_majeure_holds() public view {
        holds_M1_what_stands_is_what_a_list_of_days_says();
        holds_M2_days_that_stand_stand_for_good();
        assertEq(handler.intruded(), 0, "intruded");
    }

    function holds_M1_what_stands_is_what_a_list_of_days_says() public view {
        uint256 base = handler.base();
        for (uint256 i; i < 2; ++i) {
            uint256 listed = handler.listed(i);
            uint256 total;
            for (uint256 rest = listed; rest != 0; rest >>= 1) {
                total += rest & 1;
            }
            bytes32 region = handler.region(i);
            uint256 probe = block.timestamp % handler.SPAN();
            assertEq(majeure.stands(region, base + probe), listed >> probe & 1 == 1, "a day");
            assertEq(majeure.daysIn(region, base * 1 days, (base + 256) * 1 days), total, "all days");
        }
    }

    /// The list of the walk only grows, so with M1 this says that windows and states are as kept apart.
    function holds_M2_days_that_stand_stand_for_good() public view {
        ForceMajeureHandler.Model[] memory models = handler.models();
        for (uint256 i; i < models.length; ++i) {
            IForceMajeure.Declaration memory record = majeure.declaration(i + 1);
            assertEq(record.region, handler.region(models[i].region), "region");
            assertEq(record.fromDay, models[i].fromDay, "first day");
            assertEq(record.count, models[i].count, "days");
            assertEq(record.disputeBy, models[i].disputeBy, "disputeBy");
            assertEq(uint256(record.status), models[i].closed ? 2 : 1, "status");
            assertEq(majeure.standsAt(i + 1), handler.standsAt(models[i]), "standsAt");
        }
    }
}
