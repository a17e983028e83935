// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IBetOutcomes } from "../../../contracts/bets/interfaces/IBetOutcomes.sol";

/// Bets as a test sets them, active until they are settled; broken on demand.
contract StandInBets is IBetOutcomes {
    error Broken();

    bool public broken;
    address private immutable _sponsor;
    mapping(uint256 betId => address) private _other;
    mapping(uint256 betId => bool) private _unsigned;
    mapping(uint256 betId => uint256) private _group;
    mapping(uint256 betId => uint40) private _settled;
    mapping(uint256 betId => mapping(address account => bool)) private _absent;
    mapping(uint256 betId => mapping(address account => uint256[3])) private _short;

    constructor(address sponsor) {
        _sponsor = sponsor;
    }

    function setSponsor(uint256 betId, address sponsor) external {
        _other[betId] = sponsor;
    }

    /// It waits for signatures, or was voided for want of them.
    function setUnsigned(uint256 betId) external {
        _unsigned[betId] = true;
    }

    function set(uint256 betId, uint256 groupId, uint40 settled) external {
        _group[betId] = groupId;
        _settled[betId] = settled;
    }

    /// The account did not sign: everybody else did.
    function setAbsent(uint256 betId, address account, bool absent) external {
        _absent[betId][account] = absent;
    }

    function setShort(uint256 betId, address account, uint256 shortfallBps, uint16 measured, uint16 periods) external {
        _short[betId][account] = [shortfallBps, measured, periods];
    }

    function breakDown() external {
        broken = true;
    }

    function groupOf(uint256 betId) external view returns (uint256) {
        return _group[betId];
    }

    function sponsorOf(uint256 betId) external view returns (address) {
        if (_group[betId] == 0) return address(0);
        return _other[betId] == address(0) ? _sponsor : _other[betId];
    }

    function isActive(uint256 betId) external view returns (bool) {
        return _group[betId] != 0 && _settled[betId] == 0 && !_unsigned[betId];
    }

    function settledAt(uint256 betId) external view returns (uint40) {
        if (broken) revert Broken();
        return _settled[betId];
    }

    function isParty(uint256 betId, address account) external view returns (bool) {
        return !_absent[betId][account];
    }

    function shortfallOf(uint256 betId, address account) external view returns (uint256, uint16, uint16) {
        uint256[3] storage short = _short[betId][account];
        return (short[0], uint16(short[1]), uint16(short[2]));
    }
}
