// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { CapacityMarket } from "../../../../contracts/capacity/CapacityMarket.sol";
import { CapacityTokens } from "../../../../contracts/capacity/CapacityTokens.sol";
import { ICapacityMarket } from "../../../../contracts/capacity/interfaces/ICapacityMarket.sol";
import { Offices } from "../../../../contracts/identity/Offices.sol";
import { Participants } from "../../../../contracts/identity/Participants.sol";
import { CapacityModel } from "./CapacityModel.sol";
import { CapacityRunSteps } from "./CapacityRunSteps.sol";

/// All that a plant, who judges it and three traders can do with four slots of one device in two editions of the market,
/// at random, mostly rightly and sometimes not; posts change hands, the old edition is retired and dismissed. Whether a
/// call may go through, the model says beforehand.
contract CapacityHandler is CapacityRunSteps {
    uint256 public constant MAX_SALES = 10;

    constructor(
        CapacityTokens capacity_,
        CapacityMarket[2] memory markets_,
        Participants participants_,
        uint64 deviceId_,
        uint256 gridStart,
        Crew memory crew_
    ) CapacityModel(capacity_, markets_, participants_, deviceId_, gridStart, crew_) { }

    // ---- slots ----

    function attest(uint256 seed, uint24 free) external booked {
        uint64 index = uint64(seed % SLOTS);
        SlotModel storage slot = _slots[index];
        free = uint24(bound(free, seed % 3 == 0 ? 0 : 20, 62));
        address who = _somebody(_attester, seed >> 16);
        bool may =
            who == _attester && !slot.failed && free <= 60 && free >= slot.issued && block.timestamp < _expiry(index);
        _call(
            "attest",
            who,
            address(capacity),
            abi.encodeCall(capacity.attestCapacity, (deviceId, index, free, "schedule")),
            may
        );
        if (!may) return;
        slot.attested = free;
        slot.isAttested = true;
    }

    function breakDown(uint256 seed) external booked {
        if (seed % 2 != 0) return;
        uint64 index = uint64((seed >> 4) % SLOTS);
        SlotModel storage slot = _slots[index];
        address who = _somebody((seed >> 8) % 2 == 0 ? _crew.plant : _attester, seed >> 16);
        bool may = (who == _crew.plant || who == _attester) && slot.isAttested && !slot.failed
            && block.timestamp < _expiry(index);
        _call("fail", who, address(capacity), abi.encodeCall(capacity.failSlot, (deviceId, index, "down")), may);
        if (may) slot.failed = true;
    }

    // ---- sales ----

    function openSale(uint256 seed, uint128 price) external booked {
        (bool found, uint64 index) = _sellable(seed);
        if (!found || _sales.length == MAX_SALES) return;
        SlotModel storage slot = _slots[index];
        uint256 market = (seed >> 8) % 4 == 0 ? 1 : _retired[0] ? (seed >> 8) % 2 : 0;
        // Few prices, so that buyers often hold alike: three fixed ones, and one that falls from 3 to 1.
        price = seed % 2 == 0 ? 1 + price % 3 * 1003 : 3;
        SaleModel memory sale = SaleModel({
            market: market,
            id: market * 10 ** 9 + _salesOf[market] + 1,
            slot: index,
            opensAt: block.timestamp,
            closesAt: _expiry(index),
            quantity: slot.attested - slot.issued,
            sold: 0,
            startPrice: price,
            floorPrice: seed % 2 == 0 ? price : 1
        });
        address who = _somebody(_crew.plant, seed >> 16);
        bool may =
            who == _crew.plant && !slot.failed && !_retired[market] && (_numbers[market] != 0 || !_dismissed[market]);
        _call("openSale", who, address(markets[market]), abi.encodeCall(ICapacityMarket.openSale, (_terms(sale))), may);
        if (!may) return;
        ++_salesOf[market];
        if (_numbers[market] == 0) _numbers[market] = ++_lastNumber;
        _sales.push(sale);
    }

    function buy(uint256 seed, uint24 quantity) external booked {
        if (_sales.length == 0) return;
        SaleModel storage sale = _sales[_buyable(seed)];
        SlotModel storage slot = _slots[sale.slot];
        quantity = uint24(bound(quantity, 0, 61));
        uint24 most = slot.attested - slot.issued;
        if (sale.quantity - sale.sold < most) most = sale.quantity - sale.sold;
        if ((seed >> 64) % 4 != 0 && most != 0) quantity = quantity % most + 1;
        address who = _somebody(_crew.traders[(seed >> 32) % 3], seed >> 16);
        bool may = _isTrader(who) && quantity != 0 && quantity <= most && block.timestamp < sale.closesAt
            && !slot.failed && !_dismissed[sale.market];
        uint256 tokenId = may ? _idOf(sale.slot, sale.market, _priceNow(sale)) : 0;
        bytes memory answer = _call(
            "buy",
            who,
            address(markets[sale.market]),
            abi.encodeCall(ICapacityMarket.buy, (sale.id, quantity, type(uint128).max)),
            may
        );
        if (!may) return;
        assertEq(abi.decode(answer, (uint256)), tokenId, "the id that the model computes");
        sale.sold += quantity;
        slot.issued += quantity;
        _balance[tokenId][who] += quantity;
    }

    function closeSale(uint256 seed) external booked {
        if (_sales.length == 0) return;
        SaleModel storage sale = _sales[(seed >> 8) % _sales.length];
        address who = _somebody(_crew.plant, seed >> 16);
        bool may = who == _crew.plant && block.timestamp < sale.closesAt;
        _call(
            "closeSale", who, address(markets[sale.market]), abi.encodeCall(ICapacityMarket.closeSale, (sale.id)), may
        );
        if (may) sale.closesAt = block.timestamp;
    }

    /// A slot that has free minutes and lies ahead, failed or not.
    function _sellable(uint256 seed) private view returns (bool, uint64 index) {
        for (uint256 i; i < SLOTS; ++i) {
            index = uint64((seed % SLOTS + i) % SLOTS);
            if (_slots[index].attested != _slots[index].issued && block.timestamp < _expiry(index)) {
                return (true, index);
            }
        }
        return (false, 0);
    }

    /// A sale that is open and not sold out, mostly.
    function _buyable(uint256 seed) private view returns (uint256 place) {
        for (uint256 i; i < _sales.length; ++i) {
            place = (seed % _sales.length + i) % _sales.length;
            SaleModel storage sale = _sales[place];
            bool isOpen = block.timestamp < sale.closesAt && sale.sold < sale.quantity;
            if (isOpen || (seed >> 40) % 8 == 0) return place;
        }
    }

    function _terms(SaleModel memory sale) private view returns (ICapacityMarket.SaleTerms memory) {
        return ICapacityMarket.SaleTerms({
            deviceId: deviceId,
            slotIndex: sale.slot,
            opensAt: uint40(sale.opensAt),
            closesAt: uint40(sale.closesAt),
            quantity: sale.quantity,
            startPrice: uint128(sale.startPrice),
            floorPrice: uint128(sale.floorPrice)
        });
    }

    // ---- the house changes ----

    /// A post goes to another key, as in production; now and then it is emptied and stays vacant.
    function changeHands(uint256 seed) external booked {
        bool isAttester = seed % 2 == 0;
        uint32 post = isAttester ? _crew.attesterPost : _crew.arbiterPost;
        address holder = isAttester ? _attester : _arbiter;
        if (holder == address(0)) return;
        address heir = isAttester ? _crew.attesters[(seed >> 8) % 3] : _crew.arbiters[(seed >> 8) % 3];
        if ((seed >> 16) % 10 == 0) {
            ++taken["vacate"];
            vm.prank(_crew.admin);
            _participants.vacatePost(post);
            heir = address(0);
        } else {
            if (heir == holder) return;
            ++taken["handOver"];
            vm.prank(holder);
            _participants.offerPost(post, heir);
            vm.prank(heir);
            _participants.takePost(post);
        }
        if (isAttester) _attester = heir;
        else _arbiter = heir;
    }

    /// The old edition opens nothing more; later it loses its office and issues nothing more.
    function succeed(uint256 seed) external booked {
        if (seed % 3 != 0) return;
        if (!_retired[0]) {
            ++taken["retire"];
            vm.prank(_crew.guardian);
            _participants.retire(address(markets[0]));
            _retired[0] = true;
        } else if (!_dismissed[0]) {
            ++taken["dismiss"];
            vm.prank(_crew.admin);
            _participants.revokeRole(Offices.MARKET, address(markets[0]));
            _dismissed[0] = true;
        }
    }

    // ---- what nobody may ----

    /// Any function that is not for anybody, with any arguments, by somebody who has no part in it.
    function intrude(uint256 seed, uint256 x, uint256 y, bytes32 z) external booked {
        ++taken["intrude"];
        address[5] memory all = [
            _crew.stranger,
            _crew.outsider,
            _crew.admin,
            _crew.guardian,
            seed % 2 == 0 ? _crew.arbiters[2] : address(this)
        ];
        address who = all[(seed >> 8) % 5];
        if (who == _arbiter) return;
        uint256 tokenId = _tokenIds.length == 0 || seed % 3 == 0 ? x : _tokenIds[x % _tokenIds.length];
        uint256 run = _runs.length == 0 || seed % 3 == 0 ? x : _runs[x % _runs.length].id;
        bytes[18] memory calls = [
            abi.encodeCall(ICapacityMarket.closeSale, (x % 12)),
            abi.encodeCall(ICapacityMarket.buy, (x % 12, uint24(y % 70), type(uint128).max)),
            abi.encodeCall(ICapacityMarket.redeem, (tokenId, uint24(y % 70), z)),
            abi.encodeCall(ICapacityMarket.reportRun, (run, uint24(y % 70), z)),
            abi.encodeCall(ICapacityMarket.disputeRun, (run, z)),
            abi.encodeCall(ICapacityMarket.withdrawRunDispute, (run)),
            abi.encodeCall(ICapacityMarket.rule, (run, uint24(y % 70), z)),
            abi.encodeCall(ICapacityMarket.acknowledge, (run)),
            abi.encodeCall(ICapacityMarket.concede, (run)),
            abi.encodeCall(capacity.attestCapacity, (deviceId, uint64(x % SLOTS), uint24(y % 70), z)),
            abi.encodeCall(capacity.failSlot, (deviceId, uint64(x % SLOTS), z)),
            abi.encodeCall(capacity.issue, (who, deviceId, uint64(x % SLOTS), uint96(y), uint24(y % 70))),
            abi.encodeCall(capacity.burn, (_crew.traders[y % 3], tokenId, uint24(y % 70))),
            abi.encodeCall(capacity.numberMarket, ()),
            abi.encodeCall(capacity.nameAttester, (deviceId, uint32(x % 5))),
            abi.encodeCall(capacity.safeTransferFrom, (_crew.traders[y % 3], who, tokenId, y % 70, "")),
            abi.encodeCall(
                ICapacityMarket.openSale,
                (ICapacityMarket.SaleTerms(
                        deviceId, uint64(x % SLOTS), uint40(block.timestamp), uint40(block.timestamp + 60), 1, 1, 1
                    ))
            ),
            abi.encodePacked(bytes4(z), abi.encode(x, y, z))
        ];
        uint256 which = (seed >> 16) % 18;
        bool ofTokens = which >= 9 && which < 16;
        if (which == 17 && (seed >> 32) % 2 == 0) ofTokens = true;
        address target = ofTokens ? address(capacity) : address(markets[(seed >> 64) % 2]);
        vm.prank(who);
        (bool done,) = target.call(calls[which]);
        _refused = !done;
        if (done) ++intruded;
    }

    function wait(uint256 time) external {
        moved = false;
        ++taken["wait"];
        skip(bound(time, 1, 60 minutes));
    }
}
