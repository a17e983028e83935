// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IBetAmendments } from "../../../../contracts/bets/interfaces/IBetAmendments.sol";
import { IBetBook } from "../../../../contracts/bets/interfaces/IBetBook.sol";
import { IChainGroups } from "../../../../contracts/chaingroup/interfaces/IChainGroups.sol";
import { IGroupChanges } from "../../../../contracts/chaingroup/interfaces/IGroupChanges.sol";
import { IGroupPay } from "../../../../contracts/chaingroup/interfaces/IGroupPay.sol";
import { IPeerRatings } from "../../../../contracts/chaingroup/interfaces/IPeerRatings.sol";
import { CreditBook } from "../../support/CreditBook.sol";
import { Vm } from "../../support/Vm.sol";

/// What a reader of all logs together knows: money of groups and bets, who holds what, who agreed to what, and credit.
/// Where one contract goes by what another says, the book asks its own page of the other, and refuses when they differ.
abstract contract JointBook is CreditBook {
    uint256 internal constant ROLES = 2;
    uint16 internal constant SHORT_MARK = 3000;

    struct GroupPage {
        IChainGroups.GroupStatus status;
        uint256 betId;
        uint256 workEnd;
        uint256 reportEnd;
        uint256 settledAt;
        uint256 budget;
        uint256 earned;
        uint256 allEarnedAt;
        uint256 formedAt;
        address[3] standing; // by role, from 1
        address[3] holder;
        bool[3] consents; // the leader's first
        bool endedByConsent;
    }

    struct BetPage {
        IBetBook.BetStatus status;
        uint256 groupId;
        uint256 signBy;
        uint256 start;
        uint256 settledAt;
        address[] parties;
        uint256 ends; // signatures under its end, of the present round
        uint32 endRound;
    }

    mapping(uint256 groupId => GroupPage) internal _groupPages;
    mapping(uint256 groupId => mapping(uint256 roleId => address)) internal _lastHolder;
    mapping(uint256 betId => BetPage) internal _betPages;
    mapping(uint256 betId => mapping(address party => mapping(uint256 period => uint256))) internal _shortfalls;
    mapping(uint256 betId => mapping(address party => uint256)) internal _shortfallOf;
    mapping(uint256 betId => mapping(uint32 round => mapping(address => bool))) internal _endSigned;
    uint256 public groupMoney; // in less out
    uint256 public betMoney;
    uint256 public groupCount;
    uint256 public betCount;
    uint256 internal _sealSeconds;
    uint256 internal _openSeconds;

    function _read(Vm.Log memory log) internal {
        _bookCredit(log);
        _readForming(log);
        _readChanges(log);
        _readPay(log);
        _readBet(log);
        _readBetMoney(log);
        _readRatings(log);
    }

    // ---- groups ----

    function _readForming(Vm.Log memory log) private {
        bytes32 topic = log.topics[0];
        if (topic == IChainGroups.GroupOpened.selector) {
            (,, uint128 budget,,, uint40 workEnd, uint40 reportEnd) = abi.decode(
                log.data, (IChainGroups.GroupTerms, IChainGroups.RoleTerms[], uint128, uint40, uint40, uint40, uint40)
            );
            GroupPage storage page = _groupPages[uint256(log.topics[1])];
            page.status = IChainGroups.GroupStatus.Open;
            (page.budget, page.workEnd, page.reportEnd) = (budget, workEnd, reportEnd);
            groupMoney += budget;
            ++groupCount;
        } else if (topic == IChainGroups.RoleGrabbed.selector) {
            (,,, uint128 stake,,, bool leads) =
                abi.decode(log.data, (uint256, uint32, uint128, uint128, uint16, bytes32, bool));
            groupMoney += stake;
            if (leads) _page(log).standing[uint256(log.topics[2])] = _account(log, 3);
        } else if (topic == IChainGroups.CandidateSelected.selector) {
            _page(log).standing[uint256(log.topics[2])] = _account(log, 3);
        } else if (topic == IChainGroups.CandidateRejected.selector) {
            (, bool stood) = abi.decode(log.data, (uint256, bool));
            assertEq(stood, _page(log).standing[uint256(log.topics[2])] == _account(log, 3), "who stood");
            if (stood) _page(log).standing[uint256(log.topics[2])] = address(0);
        } else if (topic == IChainGroups.GroupFormed.selector) {
            GroupPage storage page = _page(log);
            page.status = IChainGroups.GroupStatus.Formed;
            page.formedAt = block.timestamp;
            for (uint256 i = 1; i <= ROLES; ++i) {
                assertTrue(page.standing[i] != address(0), "formed with an empty role");
                page.holder[i] = page.standing[i];
            }
        } else if (topic == IChainGroups.GroupDissolved.selector) {
            GroupPage storage page = _page(log);
            assertTrue(page.status != IChainGroups.GroupStatus.Formed || page.betId == 0, "dissolved with a bet");
            page.status = IChainGroups.GroupStatus.Dissolved;
        } else if (topic == IChainGroups.GroupBetBound.selector) {
            uint256 betId = uint256(log.topics[3]);
            assertEq(_betPages[betId].groupId, uint256(log.topics[1]), "a bet of another group");
            assertTrue(_betPages[betId].status == IBetBook.BetStatus.Active, "a bet that is not active");
            _page(log).betId = betId;
        } else if (topic == IChainGroups.GroupSettled.selector) {
            _settleGroup(_page(log));
        }
    }

    function _settleGroup(GroupPage storage page) private {
        assertTrue(page.status == IChainGroups.GroupStatus.Formed, "settled and not formed");
        bool waits = page.betId != 0 && !page.endedByConsent && block.timestamp < page.reportEnd + 180 days;
        if (waits) assertTrue(_betPages[page.betId].settledAt != 0, "settled before its bet");
        page.status = IChainGroups.GroupStatus.Settled;
        page.settledAt = block.timestamp;
    }

    function _readChanges(Vm.Log memory log) private {
        bytes32 topic = log.topics[0];
        if (topic == IGroupChanges.RoleReopened.selector) {
            (, IGroupChanges.ReopenReason reason,,) =
                abi.decode(log.data, (uint256, IGroupChanges.ReopenReason, uint40, uint40));
            GroupPage storage page = _page(log);
            uint256 role = uint256(log.topics[2]);
            address former = _account(log, 3);
            assertEq(former, page.holder[role], "who held it");
            if (reason == IGroupChanges.ReopenReason.BetShort) {
                assertTrue(page.betId != 0, "short of no bet");
                assertGt(_shortfallOf[page.betId][former], uint256(SHORT_MARK) * 2, "not short");
            }
            _lastHolder[uint256(log.topics[1])][role] = former;
            page.holder[role] = address(0);
            page.standing[role] = address(0);
            page.consents[role] = false;
        } else if (topic == IGroupChanges.RoleSeated.selector) {
            GroupPage storage page = _page(log);
            uint256 role = uint256(log.topics[2]);
            assertEq(page.standing[role], _account(log, 3), "seated and did not stand");
            page.holder[role] = _account(log, 3);
        } else if (topic == IGroupChanges.EndConsentChanged.selector) {
            _page(log).consents[uint256(log.topics[2])] = abi.decode(log.data, (bool));
        } else if (topic == IGroupChanges.WorkEndedByConsent.selector) {
            GroupPage storage page = _page(log);
            assertTrue(page.consents[0], "ended without the leader");
            for (uint256 i = 1; i <= ROLES; ++i) {
                assertTrue(page.holder[i] == address(0) || page.consents[i], "ended without a holder");
            }
            page.endedByConsent = true;
            (page.workEnd, page.reportEnd) = abi.decode(log.data, (uint40, uint40));
        } else if (topic == IGroupChanges.WorkExtended.selector) {
            (, uint40 workEnd, uint40 reportEnd) = abi.decode(log.data, (uint8, uint40, uint40));
            GroupPage storage page = _page(log);
            assertEq(workEnd - page.workEnd, reportEnd - page.reportEnd, "extended alike");
            (page.workEnd, page.reportEnd) = (workEnd, reportEnd);
        }
    }

    function _readPay(Vm.Log memory log) private {
        bytes32 topic = log.topics[0];
        if (topic == IGroupPay.ProgressReported.selector) {
            (,, uint128 amount,) = abi.decode(log.data, (uint256, uint16, uint128, bytes32));
            GroupPage storage page = _page(log);
            page.earned += amount;
            if (page.earned == page.budget) page.allEarnedAt = block.timestamp;
        } else if (topic == IGroupPay.StakeReleased.selector || topic == IGroupPay.EarningsPaid.selector) {
            (, uint128 amount) = abi.decode(log.data, (uint256, uint128));
            groupMoney -= amount;
        } else if (topic == IGroupPay.BudgetReturned.selector) {
            groupMoney -= abi.decode(log.data, (uint128));
        }
    }

    // ---- bets ----

    function _readBet(Vm.Log memory log) private {
        bytes32 topic = log.topics[0];
        if (log.topics.length < 2) return;
        BetPage storage page = _betPages[uint256(log.topics[1])];
        if (topic == IBetBook.BetProposed.selector) {
            (IBetBook.BetTerms memory terms,) = abi.decode(log.data, (IBetBook.BetTerms, bytes32));
            page.status = IBetBook.BetStatus.Proposed;
            (page.groupId, page.signBy, page.start) = (terms.groupId, terms.signBy, terms.start);
            betMoney += terms.valuePool;
            ++betCount;
        } else if (topic == IBetBook.BetSigned.selector) {
            (IBetBook.PartyTerms memory terms,,,) = abi.decode(log.data, (IBetBook.PartyTerms, uint16, uint64, uint64));
            page.parties.push(terms.account);
            betMoney += terms.stake;
        } else if (topic == IBetBook.BetActivated.selector) {
            page.status = IBetBook.BetStatus.Active;
        } else if (topic == IBetBook.BetVoided.selector) {
            page.status = IBetBook.BetStatus.Voided;
        } else if (topic == IBetBook.BetReported.selector) {
            _readReport(log);
        } else if (topic == IBetBook.BetSettled.selector) {
            (,,,, bool byConsent) = abi.decode(log.data, (uint64, uint64, uint64, uint64, bool));
            if (byConsent) _checkAllSigned(page, uint256(log.topics[1]), _account(log, 2));
            page.status = IBetBook.BetStatus.Settled;
            page.settledAt = block.timestamp;
        } else if (topic == IBetAmendments.BetEndSigned.selector) {
            (uint32 round,,) = abi.decode(log.data, (uint32, uint16, uint40));
            uint256 betId = uint256(log.topics[2]);
            _betPages[betId].endRound = round;
            _endSigned[betId][round][_account(log, 3)] = true;
        }
    }

    function _readReport(Vm.Log memory log) private {
        (uint16 period,,, IBetBook.Standing memory standing) =
            abi.decode(log.data, (uint16, bool, uint64[], IBetBook.Standing));
        uint256 betId = uint256(log.topics[1]);
        address party = _account(log, 2);
        _shortfallOf[betId][party] += standing.shortfallBps;
        _shortfallOf[betId][party] -= _shortfalls[betId][party][period];
        _shortfalls[betId][party][period] = standing.shortfallBps;
    }

    function _checkAllSigned(BetPage storage page, uint256 betId, address sponsor) private view {
        assertTrue(_endSigned[betId][page.endRound][sponsor], "ended without the sponsor");
        for (uint256 i; i < page.parties.length; ++i) {
            assertTrue(_endSigned[betId][page.endRound][page.parties[i]], "ended without a party");
        }
    }

    function _readBetMoney(Vm.Log memory log) private {
        bytes32 topic = log.topics[0];
        if (topic == IBetBook.BetPoolToppedUp.selector) {
            (uint64 amount,) = abi.decode(log.data, (uint64, uint64));
            betMoney += amount;
        } else if (topic == IBetBook.BetPayoutWithdrawn.selector) {
            (,,, uint64 paid,) = abi.decode(log.data, (uint64, uint64, uint64, uint64, uint16));
            betMoney -= paid;
        } else if (topic == IBetBook.BetStakeReturned.selector || topic == IBetBook.BetRemainderWithdrawn.selector) {
            betMoney -= abi.decode(log.data, (uint64));
        }
    }

    // ---- ratings ----

    function _readRatings(Vm.Log memory log) private view {
        bytes32 topic = log.topics[0];
        bool sealing = topic == IPeerRatings.RatingsCommitted.selector;
        bool opening = topic == IPeerRatings.PeerRated.selector;
        if (!sealing && !opening && topic != IPeerRatings.PeerOutcomeRecorded.selector) return;
        uint256 settledAt = _groupPages[uint256(log.topics[1])].settledAt;
        assertTrue(settledAt != 0, "rated before the group was settled");
        uint256 commitEnd = settledAt + _sealSeconds;
        uint256 revealEnd = commitEnd + _openSeconds;
        if (sealing) assertLt(block.timestamp, commitEnd, "sealed too late");
        else if (opening) assertTrue(block.timestamp >= commitEnd && block.timestamp < revealEnd, "opened in time");
        else assertGe(block.timestamp, revealEnd, "recorded too early");
    }

    function _page(Vm.Log memory log) private view returns (GroupPage storage) {
        return _groupPages[uint256(log.topics[1])];
    }

    function _account(Vm.Log memory log, uint256 place) private pure returns (address) {
        return address(uint160(uint256(log.topics[place])));
    }
}
