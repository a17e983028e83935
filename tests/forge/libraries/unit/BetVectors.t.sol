// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { BetMath } from "../../../../contracts/libraries/BetMath.sol";
import { TestBase } from "../../support/TestBase.sol";

/// The cheat codes that read JSON.
interface VmBetJson {
    function keyExistsJson(string calldata json, string calldata key) external view returns (bool);
    function parseJsonUint(string calldata json, string calldata key) external pure returns (uint256);
    function parseJsonUintArray(string calldata json, string calldata key) external pure returns (uint256[] memory);
}

/// The table that `tests/reference/bet_math.py` writes: the model and the contracts compute alike.
contract BetVectorsTest is TestBase {
    VmBetJson private constant _JSON = VmBetJson(address(uint160(uint256(keccak256("hevm cheat code")))));

    struct Ends {
        uint256[] stakes;
        uint256[] shareBps;
        uint256[] tolerances;
        uint256[] slopes;
        uint256[] caps;
        uint256[] shortfalls;
        uint256[] attained;
        uint256[] penalties;
        uint256[] shares;
        uint256[] payouts;
    }

    string private _table;
    string private _case;

    function setUp() public {
        _table = vm.readFile("tests/vectors/bet_math.json");
    }

    function test_attainment() public view {
        uint256[] memory expected = _values(".attainment.expected");
        uint256[] memory value = _values(".attainment.value");
        uint256[] memory floor = _values(".attainment.floor");
        uint256[] memory base = _values(".attainment.base");
        uint256[] memory stretch = _values(".attainment.stretch");
        uint256[] memory factor = _values(".attainment.factor");
        for (uint256 i; i < expected.length; ++i) {
            uint256 found = BetMath.attainmentDown(value[i], floor[i], base[i], stretch[i], factor[i]);
            assertEq(found, expected[i], vm.toString(i));
        }
        assertGt(expected.length, 200, "vectors");
    }

    function test_index_factor() public view {
        uint256[] memory expected = _values(".index_factor.expected");
        uint256[] memory value = _values(".index_factor.value");
        uint256[] memory baseline = _values(".index_factor.baseline");
        uint256[] memory elasticity = _values(".index_factor.elasticity");
        uint256[] memory up = _values(".index_factor.max_up");
        uint256[] memory down = _values(".index_factor.max_down");
        for (uint256 i; i < expected.length; ++i) {
            uint256 found = BetMath.indexFactor(value[i], baseline[i], elasticity[i], up[i], down[i]);
            assertEq(found, expected[i], vm.toString(i));
        }
        assertGt(expected.length, 50, "vectors");
    }

    function test_penalty_and_outcome() public view {
        uint256[] memory expected = _values(".penalty.expected");
        uint256[] memory outcome = _values(".penalty.outcome");
        uint256[] memory stake = _values(".penalty.stake");
        uint256[] memory shortfall = _values(".penalty.shortfall");
        uint256[] memory periods = _values(".penalty.periods");
        uint256[] memory tolerance = _values(".penalty.tolerance");
        uint256[] memory slope = _values(".penalty.slope");
        uint256[] memory cap = _values(".penalty.cap");
        for (uint256 i; i < expected.length; ++i) {
            uint256 found = BetMath.penaltyUp(stake[i], shortfall[i], periods[i], tolerance[i], slope[i], cap[i]);
            assertEq(found, expected[i], vm.toString(i));
            assertEq(BetMath.outcomeDown(shortfall[i], periods[i]), outcome[i], vm.toString(i));
        }
        assertGt(expected.length, 100, "vectors");
    }

    function test_excused() public view {
        uint256[] memory expected = _values(".excused.expected");
        uint256[] memory shortfall = _values(".excused.shortfall");
        uint256[] memory days_ = _values(".excused.days");
        uint256[] memory periodSeconds = _values(".excused.period_seconds");
        for (uint256 i; i < expected.length; ++i) {
            assertEq(BetMath.excusedDown(shortfall[i], days_[i], periodSeconds[i]), expected[i], vm.toString(i));
        }
        assertGt(expected.length, 80, "vectors");
    }

    function test_whole_settlements() public {
        uint256 count;
        while (this.settled(count)) {
            ++count;
        }
        assertEq(count, 10);
    }

    /// A call of its own for each case: the table is large, and memory is given back.
    function settled(uint256 which) external returns (bool) {
        _case = string.concat(".settlement[", vm.toString(which), "]");
        if (!_JSON.keyExistsJson(_table, _case)) return false;
        Ends memory ends;
        ends.stakes = _ends("stakes");
        ends.shareBps = _ends("share_bps");
        ends.tolerances = _ends("tolerances");
        ends.slopes = _ends("slopes");
        ends.caps = _ends("caps");
        ends.shortfalls = _ends("shortfalls");
        ends.attained = _ends("attained");
        ends.penalties = _ends("penalties");
        ends.shares = _ends("shares");
        ends.payouts = _ends("payouts");
        _settle(ends);
        return true;
    }

    function _settle(Ends memory ends) private view {
        uint256 periods = _value("periods");
        uint256 pot;
        uint256 weight;
        uint256 staked;
        for (uint256 i; i < ends.stakes.length; ++i) {
            weight += BetMath.contribution(ends.shareBps[i], ends.attained[i]);
            staked += ends.stakes[i];
        }
        for (uint256 i; i < ends.stakes.length && weight != 0; ++i) {
            uint256 penalty = BetMath.penaltyUp(
                ends.stakes[i], ends.shortfalls[i], periods, ends.tolerances[i], ends.slopes[i], ends.caps[i]
            );
            assertEq(penalty, ends.penalties[i], _case);
            pot += penalty;
        }
        if (weight != 0) pot += _value("value");
        uint256 paid;
        for (uint256 i; i < ends.stakes.length; ++i) {
            uint256 share = BetMath.shareDown(pot, BetMath.contribution(ends.shareBps[i], ends.attained[i]), weight);
            assertEq(share, ends.shares[i], _case);
            assertEq(ends.stakes[i] - ends.penalties[i] + share, ends.payouts[i], _case);
            paid += ends.payouts[i];
        }
        assertEq(paid + _value("remainder"), staked + _value("pool"), _case);
    }

    function _value(string memory key) private view returns (uint256) {
        return _JSON.parseJsonUint(_table, string.concat(_case, ".", key));
    }

    function _ends(string memory key) private view returns (uint256[] memory) {
        return _values(string.concat(_case, ".", key));
    }

    function _values(string memory key) private view returns (uint256[] memory) {
        return _JSON.parseJsonUintArray(_table, key);
    }
}
