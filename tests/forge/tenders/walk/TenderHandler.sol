// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { CreditRegistry } from "../../../../contracts/identity/CreditRegistry.sol";
import { Participants } from "../../../../contracts/identity/Participants.sol";
import { ITenders } from "../../../../contracts/procurement/interfaces/ITenders.sol";
import { Tenders } from "../../../../contracts/procurement/Tenders.sol";
import { EventBook } from "../../support/EventBook.sol";

/// All that buyer and bidders of up to `MAX_TENDERS` tenders can do, at random; a step that nobody can take now is
/// skipped. Windows, turns and states are kept here, from the terms and the clock alone: before each call the handler
/// says whether it must pass, and `disagreed` counts where the contract said otherwise. `intrude` calls anything as
/// anybody, rightly or not. Prices lie close together, so that ties are common. Of a ranking it keeps the plainest
/// model: the set of bids that compete.
contract TenderHandler is EventBook {
    enum What {
        Commit,
        Reveal,
        Strike,
        Rank,
        Award,
        Forfeit,
        Open
    }

    struct Attempt {
        What what;
        uint256 id;
        address actor;
        address bidder;
        bool otherTerms;
        uint128 amount;
        uint16 offeredDays;
    }

    uint256 public constant MAX_TENDERS = 2;
    uint128 public constant CEILING = 12;
    uint16 public constant MAX_DAYS = 3;

    Tenders public immutable tenders;
    CreditRegistry public immutable credit;
    Participants public immutable participants;
    address public immutable buyer;
    uint32 public immutable attesterPost;
    uint32 public immutable arbiterPost;

    uint256 public count;
    uint256 public disagreed; // how often the contract let pass what it must not, or refused what it must not
    bool public paused;
    bool public retired;
    mapping(string step => uint256 times) public taken;
    mapping(uint256 tenderId => uint256 orderId) public orderOf;
    mapping(uint256 tenderId => uint256) public opened; // unix seconds
    mapping(uint256 tenderId => ITenders.TenderStatus) public statusOf;
    mapping(uint256 tenderId => uint256 bids) public committed;
    mapping(uint256 tenderId => mapping(address bidder => bool)) public competes;
    mapping(uint256 tenderId => mapping(address bidder => ITenders.BidStatus)) public bidStatusOf;
    mapping(uint256 tenderId => mapping(address bidder => uint256)) public placeOf; // in the order of commitments

    address[] private _bidders;
    address[] private _others; // who never may bid
    address private _guardian;
    uint256 private _heirs;
    mapping(uint256 tenderId => ITenders.TenderTerms) private _termsOf;
    mapping(uint256 tenderId => mapping(address bidder => uint128)) private _amount;
    mapping(uint256 tenderId => mapping(address bidder => uint16)) private _days;
    mapping(uint256 tenderId => mapping(address bidder => uint256)) private _missing; // credit, at commitment

    constructor(
        Tenders tenders_,
        CreditRegistry credit_,
        Participants participants_,
        uint32[2] memory posts,
        address[] memory bidders_,
        address[] memory others
    ) {
        (tenders, credit, participants) = (tenders_, credit_, participants_);
        (attesterPost, arbiterPost, buyer, _guardian) = (posts[0], posts[1], others[0], others[1]);
        (_bidders, _others) = (bidders_, others);
    }

    // ---- steps ----

    function open(uint256 seed, uint64 bond) external booked {
        if (count == MAX_TENDERS) return;
        uint256 id = count + 1;
        _termsOf[id] = _draw(seed, bond, id);
        _take("open", Attempt(What.Open, id, buyer, address(0), false, 0, 0));
    }

    function commit(uint256 seed, uint128 amount, uint16 offeredDays) external booked {
        for (uint256 i; i < count * _bidders.length; ++i) {
            (uint256 id, address bidder) = _pick(seed, i);
            uint16 offered = _termsOf[id].dayValue == 0 ? 0 : uint16(bound(offeredDays, 1, MAX_DAYS));
            uint128 price_ = uint128(bound(amount, 1, CEILING + 2));
            if (_take("commit", Attempt(What.Commit, id, bidder, bidder, false, price_, offered))) return;
        }
    }

    function reveal(uint256 seed) external booked {
        for (uint256 i; i < count * _bidders.length; ++i) {
            (uint256 id, address bidder) = _pick(seed, i);
            Attempt memory attempt =
                Attempt(What.Reveal, id, bidder, bidder, false, _amount[id][bidder], _days[id][bidder]);
            if (_take("reveal", attempt)) return;
        }
    }

    function strike(uint256 seed) external booked {
        for (uint256 i; i < count * _bidders.length; ++i) {
            (uint256 id, address bidder) = _pick(seed, i);
            if (_take("strike", Attempt(What.Strike, id, buyer, bidder, false, 0, 0))) return;
        }
    }

    function rank(uint256 seed) external booked {
        for (uint256 i; i < count * _bidders.length; ++i) {
            (uint256 id, address bidder) = _pick(seed, i);
            if (_take("rank", Attempt(What.Rank, id, address(this), bidder, false, 0, 0))) return;
        }
    }

    function award(uint256 seed) external booked {
        for (uint256 i; i < count; ++i) {
            uint256 id = 1 + (seed % count + i) % count;
            if (_take("award", Attempt(What.Award, id, address(this), address(0), false, 0, 0))) return;
        }
    }

    function forfeit(uint256 seed) external booked {
        for (uint256 i; i < count * _bidders.length; ++i) {
            (uint256 id, address bidder) = _pick(seed, i);
            if (_take("forfeit", Attempt(What.Forfeit, id, address(this), bidder, false, 0, 0))) return;
        }
    }

    /// Anybody calls anything with any arguments, true ones among them.
    function intrude(uint256 seed) external booked {
        if (count == 0) return;
        uint256 id = 1 + (seed >> 8) % (count + 1);
        address bidder = _bidders[(seed >> 16) % _bidders.length];
        address actor_ = (seed >> 24) % 2 == 0 ? bidder : _others[(seed >> 32) % _others.length];
        uint128 amount = (seed >> 40) % 4 == 0 ? uint128((seed >> 48) % 16) : _amount[id][bidder];
        uint16 offered = (seed >> 56) % 4 == 0 ? uint16((seed >> 64) % 5) : _days[id][bidder];
        Attempt memory attempt =
            Attempt(What(uint8(seed % 7)), id, actor_, bidder, (seed >> 72) % 5 == 0, amount, offered);
        if (attempt.what == What.Open) attempt.id = 1 + (seed >> 8) % count; // never its own reference
        ++taken["intrude"];
        _attempt(attempt);
    }

    function outcome(uint256 seed, uint32 value) external booked {
        ++taken["outcome"];
        credit.recordDelivery(_bidders[seed % _bidders.length], 1, 1, value, seed % 60, 2, seed % 3);
    }

    /// The guardian stops and lets go; what is open goes on as the model says.
    function stop(uint256 seed) external booked {
        ++taken["stop"];
        vm.startPrank(_guardian);
        if (paused || seed % 3 == 0) {
            paused ? participants.resumeObligations() : participants.pauseObligations();
            paused = !paused;
        } else {
            retired ? participants.unretire(address(tenders)) : participants.retire(address(tenders));
            retired = !retired;
        }
        vm.stopPrank();
    }

    /// The posts of the orders change hands: that decides nothing here.
    function rotate(uint256 seed) external booked {
        uint32 post = seed % 2 == 0 ? attesterPost : arbiterPost;
        address heir = address(uint160(0xbead0000 + ++_heirs));
        ++taken["rotate"];
        vm.prank(participants.holderOf(post));
        participants.offerPost(post, heir);
        vm.prank(heir);
        participants.takePost(post);
    }

    function wait(uint256 time) external {
        moved = false;
        ++taken["wait"];
        if (time % 4 != 0) skip(bound(time, 1, 25 minutes));
        else vm.warp(_nextEdge() - time / 4 % 2);
    }

    /// The next second at which a window opens or ends; in ten minutes when none is left.
    function _nextEdge() private view returns (uint256 edge) {
        edge = block.timestamp + 10 minutes;
        for (uint256 id = 1; id <= count; ++id) {
            ITenders.TenderTerms storage terms = _termsOf[id];
            uint256 next = opened[id] + terms.commitSeconds;
            for (uint256 i; i < 4; ++i) {
                if (next > block.timestamp + 1 && (next < edge || i == 0)) edge = next;
                next += i == 0 ? terms.revealSeconds : terms.reviewSeconds;
            }
        }
    }

    // ---- what the invariants look at ----

    function termsOf(uint256 id) external view returns (ITenders.TenderTerms memory) {
        return _termsOf[id];
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

    // ---- what must pass ----

    function _rightful(Attempt memory a) private view returns (bool) {
        ITenders.BidStatus bid = bidStatusOf[a.id][a.bidder];
        if (a.what == What.Open) return a.id == count + 1 && a.actor == buyer && !paused && !retired;
        if (a.id == 0 || a.id > count || a.otherTerms) return false;
        ITenders.TenderTerms storage terms = _termsOf[a.id];
        uint256 commitEnd = opened[a.id] + terms.commitSeconds;
        uint256 revealEnd = commitEnd + terms.revealSeconds;
        uint256 reviewEnd = revealEnd + terms.reviewSeconds;
        if (a.what == What.Commit) {
            bool mayBid = _isBidder(a.actor) && bidStatusOf[a.id][a.actor] == ITenders.BidStatus.None && !paused;
            return mayBid && block.timestamp < commitEnd;
        }
        if (a.what == What.Reveal) {
            return _fitsSeal(a) && block.timestamp >= commitEnd && block.timestamp < revealEnd;
        }
        if (a.what == What.Strike) {
            bool struck = bid == ITenders.BidStatus.Revealed && a.actor == buyer;
            return struck && block.timestamp >= revealEnd && block.timestamp < reviewEnd;
        }
        ITenders.TenderStatus status = statusOf[a.id];
        if (a.what == What.Rank) {
            if (status != ITenders.TenderStatus.Ranking || bid != ITenders.BidStatus.Revealed) return false;
            bool within = _amount[a.id][a.bidder] <= CEILING;
            return within && block.timestamp >= reviewEnd && block.timestamp < reviewEnd + terms.reviewSeconds;
        }
        if (a.what == What.Award) {
            if (status == ITenders.TenderStatus.Ranking) return block.timestamp >= reviewEnd + terms.reviewSeconds;
            return status == ITenders.TenderStatus.Open && block.timestamp >= reviewEnd;
        }
        return bid == ITenders.BidStatus.Committed && terms.bond != 0 && block.timestamp >= revealEnd;
    }

    function _fitsSeal(Attempt memory a) private view returns (bool) {
        if (bidStatusOf[a.id][a.actor] != ITenders.BidStatus.Committed) return false;
        if (a.amount != _amount[a.id][a.actor] || a.offeredDays != _days[a.id][a.actor]) return false;
        bool inDays = _termsOf[a.id].dayValue == 0 ? a.offeredDays == 0 : a.offeredDays != 0;
        return a.amount != 0 && inDays && a.offeredDays <= _termsOf[a.id].maxDays;
    }

    function _take(string memory step, Attempt memory attempt) private returns (bool) {
        if (!_rightful(attempt)) return false;
        (address first, address second) = best(attempt.id);
        bool ranked = attempt.bidder != address(0) && (attempt.bidder == first || attempt.bidder == second);
        if (attempt.what == What.Strike && ranked) ++taken["strike of rank"];
        if (attempt.what == What.Award && first == address(0)) ++taken["void"];
        else ++taken[step];
        if (retired && attempt.what == What.Award) ++taken["drain"];
        _attempt(attempt);
        return true;
    }

    function _attempt(Attempt memory a) private {
        bool rightful = _rightful(a);
        bytes memory data = _encoded(a);
        vm.prank(a.actor);
        (bool done, bytes memory answer) = address(tenders).call(data);
        if (done != rightful) ++disagreed;
        if (done && rightful) _apply(a, answer);
    }

    function _apply(Attempt memory a, bytes memory answer) private {
        if (a.what == What.Open) {
            count = a.id;
            opened[a.id] = block.timestamp;
            statusOf[a.id] = ITenders.TenderStatus.Open;
            if (abi.decode(answer, (uint256)) != a.id) ++disagreed;
        } else if (a.what == What.Commit) {
            _missing[a.id][a.actor] = 10_000 - credit.scoreOf(a.actor);
            (_amount[a.id][a.actor], _days[a.id][a.actor]) = (a.amount, a.offeredDays);
            placeOf[a.id][a.actor] = ++committed[a.id];
            bidStatusOf[a.id][a.actor] = ITenders.BidStatus.Committed;
        } else if (a.what == What.Reveal) {
            competes[a.id][a.actor] = a.amount <= CEILING;
            bidStatusOf[a.id][a.actor] = ITenders.BidStatus.Revealed;
        } else if (a.what == What.Strike) {
            _applyStrike(a.id, a.bidder);
        } else if (a.what == What.Rank) {
            competes[a.id][a.bidder] = true;
        } else if (a.what == What.Award) {
            orderOf[a.id] = abi.decode(answer, (uint256));
            bool won = _bestBut(a.id, address(0)) != address(0);
            statusOf[a.id] = won ? ITenders.TenderStatus.Awarded : ITenders.TenderStatus.Void;
        } else {
            bidStatusOf[a.id][a.bidder] = ITenders.BidStatus.Forfeited;
        }
    }

    /// A bid of rank that is struck clears the ranking of all but the other bid of rank.
    function _applyStrike(uint256 id, address bidder) private {
        (address first, address second) = best(id);
        bidStatusOf[id][bidder] = ITenders.BidStatus.Disqualified;
        competes[id][bidder] = false;
        if (bidder != first && bidder != second) return;
        statusOf[id] = ITenders.TenderStatus.Ranking;
        for (uint256 i; i < _bidders.length; ++i) {
            if (_bidders[i] != first && _bidders[i] != second) competes[id][_bidders[i]] = false;
        }
    }

    // ---- arguments ----

    function _encoded(Attempt memory a) private view returns (bytes memory) {
        ITenders.TenderTerms memory terms = _termsOf[a.id];
        if (a.otherTerms) terms.ceiling += 1;
        if (a.what == What.Open) return abi.encodeCall(tenders.openTender, (terms, new address[](0)));
        if (a.what == What.Commit) {
            bytes32 sealed_ = tenders.sealBid(a.id, a.actor, a.amount, a.offeredDays, bytes32(0));
            return abi.encodeCall(tenders.commitBid, (a.id, terms, sealed_, new bytes32[](0)));
        }
        if (a.what == What.Reveal) {
            return abi.encodeCall(tenders.revealBid, (a.id, terms, a.amount, a.offeredDays, bytes32(0)));
        }
        if (a.what == What.Strike) return abi.encodeCall(tenders.disqualifyBid, (a.id, terms, a.bidder, "reason"));
        if (a.what == What.Rank) return abi.encodeCall(tenders.rankBid, (a.id, terms, a.bidder));
        if (a.what == What.Award) return abi.encodeCall(tenders.award, (a.id, terms));
        return abi.encodeCall(tenders.forfeitBond, (a.id, terms, a.bidder));
    }

    function _draw(uint256 seed, uint64 bond, uint256 id) private view returns (ITenders.TenderTerms memory terms) {
        terms.buyer = buyer;
        terms.requisitionRef = bytes32(id);
        terms.quantity = 1;
        terms.ceiling = CEILING;
        terms.bond = seed % 3 == 0 ? 0 : bond % 1000;
        uint256 least = terms.bond == 0 ? 10 minutes : 1 hours;
        terms.commitSeconds = uint32(least + seed % 10 minutes);
        terms.revealSeconds = uint32(least + (seed >> 32) % 10 minutes);
        terms.reviewSeconds = seed % 5 == 0 ? 0 : uint32(20 minutes + (seed >> 64) % 30 minutes);
        terms.pricing = ITenders.Pricing(uint8((seed >> 96) % 2));
        terms.dayValue = uint128((seed >> 104) % 3);
        terms.maxDays = terms.dayValue == 0 ? 0 : MAX_DAYS;
        terms.creditWeightBps = (seed >> 112) % 2 == 0 ? 0 : uint16((seed >> 120) % 10_001);
        (terms.order.attesterPost, terms.order.arbiterPost) = (attesterPost, arbiterPost);
        terms.order.promisedAt = uint40(block.timestamp) + 30 days;
        (terms.order.fundSeconds, terms.order.silenceSeconds) = (1 hours, 3 days);
    }

    // ---- ranking ----

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
        return placeOf[id][one] < placeOf[id][other];
    }

    function _score(uint256 id, address bidder, uint256 amount) private view returns (uint256) {
        ITenders.TenderTerms storage terms = _termsOf[id];
        uint256 valued = amount + terms.dayValue * _days[id][bidder];
        uint256 scaled = valued * (1e8 + terms.creditWeightBps * _missing[id][bidder]);
        return scaled % 1e8 == 0 ? scaled / 1e8 : scaled / 1e8 + 1;
    }

    function _isBidder(address account) private view returns (bool found) {
        for (uint256 i; i < _bidders.length; ++i) {
            if (_bidders[i] == account) return true;
        }
    }

    function _pick(uint256 seed, uint256 i) private view returns (uint256 id, address bidder) {
        uint256 all = count * _bidders.length;
        uint256 place = (seed % all + i) % all;
        return (1 + place / _bidders.length, _bidders[place % _bidders.length]);
    }
}
