// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { CreditRegistry } from "../../../contracts/identity/CreditRegistry.sol";
import { IAwardTaker } from "../../../contracts/procurement/interfaces/IAwardTaker.sol";
import { ITenders } from "../../../contracts/procurement/interfaces/ITenders.sol";
import { Tenders } from "../../../contracts/procurement/Tenders.sol";
import { EventBook } from "./EventBook.sol";

/// All that buyer and bidders of up to `MAX_TENDERS` tenders can do, at random, each time rightly: nothing here may
/// revert. A step that nobody can take now is skipped. Prices lie close together, so that ties are common.
contract TenderHandler is EventBook {
    uint256 public constant MAX_TENDERS = 4;
    uint128 public constant CEILING = 8;

    Tenders public immutable tenders;
    CreditRegistry public immutable credit;
    address public immutable buyer;
    address public immutable attester;

    uint256 public count;
    uint256 public backwards; // how often a tender left an end state
    mapping(string step => uint256 times) public taken;
    mapping(uint256 tenderId => uint256 orderId) public orderOf;

    address[] private _bidders;
    mapping(uint256 tenderId => mapping(address bidder => uint128)) private _secret;
    mapping(uint256 tenderId => uint256 status) private _last;

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
            uint256 status = uint256(tenders.tender(id).status);
            if (_last[id] > uint256(ITenders.TenderStatus.Open) && status != _last[id]) ++backwards;
            if (status < _last[id]) ++backwards;
            _last[id] = status;
        }
    }

    // ---- steps ----

    function open(uint256 seed, uint64 bond) external booked watched {
        if (count == MAX_TENDERS) return;
        ++count;
        ++taken["open"];
        ITenders.TenderTerms memory terms;
        terms.requisitionRef = bytes32(count);
        terms.quantity = 1;
        terms.ceiling = CEILING;
        terms.bond = seed % 3 == 0 ? 0 : bond % 1000;
        terms.commitSeconds = uint32(1 minutes + seed % 50 minutes);
        terms.revealSeconds = uint32(1 minutes + (seed >> 32) % 40 minutes);
        terms.order.attester = attester;
        terms.order.promisedAt = uint40(block.timestamp) + 30 days;
        terms.order.fundSeconds = 1 hours;
        terms.order.silenceSeconds = 1 days;
        vm.prank(buyer);
        tenders.openTender(terms, new address[](0));
    }

    function commit(uint256 seed, uint128 amount) external booked watched {
        for (uint256 i; i < count * _bidders.length; ++i) {
            (uint256 id, address bidder) = _pick(seed, i);
            if (tenders.bid(id, bidder).index != 0 || block.timestamp >= tenders.tender(id).commitEnd) continue;
            amount = uint128(bound(amount, 1, CEILING + 2));
            _secret[id][bidder] = amount;
            bytes32 commitment = tenders.sealBid(id, bidder, amount, bytes32(0));
            ++taken["commit"];
            vm.prank(bidder);
            tenders.commitBid(id, commitment, new bytes32[](0));
            return;
        }
    }

    function reveal(uint256 seed) external booked watched {
        for (uint256 i; i < count * _bidders.length; ++i) {
            (uint256 id, address bidder) = _pick(seed, i);
            ITenders.Bid memory bid = tenders.bid(id, bidder);
            ITenders.Tender memory tender = tenders.tender(id);
            if (bid.index == 0 || bid.revealed) continue;
            if (block.timestamp < tender.commitEnd || block.timestamp >= tender.revealEnd) continue;
            ++taken["reveal"];
            vm.prank(bidder);
            tenders.revealBid(id, _secret[id][bidder], bytes32(0));
            return;
        }
    }

    function award(uint256 seed) external booked watched {
        for (uint256 i; i < count; ++i) {
            uint256 id = 1 + (seed % count + i) % count;
            ITenders.Tender memory tender = tenders.tender(id);
            if (tender.status != ITenders.TenderStatus.Open || block.timestamp < tender.revealEnd) continue;
            ++taken[tender.leader == address(0) ? "void" : "award"];
            orderOf[id] = tenders.award(id);
            return;
        }
    }

    function forfeit(uint256 seed) external booked watched {
        for (uint256 i; i < count * _bidders.length; ++i) {
            (uint256 id, address bidder) = _pick(seed, i);
            ITenders.Bid memory bid = tenders.bid(id, bidder);
            if (bid.bond == 0 || bid.revealed || block.timestamp < tenders.tender(id).revealEnd) continue;
            ++taken["forfeit"];
            tenders.forfeitBond(id, bidder);
            return;
        }
    }

    function outcome(uint256 seed, uint32 value) external booked watched {
        ++taken["outcome"];
        credit.recordDelivery(_bidders[seed % _bidders.length], 1, 1, value, seed % 60, 2, seed % 3);
    }

    function wait(uint32 time) external {
        ++taken["wait"];
        skip(bound(time, 1, 20 minutes));
    }

    // ---- what the invariants look at ----

    function bidders() external view returns (address[] memory) {
        return _bidders;
    }

    function _pick(uint256 seed, uint256 i) private view returns (uint256 id, address bidder) {
        uint256 all = count * _bidders.length;
        uint256 place = (seed % all + i) % all;
        return (1 + place / _bidders.length, _bidders[place % _bidders.length]);
    }
}
