// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { BetAmendments } from "../../../contracts/bets/BetAmendments.sol";
import { BetContracts } from "../../../contracts/bets/BetContracts.sol";
import { BetRules } from "../../../contracts/bets/BetRules.sol";
import { ChainGroups } from "../../../contracts/chaingroup/ChainGroups.sol";
import { GroupPay } from "../../../contracts/chaingroup/GroupPay.sol";
import { GroupRules } from "../../../contracts/chaingroup/GroupRules.sol";
import { PeerRatings } from "../../../contracts/chaingroup/PeerRatings.sol";
import { UserReviews } from "../../../contracts/chaingroup/UserReviews.sol";
import { Offices } from "../../../contracts/identity/Offices.sol";
import { ForceMajeureHouse } from "./ForceMajeureHouse.sol";

/// A house in which groups, bets, ratings, credit and force majeure are all real: no stand-in anywhere.
abstract contract JointHouse is ForceMajeureHouse {
    uint32 internal constant SEAL_SECONDS = 1 days;
    uint32 internal constant OPEN_SECONDS = 1 days;

    BetRules internal betRules;
    BetAmendments internal betAmendments;
    BetContracts internal bets;
    GroupRules internal groupRules;
    GroupPay internal groupPay;
    UserReviews internal userReviews;
    ChainGroups internal groups;
    PeerRatings internal ratings;
    address internal leader;
    address internal reporter;
    uint32 internal reporterPost;
    address[3] internal nodes;
    uint256[4] internal keys; // of the leader, and of the nodes

    function setUp() public virtual override {
        super.setUp();
        betRules = new BetRules();
        betAmendments = new BetAmendments(participants, betRules, 0);
        bets = new BetContracts(participants, credit, token, betRules, betAmendments, majeure, 0);
        groupRules = new GroupRules(participants, 0);
        groupPay = new GroupPay(participants, token, 0);
        userReviews = new UserReviews(participants, credit, 500_000, 0);
        groups = new ChainGroups(participants, credit, bets, majeure, groupRules, groupPay, userReviews, 0);
        ratings = new PeerRatings(participants, credit, groups, SEAL_SECONDS, OPEN_SECONDS, 200_000, 0);
        appoint(Offices.SCORER, address(bets));
        appoint(Offices.SCORER, address(userReviews));
        appoint(Offices.SCORER, address(ratings));
        registerCustodian(address(bets));
        registerCustodian(address(groupPay));
        reporter = actor("reporter");
        reporterPost = createPost(Offices.REPORTER, reporter);
        (leader, keys[0]) = actorWithKey("joint leader");
        string[3] memory names = ["hefei plant", "shanghai market", "qingdao plant"];
        _join(leader);
        for (uint256 i; i < 3; ++i) {
            (nodes[i], keys[i + 1]) = actorWithKey(names[i]);
            _join(nodes[i]);
        }
    }

    function _join(address account) private {
        enrol(account, Offices.NODE, address(groupPay));
        approve(account, address(bets));
    }
}
