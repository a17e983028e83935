// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IPeerRatings } from "../../../../contracts/chaingroup/interfaces/IPeerRatings.sol";
import { PeerRatings } from "../../../../contracts/chaingroup/PeerRatings.sol";
import { StandInCredit } from "../../support/StandInCredit.sol";
import { TestBase } from "../../support/TestBase.sol";
import { Vm } from "../../support/Vm.sol";

/// All that the members of a few groups, settled in the same second, can say of each other, at random, each time rightly. The
/// book is kept from the logs alone.
contract RatingHandler is TestBase {
    struct Sums {
        int256 weighted;
        uint256 weight;
        uint256 ratings;
        uint256 centre;
        uint256 records;
    }

    PeerRatings public immutable ratings;
    StandInCredit public immutable credit;
    uint256 public immutable count;

    bool public moved; // by the last step: a step without a log changed nothing
    uint256 public countedTwice; // pairs whose word counted again within the time
    uint256 public lopsided; // reveals whose deviations did not sum to nothing but rounding
    uint256 public heavy; // ratings that weighed more than a rater may
    mapping(string step => uint256 times) public taken;

    address[] private _members;
    mapping(uint256 groupId => mapping(address rater => bytes)) private _sealed;
    mapping(uint256 groupId => mapping(address rater => uint256)) private _revealed;
    mapping(uint256 groupId => mapping(address member => Sums)) private _sums;
    mapping(address rater => mapping(address rated => uint256)) private _countedAt;

    /// @param count_ Groups 1 to this one are settled and have these members.
    constructor(PeerRatings ratings_, StandInCredit credit_, uint256 count_, address[] memory members_) {
        ratings = ratings_;
        credit = credit_;
        count = count_;
        _members = members_;
    }

    modifier booked() {
        vm.recordLogs();
        _;
        Vm.Log[] memory logs = vm.getRecordedLogs();
        moved = logs.length != 0;
        int256 balance;
        for (uint256 i; i < logs.length; ++i) {
            balance += _book(logs[i]);
        }
        if (balance >= int256(_members.length) || -balance >= int256(_members.length)) ++lopsided;
    }

    function commit(uint256 seed) external booked {
        for (uint256 i; i < count * _members.length; ++i) {
            (uint256 id, address rater) = _pick(seed, i);
            if (_sealed[id][rater].length != 0) continue;
            (uint256 commitEnd,) = ratings.windowsOf(id);
            if (block.timestamp >= commitEnd) continue;
            IPeerRatings.Rating[] memory list = _draw(seed, rater);
            _sealed[id][rater] = abi.encode(list);
            bytes32 commitment = ratings.sealRatings(id, rater, list, bytes32(0));
            ++taken["commit"];
            vm.prank(rater);
            ratings.commitRatings(id, commitment);
            return;
        }
    }

    function reveal(uint256 seed) external booked {
        for (uint256 i; i < count * _members.length; ++i) {
            (uint256 id, address rater) = _pick(seed, i);
            if (_sealed[id][rater].length == 0 || _revealed[id][rater] != 0) continue;
            (uint256 commitEnd, uint256 revealEnd) = ratings.windowsOf(id);
            if (block.timestamp < commitEnd || block.timestamp >= revealEnd) continue;
            ++taken["reveal"];
            _revealed[id][rater] = 1;
            IPeerRatings.Rating[] memory list = abi.decode(_sealed[id][rater], (IPeerRatings.Rating[]));
            vm.prank(rater);
            ratings.revealRatings(id, list, bytes32(0));
            return;
        }
    }

    function record(uint256 seed) external booked {
        for (uint256 i; i < count * _members.length; ++i) {
            (uint256 id, address member) = _pick(seed, i);
            if (_sums[id][member].weight == 0 || _sums[id][member].records != 0) continue;
            (, uint256 revealEnd) = ratings.windowsOf(id);
            if (block.timestamp < revealEnd) continue;
            ++taken["record"];
            ratings.recordRatings(id, member);
            return;
        }
    }

    function score(uint256 seed, uint16 bps) external {
        moved = false;
        ++taken["score"];
        credit.set(_members[seed % _members.length], bps % 10_001);
    }

    function wait(uint32 time) external {
        moved = false;
        ++taken["wait"];
        skip(bound(time, 1, 18 hours));
    }

    function sums(uint256 groupId, address member) external view returns (Sums memory) {
        return _sums[groupId][member];
    }

    function members() external view returns (address[] memory) {
        return _members;
    }

    /// A list of two or more of the others, in ascending order: members are.
    function _draw(uint256 seed, address rater) private view returns (IPeerRatings.Rating[] memory list) {
        uint256 length;
        IPeerRatings.Rating[] memory all = new IPeerRatings.Rating[](_members.length);
        uint256 leftOut = seed % (2 * _members.length);
        for (uint256 i; i < _members.length; ++i) {
            if (_members[i] == rater || (i == leftOut && _members.length > 3)) continue;
            all[length++] = IPeerRatings.Rating({
                rated: _members[i],
                scoreBps: uint16(uint256(keccak256(abi.encode(seed, i))) % 10_001),
                reasonRef: bytes32(0)
            });
        }
        list = new IPeerRatings.Rating[](length);
        for (uint256 i; i < length; ++i) {
            list[i] = all[i];
        }
    }

    function _book(Vm.Log memory log) private returns (int256 weighted) {
        uint256 id = uint256(log.topics[1]);
        if (log.topics[0] == IPeerRatings.PeerRated.selector) {
            address rater = address(uint160(uint256(log.topics[2])));
            address rated = address(uint160(uint256(log.topics[3])));
            uint64 weight;
            uint16 centre;
            (, weight, weighted, centre,) = abi.decode(log.data, (uint16, uint64, int128, uint16, bytes32));
            if (weight == 0) return weighted;
            if (weight > 10_000) ++heavy;
            uint256 last = _countedAt[rater][rated];
            if (last != 0 && block.timestamp < last + 90 days) ++countedTwice;
            _countedAt[rater][rated] = block.timestamp;
            Sums storage entry = _sums[id][rated];
            entry.weighted += weighted;
            entry.weight += weight;
            entry.ratings += 1;
            entry.centre = centre;
        } else if (log.topics[0] == IPeerRatings.PeerOutcomeRecorded.selector) {
            _sums[id][address(uint160(uint256(log.topics[2])))].records += 1;
        }
    }

    function _pick(uint256 seed, uint256 i) private view returns (uint256 id, address member) {
        uint256 all = count * _members.length;
        uint256 place = (seed % all + i) % all;
        return (1 + place / _members.length, _members[place % _members.length]);
    }
}
