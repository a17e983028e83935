// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { BetMath } from "../libraries/BetMath.sol";
import { IBetAmendments } from "./interfaces/IBetAmendments.sol";
import { IBetBook } from "./interfaces/IBetBook.sol";
import { IBetLens } from "./interfaces/IBetLens.sol";
import { IBetRules } from "./interfaces/IBetRules.sol";

/// @title BetLens
/// @notice See {IBetLens}.
contract BetLens is IBetLens {
    IBetBook private immutable _BETS;
    IBetAmendments private immutable _AMENDMENTS;
    IBetRules private immutable _RULES;

    constructor(IBetBook bets, IBetAmendments amendments, IBetRules rules) {
        _BETS = bets;
        _AMENDMENTS = amendments;
        _RULES = rules;
    }

    /// @inheritdoc IBetLens
    function payoutOf(uint256 betId, address account) external view returns (uint64 penalty, uint64 share) {
        IBetBook.Bet memory record = _BETS.bet(betId);
        IBetBook.Party memory member = _BETS.party(betId, account);
        if (record.weight == 0) return (0, 0);
        uint256 pot = uint256(record.valueAdded) + record.penalties;
        return (member.penalty, uint64(BetMath.shareDown(pot, member.contribution, record.weight)));
    }

    /// @inheritdoc IBetLens
    function reportWindow(uint256 betId, uint16 period, IBetBook.BetTerms calldata terms)
        external
        view
        returns (uint256 opensAt, uint256 closesAt)
    {
        IBetBook.Bet memory record = _BETS.bet(betId);
        bytes32 given = _RULES.hashTerms(terms);
        if (given != record.termsHash) revert BetLens_NotTheTerms(betId, given, record.termsHash);
        opensAt = uint256(record.start) + uint256(period) * terms.periodSeconds;
        closesAt = opensAt + terms.reportSeconds;
    }

    /// @inheritdoc IBetLens
    function betDigest(uint256 betId, bytes32 pledgeHash, uint40 deadline) external view returns (bytes32) {
        IBetBook.Bet memory record = _BETS.bet(betId);
        return _RULES.betDigest(address(_BETS), betId, record.sponsor, record.termsHash, pledgeHash, deadline);
    }

    /// @inheritdoc IBetLens
    function amendmentDigest(uint256 betId, uint256 amendmentId, bytes32 pledgeHash, uint40 deadline)
        external
        view
        returns (bytes32)
    {
        bytes32 changeHash = _AMENDMENTS.amendment(address(_BETS), betId, amendmentId).changeHash;
        return _RULES.amendmentDigest(address(_BETS), betId, amendmentId, changeHash, pledgeHash, deadline);
    }

    /// @inheritdoc IBetLens
    function endDigest(uint256 betId, address account, uint40 deadline) external view returns (bytes32) {
        IBetAmendments.Ending memory ending = _AMENDMENTS.endingOf(address(_BETS), betId);
        uint32 amendment = _BETS.bet(betId).amendment;
        bool over = ending.amendment != amendment || (ending.signed != 0 && block.timestamp >= ending.endBy);
        return _RULES.endDigest(address(_BETS), betId, over ? ending.round + 1 : ending.round, account, deadline);
    }
}
