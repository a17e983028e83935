// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { BidScoring } from "../libraries/BidScoring.sol";
import { IChainGroups } from "./interfaces/IChainGroups.sol";
import { IGroupLens } from "./interfaces/IGroupLens.sol";
import { IGroupPay } from "./interfaces/IGroupPay.sol";
import { IUserReviews } from "./interfaces/IUserReviews.sol";

/// @title GroupLens
/// @notice See {IGroupLens}.
contract GroupLens is IGroupLens {
    IChainGroups private immutable _GROUPS;
    IGroupPay private immutable _PAY;
    IUserReviews private immutable _REVIEWS;

    constructor(IChainGroups groups, IGroupPay pay, IUserReviews reviews) {
        _GROUPS = groups;
        _PAY = pay;
        _REVIEWS = reviews;
    }

    /// @inheritdoc IGroupLens
    function sealPlan(uint256 groupId, uint256 roleId, address node, bytes32 planHash, bytes32 salt)
        external
        view
        returns (bytes32)
    {
        return keccak256(abi.encode(block.chainid, address(_GROUPS), groupId, roleId, node, planHash, salt));
    }

    /// @inheritdoc IGroupLens
    function worthOf(uint256 groupId, uint256 roleId, uint128 pledge, uint16 creditBps)
        external
        view
        returns (uint256)
    {
        return BidScoring.worthOf(pledge, creditBps, _GROUPS.role(groupId, roleId).terms.creditWeightBps);
    }

    /// @inheritdoc IGroupLens
    function stakeFor(uint256 groupId, uint256 roleId, uint128 pledge) external view returns (uint128) {
        IChainGroups.RoleTerms memory terms = _GROUPS.role(groupId, roleId).terms;
        return uint128(BidScoring.stakeUp(terms.stake, pledge, terms.stakeBpsOfPledge));
    }

    /// @inheritdoc IGroupLens
    function isCovered(uint256 groupId) external view returns (bool) {
        IChainGroups.Group memory record = _GROUPS.group(groupId);
        return record.status == IChainGroups.GroupStatus.Open && record.filled == record.roles
            && record.pledged >= record.target;
    }

    /// @inheritdoc IGroupLens
    function closableAt(uint256 groupId) external view returns (uint256) {
        IChainGroups.Group memory record = _GROUPS.group(groupId);
        if (record.status != IChainGroups.GroupStatus.Formed) return 0;
        uint256 allEarnedAt = _PAY.purseOf(groupId).allEarnedAt;
        uint256 reviewEnd = allEarnedAt + record.reviewSeconds;
        return allEarnedAt != 0 && reviewEnd < record.reportEnd ? reviewEnd : record.reportEnd;
    }

    /// @inheritdoc IGroupLens
    function owedTo(uint256 groupId, uint256 roleId, uint256 round) external view returns (uint128) {
        IGroupPay.RoundPay memory found = _PAY.roundPayOf(groupId, roleId, round);
        return found.earned - found.paid;
    }

    /// @inheritdoc IGroupLens
    function reviewMeanDown(uint256 groupId, uint256 roleId, uint256 round) external view returns (uint16) {
        IUserReviews.Reviews memory sums = _REVIEWS.reviewsOf(groupId, roleId, round);
        return sums.count == 0 ? 0 : uint16(sums.weighted / sums.weight);
    }
}
