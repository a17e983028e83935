// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IChainGroups } from "../../../../contracts/chaingroup/interfaces/IChainGroups.sol";
import { IPeerRatings } from "../../../../contracts/chaingroup/interfaces/IPeerRatings.sol";
import { RatingMath } from "../../../../contracts/libraries/RatingMath.sol";
import { GroupHouse } from "../../support/GroupHouse.sol";

/// The cheat codes that read JSON with signs.
interface VmSignedJson {
    function keyExistsJson(string calldata json, string calldata key) external view returns (bool);
    function parseJsonUint(string calldata json, string calldata key) external pure returns (uint256);
    function parseJsonInt(string calldata json, string calldata key) external pure returns (int256);
    function parseJsonIntArray(string calldata json, string calldata key) external pure returns (int256[] memory);
}

/// The same table that `tests/reference` holds the Python model to; whole groups are played on the contracts.
contract RatingVectorsTest is GroupHouse {
    VmSignedJson private constant _JSON = VmSignedJson(address(uint160(uint256(keccak256("hevm cheat code")))));

    string private _table;
    string private _case;
    uint256 private _read;

    function setUp() public override {
        super.setUp();
        _table = vm.readFile("tests/vectors/peer_ratings.json");
    }

    function test_every_kind_of_rating_vector_is_read() public view {
        string[6] memory kinds = ["weight", "weighted", "outcome", "record_weight", "bound", "group"];
        for (uint256 i; i < kinds.length; ++i) {
            assertTrue(_JSON.keyExistsJson(_table, string.concat(".", kinds[i], "[0]")), kinds[i]);
        }
    }

    function test_weights() public {
        while (_next("weight")) {
            assertEq(RatingMath.weightDown(_value("credit"), _value("newcomer")), _value("expected"), _case);
        }
    }

    function test_weighted_distances() public {
        while (_next("weighted")) {
            assertEq(
                RatingMath.weightedTowardZero(_value("weight"), _value("score"), _value("total"), _value("count")),
                _signed("expected"),
                _case
            );
        }
    }

    function test_outcomes() public {
        while (_next("outcome")) {
            assertEq(RatingMath.outcome(_value("centre"), _signed("sum"), _value("weight")), _value("expected"), _case);
        }
    }

    function test_record_weights() public {
        while (_next("record_weight")) {
            assertEq(RatingMath.recordWeightDown(_value("value"), _value("weight")), _value("expected"), _case);
        }
    }

    function test_bounds() public {
        while (_next("bound")) {
            assertEq(RatingMath.boundUp(_value("others"), _value("attacking")), _value("expected"), _case);
        }
    }

    function test_whole_groups() public {
        uint256 played;
        while (_next("group")) {
            _play(string.concat("group ", vm.toString(played++)));
        }
        assertGe(played, 8, "groups");
    }

    /// Members of one vector: the first leads, the others hold a role each.
    function _play(string memory name) private {
        address[] memory members = new address[](_value("members"));
        int256[] memory creditOf = _array("credit");
        for (uint256 i; i < members.length; ++i) {
            members[i] = actor(string.concat(name, " member ", vm.toString(i)));
            enrolNode(members[i]);
        }
        uint256 groupId = _settled(members);
        for (uint256 i; i < members.length; ++i) {
            book.set(members[i], uint16(uint256(creditOf[i])));
        }
        IPeerRatings.Rating[][] memory lists = _lists(members);
        for (uint256 i; i < members.length; ++i) {
            if (lists[i].length != 0) commitList(groupId, members[i], lists[i]);
        }
        warpToOpening(groupId);
        for (uint256 i = members.length; i > 0; --i) {
            if (lists[i - 1].length != 0) revealList(groupId, members[i - 1], lists[i - 1]);
        }
        _compare(groupId, members);
    }

    function _settled(address[] memory members) private returns (uint256 groupId) {
        IChainGroups.RoleTerms[] memory roles = new IChainGroups.RoleTerms[](members.length - 1);
        for (uint256 i; i < roles.length; ++i) {
            roles[i] = roleTerms(0);
            roles[i].minCreditBps = 0;
        }
        IChainGroups.GroupTerms memory terms = groupTerms();
        terms.target = 1;
        vm.prank(members[0]);
        groupId = groups.openGroup(terms, roles);
        for (uint256 i; i < roles.length; ++i) {
            grab(groupId, i + 1, members[i + 1], FLOOR);
        }
        warpToForm(groupId);
        groups.form(groupId);
        warpToClose(groupId);
        groups.close(groupId);
    }

    function _lists(address[] memory members) private view returns (IPeerRatings.Rating[][] memory lists) {
        int256[] memory scores = _array("scores");
        lists = new IPeerRatings.Rating[][](members.length);
        for (uint256 i; i < members.length; ++i) {
            IPeerRatings.Rating[] memory row = new IPeerRatings.Rating[](members.length);
            uint256 length;
            for (uint256 j; j < members.length; ++j) {
                int256 score = scores[i * members.length + j];
                if (score < 0) continue;
                row[length++] = IPeerRatings.Rating(members[j], uint16(uint256(score)), bytes32(0));
            }
            lists[i] = new IPeerRatings.Rating[](length);
            for (uint256 j; j < length; ++j) {
                lists[i][j] = row[j];
            }
            sortList(lists[i]);
        }
    }

    function _compare(uint256 groupId, address[] memory members) private view {
        int256[] memory sums = _array("sums");
        int256[] memory weights = _array("weights");
        int256[] memory outcomes = _array("outcomes");
        for (uint256 i; i < members.length; ++i) {
            IPeerRatings.Tally memory tally = ratings.tallyOf(groupId, members[i]);
            assertEq(tally.weighted, sums[i], _case);
            assertEq(int256(uint256(tally.weight)), weights[i], _case);
            if (tally.weight == 0) continue;
            (, uint16 outcomeBps) = ratings.outcomeOf(groupId, members[i]);
            assertEq(int256(uint256(outcomeBps)), outcomes[i], _case);
        }
    }

    /// Moves to the next case of this kind; false when there is none left.
    function _next(string memory kind) private returns (bool) {
        _case = string.concat(".", kind, "[", vm.toString(_read++), "]");
        return _JSON.keyExistsJson(_table, _case);
    }

    function _value(string memory key) private view returns (uint256) {
        return _JSON.parseJsonUint(_table, string.concat(_case, ".", key));
    }

    function _signed(string memory key) private view returns (int256) {
        return _JSON.parseJsonInt(_table, string.concat(_case, ".", key));
    }

    function _array(string memory key) private view returns (int256[] memory) {
        return _JSON.parseJsonIntArray(_table, string.concat(_case, ".", key));
    }
}
