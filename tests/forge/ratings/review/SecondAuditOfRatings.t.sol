// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { GroupHouse } from "../../support/GroupHouse.sol";

/// What the second audit found of ratings (its survivor P2), turned round.
contract SecondAuditOfRatingsTest is GroupHouse {
    /// The centre is the score of the first rating that counts: no later rater chooses the second of it.
    function test_the_centre_stays_at_the_first_rating_that_counts() public {
        uint256 groupId = settledGroup();
        commitList(groupId, hefei, pairOf(leader, 0, shanghai, 10_000));
        commitList(groupId, leader, pairOf(hefei, 0, shanghai, 10_000));
        warpToOpening(groupId);
        revealList(groupId, hefei, pairOf(leader, 0, shanghai, 10_000));
        book.set(shanghai, 3000);
        revealList(groupId, leader, pairOf(hefei, 0, shanghai, 10_000));
        assertEq(ratings.tallyOf(groupId, shanghai).centreBps, 7000);
        assertEq(ratings.tallyOf(groupId, shanghai).ratings, 2);
    }
}
