// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IReceivables } from "../../../../contracts/receivables/interfaces/IReceivables.sol";
import { Receivables } from "../../../../contracts/receivables/Receivables.sol";
import { TestBase } from "../../support/TestBase.sol";
import { Vm } from "../../support/Vm.sol";

/// All that an issuer, two suppliers and two financiers can do with their claims, at random, each time rightly: nothing
/// here may revert. `meddle` counts what went through that should not have.
contract ReceivableHandler is TestBase {
    bool public moved; // by the last step: a step without a log changed nothing

    uint256 public constant MAX_ISSUED = 4;
    uint256 public constant MAX_CLAIMS = 16;

    Receivables public immutable receivables;
    address public immutable issuer;
    address public immutable buyer;

    uint256 public issued;
    uint256 public count;
    uint256 public backwards; // how often a claim left an end state, or a revision went back
    uint256 public meddled;
    mapping(string step => uint256 times) public taken;

    // What the logs say.
    mapping(uint256 claimId => address) public holderOf;
    mapping(uint256 claimId => uint256) public amountOf;
    mapping(uint256 claimId => uint256) public issuedAs; // the amount at issue; zero for a part
    mapping(uint256 claimId => uint256) public payments;

    string[4] private _names = ["supplier", "rival", "financier", "lender"];
    address[4] private _parties; // the last two are financiers
    mapping(uint256 claimId => uint256) private _lastStatus;
    mapping(uint256 claimId => uint256) private _lastRevision;

    constructor(Receivables receivables_, address issuer_, address buyer_) {
        receivables = receivables_;
        issuer = issuer_;
        buyer = buyer_;
        for (uint256 i; i < 4; ++i) {
            _parties[i] = actor(_names[i]);
        }
    }

    modifier booked() {
        vm.recordLogs();
        _;
        Vm.Log[] memory logs = vm.getRecordedLogs();
        moved = logs.length != 0;
        for (uint256 i; i < logs.length; ++i) {
            _book(logs[i]);
        }
        for (uint256 id = 1; id <= count; ++id) {
            IReceivables.Claim memory claim = receivables.claim(id);
            if (uint256(claim.status) < _lastStatus[id] || claim.revision < _lastRevision[id]) ++backwards;
            _lastStatus[id] = uint256(claim.status);
            _lastRevision[id] = claim.revision;
        }
    }

    // ---- steps ----

    function issue(uint256 seed, uint64 amount) external booked {
        if (issued == MAX_ISSUED || count >= MAX_CLAIMS) return;
        ++taken["issue"];
        ++issued;
        ++count;
        amount = uint64(bound(amount, 1, 1_000_000));
        uint40 dueAt = uint40(block.timestamp + 1 hours + seed % 5 hours);
        vm.prank(issuer);
        receivables.issue(issued, 1, _parties[seed % 2], buyer, amount, dueAt);
    }

    function split(uint256 seed, uint128 part) external booked {
        if (count >= MAX_CLAIMS) return;
        (uint256 id, IReceivables.Claim memory claim) = _live(seed);
        if (id == 0 || claim.amount < 2) return;
        ++taken["split"];
        ++count;
        vm.prank(claim.holder);
        receivables.split(id, uint128(bound(part, 1, claim.amount - 1)));
    }

    function transfer(uint256 seed) external booked {
        (uint256 id, IReceivables.Claim memory claim) = _live(seed);
        address to = _parties[(seed >> 32) % 4];
        if (id == 0 || claim.holder == to) return;
        ++taken["transfer"];
        vm.prank(claim.holder);
        receivables.transfer(id, to);
    }

    function offer(uint256 seed, uint128 price) external booked {
        (uint256 id, IReceivables.Claim memory claim) = _live(seed);
        if (id == 0) return;
        address to = seed % 2 == 0 ? address(0) : _otherFinancier(claim.holder, seed >> 32);
        ++taken["offer"];
        uint40 expiresAt = uint40(bound(seed >> 64, block.timestamp + 1, claim.dueAt));
        vm.prank(claim.holder);
        receivables.offer(id, to, uint128(bound(price, 1, claim.amount)), expiresAt);
    }

    function withdrawOffer(uint256 seed) external booked {
        (uint256 id, IReceivables.Claim memory claim) = _live(seed);
        if (id == 0 || seed % 3 != 0) return;
        ++taken["withdrawOffer"];
        vm.prank(claim.holder);
        receivables.withdrawOffer(id);
    }

    function buy(uint256 seed) external booked {
        for (uint256 i; i < count; ++i) {
            uint256 id = 1 + (seed % count + i) % count;
            IReceivables.Claim memory claim = receivables.claim(id);
            IReceivables.Offer memory offered = receivables.offerOf(id);
            if (claim.status != IReceivables.ClaimStatus.Open || offered.price == 0) continue;
            if (block.timestamp >= offered.expiresAt) continue;
            address taker =
                offered.financier == address(0) ? _otherFinancier(claim.holder, seed >> 32) : offered.financier;
            ++taken["buy"];
            vm.prank(taker);
            receivables.buy(id, claim.amount, offered.price);
            return;
        }
    }

    function buySigned(uint256 seed, uint128 price) external booked {
        (uint256 id, IReceivables.Claim memory claim) = _live(seed);
        if (id == 0) return;
        IReceivables.SignedOffer memory signedOffer = IReceivables.SignedOffer({
            claimId: id,
            seller: claim.holder,
            financier: address(0),
            amount: claim.amount,
            price: uint128(bound(price, 1, claim.amount)),
            revision: claim.revision,
            deadline: uint40(block.timestamp) + 1
        });
        bytes memory signature = signatureOf(_keyOf(claim.holder), receivables.offerDigest(signedOffer));
        ++taken["buySigned"];
        vm.prank(_otherFinancier(claim.holder, seed >> 32));
        receivables.buySigned(signedOffer, signature);
    }

    function pay(uint256 seed) external booked {
        for (uint256 i; i < count; ++i) {
            uint256 id = 1 + (seed % count + i) % count;
            IReceivables.Claim memory claim = receivables.claim(id);
            if (claim.status != IReceivables.ClaimStatus.Open || block.timestamp < claim.dueAt) continue;
            ++taken["pay"];
            receivables.pay(id);
            return;
        }
    }

    /// Whoever does not hold a claim tries all that a holder may, and somebody tries to be paid twice or early.
    function meddle(uint256 seed) external booked {
        if (count == 0) return;
        uint256 id = 1 + seed % count;
        IReceivables.Claim memory claim = receivables.claim(id);
        address who = _parties[(seed >> 32) % 4];
        if (who == claim.holder) who = seed % 2 == 0 ? issuer : buyer;
        ++taken["meddle"];
        _try(who, abi.encodeCall(receivables.transfer, (id, who)));
        _try(who, abi.encodeCall(receivables.split, (id, 1)));
        _try(who, abi.encodeCall(receivables.offer, (id, address(0), 1, claim.dueAt)));
        _try(who, abi.encodeCall(receivables.withdrawOffer, (id)));
        if (claim.status == IReceivables.ClaimStatus.Paid || block.timestamp < claim.dueAt) {
            _try(who, abi.encodeCall(receivables.pay, (id)));
        }
    }

    function wait(uint256 time) external {
        moved = false;
        ++taken["wait"];
        skip(bound(time, 1, 1 hours));
    }

    // ---- helpers ----

    function _try(address who, bytes memory call_) private {
        vm.prank(who);
        (bool done,) = address(receivables).call(call_);
        if (done) ++meddled;
    }

    /// A claim that is open and not due; id zero when there is none.
    function _live(uint256 seed) private view returns (uint256 id, IReceivables.Claim memory claim) {
        for (uint256 i; i < count; ++i) {
            id = 1 + ((seed >> 16) % count + i) % count;
            claim = receivables.claim(id);
            if (claim.status == IReceivables.ClaimStatus.Open && block.timestamp < claim.dueAt) return (id, claim);
        }
        return (0, claim);
    }

    function _otherFinancier(address holder, uint256 seed) private view returns (address other) {
        other = _parties[2 + seed % 2];
        if (other == holder) other = _parties[3 - seed % 2];
    }

    function _keyOf(address account) private returns (uint256 key) {
        for (uint256 i; i < 4; ++i) {
            if (_parties[i] == account) (, key) = actorWithKey(_names[i]);
        }
    }

    function _book(Vm.Log memory log) private {
        bytes32 topic = log.topics[0];
        uint256 id = log.topics.length > 1 ? uint256(log.topics[1]) : 0;
        if (topic == IReceivables.ClaimIssued.selector) {
            (,, uint128 amount,) = abi.decode(log.data, (uint256, uint256, uint128, uint40));
            holderOf[id] = _address(log.topics[2]);
            (amountOf[id], issuedAs[id]) = (amount, amount);
        } else if (topic == IReceivables.ClaimSplit.selector) {
            (uint128 remaining, uint128 part,) = abi.decode(log.data, (uint128, uint128, uint32));
            (amountOf[id], amountOf[uint256(log.topics[2])]) = (remaining, part);
            holderOf[uint256(log.topics[2])] = _address(log.topics[3]);
        } else if (topic == IReceivables.ClaimTransferred.selector || topic == IReceivables.ClaimSold.selector) {
            if (holderOf[id] != _address(log.topics[2])) ++meddled;
            holderOf[id] = _address(log.topics[3]);
        } else if (topic == IReceivables.ClaimPaid.selector) {
            ++payments[id];
        }
    }

    function _address(bytes32 word) private pure returns (address) {
        return address(uint160(uint256(word)));
    }
}
