// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { SafeERC20 } from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import { IERC20 } from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import { Offices } from "../identity/Offices.sol";
import { BetMath } from "../libraries/BetMath.sol";
import { BetBook } from "./BetBook.sol";
import { IBetSigning } from "./interfaces/IBetSigning.sol";

/// @title BetSigning
/// @notice See {IBetSigning}.
abstract contract BetSigning is IBetSigning, BetBook {
    using SafeERC20 for IERC20;

    /* PROPOSE */

    /// @inheritdoc IBetSigning
    function proposeBet(BetTerms calldata terms) external nonReentrant returns (uint256 betId) {
        _checkMayOpen(msg.sender, Offices.NODE);
        _checkPost(terms.reporterPost, Offices.REPORTER);
        _checkPost(terms.arbiterPost, Offices.ARBITER);
        bytes32 termsHash = _RULES.checkTerms(terms);

        betId = _numberOf(++_betCount);
        Bet storage record = _bets[betId];
        record.sponsor = msg.sender;
        record.status = BetStatus.Proposed;
        record.start = terms.start;
        record.periods = terms.periods;
        record.firstPeriods = terms.periods;
        record.valuePool = terms.valuePool;
        record.termsHash = termsHash;
        _setClock(betId, terms);
        emit BetProposed(betId, msg.sender, terms, termsHash);
        if (terms.valuePool != 0) _TOKEN.safeTransferFrom(msg.sender, address(this), terms.valuePool);
    }

    /* SIGN */

    /// @inheritdoc IBetSigning
    function signBet(uint256 betId, SignedPledge calldata signed) external nonReentrant {
        PartyTerms calldata pledge = signed.terms;
        Bet storage record = _inStatus(betId, BetStatus.Proposed);
        _checkNode(pledge.account);
        if (isParty(betId, pledge.account)) revert BetContracts_AlreadySigned(betId, pledge.account);
        _pledgeHashes[betId][pledge.account] =
            _RULES.checkSigned(betId, record.sponsor, record.termsHash, _clocks[betId].partiesRoot, signed);
        _checkBefore(_clocks[betId].signBy);

        Seat memory seat = Seat({
            account: pledge.account,
            stake: pledge.stake,
            shareBps: pledge.shareBps,
            toleranceBps: pledge.toleranceBps,
            slopeBps: pledge.slopeBps,
            capBps: pledge.capBps
        });
        _enter(betId, record, seat, 1);
        emit BetSigned(betId, pledge.account, pledge, record.seated, record.staked, record.weight);
        if (record.seated == _clocks[betId].partyCount) {
            record.status = BetStatus.Active;
            emit BetActivated(betId, record.seated);
        }
        // The party signed for its stake.
        // slither-disable-next-line arbitrary-send-erc20
        _TOKEN.safeTransferFrom(pledge.account, address(this), pledge.stake);
    }

    /// @inheritdoc IBetSigning
    function voidBet(uint256 betId) external {
        Bet storage record = _inStatus(betId, BetStatus.Proposed);
        _checkFrom(_clocks[betId].signBy);

        record.status = BetStatus.Voided;
        record.remainder = record.valuePool;
        emit BetVoided(betId, record.sponsor, record.parties, record.remainder);
    }

    /* POOL */

    /// @inheritdoc IBetSigning
    function topUpPool(uint256 betId, uint64 amount) external nonReentrant {
        Bet storage record = _inStatus(betId, BetStatus.Active);
        _checkTerm(amount, 1, _MAX_AMOUNT - record.valuePool);
        // The value added is reported once, within the pool of that moment.
        _checkTerm(_reports[betId][address(0)][0].reportedAt, 0, 0);
        _checkBefore(_reportEnd(record, _clocks[betId], record.periods));

        record.valuePool += amount;
        emit BetPoolToppedUp(betId, msg.sender, amount, record.valuePool);
        _TOKEN.safeTransferFrom(msg.sender, address(this), amount);
    }

    /* AMEND */

    /// @inheritdoc IBetSigning
    function adoptAmendment(uint256 betId, uint256 amendmentId, Adoption calldata adoption) external nonReentrant {
        _checkAmendments();
        Bet storage record = _inStatus(betId, BetStatus.Active);

        // What those who go on change by may be less than nothing; with what all have it never is.
        record.weight = uint64(uint256(int256(uint256(record.weight)) + adoption.weightChange));
        if (adoption.leaver != address(0)) _release(betId, record, adoption.leaver, adoption.fromPeriod);
        _adopted[betId][amendmentId] = Adopted({ previous: record.amendment, fromPeriod: adoption.fromPeriod });
        record.periods = adoption.periods;
        record.amendment = uint32(amendmentId);
        record.agreedAmendments += 1;
        record.start = adoption.start;
        Seat calldata newcomer = adoption.newcomer;
        if (newcomer.account != address(0)) _enter(betId, record, newcomer, adoption.fromPeriod);
        emit BetAmendmentAgreed(
            betId,
            amendmentId,
            adoption.leaver,
            newcomer.account,
            adoption.fromPeriod,
            adoption.periods,
            adoption.start,
            record.staked,
            record.weight
        );
        // The newcomer signed for its stake.
        // slither-disable-next-line arbitrary-send-erc20
        if (newcomer.stake != 0) _TOKEN.safeTransferFrom(newcomer.account, address(this), newcomer.stake);
    }

    /* INTERNALS: ENTERING */

    function _setClock(uint256 betId, BetTerms calldata terms) private {
        _clocks[betId] = Clock({
            reporterPost: terms.reporterPost,
            arbiterPost: terms.arbiterPost,
            signBy: terms.signBy,
            periodSeconds: terms.periodSeconds,
            reportSeconds: terms.reportSeconds,
            disputeSeconds: terms.disputeSeconds,
            rulingSeconds: terms.rulingSeconds,
            partyCount: terms.partyCount,
            indexBaseline: terms.indexBaseline,
            indexElasticityBps: terms.indexElasticityBps,
            indexMaxUpBps: terms.indexMaxUpBps,
            indexMaxDownBps: terms.indexMaxDownBps,
            groupId: uint64(terms.groupId),
            partiesRoot: terms.partiesRoot
        });
        if (terms.region != bytes32(0)) _regions[betId] = terms.region;
    }

    function _enter(uint256 betId, Bet storage record, Seat memory seat, uint16 fromPeriod) private {
        _checkTerm(seat.stake, 1, _MAX_AMOUNT - record.staked);
        Party storage member = _parties[betId][seat.account];
        uint64 contribution = uint64(BetMath.byDefault(seat.shareBps, fromPeriod, record.periods));
        member.stake = seat.stake;
        member.contribution = contribution;
        member.toleranceBps = seat.toleranceBps;
        member.slopeBps = seat.slopeBps;
        member.capBps = seat.capBps;
        member.shareBps = seat.shareBps;
        member.fromPeriod = fromPeriod;
        member.amendment = record.amendment;
        // At most 144 parties, and the stakes were bounded above.
        unchecked {
            record.seated += 1;
            record.parties += 1;
            record.staked += seat.stake;
            record.weight += contribution;
        }
    }

    /* INTERNALS: LEAVING */

    /// @dev The leaver keeps what its periods so far count, and stands for none from now on.
    function _release(uint256 betId, Bet storage record, address leaver, uint16 fromPeriod) private {
        Party storage member = _current(betId, leaver);
        uint64 released = uint64(BetMath.byDefault(member.shareBps, fromPeriod, record.periods));
        member.contribution -= released;
        member.toPeriod = fromPeriod - 1;
        member.left = true;
        record.weight -= released;
        record.seated -= 1;
    }
}
