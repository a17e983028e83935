// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// Scores as a test sets them, and the outcomes that were written.
contract StandInCredit {
    uint16 public constant newcomerBps = 7000;

    mapping(address account => uint16) private _score;
    mapping(address account => mapping(uint256 groupId => uint256)) public peerWeight;
    mapping(address account => mapping(uint256 groupId => uint256)) public peerOutcome;
    mapping(address account => mapping(uint256 groupId => uint256)) public feedbackWeight;
    mapping(address account => mapping(uint256 groupId => uint256)) public feedbackOutcome;
    uint256 public written;

    function set(address account, uint16 scoreBps) external {
        _score[account] = scoreBps + 1;
    }

    function scoreOf(address account) external view returns (uint16) {
        return _score[account] == 0 ? newcomerBps : _score[account] - 1;
    }

    function recordPeerRating(address account, uint256 groupId, uint256 weight, uint256 outcomeBps) external {
        ++written;
        peerWeight[account][groupId] = weight;
        peerOutcome[account][groupId] = outcomeBps;
    }

    function recordFeedback(address account, uint256 groupId, uint256 weight, uint256 outcomeBps) external {
        ++written;
        feedbackWeight[account][groupId] = weight;
        feedbackOutcome[account][groupId] = outcomeBps;
    }
}
