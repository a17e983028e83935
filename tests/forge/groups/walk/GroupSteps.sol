// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IERC20 } from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import { IChainGroups } from "../../../../contracts/chaingroup/interfaces/IChainGroups.sol";
import { IGroupChanges } from "../../../../contracts/chaingroup/interfaces/IGroupChanges.sol";
import { IGroupPay } from "../../../../contracts/chaingroup/interfaces/IGroupPay.sol";
import { IUserReviews } from "../../../../contracts/chaingroup/interfaces/IUserReviews.sol";
import { StandInBets } from "../../support/StandInBets.sol";
import { StandInCredit } from "../../support/StandInCredit.sol";
import { GroupBook } from "./GroupBook.sol";
import { WalkedWeather } from "./WalkedWeather.sol";

/// How a step is taken: looked for where the model allows it, and then it must succeed; where it does not, it must fail.
abstract contract GroupSteps is GroupBook {
    uint256 internal constant TRIES = 16; // places looked at for one where a step can be taken
    uint256 internal constant MAX_GROUPS = 2;

    IGroupChanges public groups;
    IGroupPay public pay;
    IUserReviews public reviews;
    IERC20 public token;
    StandInCredit public credit;
    StandInBets public bets;
    WalkedWeather public weather;
    address public leader;
    uint32 public reporterPost;
    address internal _reporter; // holder of the post, as this walk knows; zero: vacant
    mapping(string step => uint256 times) public taken;

    address[] internal _nodes;
    uint256 internal _references;

    error Disagreed(string step, bool allowed);

    function nodes() external view returns (address[] memory) {
        return _nodes;
    }

    /// The contract must do what the model allows, and refuse what it does not.
    function _try(string memory step, bool allowed, address who, address to, bytes memory data) internal {
        vm.prank(who);
        (bool done,) = to.call(data);
        if (done != allowed) revert Disagreed(step, allowed);
        if (done) ++taken[step];
    }

    function _newRef() internal returns (bytes32) {
        return bytes32(++_references);
    }

    function _tries() internal view returns (uint256) {
        uint256 all = count * 3 * _nodes.length;
        return all < TRIES ? all : TRIES;
    }

    function _pick(uint256 seed, uint256 i) internal view returns (uint256 id, uint256 roleId, address node) {
        uint256 all = count * 3 * _nodes.length;
        uint256 place = (seed % all + i) % all;
        id = 1 + place % count;
        roleId = 1 + place / count % 3;
        node = _nodes[place / count / 3];
        if (roleId > _teams[id].roles) roleId = 1;
    }

    function _groupAt(uint256 seed, uint256 i) internal view returns (uint256 id) {
        return 1 + (seed % count + i) % count;
    }

    function _holder(uint256 id, uint256 roleId) internal view returns (address) {
        return _isHeld(id, roleId) ? _present(id, roleId).standing : address(0);
    }

    function _betSettled(uint256 id) internal view returns (bool) {
        return _teams[id].betId != 0 && bets.settledAt(_teams[id].betId) != 0;
    }

    function _countedDays(uint256 id) internal view returns (uint256 total) {
        Team storage team = _teams[id];
        for (uint256 day = team.formedAt / 1 days; day <= (team.workEnd - 1) / 1 days; ++day) {
            if (weather.lost(day)) ++total;
        }
        return team.terms.region == bytes32(0) ? 0 : total > 180 ? 180 : total;
    }

    function _role(uint256 seed) internal pure returns (IChainGroups.RoleTerms memory terms) {
        terms.roleRef = bytes32(seed | 1);
        terms.floor = 1;
        terms.most = 6;
        terms.stake = uint128(seed % 3 == 0 ? 0 : (seed >> 8) % 1000);
        terms.pay = uint128((seed >> 24) % 5 == 0 ? 0 : (seed >> 32) % 10_000);
        terms.minReviews = 1;
        terms.reviewMarkBps = 6000;
        terms.shortfallMarkBps = uint16((seed >> 48) % 2 * 500);
        terms.creditWeightBps = uint16((seed >> 56) % 2 * 8000);
        terms.stakeBpsOfPledge = uint16((seed >> 64) % 10_001);
    }
}
