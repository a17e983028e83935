// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { CapacityMarket } from "../../../../contracts/capacity/CapacityMarket.sol";
import { CapacityTokens } from "../../../../contracts/capacity/CapacityTokens.sol";
import { ICapacityMarket } from "../../../../contracts/capacity/interfaces/ICapacityMarket.sol";
import { ICapacityTokens } from "../../../../contracts/capacity/interfaces/ICapacityTokens.sol";
import { CapacityBook } from "./CapacityBook.sol";

/// All that a plant, its attester, an arbiter and three traders can do with four slots of one device, at random, each
/// time rightly: nothing here may revert. A step that nobody can take now is skipped; `meddle` counts what went through
/// that should not have.
contract CapacityHandler is CapacityBook {
    uint64 public constant SLOTS = 4;
    uint256 public constant MAX_SALES = 8;

    struct Crew {
        address plant;
        address attester;
        address arbiter;
        address[3] traders;
    }

    CapacityTokens public immutable capacity;
    CapacityMarket public immutable market;
    uint64 public immutable deviceId;

    uint256 public sales;
    uint256 public redemptions;
    uint256 public backwards; // how often a redemption, a slot or an issue went back
    uint256 public meddled; // how often a token moved that was dead
    mapping(string step => uint256 times) public taken;

    Crew private _crew;
    mapping(uint256 redemptionId => uint256 status) private _lastStatus;
    mapping(uint64 slotIndex => bool) private _hasFailed;
    mapping(uint64 slotIndex => uint256) private _lastIssued;

    constructor(CapacityTokens capacity_, CapacityMarket market_, uint64 deviceId_, Crew memory crew_) {
        capacity = capacity_;
        market = market_;
        deviceId = deviceId_;
        _crew = crew_;
    }

    modifier watched() {
        _;
        for (uint256 id = 1; id <= redemptions; ++id) {
            uint256 status = uint256(market.redemption(id).status);
            if (status < _lastStatus[id]) ++backwards;
            _lastStatus[id] = status;
        }
        for (uint64 i; i < SLOTS; ++i) {
            ICapacityTokens.Slot memory slot = capacity.slot(deviceId, i);
            if (_hasFailed[i] && (!slot.failed || slot.issued != _lastIssued[i])) ++backwards;
            if (slot.issued < _lastIssued[i]) ++backwards;
            _hasFailed[i] = slot.failed;
            _lastIssued[i] = slot.issued;
        }
    }

    // ---- steps ----

    function attest(uint256 seed, uint24 free) external booked watched {
        uint64 index = uint64(seed % SLOTS);
        ICapacityTokens.Slot memory slot = capacity.slot(deviceId, index);
        if (slot.failed || block.timestamp >= _expiry(index)) return;
        uint24 least = slot.issued < 20 ? 20 : slot.issued;
        ++taken["attest"];
        vm.prank(_crew.attester);
        capacity.attestCapacity(deviceId, index, uint24(bound(free, least, 60)), "schedule");
    }

    function openSale(uint256 seed, uint128 price) external booked watched {
        uint64 index = uint64(seed % SLOTS);
        ICapacityTokens.Slot memory slot = capacity.slot(deviceId, index);
        uint256 expiresAt = _expiry(index);
        if (sales == MAX_SALES || slot.failed || slot.attested == slot.issued || block.timestamp >= expiresAt) return;
        // Few prices, so that buyers often hold alike: three fixed ones, and one that falls from 3 to 1.
        price = seed % 2 == 0 ? 1 + price % 3 * 1003 : 3;
        ++sales;
        ++taken["openSale"];
        vm.prank(_crew.plant);
        market.openSale(
            ICapacityMarket.SaleTerms({
                deviceId: deviceId,
                slotIndex: index,
                opensAt: uint40(block.timestamp),
                closesAt: uint40(expiresAt),
                quantity: slot.attested - slot.issued,
                startPrice: price,
                floorPrice: seed % 2 == 0 ? price : 1
            })
        );
    }

    function buy(uint256 seed, uint24 quantity) external booked watched {
        for (uint256 i; i < sales; ++i) {
            uint256 id = 1 + (seed % sales + i) % sales;
            ICapacityMarket.Sale memory sale = market.sale(id);
            ICapacityTokens.Slot memory slot = capacity.slot(deviceId, sale.slotIndex);
            uint24 most = slot.attested - slot.issued;
            if (sale.quantity - sale.sold < most) most = sale.quantity - sale.sold;
            if (most == 0 || slot.failed || block.timestamp >= sale.closesAt) continue;
            ++taken["buy"];
            vm.prank(_trader(seed >> 64));
            market.buy(id, uint24(bound(quantity, 1, most)), type(uint128).max);
            return;
        }
    }

    function closeSale(uint256 seed) external booked watched {
        if (sales == 0) return;
        uint256 id = 1 + seed % sales;
        if (seed % 3 != 0 || block.timestamp >= market.sale(id).closesAt) return;
        ++taken["closeSale"];
        vm.prank(_crew.plant);
        market.closeSale(id);
    }

    function move(uint256 seed, uint24 quantity) external booked watched {
        (bool found, uint256 tokenId, address from) = _held(seed, true);
        if (!found) return;
        ++taken["move"];
        quantity = uint24(bound(quantity, 1, capacity.balanceOf(from, tokenId)));
        vm.prank(from);
        capacity.safeTransferFrom(from, _trader(seed >> 128), tokenId, quantity, "");
    }

    function redeem(uint256 seed, uint24 quantity) external booked watched {
        (bool found, uint256 tokenId, address holder) = _held(seed, true);
        if (!found) return;
        ++taken["redeem"];
        ++redemptions;
        quantity = uint24(bound(quantity, 1, capacity.balanceOf(holder, tokenId)));
        vm.prank(holder);
        market.redeem(tokenId, quantity, "production order");
    }

    function breakDown(uint256 seed) external booked watched {
        uint64 index = uint64(seed % SLOTS);
        ICapacityTokens.Slot memory slot = capacity.slot(deviceId, index);
        if (seed % 3 != 0 || slot.attester == address(0) || slot.failed) return;
        if (block.timestamp >= _expiry(index)) return;
        ++taken["fail"];
        vm.prank(seed % 2 == 0 ? _crew.plant : _crew.attester);
        capacity.failSlot(deviceId, index, "down");
    }

    function report(uint256 seed, uint24 ran) external booked watched {
        for (uint256 i; i < redemptions; ++i) {
            (uint256 id, ICapacityMarket.Redemption memory record, uint64 index) = _run(seed, i);
            (, uint256 startsAt,, uint256 reportEnd) = capacity.slotTimes(deviceId, index);
            if (record.status != ICapacityMarket.RedemptionStatus.Redeemed || _hasFailed[index]) continue;
            if (block.timestamp < startsAt || block.timestamp >= reportEnd) continue;
            ++taken["report"];
            vm.prank(_crew.attester);
            market.reportRun(id, uint24(bound(ran, 0, record.quantity)), "machine time");
            return;
        }
    }

    function dispute(uint256 seed) external booked watched {
        for (uint256 i; i < redemptions; ++i) {
            (uint256 id, ICapacityMarket.Redemption memory record, uint64 index) = _run(seed, i);
            (,,, uint256 reportEnd) = capacity.slotTimes(deviceId, index);
            bool silent = record.status == ICapacityMarket.RedemptionStatus.Redeemed && block.timestamp >= reportEnd;
            if (!silent && record.status != ICapacityMarket.RedemptionStatus.Reported) continue;
            if (_hasFailed[index] || block.timestamp >= record.decidesAt) continue;
            ++taken["dispute"];
            vm.prank(seed % 2 == 0 ? _crew.plant : record.holder);
            market.disputeRun(id, "no");
            return;
        }
    }

    function rule(uint256 seed, uint24 ran) external booked watched {
        for (uint256 i; i < redemptions; ++i) {
            (uint256 id, ICapacityMarket.Redemption memory record,) = _run(seed, i);
            if (record.status != ICapacityMarket.RedemptionStatus.Disputed) continue;
            if (block.timestamp >= record.decidesAt) continue;
            ++taken["rule"];
            vm.prank(_crew.arbiter);
            market.rule(id, uint24(bound(ran, 0, record.quantity)), "ruling");
            return;
        }
    }

    function consent(uint256 seed) external booked watched {
        for (uint256 i; i < redemptions; ++i) {
            (uint256 id, ICapacityMarket.Redemption memory record,) = _run(seed, i);
            if ((seed >> 8) % 2 != 0 || record.status == ICapacityMarket.RedemptionStatus.Settled) continue;
            bool acknowledged = seed % 2 == 0;
            ++taken[acknowledged ? "acknowledge" : "concede"];
            vm.prank(acknowledged ? record.holder : _crew.plant);
            if (acknowledged) market.acknowledge(id);
            else market.concede(id);
            return;
        }
    }

    function settle(uint256 seed) external booked watched {
        for (uint256 i; i < redemptions; ++i) {
            (uint256 id, ICapacityMarket.Redemption memory record, uint64 index) = _run(seed, i);
            if (record.status == ICapacityMarket.RedemptionStatus.Settled) continue;
            if (!_hasFailed[index] && block.timestamp < record.decidesAt) continue;
            ++taken["settle"];
            market.settle(id);
            return;
        }
    }

    function expireOrRefund(uint256 seed) external booked watched {
        (bool found, uint256 tokenId, address holder) = _held(seed, false);
        if (!found) return;
        bool failed = _hasFailed[uint64(tokenId >> 128)];
        ++taken[failed ? "refund" : "expire"];
        if (failed) market.refund(tokenId, holder);
        else market.expire(tokenId, holder);
    }

    function withdraw(uint256 seed) external booked watched {
        address account = seed % 4 == 3 ? _crew.plant : _crew.traders[seed % 4];
        if (market.owed(account) == 0) return;
        ++taken["withdraw"];
        market.withdraw(account);
    }

    /// Dead tokens are moved, redeemed, and live ones burnt by strangers: none of it may go through.
    function meddle(uint256 seed) external booked watched {
        (bool found, uint256 tokenId, address from) = _held(seed, false);
        if (!found) return;
        ++taken["meddle"];
        address to = _crew.traders[0] == from ? _crew.traders[1] : _crew.traders[0];
        bytes memory call_ = abi.encodeCall(capacity.safeTransferFrom, (from, to, tokenId, 1, ""));
        if (_went(from, address(capacity), call_)) ++meddled;
        call_ = abi.encodeCall(market.redeem, (tokenId, 1, "production order"));
        if (_went(from, address(market), call_)) ++meddled;
        bool failed = _hasFailed[uint64(tokenId >> 128)];
        call_ = failed ? abi.encodeCall(market.expire, (tokenId, from)) : abi.encodeCall(market.refund, (tokenId, from));
        if (_went(from, address(market), call_)) ++meddled;
        if (_went(from, address(capacity), abi.encodeCall(capacity.burn, (from, tokenId, 1)))) ++meddled;
    }

    function wait(uint256 time) external {
        moved = false;
        ++taken["wait"];
        skip(bound(time, 1, 80 minutes));
    }

    // ---- helpers ----

    function crew() external view returns (Crew memory) {
        return _crew;
    }

    function _went(address who, address target, bytes memory call_) private returns (bool done) {
        vm.prank(who);
        (done,) = target.call(call_);
    }

    function _trader(uint256 seed) private view returns (address) {
        return _crew.traders[seed % 3];
    }

    function _expiry(uint64 index) private view returns (uint256 expiresAt) {
        (expiresAt,,,) = capacity.slotTimes(deviceId, index);
    }

    function _run(uint256 seed, uint256 i)
        private
        view
        returns (uint256 id, ICapacityMarket.Redemption memory record, uint64 index)
    {
        id = 1 + (seed % redemptions + i) % redemptions;
        record = market.redemption(id);
        index = uint64(record.tokenId >> 128);
    }

    /// A token that somebody holds: alive, or dead.
    function _held(uint256 seed, bool alive) private view returns (bool, uint256, address) {
        uint256 all = _tokenIds.length * 3;
        for (uint256 i; i < all; ++i) {
            uint256 place = (seed % all + i) % all;
            uint256 tokenId = _tokenIds[place / 3];
            address holder = _crew.traders[place % 3];
            uint64 index = uint64(tokenId >> 128);
            bool lives = !_hasFailed[index] && block.timestamp < _expiry(index);
            if (lives == alive && capacity.balanceOf(holder, tokenId) != 0) return (true, tokenId, holder);
        }
        return (false, 0, address(0));
    }
}
