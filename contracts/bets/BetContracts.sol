// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IERC20 } from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import { SafeERC20 } from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import { IForceMajeure } from "../forcemajeure/interfaces/IForceMajeure.sol";
import { ICreditRegistry } from "../identity/interfaces/ICreditRegistry.sol";
import { IParticipants } from "../identity/interfaces/IParticipants.sol";
import { BetMath } from "../libraries/BetMath.sol";
import { BetBook } from "./BetBook.sol";
import { BetReports } from "./BetReports.sol";
import { IBetAmendments } from "./interfaces/IBetAmendments.sol";
import { IBetContracts } from "./interfaces/IBetContracts.sol";
import { IBetRules } from "./interfaces/IBetRules.sol";

/// @title BetContracts
/// @notice See {IBetContracts}. Here a bet ends and is paid out; records are in {BetBook}, how it comes about and
/// changes in {BetSigning}, figures and disputes in {BetReports}.
contract BetContracts is IBetContracts, BetReports {
    using SafeERC20 for IERC20;

    ICreditRegistry private immutable _CREDIT;

    constructor(
        IParticipants participants,
        ICreditRegistry credit,
        IERC20 token,
        IBetRules rules,
        IBetAmendments amendments,
        IForceMajeure forceMajeure,
        uint256 edition
    ) BetBook(participants, token, rules, amendments, edition) BetReports(forceMajeure) {
        _CREDIT = credit;
    }

    /* END */

    /// @inheritdoc IBetContracts
    function settleBet(uint256 betId) external {
        Bet storage record = _inStatus(betId, BetStatus.Active);
        _checkFrom(settleableAt(betId));
        _settle(betId, record, false);
    }

    /// @inheritdoc IBetContracts
    function settleByConsent(uint256 betId) external {
        _checkAmendments();
        _settle(betId, _inStatus(betId, BetStatus.Active), true);
    }

    /* WITHDRAW */

    /// @inheritdoc IBetContracts
    function withdrawFor(uint256 betId, address account) external nonReentrant {
        Bet storage record = _known(betId);
        Party storage member = _current(betId, account);
        if (member.withdrawn) revert BetContracts_AlreadyWithdrawn(betId, account);
        BetStatus status = record.status;
        if (status != BetStatus.Settled && status != BetStatus.Voided) {
            revert BetContracts_WrongStatus(betId, status);
        }

        member.withdrawn = true;
        record.withdrawn += 1;
        uint64 paid = member.stake;
        if (status == BetStatus.Voided) emit BetStakeReturned(betId, account, paid);
        else paid = _payOut(betId, record, account, member);
        if (paid != 0) _TOKEN.safeTransfer(account, paid);
    }

    /// @inheritdoc IBetContracts
    function withdrawRemainder(uint256 betId) external nonReentrant {
        Bet storage record = _known(betId);
        uint64 amount = record.remainder;
        if (amount == 0) revert BetContracts_NothingToWithdraw(betId, record.sponsor);

        record.remainder = 0;
        emit BetRemainderWithdrawn(betId, record.sponsor, amount);
        _TOKEN.safeTransfer(record.sponsor, amount);
    }

    /* VIEWS */

    /// @inheritdoc IBetContracts
    function settleableAt(uint256 betId) public view returns (uint256) {
        Bet storage record = _known(betId);
        Clock storage clock = _clocks[betId];
        return _reportEnd(record, clock, record.periods) + clock.disputeSeconds + clock.rulingSeconds;
    }

    /* INTERNALS */

    /// @dev Where nobody contributed there is nobody to pay a penalty to.
    function _settle(uint256 betId, Bet storage record, bool byConsent) private {
        record.status = BetStatus.Settled;
        record.settledAt = uint40(block.timestamp);
        if (record.weight == 0) {
            record.valueAdded = 0;
            record.penalties = 0;
        }
        record.remainder = record.valuePool - record.valueAdded;
        emit BetSettled(
            betId, record.sponsor, record.valueAdded, record.penalties, record.weight, record.remainder, byConsent
        );
    }

    function _payOut(uint256 betId, Bet storage record, address account, Party storage member)
        private
        returns (uint64 paid)
    {
        (uint64 penalty, uint64 share) = _payout(record, member);
        paid = member.stake - penalty + share;
        record.shared += share;
        uint256 measured = member.measured;
        uint16 outcomeBps = uint16(BetMath.outcomeDown(member.shortfall, measured));
        emit BetPayoutWithdrawn(betId, account, member.stake, penalty, share, paid, outcomeBps);
        if (record.withdrawn == record.parties) {
            uint64 rounding = record.valueAdded + record.penalties - record.shared;
            if (rounding != 0) {
                record.remainder += rounding;
                emit BetRoundingReturned(betId, record.sponsor, rounding);
            }
        }
        uint256 periods = record.firstPeriods;
        uint256 value = BetMath.outcomeValueDown(member.stake, measured < periods ? measured : periods, periods);
        if (value != 0) _CREDIT.recordBet(account, betId, value, outcomeBps);
    }

    function _payout(Bet storage record, Party memory member) private view returns (uint64 penalty, uint64 share) {
        uint256 weight = record.weight;
        if (weight == 0) return (0, 0);
        uint256 pot = uint256(record.valueAdded) + record.penalties;
        return (member.penalty, uint64(BetMath.shareDown(pot, member.contribution, weight)));
    }
}
