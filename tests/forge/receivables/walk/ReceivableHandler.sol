// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { Participants } from "../../../../contracts/identity/Participants.sol";
import { IReceivables } from "../../../../contracts/receivables/interfaces/IReceivables.sol";
import { Receivables } from "../../../../contracts/receivables/Receivables.sol";
import { TestBase } from "../../support/TestBase.sol";
import { Vm } from "../../support/Vm.sol";

/// All that two issuers, two suppliers and two financiers can do with their claims, at random; a step that nobody can
/// take now is skipped. Holders, amounts, revisions, offers and due dates are kept here: before each call the handler
/// says whether it must pass, and `disagreed` counts where the contract said otherwise. `intrude` calls anything as
/// anybody. The guardian pauses and retires as it likes, which stops nothing.
contract ReceivableHandler is TestBase {
    enum What {
        Issue,
        Split,
        Transfer,
        Offer,
        WithdrawOffer,
        Buy,
        BuySigned,
        Pay
    }

    struct Attempt {
        What what;
        uint256 id;
        address actor;
        address to; // supplier, receiver, financier of an offer, signer
        uint128 amount; // or part, price
        uint128 expected; // amount of the claim
        uint32 revision;
        uint40 time;
    }

    struct Kept {
        address holder;
        uint256 amount;
        uint256 dueAt;
        uint256 revision;
        uint256 originId;
        bool paid;
        address financier; // of the offer
        uint256 price; // zero: no offer
        uint256 expiresAt;
    }

    uint256 public constant MAX_ISSUED = 4;
    uint256 public constant MAX_CLAIMS = 16;

    Receivables public immutable receivables;
    Participants public immutable participants;
    address public immutable buyer;
    address public immutable guardian;

    bool public moved; // by the last step: a step without a log changed nothing
    uint256 public issued;
    uint256 public count;
    uint256 public disagreed; // how often the contract let pass what it must not, or refused what it must not
    bool public paused;
    bool public retired;
    mapping(string step => uint256 times) public taken;

    // What the logs say.
    mapping(uint256 claimId => uint256) public amountOf;
    mapping(uint256 claimId => uint256) public issuedAs; // the amount at issue; zero for a part
    mapping(uint256 claimId => uint256) public payments;

    address[2] private _issuers; // contracts of orders of two editions, in production
    string[4] private _names = ["supplier", "rival", "financier", "lender"];
    address[6] private _parties; // the third and fourth are financiers, the last two nothing at all
    mapping(uint256 claimId => Kept) private _kept;

    constructor(
        Receivables receivables_,
        Participants participants_,
        address[2] memory issuers,
        address buyer_,
        address guardian_
    ) {
        (receivables, participants, _issuers) = (receivables_, participants_, issuers);
        (buyer, guardian) = (buyer_, guardian_);
        for (uint256 i; i < 4; ++i) {
            _parties[i] = actor(_names[i]);
        }
        (_parties[4], _parties[5]) = (actor("outsider"), actor("admin"));
    }

    modifier booked() {
        vm.recordLogs();
        _;
        Vm.Log[] memory logs = vm.getRecordedLogs();
        moved = logs.length != 0;
        for (uint256 i; i < logs.length; ++i) {
            _book(logs[i]);
        }
    }

    // ---- steps ----

    function issue(uint256 seed, uint64 amount) external booked {
        if (issued == MAX_ISSUED || count >= MAX_CLAIMS) return;
        amount = uint64(bound(amount, 1, 1_000_000));
        uint40 dueAt = uint40(block.timestamp + 1 hours + seed % 5 hours);
        address from = _issuers[(seed >> 16) % 2];
        _take("issue", Attempt(What.Issue, 0, from, _parties[seed % 2], amount, 0, 0, dueAt));
    }

    function split(uint256 seed, uint128 part) external booked {
        (uint256 id, Kept storage claim) = _live(seed);
        if (id == 0 || claim.amount < 2 || count >= MAX_CLAIMS) return;
        part = uint128(bound(part, 1, claim.amount - 1));
        _take("split", Attempt(What.Split, id, claim.holder, address(0), part, 0, 0, 0));
    }

    function transfer(uint256 seed) external booked {
        (uint256 id, Kept storage claim) = _live(seed);
        if (id == 0) return;
        address to = _parties[(seed >> 32) % 4];
        _take("transfer", Attempt(What.Transfer, id, claim.holder, to, 0, 0, 0, 0));
    }

    function offer(uint256 seed, uint128 price) external booked {
        (uint256 id, Kept storage claim) = _live(seed);
        if (id == 0) return;
        address to = seed % 2 == 0 ? address(0) : _parties[2 + (seed >> 32) % 2];
        uint40 expiresAt = uint40(bound(seed >> 64, block.timestamp + 1, claim.dueAt));
        price = uint128(bound(price, 1, claim.amount));
        _take("offer", Attempt(What.Offer, id, claim.holder, to, price, 0, 0, expiresAt));
    }

    function withdrawOffer(uint256 seed) external booked {
        (uint256 id, Kept storage claim) = _live(seed);
        if (id == 0 || seed % 3 != 0) return;
        _take("withdrawOffer", Attempt(What.WithdrawOffer, id, claim.holder, address(0), 0, 0, 0, 0));
    }

    function buy(uint256 seed) external booked {
        for (uint256 i; i < 2 * count; ++i) {
            uint256 id = 1 + (seed % count + i) % count;
            Kept storage claim = _kept[id];
            address taker = _parties[2 + ((seed >> 32) + i / count) % 2];
            Attempt memory attempt =
                Attempt(What.Buy, id, taker, address(0), uint128(claim.price), uint128(claim.amount), 0, 0);
            if (_take("buy", attempt)) return;
        }
    }

    function buySigned(uint256 seed, uint128 price) external booked {
        (uint256 id, Kept storage claim) = _live(seed);
        if (id == 0) return;
        Attempt memory attempt = Attempt({
            what: What.BuySigned,
            id: id,
            actor: _parties[2 + (seed >> 32) % 2],
            to: claim.holder,
            amount: uint128(bound(price, 1, claim.amount)),
            expected: uint128(claim.amount),
            revision: uint32(claim.revision),
            time: uint40(block.timestamp) + 1
        });
        _take("buySigned", attempt);
    }

    function pay(uint256 seed) external booked {
        for (uint256 i; i < count; ++i) {
            uint256 id = 1 + (seed % count + i) % count;
            if (_take("pay", Attempt(What.Pay, id, _parties[seed % 6], address(0), 0, 0, 0, 0))) return;
        }
    }

    /// Anybody calls anything with any arguments, true ones among them.
    function intrude(uint256 seed) external booked {
        uint256 id = 1 + (seed >> 8) % (count + 1);
        Kept storage claim = _kept[id];
        Attempt memory attempt = Attempt({
            what: What(uint8(seed % 8)),
            id: id,
            actor: (seed >> 16) % 3 == 0 ? claim.holder : _parties[(seed >> 24) % 6],
            to: (seed >> 32) % 3 == 0 ? claim.holder : _parties[(seed >> 40) % 6],
            amount: uint128((seed >> 48) % (claim.amount + 2)),
            expected: uint128((seed >> 64) % 3 == 0 ? claim.amount : (seed >> 64) % (claim.amount + 2)),
            revision: uint32(claim.revision - ((seed >> 80) % 2 == 0 || claim.revision == 0 ? 0 : 1)),
            time: uint40(block.timestamp + (seed >> 96) % 5 hours)
        });
        if (attempt.actor == address(0)) attempt.actor = _parties[5];
        if (attempt.what == What.Split && count >= MAX_CLAIMS) return;
        if (attempt.what == What.Buy && (seed >> 104) % 2 == 0) attempt.amount = uint128(claim.price);
        ++taken["intrude"];
        _attempt(attempt);
    }

    function stop(uint256 seed) external booked {
        ++taken["stop"];
        vm.startPrank(guardian);
        if (seed % 2 == 0) {
            paused ? participants.resumeObligations() : participants.pauseObligations();
            paused = !paused;
        } else {
            retired ? participants.unretire(address(receivables)) : participants.retire(address(receivables));
            retired = !retired;
        }
        vm.stopPrank();
    }

    function wait(uint256 time) external {
        moved = false;
        ++taken["wait"];
        uint256 dueAt = _kept[1 + (time >> 8) % MAX_CLAIMS].dueAt;
        if (time % 4 != 0 || dueAt <= block.timestamp + 1) skip(bound(time, 1, 1 hours));
        else vm.warp(dueAt - time / 4 % 2); // when it is due, or a second before
    }

    // ---- what the invariants look at ----

    function keptOf(uint256 id) external view returns (Kept memory) {
        return _kept[id];
    }

    // ---- what must pass ----

    function _rightful(Attempt memory a) private view returns (bool) {
        if (a.what == What.Issue) {
            bool canHold = a.to == _parties[0] || a.to == _parties[1] || a.to == _parties[2] || a.to == _parties[3];
            bool mayIssue = a.actor == _issuers[0] || a.actor == _issuers[1];
            return mayIssue && canHold && a.amount != 0 && a.time > block.timestamp;
        }
        Kept storage claim = _kept[a.id];
        if (a.id == 0 || a.id > count || claim.paid) return false;
        bool due = block.timestamp >= claim.dueAt;
        if (a.what == What.Pay) return due;
        if (a.what == What.WithdrawOffer) return a.actor == claim.holder;
        if (due) return false;
        if (a.what == What.Buy) {
            if (claim.price == 0 || block.timestamp >= claim.expiresAt || a.expected != claim.amount) return false;
            bool forTaker = claim.financier == address(0) || claim.financier == a.actor;
            return _isFinancier(a.actor) && a.actor != claim.holder && forTaker && a.amount == claim.price;
        }
        if (a.what == What.BuySigned) {
            if (a.to != claim.holder || !_isFinancier(a.actor) || a.actor == claim.holder) return false;
            if (a.revision != claim.revision || a.expected != claim.amount) return false;
            return a.amount != 0 && a.amount <= claim.amount && block.timestamp < a.time;
        }
        if (a.actor != claim.holder) return false;
        if (a.what == What.Split) return a.amount != 0 && a.amount < claim.amount;
        if (a.what == What.Transfer) {
            bool canHold = a.to != _parties[4] && a.to != _parties[5];
            return canHold && a.to != claim.holder && a.to != address(0);
        }
        bool offerable = a.to == address(0) || (_isFinancier(a.to) && a.to != claim.holder);
        bool priced = a.amount != 0 && a.amount <= claim.amount;
        return offerable && priced && a.time > block.timestamp && a.time <= claim.dueAt;
    }

    function _take(string memory step, Attempt memory attempt) private returns (bool) {
        if (!_rightful(attempt)) return false;
        ++taken[step];
        if (retired && attempt.what == What.Issue) ++taken["issue in a retired room"];
        _attempt(attempt);
        return true;
    }

    function _attempt(Attempt memory a) private {
        bool expected = _rightful(a);
        bytes memory data = _encoded(a);
        vm.prank(a.actor);
        (bool done, bytes memory answer) = address(receivables).call(data);
        if (done != expected) ++disagreed;
        if (done && expected) _apply(a, answer);
    }

    function _apply(Attempt memory a, bytes memory answer) private {
        Kept storage claim = _kept[a.id];
        if (a.what == What.Issue) {
            ++issued;
            ++count;
            _kept[count] = Kept(a.to, a.amount, a.time, 0, count, false, address(0), 0, 0);
            if (abi.decode(answer, (uint256)) != count) ++disagreed;
            return;
        }
        if (a.what == What.Pay) {
            claim.paid = true;
            return;
        }
        claim.revision += 1;
        (claim.price, claim.financier, claim.expiresAt) = (0, address(0), 0);
        if (a.what == What.Split) {
            claim.amount -= a.amount;
            _kept[++count] = Kept(claim.holder, a.amount, claim.dueAt, 0, claim.originId, false, address(0), 0, 0);
        } else if (a.what == What.Transfer) {
            claim.holder = a.to;
        } else if (a.what == What.Offer) {
            (claim.price, claim.financier, claim.expiresAt) = (a.amount, a.to, a.time);
        } else if (a.what != What.WithdrawOffer) {
            claim.holder = a.actor;
        }
    }

    // ---- arguments and logs ----

    function _encoded(Attempt memory a) private returns (bytes memory) {
        if (a.what == What.Issue) {
            return abi.encodeCall(receivables.issue, (issued, 1, a.to, buyer, a.amount, a.time));
        }
        if (a.what == What.Split) return abi.encodeCall(receivables.split, (a.id, a.amount));
        if (a.what == What.Transfer) return abi.encodeCall(receivables.transfer, (a.id, a.to));
        if (a.what == What.Offer) return abi.encodeCall(receivables.offer, (a.id, a.to, a.amount, a.time));
        if (a.what == What.WithdrawOffer) return abi.encodeCall(receivables.withdrawOffer, (a.id));
        if (a.what == What.Buy) return abi.encodeCall(receivables.buy, (a.id, a.expected, a.amount));
        if (a.what == What.Pay) return abi.encodeCall(receivables.pay, (a.id));
        IReceivables.SignedOffer memory signedOffer =
            IReceivables.SignedOffer(a.id, a.to, address(0), a.expected, a.amount, a.revision, a.time);
        bytes memory signature = signatureOf(_keyOf(a.to), receivables.offerDigest(signedOffer));
        return abi.encodeCall(receivables.buySigned, (signedOffer, signature));
    }

    /// A claim that is open and not due; id zero when there is none.
    function _live(uint256 seed) private view returns (uint256 id, Kept storage claim) {
        for (uint256 i; i < count; ++i) {
            id = 1 + ((seed >> 16) % count + i) % count;
            if (!_kept[id].paid && block.timestamp < _kept[id].dueAt) return (id, _kept[id]);
        }
        return (0, _kept[0]);
    }

    function _isFinancier(address account) private view returns (bool) {
        return account == _parties[2] || account == _parties[3];
    }

    /// The key of a party; another's for whoever is none.
    function _keyOf(address account) private returns (uint256 key) {
        (, key) = actorWithKey("outsider");
        for (uint256 i; i < 4; ++i) {
            if (_parties[i] == account) (, key) = actorWithKey(_names[i]);
        }
    }

    function _book(Vm.Log memory log) private {
        bytes32 topic = log.topics[0];
        uint256 id = log.topics.length > 1 ? uint256(log.topics[1]) : 0;
        if (topic == IReceivables.ClaimIssued.selector) {
            (,, uint128 amount,) = abi.decode(log.data, (uint256, uint256, uint128, uint40));
            (amountOf[id], issuedAs[id]) = (amount, amount);
        } else if (topic == IReceivables.ClaimSplit.selector) {
            (uint128 remaining, uint128 part,) = abi.decode(log.data, (uint128, uint128, uint32));
            (amountOf[id], amountOf[uint256(log.topics[2])]) = (remaining, part);
        } else if (topic == IReceivables.ClaimPaid.selector) {
            ++payments[id];
        }
    }
}
