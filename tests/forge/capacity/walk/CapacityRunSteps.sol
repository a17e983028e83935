// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { ICapacityMarket } from "../../../../contracts/capacity/interfaces/ICapacityMarket.sol";
import { CapacityModel } from "./CapacityModel.sol";

/// What becomes of minutes that were sold: moved, redeemed, reported, disputed, ruled, paid.
abstract contract CapacityRunSteps is CapacityModel {
    uint256 public constant MAX_RUNS = 24;
    uint256 private constant _STEP = 1 hours; // to dispute, to rule

    function minuteValue() public view override returns (uint256) {
        return markets[0].MINUTE_VALUE();
    }

    function move(uint256 seed, uint24 quantity) external booked {
        (bool found, uint256 tokenId, address from) = _held(seed);
        if (!found) return;
        uint64 slot = _slotOf(tokenId);
        quantity = uint24(bound(quantity, 1, _balance[tokenId][from] + 1));
        address to = _somebody(_crew.traders[(seed >> 128) % 3], seed >> 136);
        bool may = quantity <= _balance[tokenId][from] && !_slots[slot].failed && block.timestamp < _expiry(slot)
            && (_isTrader(to) || to == _crew.stranger);
        if (to == _crew.stranger) return; // stays without minutes
        _call(
            "move",
            from,
            address(capacity),
            abi.encodeCall(capacity.safeTransferFrom, (from, to, tokenId, quantity, "")),
            may
        );
        if (!may) return;
        _balance[tokenId][from] -= quantity;
        _balance[tokenId][to] += quantity;
    }

    function redeem(uint256 seed, uint24 quantity) external booked {
        (bool found, uint256 tokenId, address holder) = _held(seed);
        if (!found || _runs.length == MAX_RUNS) return;
        uint64 slot = _slotOf(tokenId);
        uint256 own = _marketOf(tokenId);
        uint256 market = (seed >> 96) % 6 == 0 ? 1 - own : own;
        quantity = uint24(bound(quantity, 1, _balance[tokenId][holder] + 1));
        bool may = market == own && quantity <= _balance[tokenId][holder] && !_slots[slot].failed
            && block.timestamp < _expiry(slot);
        bytes memory answer = _call(
            "redeem",
            holder,
            address(markets[market]),
            abi.encodeCall(ICapacityMarket.redeem, (tokenId, quantity, "production order")),
            may
        );
        if (!may) return;
        _balance[tokenId][holder] -= quantity;
        uint256 id = market * 10 ** 9 + ++_runsOf[market];
        assertEq(abi.decode(answer, (uint256)), id, "number of a run");
        _runs.push(
            RunModel({
                market: market,
                id: id,
                tokenId: tokenId,
                holder: holder,
                quantity: quantity,
                ran: 0,
                disputeBy: _reportEnd(slot) + _STEP,
                ruleBy: 0,
                disputing: 0,
                spoken: 0,
                reported: false,
                settled: false
            })
        );
    }

    function report(uint256 seed, uint24 ran) external booked {
        (bool found, uint256 place) = _reportable(seed);
        if (!found) return;
        RunModel storage run = _runs[place];
        uint64 slot = _slotOf(run.tokenId);
        ran = uint24(bound(ran, 0, run.quantity + 1));
        address who = _somebody(_attester, seed >> 16);
        bool may = who == _attester && !run.settled && !run.reported && !_slots[slot].failed && ran <= run.quantity
            && block.timestamp >= _start(slot) && block.timestamp < _reportEnd(slot);
        _call(
            "report", who, _market(run), abi.encodeCall(ICapacityMarket.reportRun, (run.id, ran, "machine time")), may
        );
        if (!may) return;
        run.reported = true;
        run.ran = ran;
        run.disputeBy = (block.timestamp > _end(slot) ? block.timestamp : _end(slot)) + _STEP;
    }

    function dispute(uint256 seed) external booked {
        (bool found, uint256 place) = _disputable(seed);
        if (!found) return;
        RunModel storage run = _runs[place];
        uint64 slot = _slotOf(run.tokenId);
        address who = _somebody((seed >> 8) % 2 == 0 ? _crew.plant : run.holder, seed >> 16);
        uint8 voice = _voice(run, who);
        bool may = voice != 0 && run.spoken & voice == 0 && !run.settled && !_slots[slot].failed
            && block.timestamp >= (run.reported ? 0 : _reportEnd(slot)) && block.timestamp < run.disputeBy;
        _call("dispute", who, _market(run), abi.encodeCall(ICapacityMarket.disputeRun, (run.id, "no")), may);
        if (!may) return;
        run.ruleBy = run.disputeBy + _STEP;
        run.disputing |= voice;
        run.spoken |= voice;
    }

    function withdrawDispute(uint256 seed) external booked {
        (bool found, uint256 place) = _disputed(seed);
        if (!found) return;
        RunModel storage run = _runs[place];
        address who = _somebody(run.disputing & 2 != 0 ? _crew.plant : run.holder, seed >> 16);
        uint8 voice = _voice(run, who);
        bool may = !run.settled && run.disputing & voice != 0;
        _call("withdrawDispute", who, _market(run), abi.encodeCall(ICapacityMarket.withdrawRunDispute, (run.id)), may);
        if (may) run.disputing &= ~voice;
    }

    function rule(uint256 seed, uint24 ran) external booked {
        (bool found, uint256 place) = _disputed(seed);
        if (!found) return;
        RunModel storage run = _runs[place];
        ran = uint24(bound(ran, 0, run.quantity + 1));
        address who = _somebody(_arbiter, seed >> 16);
        bool may = who == _arbiter && !run.settled && run.disputing != 0 && block.timestamp < run.ruleBy
            && ran <= run.quantity;
        _call("rule", who, _market(run), abi.encodeCall(ICapacityMarket.rule, (run.id, ran, "ruling")), may);
        if (!may) return;
        run.ran = ran;
        run.settled = true;
    }

    function consent(uint256 seed) external booked {
        (bool found, uint256 place) = _run(seed);
        if (!found || (seed >> 40) % 2 == 0) return;
        RunModel storage run = _runs[place];
        bool acknowledged = (seed >> 8) % 2 == 0;
        address who = _somebody(acknowledged ? run.holder : _crew.plant, seed >> 16);
        bool may = !run.settled && who == (acknowledged ? run.holder : _crew.plant);
        bytes memory data = acknowledged
            ? abi.encodeCall(ICapacityMarket.acknowledge, (run.id))
            : abi.encodeCall(ICapacityMarket.concede, (run.id));
        _call(acknowledged ? "acknowledge" : "concede", who, _market(run), data, may);
        if (!may) return;
        run.ran = acknowledged ? run.quantity : 0;
        run.settled = true;
    }

    function settle(uint256 seed) external booked {
        (bool found, uint256 place) = _run(seed);
        if (!found) return;
        RunModel storage run = _runs[place];
        bool may = !run.settled && block.timestamp >= settleableAt(run);
        _call("settle", _crew.outsider, _market(run), abi.encodeCall(ICapacityMarket.settle, (run.id)), may);
        if (may) run.settled = true;
    }

    function expireOrRefund(uint256 seed) external booked {
        (bool found, uint256 tokenId, address holder) = _held(seed);
        if (!found) return;
        uint64 slot = _slotOf(tokenId);
        bool failed = _slots[slot].failed;
        bool asRefund = (seed >> 8) % 4 == 0 ? !failed : failed;
        uint256 own = _marketOf(tokenId);
        uint256 market = (seed >> 96) % 6 == 0 ? 1 - own : own;
        bool may = market == own && asRefund == failed && (failed || block.timestamp >= _expiry(slot));
        bytes memory data = asRefund
            ? abi.encodeCall(ICapacityMarket.refund, (tokenId, holder))
            : abi.encodeCall(ICapacityMarket.expire, (tokenId, holder));
        _call(asRefund ? "refund" : "expire", _crew.outsider, address(markets[market]), data, may);
        if (may) _balance[tokenId][holder] = 0;
    }

    function withdraw(uint256 seed) external booked {
        uint256 market = (seed >> 8) % MARKETS;
        address account = seed % 4 == 3 ? _crew.plant : _crew.traders[seed % 4];
        bool may = credited[address(markets[market])][account] != 0;
        bytes memory data = abi.encodeCall(ICapacityMarket.withdraw, (account));
        _call("withdraw", _crew.outsider, address(markets[market]), data, may);
    }

    function count(uint256 seed) external booked {
        address market = address(markets[(seed >> 8) % MARKETS]);
        uint64 slot = uint64(seed % SLOTS);
        bool may = _settled[market][slot].quantity != _counted[market][slot].quantity;
        bytes memory data = abi.encodeCall(ICapacityMarket.countOutcome, (deviceId, slot));
        _call("count", _crew.outsider, market, data, may);
    }

    // ---- helpers ----

    function _market(RunModel storage run) private view returns (address) {
        return address(markets[run.market]);
    }

    function _voice(RunModel storage run, address who) private view returns (uint8) {
        return who == run.holder ? 1 : who == _crew.plant ? 2 : 0;
    }

    /// Unsettled ones mostly.
    function _run(uint256 seed) private view returns (bool, uint256 place) {
        uint256 all = _runs.length;
        if (all == 0) return (false, 0);
        for (uint256 i; i < all; ++i) {
            place = ((seed >> 72) + i) % all;
            if (!_runs[place].settled || (seed >> 48) % 8 == 0) return (true, place);
        }
        return (false, 0);
    }

    /// Those that can be reported now, mostly.
    function _reportable(uint256 seed) private view returns (bool, uint256 place) {
        for (uint256 i; i < _runs.length; ++i) {
            place = ((seed >> 72) + i) % _runs.length;
            RunModel storage run = _runs[place];
            uint64 slot = _slotOf(run.tokenId);
            bool isOpen = block.timestamp >= _start(slot) && block.timestamp < _reportEnd(slot);
            if (isOpen && !run.settled && !run.reported && !_slots[slot].failed) return (true, place);
        }
        return _run(seed);
    }

    /// Those that a party may dispute now, mostly.
    function _disputable(uint256 seed) private view returns (bool, uint256 place) {
        for (uint256 i; i < _runs.length; ++i) {
            place = ((seed >> 72) + i) % _runs.length;
            RunModel storage run = _runs[place];
            bool isOpen = run.reported || block.timestamp >= _reportEnd(_slotOf(run.tokenId));
            if (isOpen && !run.settled && block.timestamp < run.disputeBy && run.spoken != 3) return (true, place);
        }
        return _run(seed);
    }

    /// Disputed ones mostly.
    function _disputed(uint256 seed) private view returns (bool, uint256 place) {
        for (uint256 i; i < _runs.length; ++i) {
            place = ((seed >> 72) + i) % _runs.length;
            if (!_runs[place].settled && _runs[place].disputing != 0) return (true, place);
        }
        return seed % 4 == 0 ? _run(seed) : (false, 0);
    }

    /// A token that somebody holds, alive or dead.
    function _held(uint256 seed) private view returns (bool, uint256, address) {
        uint256 all = _tokenIds.length * 3;
        for (uint256 i; i < all; ++i) {
            uint256 place = ((seed >> 72) % all + i) % all;
            uint256 tokenId = _tokenIds[place / 3];
            address holder = _crew.traders[place % 3];
            if (_balance[tokenId][holder] != 0) return (true, tokenId, holder);
        }
        return (false, 0, address(0));
    }
}
