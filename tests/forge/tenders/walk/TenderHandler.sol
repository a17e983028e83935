// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { CreditRegistry } from "../../../../contracts/identity/CreditRegistry.sol";
import { ITenders } from "../../../../contracts/procurement/interfaces/ITenders.sol";
import { Tenders } from "../../../../contracts/procurement/Tenders.sol";
import { EventBook } from "../../support/EventBook.sol";

/// All that buyer and bidders of up to `MAX_TENDERS` tenders can do, at random, each time rightly: nothing here may
/// revert. A step that nobody can take now is skipped. Prices lie close together, so that ties are common. Beside the
/// contract it keeps the plainest model of a ranking: the set of bids that compete.
contract TenderHandler is EventBook {
    uint256 public constant MAX_TENDERS = 2;
    uint128 public constant CEILING = 12;
    uint16 public constant MAX_DAYS = 3;

    Tenders public immutable tenders;
    CreditRegistry public immutable credit;
    address public immutable buyer;
    address public immutable attester;

    uint256 public count;
    uint256 public backwards; // how often a tender or a bid left an end state
    mapping(string step => uint256 times) public taken;
    mapping(uint256 tenderId => uint256 orderId) public orderOf;
    mapping(uint256 tenderId => mapping(address bidder => bool)) public competes;

    address[] private _bidders;
    mapping(uint256 tenderId => ITenders.TenderTerms) private _termsOf;
    mapping(uint256 tenderId => mapping(address bidder => uint128)) private _amount;
    mapping(uint256 tenderId => mapping(address bidder => uint16)) private _days;
    mapping(uint256 tenderId => mapping(address bidder => uint256)) private _missing; // credit, at commitment
    mapping(uint256 tenderId => mapping(address bidder => uint256)) private _place; // in the order of commitments
    mapping(uint256 tenderId => uint256 bids) private _committed;
    mapping(uint256 tenderId => ITenders.TenderStatus) private _last;
    mapping(uint256 tenderId => mapping(address bidder => ITenders.BidStatus)) private _lastBid;

    constructor(
        Tenders tenders_,
        CreditRegistry credit_,
        address buyer_,
        address attester_,
        address[] memory bidders_
    ) {
        tenders = tenders_;
        credit = credit_;
        buyer = buyer_;
        attester = attester_;
        _bidders = bidders_;
    }

    modifier watched() {
        _;
        for (uint256 id = 1; id <= count; ++id) {
            _watch(id);
        }
    }

    // ---- steps ----

    function open(uint256 seed, uint64 bond) external booked watched {
        if (count == MAX_TENDERS) return;
        ++count;
        ++taken["open"];
        ITenders.TenderTerms memory terms;
        terms.buyer = buyer;
        terms.requisitionRef = bytes32(count);
        terms.quantity = 1;
        terms.ceiling = CEILING;
        terms.bond = seed % 3 == 0 ? 0 : bond % 1000;
        terms.commitSeconds = uint32(10 minutes + seed % 30 minutes);
        terms.revealSeconds = uint32(10 minutes + (seed >> 32) % 30 minutes);
        terms.reviewSeconds = seed % 5 == 0 ? 0 : uint32(10 minutes + (seed >> 64) % 30 minutes);
        terms.pricing = ITenders.Pricing(uint8((seed >> 96) % 2));
        terms.dayValue = uint128((seed >> 104) % 3);
        terms.maxDays = terms.dayValue == 0 ? 0 : MAX_DAYS;
        terms.creditWeightBps = (seed >> 112) % 2 == 0 ? 0 : uint16((seed >> 120) % 10_001);
        terms.order.attester = attester;
        terms.order.promisedAt = uint40(block.timestamp) + 30 days;
        terms.order.fundSeconds = 1 hours;
        terms.order.silenceSeconds = 1 days;
        _termsOf[count] = terms;
        vm.prank(buyer);
        tenders.openTender(terms, new address[](0));
    }

    function commit(uint256 seed, uint128 amount, uint16 offeredDays) external booked watched {
        for (uint256 i; i < count * _bidders.length; ++i) {
            (uint256 id, address bidder) = _pick(seed, i);
            if (_place[id][bidder] != 0 || block.timestamp >= tenders.tender(id).commitEnd) continue;
            _amount[id][bidder] = uint128(bound(amount, 1, CEILING + 2));
            _days[id][bidder] = _termsOf[id].dayValue == 0 ? 0 : uint16(bound(offeredDays, 1, MAX_DAYS));
            bytes32 commitment = tenders.sealBid(id, bidder, _amount[id][bidder], _days[id][bidder], bytes32(0));
            _missing[id][bidder] = 10_000 - credit.scoreOf(bidder);
            _place[id][bidder] = ++_committed[id];
            ++taken["commit"];
            vm.prank(bidder);
            tenders.commitBid(id, _termsOf[id], commitment, new bytes32[](0));
            return;
        }
    }

    function reveal(uint256 seed) external booked watched {
        for (uint256 i; i < count * _bidders.length; ++i) {
            (uint256 id, address bidder) = _pick(seed, i);
            if (_lastBid[id][bidder] != ITenders.BidStatus.Committed) continue;
            ITenders.Tender memory tender = tenders.tender(id);
            if (block.timestamp < tender.commitEnd || block.timestamp >= tender.revealEnd) continue;
            ++taken["reveal"];
            competes[id][bidder] = _amount[id][bidder] <= CEILING;
            vm.prank(bidder);
            tenders.revealBid(id, _termsOf[id], _amount[id][bidder], _days[id][bidder], bytes32(0));
            return;
        }
    }

    function strike(uint256 seed) external booked watched {
        for (uint256 i; i < count * _bidders.length; ++i) {
            (uint256 id, address bidder) = _pick(seed, i);
            if (_lastBid[id][bidder] != ITenders.BidStatus.Revealed) continue;
            uint256 revealEnd = tenders.tender(id).revealEnd;
            if (block.timestamp < revealEnd || block.timestamp >= revealEnd + _termsOf[id].reviewSeconds) continue;
            (address first, address second) = best(id);
            competes[id][bidder] = false;
            if (bidder == first || bidder == second) {
                ++taken["strike of rank"];
                for (uint256 j; j < _bidders.length; ++j) {
                    if (_bidders[j] != first && _bidders[j] != second) competes[id][_bidders[j]] = false;
                }
            }
            ++taken["strike"];
            vm.prank(buyer);
            tenders.disqualifyBid(id, _termsOf[id], bidder, bytes32(seed | 1));
            return;
        }
    }

    function rank(uint256 seed) external booked watched {
        for (uint256 i; i < count * _bidders.length; ++i) {
            (uint256 id, address bidder) = _pick(seed, i);
            if (_last[id] != ITenders.TenderStatus.Ranking) continue;
            if (_lastBid[id][bidder] != ITenders.BidStatus.Revealed || _amount[id][bidder] > CEILING) continue;
            uint256 reviewEnd = uint256(tenders.tender(id).revealEnd) + _termsOf[id].reviewSeconds;
            if (block.timestamp < reviewEnd || block.timestamp >= reviewEnd + _termsOf[id].reviewSeconds) continue;
            ++taken["rank"];
            competes[id][bidder] = true;
            tenders.rankBid(id, _termsOf[id], bidder);
            return;
        }
    }

    function award(uint256 seed) external booked watched {
        for (uint256 i; i < count; ++i) {
            uint256 id = 1 + (seed % count + i) % count;
            ITenders.Tender memory tender = tenders.tender(id);
            uint256 opensAt = uint256(tender.revealEnd) + _termsOf[id].reviewSeconds;
            if (tender.status == ITenders.TenderStatus.Ranking) opensAt += _termsOf[id].reviewSeconds;
            else if (tender.status != ITenders.TenderStatus.Open) continue;
            if (block.timestamp < opensAt) continue;
            ++taken[tender.leader == address(0) ? "void" : "award"];
            orderOf[id] = tenders.award(id, _termsOf[id]);
            return;
        }
    }

    function forfeit(uint256 seed) external booked watched {
        for (uint256 i; i < count * _bidders.length; ++i) {
            (uint256 id, address bidder) = _pick(seed, i);
            if (_lastBid[id][bidder] != ITenders.BidStatus.Committed || _termsOf[id].bond == 0) continue;
            if (block.timestamp < tenders.tender(id).revealEnd) continue;
            ++taken["forfeit"];
            tenders.forfeitBond(id, _termsOf[id], bidder);
            return;
        }
    }

    function outcome(uint256 seed, uint32 value) external booked watched {
        ++taken["outcome"];
        credit.recordDelivery(_bidders[seed % _bidders.length], 1, 1, value, seed % 60, 2, seed % 3);
    }

    function wait(uint32 time) external {
        moved = false;
        ++taken["wait"];
        skip(bound(time, 1, 15 minutes));
    }

    // ---- what the invariants look at ----

    function bondOf(uint256 id) external view returns (uint256) {
        return _termsOf[id].bond;
    }

    /// The best of the bids that compete, and the next best where the terms have one kept.
    function best(uint256 id) public view returns (address first, address second) {
        first = _bestBut(id, address(0));
        if (first != address(0) && _termsOf[id].pricing == ITenders.Pricing.SecondPrice) second = _bestBut(id, first);
    }

    /// What the winner is to be paid: found by trying every price up to the ceiling.
    function price(uint256 id) external view returns (uint256 paid) {
        (address first, address second) = best(id);
        if (_termsOf[id].pricing == ITenders.Pricing.FirstPrice) return _amount[id][first];
        if (second == address(0)) return CEILING;
        for (uint256 tried = 1; tried <= CEILING; ++tried) {
            if (_score(id, first, tried) <= _score(id, second, _amount[id][second])) paid = tried;
        }
    }

    function _watch(uint256 id) private {
        ITenders.TenderStatus last = _last[id];
        ITenders.TenderStatus status = tenders.tender(id).status;
        bool settled = last == ITenders.TenderStatus.Awarded || last == ITenders.TenderStatus.Void;
        if (settled && status != last) ++backwards;
        if (last == ITenders.TenderStatus.Ranking && status == ITenders.TenderStatus.Open) ++backwards;
        if (status != last) _last[id] = status;
        for (uint256 i; i < _bidders.length; ++i) {
            address bidder = _bidders[i];
            if (_place[id][bidder] == 0) continue;
            ITenders.BidStatus lastBid = _lastBid[id][bidder];
            ITenders.BidStatus bid = tenders.bid(id, bidder).status;
            if (bid == lastBid) continue;
            if (bid < lastBid || _isEnd(lastBid)) ++backwards;
            _lastBid[id][bidder] = bid;
        }
    }

    function _bestBut(uint256 id, address other) private view returns (address found) {
        for (uint256 i; i < _bidders.length; ++i) {
            address bidder = _bidders[i];
            if (bidder == other || !competes[id][bidder]) continue;
            if (found == address(0) || _beats(id, bidder, found)) found = bidder;
        }
    }

    function _beats(uint256 id, address one, address other) private view returns (bool) {
        uint256 left = _score(id, one, _amount[id][one]);
        uint256 right = _score(id, other, _amount[id][other]);
        if (left != right) return left < right;
        if (_missing[id][one] != _missing[id][other]) return _missing[id][one] < _missing[id][other];
        return _place[id][one] < _place[id][other];
    }

    function _score(uint256 id, address bidder, uint256 amount) private view returns (uint256) {
        ITenders.TenderTerms storage terms = _termsOf[id];
        uint256 valued = amount + terms.dayValue * _days[id][bidder];
        uint256 scaled = valued * (1e8 + terms.creditWeightBps * _missing[id][bidder]);
        return scaled % 1e8 == 0 ? scaled / 1e8 : scaled / 1e8 + 1;
    }

    function _isEnd(ITenders.BidStatus status) private pure returns (bool) {
        return status == ITenders.BidStatus.Forfeited || status == ITenders.BidStatus.Disqualified;
    }

    function _pick(uint256 seed, uint256 i) private view returns (uint256 id, address bidder) {
        uint256 all = count * _bidders.length;
        uint256 place = (seed % all + i) % all;
        return (1 + place / _bidders.length, _bidders[place % _bidders.length]);
    }
}
