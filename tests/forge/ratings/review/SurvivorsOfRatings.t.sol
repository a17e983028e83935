// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IChainGroups } from "../../../../contracts/chaingroup/interfaces/IChainGroups.sol";
import { IPeerRatings } from "../../../../contracts/chaingroup/interfaces/IPeerRatings.sol";
import { PeerRatings } from "../../../../contracts/chaingroup/PeerRatings.sol";
import { ICreditRegistry } from "../../../../contracts/identity/interfaces/ICreditRegistry.sol";
import { GroupHouse } from "../../support/GroupHouse.sol";

/// A group of everybody, settled when it was made.
contract StandInCrowd {
    uint256 private immutable _SETTLED_AT = block.timestamp;

    function settledAt(uint256) external view returns (uint256) {
        return _SETTLED_AT;
    }

    function isMember(uint256, address) external pure returns (bool) {
        return true;
    }
}

/// Faults that `make mutants` planted and that no test saw: limits that tests read from the contract they judge.
contract SurvivorsOfRatingsTest is GroupHouse {
    function test_the_limits_of_ratings_are_those_of_the_description() public view {
        assertEq(ratings.MIN_RATED(), 2);
        assertEq(ratings.MAX_RATED(), 64);
        assertEq(ratings.PAIR_SECONDS(), 7_776_000);
        assertEq(ratings.MIN_WINDOW_SECONDS(), 3600);
        assertEq(ratings.MAX_WINDOW_SECONDS(), 7_776_000);
        assertEq(ratings.MIN_VALUE(), 40_001);
        assertEq(ratings.MAX_VALUE(), 1_152_921_504_606_846_976);
    }

    function _crowd(uint256 count) private pure returns (IPeerRatings.Rating[] memory list) {
        list = new IPeerRatings.Rating[](count);
        for (uint256 i; i < count; ++i) {
            list[i] = IPeerRatings.Rating({ rated: address(uint160(i + 1)), scoreBps: 7000, reasonRef: "why" });
        }
    }

    function test_sixty_four_are_rated_in_one_list_and_no_more() public {
        IChainGroups crowd = IChainGroups(address(new StandInCrowd()));
        ICreditRegistry scores = ICreditRegistry(address(book));
        ratings = new PeerRatings(participants, scores, crowd, SEAL_SECONDS, OPEN_SECONDS, PEER_VALUE, 0);
        book.set(leader, 10_000);
        for (uint256 groupId = 1; groupId < 3; ++groupId) {
            commitList(groupId, leader, _crowd(63 + groupId));
        }
        warpToOpening(1);
        revealList(1, leader, _crowd(64));
        assertEq(ratings.tallyOf(1, address(1)).ratings, 1, "the first");
        assertEq(ratings.tallyOf(1, address(64)).ratings, 1, "the last");
        refused(abi.encodeWithSelector(IPeerRatings.PeerRatings_RatedOutOfBounds.selector, 65, 2, 64));
        revealList(2, leader, _crowd(65));
    }
}
