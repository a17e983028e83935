// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IParticipants } from "../identity/interfaces/IParticipants.sol";
import { Offices } from "../identity/Offices.sol";
import { Room } from "../room/Room.sol";
import { IChainGroups } from "./interfaces/IChainGroups.sol";
import { IGroupRules } from "./interfaces/IGroupRules.sol";

/// @title GroupRules
/// @notice See {IGroupRules}.
contract GroupRules is IGroupRules, Room {
    uint128 public constant MAX_AMOUNT = 2 ** 60; // of a pledge, a stake, a budget
    uint32 public constant MIN_WINDOW_SECONDS = 1 minutes; // time for a transaction to be included
    uint32 public constant MAX_WINDOW_SECONDS = 90 days; // of grabs, selection, last reviews, signatures of the bet
    uint32 public constant MIN_WORK_SECONDS = 1 hours;
    uint32 public constant MAX_WORK_SECONDS = 2 * 365 days;
    uint32 public constant MIN_REPORT_SECONDS = 1 days; // a reporter needs time to come back from an outage
    uint32 public constant MAX_REPORT_SECONDS = 90 days;
    uint16 public constant MAX_BPS = 10_000;

    constructor(IParticipants participants, uint256 edition) Room(participants, edition) { }

    /// @inheritdoc IGroupRules
    function checkGroup(IChainGroups.GroupTerms calldata terms, IChainGroups.RoleTerms[] calldata roles)
        external
        view
        returns (uint128)
    {
        _checkReference(terms.needRef);
        _checkPost(terms.reporterPost, Offices.REPORTER);
        _checkTerm(terms.target, 1, MAX_AMOUNT);
        _checkTerm(terms.grabSeconds, MIN_WINDOW_SECONDS, MAX_WINDOW_SECONDS);
        _checkTerm(terms.selectSeconds, MIN_WINDOW_SECONDS, MAX_WINDOW_SECONDS);
        _checkTerm(terms.workSeconds, MIN_WORK_SECONDS, MAX_WORK_SECONDS);
        _checkTerm(terms.reportSeconds, MIN_REPORT_SECONDS, MAX_REPORT_SECONDS);
        _checkTerm(terms.reviewSeconds, MIN_WINDOW_SECONDS, MAX_WINDOW_SECONDS);
        if (terms.betSeconds != 0) _checkTerm(terms.betSeconds, MIN_WINDOW_SECONDS, MAX_WINDOW_SECONDS);
        uint256 budget;
        for (uint256 i; i < roles.length; ++i) {
            checkRole(i + 1, roles[i]);
            budget += roles[i].pay;
        }
        _checkAmount(budget, MAX_AMOUNT);
        return uint128(budget);
    }

    /// @inheritdoc IGroupRules
    function checkRole(uint256 roleId, IChainGroups.RoleTerms calldata terms) public pure {
        _checkReference(terms.roleRef);
        _checkAmount(terms.most, MAX_AMOUNT);
        _checkAmount(terms.floor, terms.most);
        _checkAmount(terms.stake, MAX_AMOUNT);
        _checkAmount(terms.pay, MAX_AMOUNT);
        _checkRate(terms.minCreditBps);
        _checkRate(terms.reviewMarkBps);
        _checkRate(terms.shortfallMarkBps);
        _checkRate(terms.creditWeightBps);
        _checkRate(terms.stakeBpsOfPledge);
        if (terms.reviewMarkBps != 0 && terms.minReviews == 0) revert GroupRules_ReviewsMissing(roleId);
    }

    function _checkAmount(uint256 amount, uint256 maxAmount) private pure {
        if (amount > maxAmount) revert GroupRules_AmountOutOfBounds(amount, maxAmount);
    }

    function _checkRate(uint16 rateBps) private pure {
        if (rateBps > MAX_BPS) revert GroupRules_RateOutOfBounds(rateBps, MAX_BPS);
    }
}
