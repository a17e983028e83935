// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { CapacityMarket } from "../../../../contracts/capacity/CapacityMarket.sol";
import { CapacityTokens } from "../../../../contracts/capacity/CapacityTokens.sol";
import { Participants } from "../../../../contracts/identity/Participants.sol";
import { CapacityBook } from "./CapacityBook.sol";

/// What the walk keeps of devices, sales and runs by itself: windows, turns, states, balances. Nothing in it is read
/// from the contracts; the promises compare.
abstract contract CapacityModel is CapacityBook {
    uint64 public constant SLOTS = 4;
    uint256 public constant MARKETS = 2;
    uint256 internal constant _HOUR = 1 hours;

    struct Crew {
        address plant;
        address[3] traders;
        address stranger; // a participant with neither money nor minutes
        address outsider;
        address admin;
        address guardian;
        address[3] attesters; // the first holds the post at first
        address[3] arbiters;
        uint32 attesterPost;
        uint32 arbiterPost;
    }

    struct SlotModel {
        uint24 attested;
        uint24 issued;
        bool isAttested;
        bool failed;
    }

    struct SaleModel {
        uint256 market;
        uint256 id;
        uint64 slot;
        uint256 opensAt;
        uint256 closesAt;
        uint24 quantity;
        uint24 sold;
        uint256 startPrice;
        uint256 floorPrice;
    }

    struct RunModel {
        uint256 market;
        uint256 id;
        uint256 tokenId;
        address holder;
        uint24 quantity;
        uint24 ran;
        uint256 disputeBy;
        uint256 ruleBy;
        uint8 disputing;
        uint8 spoken;
        bool reported;
        bool settled;
    }

    CapacityTokens public immutable capacity;
    Participants internal immutable _participants;
    CapacityMarket[2] public markets;
    uint64 public immutable deviceId;
    uint256 internal immutable _gridStart;
    Crew internal _crew;

    SlotModel[4] internal _slots;
    SaleModel[] internal _sales;
    RunModel[] internal _runs;
    uint256[2] internal _salesOf;
    uint256[2] internal _runsOf;
    uint256[2] internal _numbers; // of the markets in ids
    uint256 internal _lastNumber;
    bool[2] internal _retired;
    bool[2] internal _dismissed; // lost the market office
    address internal _attester; // holder of the post; zero: vacant
    address internal _arbiter;
    mapping(uint256 tokenId => mapping(address holder => uint256)) internal _balance;

    mapping(string step => uint256 times) public taken;
    uint256 public intruded; // calls that went through and should not have

    constructor(
        CapacityTokens capacity_,
        CapacityMarket[2] memory markets_,
        Participants participants_,
        uint64 deviceId_,
        uint256 gridStart,
        Crew memory crew_
    ) {
        capacity = capacity_;
        markets = markets_;
        _participants = participants_;
        deviceId = deviceId_;
        _gridStart = gridStart;
        _crew = crew_;
        _attester = crew_.attesters[0];
        _arbiter = crew_.arbiters[0];
    }

    // ---- what the promises read ----

    function runs() external view returns (RunModel[] memory) {
        return _runs;
    }

    function sales() external view returns (SaleModel[] memory) {
        return _sales;
    }

    function slotModel(uint256 index) external view returns (SlotModel memory) {
        return _slots[index];
    }

    function balanceModel(uint256 tokenId, address holder) external view returns (uint256) {
        return _balance[tokenId][holder];
    }

    /// From when on a run is settled if nobody says more; zero: at once, or it is settled.
    function settleableAt(RunModel memory run) public view returns (uint256) {
        if (run.settled || _slots[_slotOf(run.tokenId)].failed) return 0;
        return run.disputing != 0 ? run.ruleBy : run.disputeBy;
    }

    // ---- times ----

    function _start(uint256 index) internal view returns (uint256) {
        return _gridStart + index * _HOUR;
    }

    function _expiry(uint256 index) internal view returns (uint256) {
        return _start(index) - 20 minutes;
    }

    function _end(uint256 index) internal view returns (uint256) {
        return _start(index) + _HOUR;
    }

    function _reportEnd(uint256 index) internal view returns (uint256) {
        return _end(index) + _HOUR;
    }

    // ---- ids and prices, by hand ----

    function _slotOf(uint256 tokenId) internal pure returns (uint64) {
        return uint64(tokenId >> 128);
    }

    function _marketOf(uint256 tokenId) internal view returns (uint256) {
        return uint32(tokenId >> 96) == _numbers[0] ? 0 : 1;
    }

    function _idOf(uint64 slot, uint256 market, uint256 price) internal view returns (uint256) {
        return uint256(deviceId) << 192 | uint256(slot) << 128 | _numbers[market] << 96 | price;
    }

    /// Start less what fell, the rest rounded up.
    function _priceNow(SaleModel storage sale) internal view returns (uint256) {
        uint256 whole = sale.closesAt - sale.opensAt;
        uint256 left = whole - (block.timestamp - sale.opensAt);
        return sale.floorPrice + ((sale.startPrice - sale.floorPrice) * left + whole - 1) / whole;
    }

    // ---- calls ----

    /// The rightful one mostly, anybody now and then.
    function _somebody(address rightful, uint256 seed) internal view returns (address) {
        if (seed % 5 != 0 && rightful != address(0)) return rightful;
        address[10] memory all = [
            _crew.plant,
            _crew.traders[0],
            _crew.traders[1],
            _crew.traders[2],
            _crew.stranger,
            _crew.outsider,
            _crew.admin,
            _crew.guardian,
            _crew.attesters[0],
            _crew.arbiters[0]
        ];
        return all[(seed >> 8) % 10];
    }

    function _isTrader(address who) internal view returns (bool) {
        return who == _crew.traders[0] || who == _crew.traders[1] || who == _crew.traders[2];
    }

    /// Calls, and the contract must agree with the model on whether it may.
    function _call(string memory step, address who, address target, bytes memory data, bool may)
        internal
        returns (bytes memory answer)
    {
        bool done;
        vm.prank(who);
        (done, answer) = target.call(data);
        assertEq(done, may, step);
        _refused = !done;
        ++taken[may ? step : "refused"];
    }
}
