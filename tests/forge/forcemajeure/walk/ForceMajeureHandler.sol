// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { ForceMajeure } from "../../../../contracts/forcemajeure/ForceMajeure.sol";
import { Participants } from "../../../../contracts/identity/Participants.sol";
import { TestBase } from "../../support/TestBase.sol";

/// Declarations for two regions, disputed by three participants, ruled or not, at random, mostly rightly and sometimes
/// not; posts change hands. The handler keeps a list of days and every window by itself and says beforehand what may go
/// through.
contract ForceMajeureHandler is TestBase {
    uint256 public constant SPAN = 90; // days that the walk looks at
    uint256 public constant MAX_DECLARATIONS = 24;

    struct Model {
        uint256 region;
        uint256 fromDay;
        uint256 count;
        uint256 disputeBy;
        uint8 disputing; // bits of participants
        uint8 spoken;
        bool closed;
    }

    struct Crew {
        address[3] parties;
        address outsider;
        address admin;
        address[2] reporters;
        address[2] arbiters;
        uint32 reporterPost;
        uint32 arbiterPost;
    }

    ForceMajeure public immutable register;
    Participants private immutable _participants;
    uint256 public immutable base; // first day of the span
    uint256 private immutable _disputeSeconds;
    uint256 private immutable _rulingSeconds;
    Crew private _crew;
    address private _reporter;
    address private _arbiter;
    Model[] private _models;
    uint256[2] private _listed;
    uint256 public intruded;
    mapping(string step => uint256 times) public taken;

    constructor(ForceMajeure register_, Participants participants, Crew memory crew) {
        register = register_;
        _participants = participants;
        _crew = crew;
        _reporter = crew.reporters[0];
        _arbiter = crew.arbiters[0];
        base = block.timestamp / 1 days - 30;
        _disputeSeconds = register_.DISPUTE_SECONDS();
        _rulingSeconds = register_.RULING_SECONDS();
    }

    function region(uint256 index) public pure returns (bytes32) {
        return index == 0 ? keccak256("north") : keccak256("south");
    }

    function models() external view returns (Model[] memory) {
        return _models;
    }

    /// Days of a region that stand, as bits from `base` on.
    function listed(uint256 index) external view returns (uint256) {
        return _listed[index];
    }

    function standsAt(Model memory model) public view returns (uint256) {
        if (model.closed) return 0;
        return model.disputing == 0 ? model.disputeBy : model.disputeBy + _rulingSeconds;
    }

    // ---- steps ----

    function declare(uint256 seed, uint256 first, uint256 count) external {
        if (_models.length == MAX_DECLARATIONS) return;
        uint256 today = block.timestamp / 1 days;
        if (today >= base + SPAN - 2) return;
        first = bound(first, today - 32, today + 1);
        count = bound(count, 0, seed % 4 == 0 ? 33 : 6);
        address who = _somebody(_reporter, seed >> 8);
        bool may = who == _reporter && count != 0 && count <= 31 && first + 30 >= today && first + count - 1 <= today;
        bytes memory data =
            abi.encodeCall(ForceMajeure.declare, (region((seed >> 4) % 2), uint32(first), uint16(count), "evidence"));
        if (!_call("declare", who, data, may)) return;
        _models.push(
            Model({
                region: (seed >> 4) % 2,
                fromDay: first,
                count: count,
                disputeBy: block.timestamp + _disputeSeconds,
                disputing: 0,
                spoken: 0,
                closed: false
            })
        );
    }

    function dispute(uint256 seed) external {
        (bool found, uint256 place) = _open(seed);
        if (!found) return;
        Model storage model = _models[place];
        uint256 party = (seed >> 4) % 3;
        address who = _somebody(_crew.parties[party], seed >> 8);
        uint8 voice = _voice(who);
        bool may = voice != 0 && !model.closed && model.spoken & voice == 0 && block.timestamp < model.disputeBy;
        if (!_call("dispute", who, abi.encodeCall(ForceMajeure.dispute, (place + 1, "no")), may)) return;
        model.disputing |= voice;
        model.spoken |= voice;
    }

    function withdraw(uint256 seed) external {
        (bool found, uint256 place) = _open(seed);
        if (!found) return;
        Model storage model = _models[place];
        address who = _somebody(_crew.parties[(seed >> 4) % 3], seed >> 8);
        uint8 voice = _voice(who);
        bool may = !model.closed && model.disputing & voice != 0;
        if (!_call("withdraw", who, abi.encodeCall(ForceMajeure.withdrawDispute, (place + 1)), may)) return;
        model.disputing &= ~voice;
    }

    function rule(uint256 seed, uint256 first, uint256 count) external {
        (bool found, uint256 place) = _open(seed);
        if (!found) return;
        Model storage model = _models[place];
        first = bound(first, model.fromDay - 1, model.fromDay + model.count);
        count = bound(count, 0, model.count + 1);
        address who = _somebody(_arbiter, seed >> 8);
        bool within = count == 0 || first >= model.fromDay && first + count <= model.fromDay + model.count;
        bool may = who == _arbiter && !model.closed && model.disputing != 0 && within
            && block.timestamp < model.disputeBy + _rulingSeconds;
        bytes memory data = abi.encodeCall(ForceMajeure.rule, (place + 1, uint32(first), uint16(count), "ruling"));
        if (!_call("rule", who, data, may)) return;
        model.closed = true;
        if (count != 0) model.fromDay = first;
        model.count = count;
        _list(model);
    }

    function applyDeclaration(uint256 seed) external {
        (bool found, uint256 place) = _open(seed);
        if (!found) return;
        Model storage model = _models[place];
        bool may = !model.closed && block.timestamp >= standsAt(model);
        bytes memory data = abi.encodeCall(ForceMajeure.applyDeclaration, (place + 1));
        if (!_call("apply", _crew.outsider, data, may)) return;
        model.closed = true;
        _list(model);
    }

    function changeHands(uint256 seed) external {
        bool isReporter = seed % 2 == 0;
        address holder = isReporter ? _reporter : _arbiter;
        address[2] memory keys = isReporter ? _crew.reporters : _crew.arbiters;
        address heir = holder == keys[0] ? keys[1] : keys[0];
        uint32 post = isReporter ? _crew.reporterPost : _crew.arbiterPost;
        ++taken["handOver"];
        vm.prank(holder);
        _participants.offerPost(post, heir);
        vm.prank(heir);
        _participants.takePost(post);
        if (isReporter) _reporter = heir;
        else _arbiter = heir;
    }

    /// Any function but `applyDeclaration`, with any arguments, by somebody who has no part in it.
    function intrude(uint256 seed, uint256 x, uint256 y, bytes32 z) external {
        ++taken["intrude"];
        address[4] memory all = [_crew.outsider, _crew.admin, address(this), address(register)];
        bytes[5] memory calls = [
            abi.encodeCall(ForceMajeure.declare, (z, uint32(x), uint16(y % 40), z)),
            abi.encodeCall(ForceMajeure.dispute, (1 + x % 24, z)),
            abi.encodeCall(ForceMajeure.withdrawDispute, (1 + x % 24)),
            abi.encodeCall(ForceMajeure.rule, (1 + x % 24, uint32(y), uint16(x % 40), z)),
            abi.encodePacked(bytes4(z), abi.encode(x, y, z))
        ];
        vm.prank(all[seed % 4]);
        (bool done,) = address(register).call(calls[(seed >> 8) % 5]);
        if (done) ++intruded;
    }

    function wait(uint256 time) external {
        ++taken["wait"];
        skip(bound(time, 1, 2 days));
    }

    // ---- helpers ----

    function _list(Model storage model) private {
        for (uint256 day = model.fromDay; day < model.fromDay + model.count; ++day) {
            _listed[model.region] |= 1 << (day - base);
        }
    }

    function _call(string memory step, address who, bytes memory data, bool may) private returns (bool) {
        vm.prank(who);
        (bool done,) = address(register).call(data);
        assertEq(done, may, step);
        ++taken[may ? step : "refused"];
        return may;
    }

    function _somebody(address rightful, uint256 seed) private view returns (address) {
        if (seed % 6 != 0) return rightful;
        address[6] memory all =
            [_crew.parties[0], _crew.outsider, _crew.admin, _crew.reporters[0], _crew.arbiters[0], _crew.arbiters[1]];
        return all[(seed >> 8) % 6];
    }

    function _voice(address who) private view returns (uint8) {
        for (uint256 i; i < 3; ++i) {
            if (who == _crew.parties[i]) return uint8(1 << i);
        }
        return 0;
    }

    function _open(uint256 seed) private view returns (bool, uint256 place) {
        uint256 all = _models.length;
        for (uint256 i; i < all; ++i) {
            place = ((seed >> 72) + i) % all;
            if (!_models[place].closed || (seed >> 48) % 8 == 0) return (true, place);
        }
        return (false, 0);
    }
}
